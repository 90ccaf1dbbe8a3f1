/*
 * Well-known binary to coordinates and offsets: ISO and EWKB, both byte orders, Z and M; M is
 * dropped, collections are flattened, empty geometries own no part.  Every count is checked
 * against the bytes that are left, so that no binary makes it read or allocate beyond them.
 *
 * Answers: 0, -1 for a binary that is cut short, malformed or nested too deep, -2 for a type
 * that this reader does not know (curves).
 */

#include "grow.h"
#include "wkb.h"

#include <math.h>

#define DEEPEST 10

typedef struct {
    const uint8_t *at, *end;
    const ogt_places *places;           /* NULL: only count */
    ogt_extent *n;
} reader;

static int read_count(reader *r, int swap, uint32_t *value)
{
    if (r->end - r->at < 4)
        return -1;
    memcpy(value, r->at, 4);
    if (swap)
        *value = *value >> 24 | (*value >> 8 & 0xff00) | (*value << 8 & 0xff0000) | *value << 24;
    r->at += 4;
    return 0;
}

static double read_double(const uint8_t *at, int swap)
{
    uint64_t bits;
    double value;
    memcpy(&bits, at, 8);
    if (swap) {
        bits = (bits & 0x00ff00ff00ff00ffull) << 8 | (bits >> 8 & 0x00ff00ff00ff00ffull);
        bits = (bits & 0x0000ffff0000ffffull) << 16 | (bits >> 16 & 0x0000ffff0000ffffull);
        bits = bits << 32 | bits >> 32;
    }
    memcpy(&value, &bits, 8);
    return value;
}

/* Is this machine's byte order not the one that the byte order mark says? */
static int is_foreign(uint8_t mark)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return mark != first;
}

/* `count` tuples of `width` numbers each, z the third if has_z. */
static int read_tuples(reader *r, uint32_t count, int width, int has_z, int swap)
{
    size_t bytes = (size_t)width * 8;
    uint32_t i;
    if ((uint64_t)(r->end - r->at) / bytes < count)
        return -1;
    if (r->places != NULL) {
        int stride = r->places->stride;
        double *to = r->places->coords + r->n->coords * stride;
        const uint8_t *at = r->at;
        if (width == 2 && stride == 2 && !swap)
            memcpy(to, at, bytes * count);
        else
            for (i = 0; i < count; i++, at += bytes, to += stride) {
                to[0] = read_double(at, swap);
                to[1] = read_double(at + 8, swap);
                if (stride > 2)
                    to[2] = has_z ? read_double(at + 16, swap) : NAN;
            }
    }
    r->at += bytes * count;
    r->n->coords += count;
    return 0;
}

static void end_ring(reader *r)
{
    r->n->rings++;
    if (r->places != NULL)
        r->places->coords_of[r->n->rings] = r->n->coords;
}

static void end_part(reader *r, int kind)
{
    if (r->places != NULL) {
        r->places->kinds[r->n->parts] = (uint8_t)kind;
        r->places->rings_of[r->n->parts + 1] = r->n->rings;
    }
    r->n->parts++;
}

static int read_point(reader *r, int width, int has_z, int swap)
{
    if (r->end - r->at < 8 * width)
        return -1;
    if (isnan(read_double(r->at, swap)) && isnan(read_double(r->at + 8, swap))) {
        r->at += 8 * width;             /* POINT EMPTY */
        return 0;
    }
    read_tuples(r, 1, width, has_z, swap);
    end_ring(r);
    end_part(r, 1);
    return 0;
}

static int read_line(reader *r, int width, int has_z, int swap)
{
    uint32_t count;
    if (read_count(r, swap, &count) < 0 || read_tuples(r, count, width, has_z, swap) < 0)
        return -1;
    if (count) {
        end_ring(r);
        end_part(r, 2);
    }
    return 0;
}

static int read_polygon(reader *r, int width, int has_z, int swap)
{
    uint32_t rings, count, i;
    int64_t before = r->n->rings;
    if (read_count(r, swap, &rings) < 0)
        return -1;
    for (i = 0; i < rings; i++) {
        if (read_count(r, swap, &count) < 0 || read_tuples(r, count, width, has_z, swap) < 0)
            return -1;
        if (count)
            end_ring(r);
    }
    if (r->n->rings > before)
        end_part(r, 3);
    return 0;
}

static int read_geometry(reader *r, int depth, uint8_t *type)
{
    uint32_t code = 0, count, i;
    int swap, has_z, has_m, width, answer;
    if (depth > DEEPEST || r->end - r->at < 5 || r->at[0] > 1)
        return -1;
    swap = is_foreign(*r->at++);
    read_count(r, swap, &code);
    has_z = (code & 0x80000000u) != 0;
    has_m = (code & 0x40000000u) != 0;
    if (code & 0x20000000u) {           /* EWKB's SRID */
        if (r->end - r->at < 4)
            return -1;
        r->at += 4;
    }
    code &= 0x1fffffffu;
    if (code >= 1000 && code < 4000) {
        has_z |= code / 1000 != 2;
        has_m |= code / 1000 != 1;
        code %= 1000;
    }
    if (type != NULL)
        *type = (uint8_t)(code <= 7 ? code : 0);
    width = 2 + has_z + has_m;
    r->n->has_z |= has_z;
    switch (code) {
    case 1: return read_point(r, width, has_z, swap);
    case 2: return read_line(r, width, has_z, swap);
    case 3: return read_polygon(r, width, has_z, swap);
    case 4: case 5: case 6: case 7:
        if (read_count(r, swap, &count) < 0 || (uint64_t)(r->end - r->at) / 9 < count)
            return -1;
        for (i = 0; i < count; i++)
            if ((answer = read_geometry(r, depth + 1, NULL)) < 0)
                return answer;
        return 0;
    default: return code == 0 ? -1 : -2;
    }
}

static int walk(const ogt_wkb *column, const ogt_places *places, ogt_extent *n)
{
    reader r = {NULL, NULL, places, n};
    int64_t i;
    memset(n, 0, sizeof *n);
    if (places != NULL)
        places->coords_of[0] = places->rings_of[0] = places->parts_of[0] = 0;
    for (i = 0; i < column->count; i++) {
        int64_t row = i + column->start;
        uint8_t type = 0;
        n->row = i;
        if (!ogt_is_null(column->validity, row)) {
            int answer;
            r.at = column->data + ogt_offset_at(column->offsets, column->wide, row);
            r.end = column->data + ogt_offset_at(column->offsets, column->wide, row + 1);
            answer = read_geometry(&r, 0, &type);
            if (answer < 0)
                return answer;
        }
        if (places != NULL) {
            places->types[i] = type;
            places->parts_of[i + 1] = n->parts;
        }
    }
    return 0;
}

int ogt_wkb_measure(const ogt_wkb *column, ogt_extent *extent)
{
    return walk(column, NULL, extent);
}

int ogt_wkb_read(const ogt_wkb *column, const ogt_places *places, ogt_extent *extent)
{
    return walk(column, places, extent);
}
