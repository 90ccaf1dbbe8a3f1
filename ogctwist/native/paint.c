/*
 * Shapes to pixels by signed areas: every edge adds, to each pixel it passes, the change of the
 * covered area; the sum along a row is the coverage. A shape gets a buffer of its own bounding box,
 * which stays in the cache and is left zeroed by the sweep that blends it.
 *
 * A stroke is the outline of the widened line, its left side forth and its right side back; coverage
 * above one is one.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paint.h"

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

typedef struct {
    float *area;
    int32_t *low, *high;      /* the touched columns of each row */
    size_t cells, rows;       /* capacities */
    int32_t left, top, width, height;
} mask;

static void release(mask *m)
{
    free(m->area);
    free(m->low);
    free(m->high);
}

/* Set the mask up for a box; 0 when it lies outside the surface, -1 without memory, else 1. */
static int open_mask(mask *m, const ogt_surface *s, double x0, double y0, double x1, double y1)
{
    if (!(x1 > 0 && y1 > 0 && x0 < s->width && y0 < s->height))
        return 0;
    int32_t left = x0 > 0 ? (int32_t)x0 : 0, top = y0 > 0 ? (int32_t)y0 : 0;
    int32_t right = x1 < s->width ? (int32_t)ceil(x1) : s->width;
    int32_t bottom = y1 < s->height ? (int32_t)ceil(y1) : s->height;
    m->left = left;
    m->top = top;
    m->width = right - left;
    m->height = bottom - top;
    if (m->width <= 0 || m->height <= 0)
        return 0;
    size_t cells = (size_t)(m->width + 2) * (size_t)m->height;
    if (cells > m->cells) {
        free(m->area);
        m->area = calloc(cells, sizeof(float));
        m->cells = m->area ? cells : 0;
    }
    if ((size_t)m->height > m->rows) {
        free(m->low);
        free(m->high);
        m->low = malloc((size_t)m->height * sizeof(int32_t));
        m->high = malloc((size_t)m->height * sizeof(int32_t));
        m->rows = m->low && m->high ? (size_t)m->height : 0;
    }
    if (!m->area || !m->rows)
        return -1;
    for (int32_t y = 0; y < m->height; y++) {
        m->low[y] = m->width + 1;
        m->high[y] = -1;
    }
    return 1;
}

/* One edge, in the mask's own coordinates. */
static void add_edge(mask *m, double ax, double ay, double bx, double by)
{
    if (ay == by)
        return;
    double direction = 1.0;
    if (ay > by) {
        double t = ax; ax = bx; bx = t;
        t = ay; ay = by; by = t;
        direction = -1.0;
    }
    if (by <= 0 || ay >= m->height)
        return;
    double slope = (bx - ax) / (by - ay), x = ax;
    if (ay < 0) {
        x -= ay * slope;
        ay = 0;
    }
    if (by > m->height)
        by = m->height;
    double limit = m->width;
    int32_t first = (int32_t)ay, last = (int32_t)ceil(by);
    for (int32_t y = first; y < last; y++) {
        double upper = y > ay ? y : ay, lower = y + 1 < by ? y + 1 : by;
        double dy = lower - upper, next = x + slope * dy;
        double x0 = x < next ? x : next, x1 = x < next ? next : x;
        float d = (float)(dy * direction);
        float *row = m->area + (size_t)y * (size_t)(m->width + 2);
        x = next;
        if (x0 < 0) x0 = 0;
        if (x1 < 0) x1 = 0;
        if (x0 > limit) x0 = limit;
        if (x1 > limit) x1 = limit;
        int32_t i0 = (int32_t)x0, i1 = (int32_t)ceil(x1);
        if (i0 < m->low[y]) m->low[y] = i0;
        if (i1 <= i0 + 1) {
            float part = (float)(0.5 * (x0 + x1) - i0);
            row[i0] += d - d * part;
            row[i0 + 1] += d * part;
            if (i0 + 1 > m->high[y]) m->high[y] = i0 + 1;
            continue;
        }
        float s = (float)(1.0 / (x1 - x0)), f0 = (float)(x0 - i0), f1 = (float)(x1 - i1 + 1);
        float a0 = 0.5f * s * (1 - f0) * (1 - f0), am = 0.5f * s * f1 * f1;
        row[i0] += d * a0;
        if (i1 == i0 + 2) {
            row[i0 + 1] += d * (1 - a0 - am);
        } else {
            float a1 = s * (1.5f - f0);
            row[i0 + 1] += d * (a1 - a0);
            for (int32_t i = i0 + 2; i < i1 - 1; i++)
                row[i] += d * s;
            row[i1 - 1] += d * (1 - (a1 + (float)(i1 - i0 - 3) * s) - am);
        }
        row[i1] += d * am;
        if (i1 > m->high[y]) m->high[y] = i1;
    }
}

/* p times a / 255, each channel rounded. */
static inline uint32_t scaled(uint32_t p, uint32_t a)
{
    uint32_t rb = (p & 0xff00ff) * a + 0x800080, ag = (p >> 8 & 0xff00ff) * a + 0x800080;
    rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
    ag = (ag + (ag >> 8 & 0xff00ff)) & 0xff00ff00;
    return rb | ag;
}

static inline uint32_t over(uint32_t below, uint32_t above)
{
    return above + scaled(below, 255 - (above >> 24));
}

static inline void blend(uint32_t *pixel, uint32_t color, float coverage)
{
    uint32_t c = (uint32_t)(coverage * 255.0f + 0.5f);
    if (c >= 255)
        *pixel = color >> 24 == 255 ? color : over(*pixel, color);
    else if (c)
        *pixel = over(*pixel, scaled(color, c));
}

/* Blend what the mask covers and zero it. */
static void sweep(mask *m, const ogt_surface *s, uint32_t color, int even_odd)
{
    for (int32_t y = 0; y < m->height; y++) {
        float *row = m->area + (size_t)y * (size_t)(m->width + 2);
        uint32_t *out = s->pixels + (ptrdiff_t)(m->top + y) * s->stride + m->left;
        int32_t end = m->high[y] < m->width - 1 ? m->high[y] : m->width - 1;
        float sum = 0;
        for (int32_t x = m->low[y]; x <= end; x++) {
            sum += row[x];
            row[x] = 0;
            float covered = fabsf(sum);
            if (even_odd && covered > 1) {
                covered -= 2 * floorf(covered * 0.5f);
                covered = covered < 2 - covered ? covered : 2 - covered;
            }
            blend(out + x, color, covered > 1 ? 1 : covered);
        }
        if (m->high[y] >= 0)
            row[m->width] = row[m->width + 1] = 0;
        m->low[y] = m->width + 1;
        m->high[y] = -1;
    }
}

static void fill_part(mask *m, const ogt_paths *p, int64_t part)
{
    for (int64_t ring = p->rings_of[part]; ring < p->rings_of[part + 1]; ring++) {
        int64_t first = p->coords_of[ring], last = p->coords_of[ring + 1];
        if (last - first < 2)
            continue;
        double ax = p->coords[2 * (last - 1)] - m->left, ay = p->coords[2 * (last - 1) + 1] - m->top;
        for (int64_t i = first; i < last; i++) {
            double bx = p->coords[2 * i] - m->left, by = p->coords[2 * i + 1] - m->top;
            add_edge(m, ax, ay, bx, by);
            ax = bx;
            ay = by;
        }
    }
}

/* An arc about (x, y) from (ax, ay) to (bx, by), both of length r and relative to the middle. */
static void add_arc(mask *m, double x, double y, double ax, double ay, double bx, double by, double r, double turn)
{
    double from = atan2(ay, ax), px = ax, py = ay;
    int steps = (int)(fabs(turn) * sqrt(r) * 1.2) + 1;
    for (int i = 1; i <= steps; i++) {
        double angle = from + turn * i / steps;
        double qx = i < steps ? r * cos(angle) : bx, qy = i < steps ? r * sin(angle) : by;
        add_edge(m, x + px, y + py, x + qx, y + qy);
        px = qx;
        py = qy;
    }
}

/*
 * One side of the join at (x, y), from (ax, ay) to (bx, by), normals of length half; the outer side has
 * the join, the inner one goes straight across, which takes away what the segments cover twice.
 */
static void add_join_side(mask *m, const ogt_pen *pen, double x, double y, double ax, double ay,
                          double bx, double by, double dot, double turn, int outer, int backward)
{
    double sx = ax, sy = ay, ex = bx, ey = by;
    if (backward) {
        sx = bx; sy = by; ex = ax; ey = ay;
        turn = -turn;
    }
    if (outer && pen->join == 2) {
        add_arc(m, x, y, sx, sy, ex, ey, pen->half, turn);
        return;
    }
    /* The miter's length over the width is 1 / cos(half the turn). */
    if (outer && pen->join == 1 && (1 + dot) * pen->miter * pen->miter >= 2) {
        double k = 1 / (1 + dot), tx = x + (sx + ex) * k, ty = y + (sy + ey) * k;
        add_edge(m, x + sx, y + sy, tx, ty);
        add_edge(m, tx, ty, x + ex, y + ey);
        return;
    }
    add_edge(m, x + sx, y + sy, x + ex, y + ey);
}

/* Both sides of the join at (x, y) of segments with the unit directions (ax, ay) and (bx, by). */
static void add_join(mask *m, const ogt_pen *pen, double x, double y, double ax, double ay, double bx, double by)
{
    double cross = ax * by - ay * bx, dot = ax * bx + ay * by, h = pen->half;
    double turn = pen->join == 2 ? atan2(cross, dot) : 0;
    int leftIsOuter = cross < 0;                                 /* left: the direction turned by +90 degrees */
    add_join_side(m, pen, x, y, -ay * h, ax * h, -by * h, bx * h, dot, turn, leftIsOuter, 0);
    add_join_side(m, pen, x, y, ay * h, -ax * h, by * h, -bx * h, dot, turn, !leftIsOuter, 1);
}

/* The end of a line at (x, y) that points along the unit direction (dx, dy): from its left to its right. */
static void add_cap(mask *m, const ogt_pen *pen, double x, double y, double dx, double dy)
{
    double h = pen->half, nx = -dy * h, ny = dx * h;
    if (pen->cap == 2) {
        add_arc(m, x, y, nx, ny, -nx, -ny, h, -M_PI);
        return;
    }
    double ox = pen->cap == 1 ? dx * h : 0, oy = pen->cap == 1 ? dy * h : 0;
    add_edge(m, x + nx, y + ny, x + nx + ox, y + ny + oy);
    add_edge(m, x + nx + ox, y + ny + oy, x - nx + ox, y - ny + oy);
    add_edge(m, x - nx + ox, y - ny + oy, x - nx, y - ny);
}

static void add_sides(mask *m, double half, double ax, double ay, double bx, double by, double dx, double dy)
{
    double nx = -dy * half, ny = dx * half;
    add_edge(m, ax + nx, ay + ny, bx + nx, by + ny);
    add_edge(m, bx - nx, by - ny, ax - nx, ay - ny);
}

static void stroke_ring(mask *m, const ogt_pen *pen, const double *coords, int64_t count, int closed)
{
    double sx = 0, sy = 0, dx = 0, dy = 0;
    double ax = coords[0] - m->left, ay = coords[1] - m->top, fx = ax, fy = ay;
    int begun = 0;
    int64_t total = closed ? count + 1 : count;
    for (int64_t i = 1; i < total; i++) {
        int64_t k = i < count ? i : 0;
        double bx = coords[2 * k] - m->left, by = coords[2 * k + 1] - m->top;
        double ex = bx - ax, ey = by - ay, length = sqrt(ex * ex + ey * ey);
        if (length < 1e-9)
            continue;
        ex /= length;
        ey /= length;
        if (begun) {
            add_join(m, pen, ax, ay, dx, dy, ex, ey);
        } else {
            sx = ex;
            sy = ey;
            begun = 1;
        }
        add_sides(m, pen->half, ax, ay, bx, by, ex, ey);
        ax = bx;
        ay = by;
        dx = ex;
        dy = ey;
    }
    if (begun && closed) {
        add_join(m, pen, fx, fy, dx, dy, sx, sy);
    } else if (begun) {
        add_cap(m, pen, fx, fy, -sx, -sy);
        add_cap(m, pen, ax, ay, dx, dy);
    } else if (pen->cap) {                                       /* a line of no length is a dot */
        add_cap(m, pen, fx, fy, -1, 0);
        add_cap(m, pen, fx, fy, 1, 0);
    }
}

static void stroke_part(mask *m, const ogt_paths *p, int64_t part, const ogt_pen *pen)
{
    for (int64_t ring = p->rings_of[part]; ring < p->rings_of[part + 1]; ring++) {
        int64_t first = p->coords_of[ring], count = p->coords_of[ring + 1] - first;
        if (count > 0)
            stroke_ring(m, pen, p->coords + 2 * first, count, p->closed[ring]);
    }
}

/* One part with one coat; -1 without memory. */
static int paint_part(mask *m, const ogt_surface *surface, const ogt_coat *coat, int64_t part)
{
    const ogt_paths *paths = &coat->paths;
    const ogt_pen *pen = coat->pen;
    double reach = pen ? pen->half * (pen->join == 1 ? pen->miter : 1.5) + 1 : 1;
    int64_t first = paths->coords_of[paths->rings_of[part]], last = paths->coords_of[paths->rings_of[part + 1]];
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int64_t i = first; i < last; i++) {
        double x = paths->coords[2 * i], y = paths->coords[2 * i + 1];
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
        if (y < y0) y0 = y;
        if (y > y1) y1 = y;
    }
    if (last <= first)
        return 0;
    int found = open_mask(m, surface, x0 - reach, y0 - reach, x1 + reach, y1 + reach);
    if (found <= 0)
        return found;
    if (coat->fill) {
        fill_part(m, paths, part);
        sweep(m, surface, *coat->fill, 1);
    }
    if (pen) {
        stroke_part(m, paths, part, pen);
        sweep(m, surface, pen->color, 0);
    }
    return 0;
}

void ogt_stamp(const ogt_surface *surface, const ogt_surface *sprite, const int32_t *places, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        int32_t left = places[2 * i], top = places[2 * i + 1];
        int32_t x0 = left < 0 ? -left : 0, y0 = top < 0 ? -top : 0;
        int32_t x1 = left + sprite->width > surface->width ? surface->width - left : sprite->width;
        int32_t y1 = top + sprite->height > surface->height ? surface->height - top : sprite->height;
        for (int32_t y = y0; y < y1; y++) {
            const uint32_t *in = sprite->pixels + (ptrdiff_t)y * sprite->stride;
            uint32_t *out = surface->pixels + (ptrdiff_t)(top + y) * surface->stride + left;
            for (int32_t x = x0; x < x1; x++) {
                uint32_t above = in[x];
                if (above >> 24 == 255)
                    out[x] = above;
                else if (above)
                    out[x] = over(out[x], above);
            }
        }
    }
}

int ogt_paint(const ogt_surface *surface, const ogt_coat *coats, const int64_t *looks,
              const int32_t *which, const int64_t *items, int64_t count)
{
    mask m = {0};
    int answer = 0;
    for (int64_t step = 0; step < count && answer == 0; step++) {
        int64_t item = items[step];
        for (int64_t i = looks[which[step]]; i < looks[which[step] + 1] && answer == 0; i++) {
            const ogt_coat *coat = coats + i;
            int64_t part = coat->starts ? coat->starts[item] : item;
            int64_t end = coat->starts ? coat->starts[item + 1] : item + 1;
            if (coat->sprite) {
                ogt_stamp(surface, coat->sprite, coat->places + 2 * part, end - part);
                continue;
            }
            for (; part < end && answer == 0; part++)
                answer = paint_part(&m, surface, coat, part);
        }
    }
    release(&m);
    return answer;
}
