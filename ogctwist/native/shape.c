/* Geometries to text, by the words of a format: GML 2, 3.1, 3.2, GeoJSON, WKT. */

#include "grow.h"
#include "shape.h"
#include "shapewrite.h"

#include <math.h>

static int put(ogt_buffer *out, const ogt_token *token)
{
    return ogt_append(out, token->text, (size_t)token->length);
}

/* The word before geometry i, or before a member of it, with the id and number that it names. */
static int put_start(ogt_buffer *out, const ogt_shapes *s, const ogt_token *token, int64_t i, int64_t member)
{
    const char *from = token->text, *end = token->text + token->length, *at;
    if (s->ids == NULL)
        return put(out, token);
    for (at = from; at < end; at++) {
        char *to;
        if (*at != 1 && *at != 2)
            continue;
        if (ogt_append(out, from, (size_t)(at - from)) < 0 || ogt_reserve(out, OGT_LONGEST_NUMBER) < 0)
            return -1;
        to = ogt_put_integer(out->data + out->length, *at == 1 ? s->ids[i] : member);
        out->length = (size_t)(to - out->data);
        from = at + 1;
    }
    return ogt_append(out, from, (size_t)(end - from));
}

/* Most words are empty or one character: not worth a call. */
static inline char *put_word(char *at, const ogt_token *token)
{
    if (token->length == 1)
        *at++ = token->text[0];
    else if (token->length) {
        memcpy(at, token->text, (size_t)token->length);
        at += token->length;
    }
    return at;
}

/* The tuples first to last - 1, between them tuple_mark. */
static int put_tuples(ogt_buffer *out, const ogt_shapes *s, const ogt_format *f, int64_t first, int64_t last)
{
    size_t marks = (size_t)f->tuple.length + (size_t)f->tuple_end.length + (size_t)f->tuple_mark.length
        + 2 * (size_t)f->number_mark.length;
    int64_t i;
    for (i = first; i < last; i++) {
        const double *c = s->coords + i * s->stride;
        char *at;
        if (ogt_reserve(out, marks + 3 * OGT_LONGEST_NUMBER) < 0)
            return -1;
        at = out->data + out->length;
        if (i > first)
            at = put_word(at, &f->tuple_mark);
        at = put_word(at, &f->tuple);
        at = ogt_put_fixed(at, c[s->swapped ? 1 : 0], s->precision);
        at = put_word(at, &f->number_mark);
        at = ogt_put_fixed(at, c[s->swapped ? 0 : 1], s->precision);
        if (s->dimension > 2) {
            at = put_word(at, &f->number_mark);
            at = ogt_put_fixed(at, s->stride > 2 && !isnan(c[2]) ? c[2] : 0.0, s->precision);
        }
        at = put_word(at, &f->tuple_end);
        out->length = (size_t)(at - out->data);
    }
    return 0;
}

static int put_part(ogt_buffer *out, const ogt_shapes *s, const ogt_format *f, int64_t part)
{
    int64_t first = s->rings_of[part], last = s->rings_of[part + 1], ring;
    if (s->kinds[part] != 3)
        return put_tuples(out, s, f, s->coords_of[first], s->coords_of[last]);
    for (ring = first; ring < last; ring++) {
        int hole = ring > first;
        if ((hole && put(out, &f->ring_mark) < 0)
            || put(out, hole ? &f->hole : &f->shell) < 0
            || put_tuples(out, s, f, s->coords_of[ring], s->coords_of[ring + 1]) < 0
            || put(out, hole ? &f->hole_end : &f->shell_end) < 0)
            return -1;
    }
    return 0;
}

int ogt_put_shape(ogt_buffer *out, const ogt_shapes *s, const ogt_format *f, int64_t i)
{
    int64_t first = s->parts_of[i], last = s->parts_of[i + 1], part;
    int type = s->types[i];
    if (type <= 3) {
        if (put_start(out, s, &f->single[type - 1], i, 0) < 0)
            return -1;
        for (part = first; part < last; part++)
            if (put_part(out, s, f, part) < 0)
                return -1;
        return put(out, &f->single_end[type - 1]);
    }
    if (put_start(out, s, &f->multi[type - 4], i, 0) < 0)
        return -1;
    for (part = first; part < last; part++) {
        int kind = s->kinds[part] - 1;
        if ((part > first && put(out, &f->member_mark) < 0)
            || put_start(out, s, type == 7 ? &f->mixed_member[kind] : &f->member[kind], i, part - first + 1) < 0
            || put_part(out, s, f, part) < 0
            || put(out, type == 7 ? &f->mixed_member_end[kind] : &f->member_end[kind]) < 0)
            return -1;
    }
    return put(out, &f->multi_end[type - 4]);
}

/* xmin, ymin, xmax, ymax of each geometry; NaN where it has no coordinates. */
void ogt_bounds(const ogt_shapes *s, double *bounds)
{
    int64_t i, c;
    for (i = 0; i < s->count; i++, bounds += 4) {
        int64_t first = s->coords_of[s->rings_of[s->parts_of[i]]];
        int64_t last = s->coords_of[s->rings_of[s->parts_of[i + 1]]];
        bounds[0] = bounds[1] = bounds[2] = bounds[3] = NAN;
        for (c = first; c < last; c++) {
            const double *p = s->coords + c * s->stride;
            if (!(p[0] >= bounds[0])) bounds[0] = p[0];
            if (!(p[1] >= bounds[1])) bounds[1] = p[1];
            if (!(p[0] <= bounds[2])) bounds[2] = p[0];
            if (!(p[1] <= bounds[3])) bounds[3] = p[1];
        }
    }
}
