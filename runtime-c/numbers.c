/*
 * Operations on doubles with JavaScript's meaning.
 *
 * All but pow work on the bits: exact, and without software floating point on
 * cores that have no doubles.
 */
#include <math.h>
#include "include/port.h"

enum { TSFW_F64_FRACTION_BITS = 52, TSFW_F64_EXPONENT_BIAS = 1023 };

#define TSFW_F64_SIGN ((uint64_t)1 << 63)
#define TSFW_F64_ONE ((uint64_t)TSFW_F64_EXPONENT_BIAS << TSFW_F64_FRACTION_BITS)
#define TSFW_F64_INFINITY ((uint64_t)0x7FF << TSFW_F64_FRACTION_BITS)
#define TSFW_F64_NAN ((uint64_t)0xFFF << (TSFW_F64_FRACTION_BITS - 1))

static uint64_t tsfw_f64_bits(double v)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &v, sizeof bits);
    return bits;
}

static double tsfw_f64_from_bits(uint64_t bits)
{
    double v;
    __builtin_memcpy(&v, &bits, sizeof v);
    return v;
}

/* floor(log2(|v|)) of a normal number; -1023 for zero and subnormals, 1024 for infinities and NaN. */
static int32_t tsfw_f64_log2(uint64_t bits)
{
    return (int32_t)(bits >> TSFW_F64_FRACTION_BITS & 0x7FF) - TSFW_F64_EXPONENT_BIAS;
}

TSFW_API uint32_t tsfw_f64_to_u32(double v)
{
    uint64_t bits = tsfw_f64_bits(v);
    int32_t shift = tsfw_f64_log2(bits) - TSFW_F64_FRACTION_BITS;
    uint64_t significand = (bits & (((uint64_t)1 << TSFW_F64_FRACTION_BITS) - 1))
                         | (uint64_t)1 << TSFW_F64_FRACTION_BITS;
    uint32_t low;
    if (shift >= 32 || shift < -TSFW_F64_FRACTION_BITS) {
        low = 0; /* a multiple of 2^32, not finite, or below one */
    } else if (shift >= 0) {
        low = (uint32_t)(significand << shift);
    } else {
        low = (uint32_t)(significand >> -shift);
    }
    return bits & TSFW_F64_SIGN ? 0 - low : low;
}

TSFW_API int32_t tsfw_f64_to_i32(double v)
{
    return (int32_t)tsfw_f64_to_u32(v);
}

/* What is added to the magnitude before its fraction is cut off. */
typedef enum { TSFW_ROUND_NOTHING, TSFW_ROUND_HALF_LESS, TSFW_ROUND_HALF, TSFW_ROUND_ALMOST_ONE } tsfw_rounding_t;

/* Adds and cuts on the bits: a carry out of the significand raises the exponent, as it should. */
static double tsfw_f64_round_magnitude(double v, tsfw_rounding_t rounding)
{
    uint64_t bits = tsfw_f64_bits(v);
    uint64_t sign = bits & TSFW_F64_SIGN;
    uint64_t magnitude = bits ^ sign;
    int32_t log2 = tsfw_f64_log2(bits);
    if (log2 >= TSFW_F64_FRACTION_BITS || magnitude == 0) {
        return v;
    }
    if (log2 < 0) {
        uint64_t half = TSFW_F64_ONE - ((uint64_t)1 << TSFW_F64_FRACTION_BITS);
        bool up = rounding == TSFW_ROUND_ALMOST_ONE || (rounding == TSFW_ROUND_HALF && magnitude >= half)
               || (rounding == TSFW_ROUND_HALF_LESS && magnitude > half);
        return tsfw_f64_from_bits(sign | (up ? TSFW_F64_ONE : 0));
    }
    uint64_t one = (uint64_t)1 << (TSFW_F64_FRACTION_BITS - log2);
    uint64_t add = rounding == TSFW_ROUND_ALMOST_ONE ? one - 1
                 : rounding == TSFW_ROUND_HALF       ? one / 2
                 : rounding == TSFW_ROUND_HALF_LESS  ? one / 2 - 1
                                                     : 0;
    return tsfw_f64_from_bits(sign | ((magnitude + add) & ~(one - 1)));
}

static bool tsfw_f64_negative(double v)
{
    return tsfw_f64_bits(v) >> 63 != 0;
}

TSFW_API int32_t tsfw_f64_clamp_u8(double v)
{
    if (!(v > 0.0))
        return 0;
    if (v >= 255.0)
        return 255;
    int32_t whole = (int32_t)v;
    double rest = v - (double)whole;
    if (rest > 0.5 || (rest == 0.5 && (whole & 1) != 0))
        whole++;
    return whole;
}

TSFW_API double tsfw_f64_trunc(double v)
{
    return tsfw_f64_round_magnitude(v, TSFW_ROUND_NOTHING);
}

TSFW_API double tsfw_f64_floor(double v)
{
    return tsfw_f64_round_magnitude(v, tsfw_f64_negative(v) ? TSFW_ROUND_ALMOST_ONE : TSFW_ROUND_NOTHING);
}

TSFW_API double tsfw_f64_ceil(double v)
{
    return tsfw_f64_round_magnitude(v, tsfw_f64_negative(v) ? TSFW_ROUND_NOTHING : TSFW_ROUND_ALMOST_ONE);
}

/* A half goes towards plus infinity. */
TSFW_API double tsfw_f64_round(double v)
{
    return tsfw_f64_round_magnitude(v, tsfw_f64_negative(v) ? TSFW_ROUND_HALF_LESS : TSFW_ROUND_HALF);
}

/* A finite magnitude as significand * 2^exponent, the significand with bit 52 set unless zero. */
static uint64_t tsfw_f64_split(uint64_t magnitude, int32_t *exponent)
{
    int32_t field = (int32_t)(magnitude >> TSFW_F64_FRACTION_BITS);
    uint64_t significand = magnitude & (((uint64_t)1 << TSFW_F64_FRACTION_BITS) - 1);
    if (field != 0) {
        significand |= (uint64_t)1 << TSFW_F64_FRACTION_BITS;
    } else {
        field = 1;
        while (significand >> TSFW_F64_FRACTION_BITS == 0) {
            significand <<= 1;
            field--;
        }
    }
    *exponent = field;
    return significand;
}

/* The inverse for a significand below 2^53 whose value is representable. */
static uint64_t tsfw_f64_join(uint64_t significand, int32_t exponent)
{
    if (significand == 0) {
        return 0;
    }
    while (significand >> TSFW_F64_FRACTION_BITS == 0) {
        significand <<= 1;
        exponent--;
    }
    if (exponent < 1) {
        return significand >> (1 - exponent);
    }
    return significand + ((uint64_t)(exponent - 1) << TSFW_F64_FRACTION_BITS);
}

TSFW_API double tsfw_f64_mod(double a, double b)
{
    uint64_t sign = tsfw_f64_bits(a) & TSFW_F64_SIGN;
    uint64_t dividend = tsfw_f64_bits(a) ^ sign;
    uint64_t divisor = tsfw_f64_bits(b) & ~TSFW_F64_SIGN;
    if (dividend >= TSFW_F64_INFINITY || divisor > TSFW_F64_INFINITY || divisor == 0) {
        return tsfw_f64_from_bits(TSFW_F64_NAN);
    }
    if (dividend < divisor) {
        return a;
    }
    int32_t high;
    int32_t low;
    uint64_t rest = tsfw_f64_split(dividend, &high);
    uint64_t by = tsfw_f64_split(divisor, &low);
    /* Long division in base two, keeping only the rest: at most 2098 steps. */
    for (;; high--) {
        if (rest >= by) {
            rest -= by;
        }
        if (high == low) {
            break;
        }
        rest <<= 1;
    }
    return tsfw_f64_from_bits(sign | tsfw_f64_join(rest, low));
}

/* C gives 1 for a base of 1 or -1 with an infinite or missing exponent; JavaScript gives NaN. */
TSFW_API double tsfw_f64_pow(double base, double exponent)
{
    uint64_t magnitude = tsfw_f64_bits(exponent) & ~TSFW_F64_SIGN;
    bool unit = (tsfw_f64_bits(base) & ~TSFW_F64_SIGN) == TSFW_F64_ONE;
    if (magnitude > TSFW_F64_INFINITY || (unit && magnitude == TSFW_F64_INFINITY)) {
        return tsfw_f64_from_bits(TSFW_F64_NAN);
    }
    return __builtin_pow(base, exponent);
}

TSFW_API double tsfw_f64_sign(double v)
{
    if (v > 0.0) {
        return 1.0;
    }
    return v < 0.0 ? -1.0 : v;
}

TSFW_API double tsfw_f64_min(double a, double b)
{
    if (a != a || b != b) {
        return (double)NAN;
    }
    if (a == b) {
        return signbit(a) ? a : b;
    }
    return a < b ? a : b;
}

TSFW_API double tsfw_f64_max(double a, double b)
{
    if (a != a || b != b) {
        return (double)NAN;
    }
    if (a == b) {
        return signbit(a) ? b : a;
    }
    return a > b ? a : b;
}

TSFW_API int32_t tsfw_u32_clz(uint32_t v)
{
    return v == 0 ? 32 : __builtin_clz(v);
}
