/* The writer of one geometry, for the kernel's own files. */

#ifndef OGT_SHAPEWRITE_H
#define OGT_SHAPEWRITE_H

int ogt_put_shape(ogt_buffer *out, const ogt_shapes *shapes, const ogt_format *format, int64_t i);

#endif
