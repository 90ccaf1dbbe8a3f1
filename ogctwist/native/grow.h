/* What the kernel's own files share; not part of what Python sees. */

#ifndef OGT_GROW_H
#define OGT_GROW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "buffer.h"

/* The longest number: 309 digits before the point, 15 after it, sign and point. */
#define OGT_LONGEST_NUMBER 336

/* Make sure that `room` bytes can be appended; 0, or -1 without memory. */
static inline int ogt_reserve(ogt_buffer *buffer, size_t room)
{
    return buffer->capacity - buffer->length >= room ? 0 : ogt_enlarge(buffer, room);
}

static inline int ogt_append(ogt_buffer *buffer, const char *text, size_t length)
{
    if (ogt_reserve(buffer, length) < 0)
        return -1;
    memcpy(buffer->data + buffer->length, text, length);
    buffer->length += length;
    return 0;
}

/* Both write without a check of the room and answer the place behind the last character. */
char *ogt_put_fixed(char *out, double value, int precision);
char *ogt_put_integer(char *out, int64_t value);

/* Is element i of an Arrow array null?  `validity` may be NULL: none is. */
static inline int ogt_is_null(const uint8_t *validity, int64_t i)
{
    return validity != NULL && !(validity[i >> 3] >> (i & 7) & 1);
}

static inline int64_t ogt_offset_at(const void *offsets, int32_t wide, int64_t i)
{
    return wide ? ((const int64_t *)offsets)[i] : ((const int32_t *)offsets)[i];
}

#endif
