/*
 * Numbers to text: fixed precision, correctly rounded, trailing zeros dropped.
 *
 * A double is m * 2^k with m < 2^53.  Its fraction times 10^p (p <= 15) is below 2^103, so that
 * the digits after the point, the remainder and the comparison with one half are exact in
 * 128-bit integers: the text is what C's "%.*f" gives, ties to even, without its cost and
 * without its dependence on the locale.
 */

#include "grow.h"
#include "number.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef __SIZEOF_INT128__
#error "needs a compiler with 128-bit integers"
#endif

typedef unsigned __int128 wide_t;

static const uint64_t POWERS[16] = {
    1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull,
    1000000000ull, 10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull,
    100000000000000ull, 1000000000000000ull,
};

static const char PAIRS[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

int ogt_enlarge(ogt_buffer *buffer, size_t room)
{
    size_t capacity = buffer->capacity + buffer->capacity / 2 + room + 4096;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL)
        return -1;
    buffer->data = data;
    buffer->capacity = capacity;
    return 0;
}

void ogt_release(ogt_buffer *buffer)
{
    free(buffer->data);
    buffer->data = NULL;
    buffer->length = buffer->capacity = 0;
}

static int count_digits(uint64_t value)
{
    static const uint64_t BEYOND[20] = {
        0ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull,
        1000000000ull, 10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull,
        100000000000000ull, 1000000000000000ull, 10000000000000000ull, 100000000000000000ull,
        1000000000000000000ull, 10000000000000000000ull,
    };
    int guess = (64 - __builtin_clzll(value | 1)) * 1233 >> 12;     /* bits * log10(2) */
    return guess + (value >= BEYOND[guess]);
}

static char *put_unsigned(char *out, uint64_t value)
{
    int count = count_digits(value);
    char *at = out + count;
    while (value >= 100) {
        const char *pair = PAIRS + 2 * (value % 100);
        value /= 100;
        *--at = pair[1];
        *--at = pair[0];
    }
    if (value >= 10) {
        *--at = PAIRS[2 * value + 1];
        *--at = PAIRS[2 * value];
    } else
        *--at = (char)('0' + value);
    return out + count;
}

char *ogt_put_integer(char *out, int64_t value)
{
    if (value < 0) {
        *out++ = '-';
        return put_unsigned(out, 0ull - (uint64_t)value);
    }
    return put_unsigned(out, (uint64_t)value);
}

/* A point and the digits of `fraction`, `precision` places wide, without trailing zeros. */
static char *put_fraction(char *out, uint64_t fraction, int precision)
{
    int at = precision;
    *out++ = '.';
    while (at >= 2) {
        const char *pair = PAIRS + 2 * (fraction % 100);
        fraction /= 100;
        out[--at] = pair[1];
        out[--at] = pair[0];
    }
    if (at)
        out[0] = (char)('0' + fraction);
    at = precision;
    while (out[at - 1] == '0')
        at--;
    return out + at;
}

static char *put_special(char *out, int negative, uint64_t mantissa)
{
    if (mantissa) {
        memcpy(out, "nan", 3);
        return out + 3;
    }
    if (negative)
        *out++ = '-';
    memcpy(out, "inf", 3);
    return out + 3;
}

char *ogt_put_fixed(char *out, double value, int precision)
{
    uint64_t bits, mantissa, whole, fraction = 0;
    int exponent, negative;

    memcpy(&bits, &value, sizeof bits);
    negative = (int)(bits >> 63);
    exponent = (int)(bits >> 52 & 0x7ff);
    mantissa = bits & 0xfffffffffffffull;
    if (exponent == 0x7ff)
        return put_special(out, negative, mantissa);
    if (exponent)
        mantissa |= 1ull << 52;
    else
        exponent = 1;
    exponent -= 1075;                                   /* value = mantissa * 2^exponent */
    if (exponent > 10)                                  /* beyond 64 bits: no fraction, no point */
        return out + snprintf(out, OGT_LONGEST_NUMBER, "%.0f", value);
    if (exponent >= 0)
        whole = mantissa << exponent;
    else {
        int shift = -exponent;
        uint64_t rest;
        whole = shift < 64 ? mantissa >> shift : 0;
        rest = shift < 64 ? mantissa - (whole << shift) : mantissa;
        if (rest && shift < 128) {
            wide_t scaled = (wide_t)rest * POWERS[precision];
            wide_t half = (wide_t)1 << (shift - 1);
            wide_t left;
            fraction = (uint64_t)(scaled >> shift);
            left = scaled - ((wide_t)fraction << shift);
            if (left > half || (left == half && ((precision ? fraction : whole) & 1)))
                fraction++;
            if (fraction == POWERS[precision]) {
                fraction = 0;
                whole++;
            }
        }
    }
    if (negative && (whole | fraction))
        *out++ = '-';
    out = put_unsigned(out, whole);
    return fraction ? put_fraction(out, fraction, precision) : out;
}

/*
 * The texts of a column of numbers, one after another; offsets has count + 1 places.
 * 0, or -1 without memory.
 */
int ogt_fixed_column(const double *values, int64_t count, int32_t precision, ogt_buffer *out, int64_t *offsets)
{
    int64_t i;
    for (i = 0; i < count; i++) {
        offsets[i] = (int64_t)out->length;
        if (ogt_reserve(out, OGT_LONGEST_NUMBER) < 0)
            return -1;
        out->length = (size_t)(ogt_put_fixed(out->data + out->length, values[i], precision) - out->data);
    }
    offsets[count] = (int64_t)out->length;
    return 0;
}
