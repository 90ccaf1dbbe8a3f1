/* Rows of text from columns: one pass, one buffer. */

#include "grow.h"
#include "shape.h"
#include "shapewrite.h"
#include "rows.h"

#include <math.h>

enum { NOTHING, TEXT, INTEGER, FIXED, BOOLEAN, SHAPE, ENVELOPE };
enum { PLAIN, XML, JSON, CSV };

/*
 * Bytes that a text may hold as they are: bit 1 in XML, bit 2 in JSON, bit 4 in CSV.  0xEF begins
 * U+FFFE and U+FFFF, 0xED a surrogate, which XML cannot hold.
 */
#define IN_XML(c) \
    (((c) >= 32 || (c) == '\t' || (c) == '\n') && (c) != '&' && (c) != '<' && (c) != '>' && (c) != 0xEF && (c) != 0xED)
#define FITS(c) (IN_XML(c) | ((c) >= 32 && (c) != '"' && (c) != '\\') << 1 | ((c) != '"') << 2)
#define FITS4(c) FITS(c), FITS((c) + 1), FITS((c) + 2), FITS((c) + 3)
#define FITS16(c) FITS4(c), FITS4((c) + 4), FITS4((c) + 8), FITS4((c) + 12)
#define FITS64(c) FITS16(c), FITS16((c) + 16), FITS16((c) + 32), FITS16((c) + 48)

static const uint8_t plain[256] = {FITS64(0), FITS64(64), FITS64(128), FITS64(192)};

/* What stands for the bytes at `text`, which cannot stand as they are in XML; *used: how many. */
static const char *in_xml(const uint8_t *text, int64_t left, int64_t *used)
{
    *used = 1;
    switch (text[0]) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\r': return "&#13;";
    case 0xEF:
        if (left >= 3 && text[1] == 0xBF && text[2] >= 0xBE) {
            *used = 3;
            return "";
        }
        return NULL;
    case 0xED:
        if (left >= 3 && text[1] >= 0xA0) {
            *used = 3;
            return "";
        }
        return NULL;
    default: return "";
    }
}

static const char *in_json(const uint8_t *text, char *spelled)
{
    static const char HEX[] = "0123456789abcdef";
    switch (text[0]) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    }
    memcpy(spelled, "\\u00", 4);
    spelled[4] = HEX[text[0] >> 4];
    spelled[5] = HEX[text[0] & 15];
    spelled[6] = 0;
    return spelled;
}

static int put_escaped(ogt_buffer *out, const uint8_t *text, int64_t length, int escape)
{
    uint8_t fits = (uint8_t)(1 << (escape - 1));
    int64_t at = 0, from = 0;
    while (at < length) {
        const char *instead;
        char spelled[8];
        int64_t used = 1;
        if (plain[text[at]] & fits) {
            at++;
            continue;
        }
        if (escape == XML) {
            instead = in_xml(text + at, length - at, &used);
            if (instead == NULL) {
                at++;
                continue;
            }
        } else
            instead = escape == JSON ? in_json(text + at, spelled) : "\"\"";
        if (ogt_append(out, (const char *)text + from, (size_t)(at - from)) < 0
            || ogt_append(out, instead, strlen(instead)) < 0)
            return -1;
        at += used;
        from = at;
    }
    return ogt_append(out, (const char *)text + from, (size_t)(length - from));
}

static int put_text(ogt_buffer *out, const ogt_piece *p, int64_t i)
{
    int64_t first = ogt_offset_at(p->offsets, p->wide, i), last = ogt_offset_at(p->offsets, p->wide, i + 1);
    const uint8_t *text = (const uint8_t *)p->values + first;
    if (p->escape == PLAIN)
        return ogt_append(out, (const char *)text, (size_t)(last - first));
    return put_escaped(out, text, last - first, p->escape);
}

static int put_number(ogt_buffer *out, const ogt_piece *p, int64_t i)
{
    char *at;
    if (ogt_reserve(out, OGT_LONGEST_NUMBER) < 0)
        return -1;
    at = out->data + out->length;
    at = p->kind == INTEGER ? ogt_put_integer(at, ((const int64_t *)p->values)[i])
        : ogt_put_fixed(at, ((const double *)p->values)[i], p->precision);
    out->length = (size_t)(at - out->data);
    return 0;
}

static int put_boolean(ogt_buffer *out, const ogt_piece *p, int64_t i)
{
    int value = ((const uint8_t *)p->values)[i >> 3] >> (i & 7) & 1;
    return ogt_append(out, value ? "true" : "false", value ? 4 : 5);
}

static int put_envelope(ogt_buffer *out, const ogt_piece *p, int64_t i)
{
    static const int STRAIGHT[4] = {0, 1, 2, 3}, SWAPPED[4] = {1, 0, 3, 2};
    const int *order = p->swapped ? SWAPPED : STRAIGHT;
    const double *b = (const double *)p->values + 4 * i;
    int k;
    for (k = 0; k < 4; k++) {
        char *at;
        if (ogt_reserve(out, OGT_LONGEST_NUMBER) < 0)
            return -1;
        at = ogt_put_fixed(out->data + out->length, b[order[k]], p->precision);
        out->length = (size_t)(at - out->data);
        if (k < 3 && ogt_append(out, p->marks[k].text, (size_t)p->marks[k].length) < 0)
            return -1;
    }
    return 0;
}

static int is_absent(const ogt_piece *p, int64_t i)
{
    switch (p->kind) {
    case SHAPE: return p->shapes->types[i] == 0;
    case ENVELOPE: return isnan(((const double *)p->values)[4 * i]);
    case FIXED: return ogt_is_null(p->validity, i) || isnan(((const double *)p->values)[i]);
    default: return ogt_is_null(p->validity, i);
    }
}

static int put_value(ogt_buffer *out, const ogt_piece *p, int64_t i)
{
    switch (p->kind) {
    case TEXT: return put_text(out, p, i);
    case INTEGER:
    case FIXED: return put_number(out, p, i);
    case BOOLEAN: return put_boolean(out, p, i);
    case SHAPE: return ogt_put_shape(out, p->shapes, p->format, i);
    default: return put_envelope(out, p, i);
    }
}

/* The rows first to last - 1, each the pieces one after another; 0, or -1 without memory. */
int ogt_rows(const ogt_piece *pieces, int32_t count, int64_t first, int64_t last, ogt_buffer *out)
{
    int64_t i;
    int32_t k;
    for (i = first; i < last; i++)
        for (k = 0; k < count; k++) {
            const ogt_piece *p = pieces + k;
            if (p->kind != NOTHING && is_absent(p, i + p->start)) {
                if (ogt_append(out, p->null.text, (size_t)p->null.length) < 0)
                    return -1;
                continue;
            }
            if (ogt_append(out, p->before.text, (size_t)p->before.length) < 0)
                return -1;
            if (p->kind == NOTHING)
                continue;
            if (put_value(out, p, i + p->start) < 0
                || ogt_append(out, p->after.text, (size_t)p->after.length) < 0)
                return -1;
        }
    return 0;
}
