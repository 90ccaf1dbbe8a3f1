/* Numbers to text. */

int ogt_fixed_column(const double *values, int64_t count, int32_t precision, ogt_buffer *out, int64_t *offsets);
