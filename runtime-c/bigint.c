/*
 * Bigints of 64 bits, as sign and magnitude where int64_t and uint64_t meet.
 * No type of 128 bits: 32-bit targets have none.
 */
#include "include/port.h"

static uint64_t tsfw_magnitude(uint64_t bits, bool negative)
{
    return negative ? 0 - bits : bits;
}

/* Whether a value of this magnitude and sign is an int64_t, or a uint64_t. */
static bool tsfw_fits_signed(uint64_t magnitude, bool negative)
{
    return magnitude <= (uint64_t)INT64_MAX + (negative ? 1 : 0);
}

static bool tsfw_fits_unsigned(uint64_t magnitude, bool negative)
{
    return !negative || magnitude == 0;
}

/* ---- division ---------------------------------------------------------- */

TSFW_API uint64_t tsfw_bigint_divide(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_magnitude(tsfw_magnitude(a, a_negative) / tsfw_magnitude(b, b_negative), a_negative != b_negative);
}

TSFW_API bool tsfw_bigint_divide_fits_i64(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_fits_signed(tsfw_magnitude(a, a_negative) / tsfw_magnitude(b, b_negative), a_negative != b_negative);
}

TSFW_API bool tsfw_bigint_divide_fits_u64(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_fits_unsigned(tsfw_magnitude(a, a_negative) / tsfw_magnitude(b, b_negative), a_negative != b_negative);
}

TSFW_API uint64_t tsfw_bigint_remainder(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_magnitude(tsfw_magnitude(a, a_negative) % tsfw_magnitude(b, b_negative), a_negative);
}

TSFW_API bool tsfw_bigint_remainder_fits_i64(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_fits_signed(tsfw_magnitude(a, a_negative) % tsfw_magnitude(b, b_negative), a_negative);
}

TSFW_API bool tsfw_bigint_remainder_fits_u64(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return tsfw_fits_unsigned(tsfw_magnitude(a, a_negative) % tsfw_magnitude(b, b_negative), a_negative);
}

/* ---- bits -------------------------------------------------------------- */

/* The sign of the result says what its top bit has to be. */
TSFW_API bool tsfw_bigint_or_fits(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return ((a | b) >> 63 != 0) == (a_negative || b_negative);
}

TSFW_API bool tsfw_bigint_xor_fits(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    return ((a ^ b) >> 63 != 0) == (a_negative != b_negative);
}

/* Rounds towards minus infinity, as a shift of two's complement does. */
static uint64_t tsfw_shifted_down(uint64_t bits, bool negative, uint64_t count)
{
    uint64_t flipped = negative ? ~bits : bits;
    uint64_t shifted = count > 63 ? 0 : flipped >> count;
    return negative ? ~shifted : shifted;
}

static uint64_t tsfw_shifted_up(uint64_t bits, uint64_t count)
{
    return count > 63 ? 0 : bits << count;
}

/* Whether no bit of the magnitude is lost. */
static bool tsfw_shift_keeps(uint64_t magnitude, uint64_t count)
{
    return magnitude == 0 || (count <= 63 && magnitude << count >> count == magnitude);
}

TSFW_API uint64_t tsfw_bigint_shift_left(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    return count_negative ? tsfw_shifted_down(a, a_negative, 0 - count) : tsfw_shifted_up(a, count);
}

TSFW_API bool tsfw_bigint_shift_left_fits_i64(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    uint64_t result = tsfw_bigint_shift_left(a, a_negative, count, count_negative);
    return (count_negative || tsfw_shift_keeps(tsfw_magnitude(a, a_negative), count))
        && tsfw_fits_signed(tsfw_magnitude(result, a_negative), a_negative);
}

TSFW_API bool tsfw_bigint_shift_left_fits_u64(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    return (count_negative || tsfw_shift_keeps(tsfw_magnitude(a, a_negative), count)) && (!a_negative || a == 0);
}

TSFW_API uint64_t tsfw_bigint_shift_right(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    return tsfw_bigint_shift_left(a, a_negative, 0 - count, !count_negative && count != 0);
}

TSFW_API bool tsfw_bigint_shift_right_fits_i64(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    return tsfw_bigint_shift_left_fits_i64(a, a_negative, 0 - count, !count_negative && count != 0);
}

TSFW_API bool tsfw_bigint_shift_right_fits_u64(uint64_t a, bool a_negative, uint64_t count, bool count_negative)
{
    return tsfw_bigint_shift_left_fits_u64(a, a_negative, 0 - count, !count_negative && count != 0);
}

/* ---- power ------------------------------------------------------------- */

TSFW_API uint64_t tsfw_bigint_power(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) {
            result *= base;
        }
        base *= base;
    }
    return result;
}

/* The magnitude of the power; false when it does not fit. At most 64 rounds: from two on it doubles. */
static bool tsfw_power_magnitude(uint64_t base, uint64_t exponent, uint64_t *result)
{
    *result = 1;
    if (base <= 1) {
        *result = exponent == 0 ? 1 : base;
        return true;
    }
    for (; exponent != 0; exponent--) {
        if (__builtin_mul_overflow(*result, base, result)) {
            return false;
        }
    }
    return true;
}

TSFW_API bool tsfw_bigint_power_fits_i64(uint64_t base, bool base_negative, uint64_t exponent, bool exponent_negative)
{
    uint64_t magnitude;
    bool negative = base_negative && (exponent & 1) != 0;
    (void)exponent_negative;
    return tsfw_power_magnitude(tsfw_magnitude(base, base_negative), exponent, &magnitude)
        && tsfw_fits_signed(magnitude, negative);
}

TSFW_API bool tsfw_bigint_power_fits_u64(uint64_t base, bool base_negative, uint64_t exponent, bool exponent_negative)
{
    uint64_t magnitude;
    bool negative = base_negative && (exponent & 1) != 0;
    (void)exponent_negative;
    return tsfw_power_magnitude(tsfw_magnitude(base, base_negative), exponent, &magnitude)
        && tsfw_fits_unsigned(magnitude, negative);
}

/* ---- order ------------------------------------------------------------- */

TSFW_API int32_t tsfw_bigint_order(uint64_t a, bool a_negative, uint64_t b, bool b_negative)
{
    if (a_negative != b_negative) {
        return a_negative ? -1 : 1;
    }
    /* Of one sign, two's complement has the order of the values. */
    return a < b ? -1 : a > b;
}

TSFW_API int32_t tsfw_bigint_order_f64(uint64_t a, bool a_negative, double b)
{
    if (b != b) {
        return 2;
    }
    if (b >= 18446744073709551616.0) {
        return -1;
    }
    if (b < -9223372036854775808.0) {
        return 1;
    }
    double whole = tsfw_f64_trunc(b);
    uint64_t magnitude = (uint64_t)(whole < 0.0 ? -whole : whole);
    int32_t order = tsfw_bigint_order(a, a_negative, tsfw_magnitude(magnitude, whole < 0.0), whole < 0.0);
    if (order != 0) {
        return order;
    }
    return b > whole ? -1 : b < whole;
}

/* ---- text -------------------------------------------------------------- */

typedef struct {
    uint64_t magnitude; /* modulo 2^64 */
    bool negative;
    bool large; /* the magnitude is 2^64 or more */
    bool valid;
} tsfw_parsed_t;

/* 0x, 0o or 0b: no sign, no decimal digits. */
static uint32_t tsfw_radix_of(tsfw_str_t text)
{
    if (text.size < 2 || text.data[0] != '0') {
        return 10;
    }
    char letter = (char)(text.data[1] | 0x20);
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
}

static tsfw_parsed_t tsfw_parse_bigint(tsfw_str_t untrimmed)
{
    tsfw_str_t text = tsfw_str_trim(untrimmed);
    tsfw_parsed_t parsed = { 0, false, false, true };
    uint32_t radix = tsfw_radix_of(text);
    uint32_t at = radix == 10 ? 0 : 2;
    if (radix == 10 && text.size > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
        parsed.negative = text.data[0] == '-';
        at = 1;
    }
    parsed.valid = at == 0 || at < text.size;
    for (; at < text.size; at++) {
        int32_t value = tsfw_digit_value(text.data + at, text.data + text.size, (int32_t)radix);
        parsed.valid = parsed.valid && value >= 0;
        uint32_t digit = (uint32_t)(value < 0 ? 0 : value);
        uint64_t before = parsed.magnitude;
        parsed.magnitude = before * radix + digit;
        parsed.large = parsed.large || before > (UINT64_MAX - digit) / radix;
    }
    return parsed;
}

TSFW_API bool tsfw_str_is_bigint(tsfw_str_t text)
{
    return tsfw_parse_bigint(text).valid;
}

TSFW_API bool tsfw_str_bigint_fits(tsfw_str_t text)
{
    tsfw_parsed_t parsed = tsfw_parse_bigint(text);
    return !parsed.large && tsfw_fits_signed(parsed.magnitude, parsed.negative);
}

TSFW_API uint64_t tsfw_str_bigint_bits(tsfw_str_t text)
{
    tsfw_parsed_t parsed = tsfw_parse_bigint(text);
    return tsfw_magnitude(parsed.magnitude, parsed.negative);
}

TSFW_API void tsfw_put_u64_radix(tsfw_builder_t *builder, uint64_t v, uint32_t radix)
{
    char text[64];
    char *first = text + sizeof text;
    do {
        *--first = tsfw_digit((uint32_t)(v % radix));
        v /= radix;
    } while (v != 0);
    tsfw_put_bytes(builder, first, (uint32_t)(text + sizeof text - first));
}

TSFW_API void tsfw_put_i64_radix(tsfw_builder_t *builder, int64_t v, uint32_t radix)
{
    if (v < 0) {
        tsfw_put_bytes(builder, "-", 1);
    }
    tsfw_put_u64_radix(builder, tsfw_magnitude((uint64_t)v, v < 0), radix);
}
