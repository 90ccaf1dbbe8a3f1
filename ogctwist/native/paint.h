/* Polygons and lines to pixels, and small pictures stamped on larger ones. */

/* Premultiplied ARGB32 in native byte order; stride in pixels. */
typedef struct {
    uint32_t *pixels;
    int32_t width, height, stride;
} ogt_surface;

/* Parts of rings of coordinates (x, y in pixels); closed: one flag a ring. */
typedef struct {
    const double *coords;
    const int64_t *coords_of, *rings_of;
    const uint8_t *closed;
} ogt_paths;

/* cap: 0 flat, 1 square, 2 round; join: 0 bevel, 1 miter, 2 round; half: of the width. */
typedef struct {
    uint32_t color;
    double half, miter;
    int32_t cap, join;
} ogt_pen;

/*
 * One coat of paint: filled (even-odd) if `fill`, then stroked if `pen`; or, with a `sprite`, stamped.
 * Item i is part i of the paths (place i), or, with `starts`, the parts from starts[i] up to starts[i + 1].
 */
typedef struct {
    ogt_paths paths;
    const int64_t *starts;
    const uint32_t *fill;
    const ogt_pen *pen;
    const ogt_surface *sprite;
    const int32_t *places;
} ogt_coat;

/*
 * Item after item, each with all coats of its look in order; 0, or -1 without memory.
 * Look k has the coats from looks[k] up to looks[k + 1]; step i draws item items[i] with look which[i].
 */
int ogt_paint(const ogt_surface *surface, const ogt_coat *coats, const int64_t *looks,
              const int32_t *which, const int64_t *items, int64_t count);

/* The sprite with its top left corner at each of the places (x, y), in order. */
void ogt_stamp(const ogt_surface *surface, const ogt_surface *sprite, const int32_t *places, int64_t count);
