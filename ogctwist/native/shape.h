/* Geometries to text. */

typedef struct {
    const char *text;
    int32_t length;
} ogt_token;

/*
 * The words of a geometry format; indices by kind: 0 point, 1 line, 2 polygon, 3 the three mixed.
 * A single geometry is `single`, its coordinates and `single_end`; one of several parts is
 * `multi`, its members joined by `member_mark`, and `multi_end`.
 *
 * Where the shapes have ids, a byte 1 in the words that begin a geometry or a member stands for the
 * id, and a byte 2 for the number of the member, which counts from 1.
 */
typedef struct {
    ogt_token number_mark, tuple, tuple_end, tuple_mark;
    ogt_token shell, shell_end, hole, hole_end, ring_mark;
    ogt_token single[3], single_end[3], multi[4], multi_end[4];
    ogt_token member[3], member_end[3], mixed_member[3], mixed_member_end[3], member_mark;
} ogt_format;

/* Coordinates and offsets of n geometries; types: 0 null, 1 to 7 as in WKB; ids: NULL for none. */
typedef struct {
    int64_t count;
    const uint8_t *types;
    const int64_t *parts_of;
    const int64_t *rings_of;
    const int64_t *coords_of;
    const uint8_t *kinds;
    const double *coords;
    const int64_t *ids;
    int32_t stride;
    int32_t dimension;
    int32_t swapped;
    int32_t precision;
} ogt_shapes;

void ogt_bounds(const ogt_shapes *shapes, double *bounds);
