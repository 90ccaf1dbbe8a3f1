/* Rows of text from columns. */

/* A column of the text; what a row has of it stands between `before` and `after`. */
typedef struct {
    int32_t kind;               /* 0 nothing, 1 text, 2 integer, 3 fixed, 4 boolean, 5 shape, 6 envelope */
    int32_t escape;             /* of text: 0 none, 1 XML, 2 JSON, 3 CSV */
    int32_t wide;               /* of text: offsets of 64 bits */
    int32_t precision;          /* of fixed, envelope */
    int32_t swapped;            /* of envelope */
    const uint8_t *validity;
    const void *values;         /* int64, double, bits, or bounds (4 doubles a row) */
    const void *offsets;        /* of text */
    int64_t start;              /* where row 0 is in the buffers */
    const ogt_shapes *shapes;
    const ogt_format *format;
    ogt_token before, after, null;
    ogt_token marks[3];         /* of envelope: between x and y, between the corners, likewise */
} ogt_piece;

int ogt_rows(const ogt_piece *pieces, int32_t count, int64_t first, int64_t last, ogt_buffer *out);
