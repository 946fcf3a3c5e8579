/*
 * Numbers as text in the ways the methods of Number have it: toFixed,
 * toExponential, toPrecision, and toString with a radix.
 *
 * The decimal forms are exact: digits are generated with the big integers of
 * format_f64.c and rounded half up, as ECMA-262 asks. The radix form follows
 * V8's algorithm, whose digits the standard leaves open.
 */
#include "include/port.h"

/* 21 digits before the point of toFixed, 100 behind it, and a carry. */
enum { TSFW_EXACT_DIGITS = 122 };

typedef struct {
    char digits[TSFW_EXACT_DIGITS];
    int32_t count;
    int32_t power; /* value = 0.DIGITS * 10^power */
} tsfw_decimal_t;

/* `precision` digits, or as many as it takes to have `precision` behind the point. Needs: bits of a finite positive number. */
static void tsfw_decimal_exact(tsfw_decimal_t *out, uint64_t bits, int32_t precision, bool fixed)
{
    tsfw_f64_digits_t d;
    out->power = tsfw_digits_start(&d, bits);
    /* The start allows for rounding up to a power of ten; exactly the value may be below it. */
    if (tsfw_big_combine(&d, NULL, 10, 0, -1) < 0) {
        tsfw_digits_times_power(&d, true, 1);
        out->power--;
    }
    out->count = fixed ? precision + out->power : precision;
    if (out->count < 0) {
        out->count = 0;
        return;
    }
    for (int32_t i = 0; i < out->count; i++) {
        tsfw_digits_times_power(&d, true, 1);
        out->digits[i] = '0';
        while (tsfw_big_combine(&d, NULL, 1, 0, -1) >= 0) {
            tsfw_big_combine(&d, d.rest, 1, 0, -1);
            out->digits[i]++;
        }
    }
    if (tsfw_big_combine(&d, NULL, 2, 0, -1) < 0) {
        return;
    }
    int32_t at = out->count;
    while (at > 0 && out->digits[at - 1] == '9') {
        out->digits[--at] = '0';
    }
    if (at > 0) {
        out->digits[at - 1]++;
        return;
    }
    /* 9.99 became 10.0: one more digit before the point. */
    out->power++;
    out->count += fixed;
    if (out->count > 0) {
        out->digits[out->count - 1] = '0';
        out->digits[0] = '1';
    }
}

static void tsfw_decimal_zero(tsfw_decimal_t *out, int32_t precision)
{
    for (int32_t i = 0; i < precision; i++) {
        out->digits[i] = '0';
    }
    out->count = precision;
    out->power = 1;
}

/* Puts the sign and gives the magnitude's bits; false when all is put: NaN and infinities. */
static bool tsfw_put_sign(tsfw_builder_t *builder, double v, uint64_t *magnitude)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &v, sizeof bits);
    *magnitude = bits & ~((uint64_t)1 << 63);
    if (*magnitude >= (uint64_t)0x7FF << 52) {
        tsfw_put_f64(builder, v);
        return false;
    }
    if (bits != *magnitude && *magnitude != 0) {
        tsfw_put_bytes(builder, "-", 1);
    }
    return true;
}

static void tsfw_put_zeros(tsfw_builder_t *builder, int32_t count)
{
    for (; count > 0; count--) {
        tsfw_put_bytes(builder, "0", 1);
    }
}

/* `whole` digits before the point; fewer than one: zeros behind it. */
static void tsfw_put_plain(tsfw_builder_t *builder, const tsfw_decimal_t *d, int32_t whole, int32_t behind)
{
    if (whole > 0) {
        tsfw_put_bytes(builder, d->digits, (uint32_t)whole);
    } else {
        tsfw_put_bytes(builder, "0", 1);
        whole = 0;
    }
    if (behind > 0) {
        tsfw_put_bytes(builder, ".", 1);
        tsfw_put_zeros(builder, behind - (d->count - whole));
        tsfw_put_bytes(builder, d->digits + whole, (uint32_t)(d->count - whole));
    }
}

static void tsfw_put_scientific(tsfw_builder_t *builder, const tsfw_decimal_t *d)
{
    tsfw_put_plain(builder, d, 1, d->count - 1);
    tsfw_put_bytes(builder, d->power > 0 ? "e+" : "e-", 2);
    tsfw_put_u32(builder, (uint32_t)(d->power > 0 ? d->power - 1 : 1 - d->power));
}

TSFW_API void tsfw_put_fixed(tsfw_builder_t *builder, double v, int32_t decimals)
{
    uint64_t bits;
    /* From 10^21 on it is String(v). */
    if (!(v < 1e21 && v > -1e21)) {
        tsfw_put_f64(builder, v);
        return;
    }
    tsfw_put_sign(builder, v, &bits);
    tsfw_decimal_t d;
    d.count = 0;
    d.power = 0;
    if (bits != 0) {
        tsfw_decimal_exact(&d, bits, decimals, true);
    }
    tsfw_put_plain(builder, &d, d.power, decimals);
}

TSFW_API void tsfw_put_exponential(tsfw_builder_t *builder, double v, int32_t decimals)
{
    uint64_t bits;
    if (!tsfw_put_sign(builder, v, &bits)) {
        return;
    }
    tsfw_decimal_t d;
    if (bits == 0) {
        tsfw_decimal_zero(&d, decimals < 0 ? 1 : decimals + 1);
    } else if (decimals < 0) {
        tsfw_f64_digits_t shortest;
        d.power = tsfw_digits_start(&shortest, bits);
        d.count = (int32_t)tsfw_digits_make(&shortest, d.digits);
    } else {
        tsfw_decimal_exact(&d, bits, decimals + 1, false);
    }
    tsfw_put_scientific(builder, &d);
}

TSFW_API void tsfw_put_precision(tsfw_builder_t *builder, double v, int32_t precision)
{
    uint64_t bits;
    if (!tsfw_put_sign(builder, v, &bits)) {
        return;
    }
    tsfw_decimal_t d;
    if (bits == 0) {
        tsfw_decimal_zero(&d, precision);
    } else {
        tsfw_decimal_exact(&d, bits, precision, false);
    }
    if (d.power < -5 || d.power > precision) {
        tsfw_put_scientific(builder, &d);
    } else {
        tsfw_put_plain(builder, &d, d.power, d.count - d.power);
    }
}

static char tsfw_digit(uint32_t v)
{
    return (char)(v < 10 ? '0' + v : 'a' - 10 + v);
}

static void tsfw_reverse(char *from, char *to)
{
    while (from < to) {
        char c = *from;
        *from++ = *--to;
        *to = c;
    }
}

static void tsfw_put_radix(tsfw_builder_t *builder, uint32_t v, uint32_t radix)
{
    char text[32];
    char *first = text + sizeof text;
    do {
        *--first = tsfw_digit(v % radix);
        v /= radix;
    } while (v != 0);
    tsfw_put_bytes(builder, first, (uint32_t)(text + sizeof text - first));
}

TSFW_API void tsfw_put_u32_radix(tsfw_builder_t *builder, uint32_t v, uint32_t radix)
{
    tsfw_put_radix(builder, v, radix);
}

TSFW_API void tsfw_put_i32_radix(tsfw_builder_t *builder, int32_t v, uint32_t radix)
{
    if (v < 0) {
        tsfw_put_bytes(builder, "-", 1);
    }
    tsfw_put_radix(builder, v < 0 ? 0u - (uint32_t)v : (uint32_t)v, radix);
}

/* Behind the point, as far as the double is precise; returns whether they carry into the integer. */
static bool tsfw_put_radix_fraction(tsfw_builder_t *builder, double fraction, double delta, uint32_t radix)
{
    uint32_t start = builder->size;
    tsfw_put_bytes(builder, ".", 1);
    do {
        fraction *= radix;
        delta *= radix;
        uint32_t digit = (uint32_t)fraction;
        char text = tsfw_digit(digit);
        tsfw_put_bytes(builder, &text, 1);
        fraction -= digit;
        if ((fraction > 0.5 || (fraction == 0.5 && (digit & 1) != 0)) && fraction + delta > 1) {
            while (builder->data[builder->size - 1] == tsfw_digit(radix - 1)) {
                builder->size--;
            }
            char *last = builder->data + builder->size - 1;
            if (last == builder->data + start) {
                builder->size--;
                return true;
            }
            *last = *last == '9' ? 'a' : (char)(*last + 1);
            return false;
        }
    } while (fraction >= delta);
    return false;
}

TSFW_API void tsfw_put_f64_radix(tsfw_builder_t *builder, double v, uint32_t radix)
{
    uint64_t bits;
    if (radix == 10) {
        tsfw_put_f64(builder, v);
        return;
    }
    if (!tsfw_put_sign(builder, v, &bits)) {
        return;
    }
    v = tsfw_f64_from_bits(bits);
    double whole = tsfw_f64_trunc(v);
    double fraction = v - whole;
    double delta = 0.5 * (tsfw_f64_from_bits(bits + 1) - v);
    if (!(delta > 0)) {
        delta = tsfw_f64_from_bits(1);
    }
    char *start = builder->data + builder->size;
    if (fraction >= delta && tsfw_put_radix_fraction(builder, fraction, delta, radix)) {
        whole += 1;
    }
    /* The integer's digits come from the last to the first: put behind the fraction, then all is turned round. */
    char *middle = builder->data + builder->size;
    while (whole / radix >= 9007199254740992.0) {
        whole /= radix;
        tsfw_put_bytes(builder, "0", 1);
    }
    do {
        double rest = tsfw_f64_mod(whole, radix);
        char text = tsfw_digit((uint32_t)rest);
        tsfw_put_bytes(builder, &text, 1);
        whole = (whole - rest) / radix;
    } while (whole > 0);
    tsfw_reverse(start, middle);
    tsfw_reverse(start, builder->data + builder->size);
}
