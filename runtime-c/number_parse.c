/*
 * Text to numbers: Number(), parseFloat and parseInt, correctly rounded.
 *
 * Short decimals are one exact operation on doubles. Others are kept digit by
 * digit and shifted by powers of two until the significand stands before the
 * point: slow, small, and exact for every input.
 */
#include "include/port.h"

/* A double is decided by at most 768 digits; what follows only says "a little more". */
enum { TSFW_DECIMAL_DIGITS = 800, TSFW_DECIMAL_SHIFT = 27 };

typedef struct {
    uint8_t digits[TSFW_DECIMAL_DIGITS];
    int32_t count;
    int32_t point; /* value = 0.DIGITS * 10^point */
    bool more;     /* digits that are not zero were cut off */
} tsfw_big_decimal_t;

static void tsfw_big_decimal_trim(tsfw_big_decimal_t *d)
{
    while (d->count > 0 && d->digits[d->count - 1] == 0) {
        d->count--;
    }
}

static void tsfw_big_decimal_add(tsfw_big_decimal_t *d, int32_t at, uint32_t digit)
{
    if (at < TSFW_DECIMAL_DIGITS) {
        d->digits[at] = (uint8_t)digit;
    } else if (digit != 0) {
        d->more = true;
    }
}

static void tsfw_big_decimal_halve(tsfw_big_decimal_t *d, uint32_t shift)
{
    uint32_t mask = ((uint32_t)1 << shift) - 1;
    uint32_t rest = 0;
    int32_t read = 0;
    while (rest >> shift == 0 && (read < d->count || rest != 0)) {
        rest = rest * 10 + (read < d->count ? d->digits[read] : 0u);
        read++;
    }
    d->point -= read - 1;
    int32_t count = 0;
    while (read < d->count || rest != 0) {
        tsfw_big_decimal_add(d, count++, rest >> shift);
        rest = (rest & mask) * 10 + (read < d->count ? d->digits[read] : 0u);
        read++;
    }
    d->count = count < TSFW_DECIMAL_DIGITS ? count : TSFW_DECIMAL_DIGITS;
    tsfw_big_decimal_trim(d);
}

static void tsfw_big_decimal_double(tsfw_big_decimal_t *d, uint32_t shift)
{
    uint32_t carry = 0;
    for (int32_t i = d->count; i > 0; i--) {
        carry += (uint32_t)d->digits[i - 1] << shift;
        d->digits[i - 1] = (uint8_t)(carry % 10);
        carry /= 10;
    }
    int32_t extra = 0;
    for (uint32_t left = carry; left != 0; left /= 10) {
        extra++;
    }
    int32_t count = d->count + extra;
    for (int32_t i = d->count; i > 0; i--) {
        tsfw_big_decimal_add(d, i - 1 + extra, d->digits[i - 1]);
    }
    for (int32_t i = extra; i > 0; i--) {
        d->digits[i - 1] = (uint8_t)(carry % 10);
        carry /= 10;
    }
    d->count = count < TSFW_DECIMAL_DIGITS ? count : TSFW_DECIMAL_DIGITS;
    d->point += extra;
    tsfw_big_decimal_trim(d);
}

static void tsfw_big_decimal_shift(tsfw_big_decimal_t *d, int32_t shift)
{
    while (shift != 0) {
        int32_t step = shift > TSFW_DECIMAL_SHIFT ? TSFW_DECIMAL_SHIFT
                     : shift < -TSFW_DECIMAL_SHIFT ? -TSFW_DECIMAL_SHIFT : shift;
        if (step > 0) {
            tsfw_big_decimal_double(d, (uint32_t)step);
        } else {
            tsfw_big_decimal_halve(d, (uint32_t)-step);
        }
        shift -= step;
    }
}

/* The nearest integer, a half to the even one. Needs: below 2^63. */
static uint64_t tsfw_big_decimal_rounded(const tsfw_big_decimal_t *d)
{
    uint64_t whole = 0;
    for (int32_t i = 0; i < d->point; i++) {
        whole = whole * 10 + (i < d->count ? d->digits[i] : 0u);
    }
    if (d->point < 0 || d->point >= d->count) {
        return whole;
    }
    bool half = d->digits[d->point] == 5 && d->point + 1 == d->count && !d->more;
    return whole + (half ? whole & 1 : d->digits[d->point] >= 5);
}

/* A power of two that brings a number with so many digits before (behind) the point near one. */
static int32_t tsfw_power_for(int32_t digits)
{
    return digits >= 9 ? TSFW_DECIMAL_SHIFT : digits == 0 ? 1 : digits * 3;
}

static double tsfw_big_decimal_value(tsfw_big_decimal_t *d)
{
    tsfw_big_decimal_trim(d);
    if (d->count == 0 || d->point < -330) {
        return 0.0;
    }
    if (d->point > 310) {
        return tsfw_f64_from_bits(TSFW_F64_INFINITY);
    }
    int32_t exponent = 0; /* value = d * 2^exponent */
    while (d->point > 0) {
        int32_t step = tsfw_power_for(d->point);
        tsfw_big_decimal_shift(d, -step);
        exponent += step;
    }
    while (d->point < 0 || d->digits[0] < 5) {
        int32_t step = tsfw_power_for(-d->point);
        tsfw_big_decimal_shift(d, step);
        exponent -= step;
    }
    /* Now 0.5 <= d < 1. The significand is d * 2^53, fewer bits for subnormals. */
    if (exponent > 1024) {
        return tsfw_f64_from_bits(TSFW_F64_INFINITY);
    }
    int32_t field = exponent + 1022;
    tsfw_big_decimal_shift(d, field > 0 ? 53 : 52 + field);
    uint64_t significand = tsfw_big_decimal_rounded(d);
    /* A carry out of the significand raises the exponent, as it should. */
    uint64_t bits = field > 0 ? significand + ((uint64_t)(field - 1) << 52) : significand;
    return tsfw_f64_from_bits(bits < TSFW_F64_INFINITY ? bits : TSFW_F64_INFINITY);
}

/* Digits in front of `at`, or -1. */
static int32_t tsfw_digit_value(const char *at, const char *end, int32_t radix)
{
    if (at == end) {
        return -1;
    }
    int32_t c = (uint8_t)*at;
    int32_t v = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10 : 99;
    return v < radix ? v : -1;
}

/* Reads digits; returns where they end. */
static const char *tsfw_read_digits(tsfw_big_decimal_t *d, const char *at, const char *end, bool behind)
{
    for (int32_t digit; (digit = tsfw_digit_value(at, end, 10)) >= 0; at++) {
        if (d->count == 0 && digit == 0) {
            d->point -= behind; /* a leading zero */
            continue;
        }
        d->point += !behind;
        tsfw_big_decimal_add(d, d->count, (uint32_t)digit);
        d->count += d->count < TSFW_DECIMAL_DIGITS;
    }
    return at;
}

/* The exponent of a literal, if a whole one is there. */
static const char *tsfw_read_exponent(tsfw_big_decimal_t *d, const char *at, const char *end)
{
    const char *from = at;
    if (at == end || (*at | 0x20) != 'e') {
        return at;
    }
    at++;
    bool negative = at != end && *at == '-';
    at += at != end && (*at == '-' || *at == '+');
    int32_t exponent = 0;
    const char *first = at;
    for (int32_t digit; (digit = tsfw_digit_value(at, end, 10)) >= 0; at++) {
        exponent = exponent < 100000000 ? exponent * 10 + digit : exponent;
    }
    if (at == first) {
        return from;
    }
    d->point += negative ? -exponent : exponent;
    return at;
}

/* Exactly one rounding: a significand below 2^53 times or by a power of ten up to 10^22. */
static bool tsfw_short_decimal(const tsfw_big_decimal_t *d, double *value)
{
    int32_t power = d->point - d->count;
    if (d->count > 15 || power < -22 || power > 22) {
        return false;
    }
    uint64_t whole = 0;
    for (int32_t i = 0; i < d->count; i++) {
        whole = whole * 10 + d->digits[i];
    }
    double scale = 1;
    for (int32_t i = power < 0 ? -power : power; i > 0; i--) {
        scale *= 10;
    }
    *value = power < 0 ? (double)whole / scale : (double)whole * scale;
    return true;
}

static bool tsfw_starts_with_infinity(const char *at, const char *end)
{
    return end - at >= 8 && __builtin_memcmp(at, "Infinity", 8) == 0;
}

/* StrDecimalLiteral from `at`; NaN when there is none. `*stop`: where it ends. */
static double tsfw_read_decimal(const char *at, const char *end, const char **stop)
{
    bool negative = at != end && *at == '-';
    at += at != end && (*at == '-' || *at == '+');
    double value;
    if (tsfw_starts_with_infinity(at, end)) {
        *stop = at + 8;
        value = tsfw_f64_from_bits(TSFW_F64_INFINITY);
        return negative ? -value : value;
    }
    tsfw_big_decimal_t d;
    d.count = 0;
    d.point = 0;
    d.more = false;
    const char *first = at;
    at = tsfw_read_digits(&d, at, end, false);
    int32_t digits = (int32_t)(at - first);
    if (at != end && *at == '.') {
        const char *fraction = at + 1;
        const char *after = tsfw_read_digits(&d, fraction, end, true);
        if (digits > 0 || after != fraction) {
            digits += (int32_t)(after - fraction);
            at = after;
        }
    }
    *stop = at;
    if (digits == 0 && at == first) {
        return tsfw_f64_from_bits(TSFW_F64_NAN);
    }
    *stop = tsfw_read_exponent(&d, at, end);
    tsfw_big_decimal_trim(&d);
    if (!tsfw_short_decimal(&d, &value)) {
        value = tsfw_big_decimal_value(&d);
    }
    return negative ? -value : value;
}

TSFW_API double tsfw_str_parse_float(tsfw_str_t s)
{
    s = tsfw_str_trim_start(s);
    const char *stop;
    return tsfw_read_decimal(s.data, s.data + s.size, &stop);
}

/* Digits of a radix that is a power of two: all bits count, a half goes to the even number. */
static double tsfw_read_binary(const char *at, const char *end, int32_t radix, const char **stop)
{
    uint64_t bits = 0;
    double scale = 1;
    for (int32_t digit; (digit = tsfw_digit_value(at, end, radix)) >= 0; at++) {
        if (bits >> 58 == 0) {
            bits = bits * (uint32_t)radix + (uint32_t)digit;
        } else {
            bits |= digit != 0;
            scale *= radix;
        }
    }
    *stop = at;
    return (double)bits * scale;
}

/* Other radices round at each part of 32 bits, as V8 does. */
static double tsfw_read_parts(const char *at, const char *end, int32_t radix, const char **stop)
{
    double value = 0;
    while (at != end && *at == '0') {
        at++;
    }
    int32_t digit = tsfw_digit_value(at, end, radix);
    while (digit >= 0) {
        uint32_t part = 0;
        uint32_t scale = 1;
        while (digit >= 0 && scale * (uint32_t)radix <= UINT32_MAX / 36) {
            part = part * (uint32_t)radix + (uint32_t)digit;
            scale *= (uint32_t)radix;
            digit = tsfw_digit_value(++at, end, radix);
        }
        value = value * scale + part;
    }
    *stop = at;
    return value;
}

static bool tsfw_has_prefix(const char *at, const char *end, char letter)
{
    return end - at >= 2 && at[0] == '0' && (at[1] | 0x20) == letter;
}

TSFW_API double tsfw_str_parse_int(tsfw_str_t s, int32_t radix)
{
    s = tsfw_str_trim_start(s);
    const char *at = s.data;
    const char *end = s.data + s.size;
    bool negative = at != end && *at == '-';
    at += at != end && (*at == '-' || *at == '+');
    if ((radix == 0 || radix == 16) && tsfw_has_prefix(at, end, 'x')) {
        at += 2;
        radix = 16;
    }
    radix = radix == 0 ? 10 : radix;
    if (radix < 2 || radix > 36 || tsfw_digit_value(at, end, radix) < 0) {
        return tsfw_f64_from_bits(TSFW_F64_NAN);
    }
    const char *stop = at;
    double value;
    if (radix == 10) {
        while (tsfw_digit_value(stop, end, 10) >= 0) {
            stop++;
        }
        value = tsfw_read_decimal(at, stop, &stop);
    } else if ((radix & (radix - 1)) == 0) {
        value = tsfw_read_binary(at, end, radix, &stop);
    } else {
        value = tsfw_read_parts(at, end, radix, &stop);
    }
    return negative ? -value : value;
}

TSFW_API double tsfw_str_to_number(tsfw_str_t s)
{
    s = tsfw_str_trim(s);
    const char *at = s.data;
    const char *end = s.data + s.size;
    const char *stop = at;
    if (at == end) {
        return 0;
    }
    double value;
    int32_t radix = tsfw_has_prefix(at, end, 'x') ? 16 : tsfw_has_prefix(at, end, 'o') ? 8
                  : tsfw_has_prefix(at, end, 'b') ? 2 : 0;
    if (radix == 0) {
        value = tsfw_read_decimal(at, end, &stop);
    } else if (end - at > 2) {
        value = tsfw_read_binary(at + 2, end, radix, &stop);
    } else {
        return tsfw_f64_from_bits(TSFW_F64_NAN);
    }
    return stop == end ? value : tsfw_f64_from_bits(TSFW_F64_NAN);
}
