/* Pictures to the rows of image files. */

/*
 * The colours of `count` pixels: up to 256 into `colours` in order of appearance, the place of each
 * pixel's into `index`; answers how many, or -1 when there are more.
 */
int32_t ogt_image_palette(const uint32_t *argb, int64_t count, uint32_t *colours, uint8_t *index);

/*
 * Rows of a PNG: a filter byte, then red, green, blue (and alpha, if size is 4) with the alpha divided
 * out, of premultiplied pixels; `up` subtracts the row above.
 */
void ogt_image_rows(const uint32_t *argb, int32_t width, int32_t height, int32_t size, int32_t up, uint8_t *out);
