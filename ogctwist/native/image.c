#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image.h"

#define SLOTS 1024

int32_t ogt_image_palette(const uint32_t *argb, int64_t count, uint32_t *colours, uint8_t *index)
{
    int16_t slots[SLOTS];
    int32_t found = 0, last = -1;
    memset(slots, -1, sizeof slots);
    for (int64_t i = 0; i < count; i++) {
        uint32_t pixel = argb[i];
        if (last < 0 || colours[last] != pixel) {
            uint32_t slot = (pixel * 2654435761u) >> 22;
            while (slots[slot] >= 0 && colours[slots[slot]] != pixel)
                slot = (slot + 1) & (SLOTS - 1);
            if (slots[slot] < 0) {
                if (found == 256)
                    return -1;
                colours[found] = pixel;
                slots[slot] = (int16_t)found++;
            }
            last = slots[slot];
        }
        index[i] = (uint8_t)last;
    }
    return found;
}

static inline uint8_t straight(uint32_t value, uint32_t alpha)
{
    uint32_t s = (value * 255 + alpha / 2) / alpha;
    return (uint8_t)(s > 255 ? 255 : s);
}

void ogt_image_rows(const uint32_t *argb, int32_t width, int32_t height, int32_t size, int32_t up, uint8_t *out)
{
    size_t stride = (size_t)width * (size_t)size + 1;
    for (int32_t y = 0; y < height; y++) {
        const uint32_t *in = argb + (ptrdiff_t)y * width;
        uint8_t *row = out + stride * (size_t)y;
        row[0] = up ? 2 : 0;
        uint8_t *p = row + 1;
        for (int32_t x = 0; x < width; x++, p += size) {
            uint32_t pixel = in[x], a = pixel >> 24;
            uint8_t r = (uint8_t)(pixel >> 16), g = (uint8_t)(pixel >> 8), b = (uint8_t)pixel;
            if (size == 4) {
                if (a == 0) {
                    r = g = b = 0;
                } else if (a < 255) {
                    r = straight(r, a);
                    g = straight(g, a);
                    b = straight(b, a);
                }
                p[3] = (uint8_t)a;
            }
            p[0] = r;
            p[1] = g;
            p[2] = b;
        }
    }
    if (!up)
        return;
    for (int32_t y = height - 1; y > 0; y--) {
        uint8_t *row = out + stride * (size_t)y + 1, *above = row - stride;
        for (size_t i = 0; i + 1 < stride; i++)
            row[i] = (uint8_t)(row[i] - above[i]);
    }
}
