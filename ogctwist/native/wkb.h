/* Well-known binary to coordinates and offsets. */

/* An Arrow binary column. */
typedef struct {
    int64_t count;
    int64_t start;
    const uint8_t *validity;
    const void *offsets;
    const uint8_t *data;
    int32_t wide;
} ogt_wkb;

/* What a column holds; row: the first one that could not be read. */
typedef struct {
    int64_t coords, rings, parts, row;
    int32_t has_z;
} ogt_extent;

/* Where it goes. */
typedef struct {
    double *coords;
    uint8_t *kinds;
    int64_t *coords_of, *rings_of, *parts_of;
    uint8_t *types;
    int32_t stride;
} ogt_places;

int ogt_wkb_measure(const ogt_wkb *column, ogt_extent *extent);
int ogt_wkb_read(const ogt_wkb *column, const ogt_places *places, ogt_extent *extent);
