/*
 * Bigints of 64 bits: what int64_t and uint64_t do not do themselves.
 *
 * Operands that may be of either type come as their low 64 bits and their sign;
 * results are low 64 bits. The tests say whether the exact result fits the
 * int64_t or uint64_t that the compiler keeps it in. Included by tsfw.h.
 */
#ifndef TSFW_BIGINT_H
#define TSFW_BIGINT_H

#define TSFW_BIGINT_FITS_(operation, type, a, b)                   \
    (__extension__({                                               \
        type tsfw_exact;                                           \
        !__builtin_##operation##_overflow((a), (b), &tsfw_exact);  \
    }))

/** Whether the exact result is an int64_t or uint64_t; the operands are of any integer type. */
#define TSFW_BIGINT_ADD_FITS_I64(a, b) TSFW_BIGINT_FITS_(add, int64_t, a, b)
#define TSFW_BIGINT_ADD_FITS_U64(a, b) TSFW_BIGINT_FITS_(add, uint64_t, a, b)
#define TSFW_BIGINT_SUBTRACT_FITS_I64(a, b) TSFW_BIGINT_FITS_(sub, int64_t, a, b)
#define TSFW_BIGINT_SUBTRACT_FITS_U64(a, b) TSFW_BIGINT_FITS_(sub, uint64_t, a, b)
#define TSFW_BIGINT_MULTIPLY_FITS_I64(a, b) TSFW_BIGINT_FITS_(mul, int64_t, a, b)
#define TSFW_BIGINT_MULTIPLY_FITS_U64(a, b) TSFW_BIGINT_FITS_(mul, uint64_t, a, b)

/** `a / b` and `a % b` as JavaScript has them: cut towards zero. b is not zero. */
TSFW_API uint64_t tsfw_bigint_divide(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API bool tsfw_bigint_divide_fits_i64(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API bool tsfw_bigint_divide_fits_u64(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API uint64_t tsfw_bigint_remainder(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API bool tsfw_bigint_remainder_fits_i64(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API bool tsfw_bigint_remainder_fits_u64(uint64_t a, bool a_negative, uint64_t b, bool b_negative);

/** `a | b` and `a ^ b` of a value that may be negative and one that may be beyond int64_t. */
TSFW_API bool tsfw_bigint_or_fits(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
TSFW_API bool tsfw_bigint_xor_fits(uint64_t a, bool a_negative, uint64_t b, bool b_negative);

/** Shifts by any count; a negative one shifts the other way. */
TSFW_API uint64_t tsfw_bigint_shift_left(uint64_t a, bool a_negative, uint64_t count, bool count_negative);
TSFW_API bool tsfw_bigint_shift_left_fits_i64(uint64_t a, bool a_negative, uint64_t count, bool count_negative);
TSFW_API bool tsfw_bigint_shift_left_fits_u64(uint64_t a, bool a_negative, uint64_t count, bool count_negative);
TSFW_API uint64_t tsfw_bigint_shift_right(uint64_t a, bool a_negative, uint64_t count, bool count_negative);
TSFW_API bool tsfw_bigint_shift_right_fits_i64(uint64_t a, bool a_negative, uint64_t count, bool count_negative);
TSFW_API bool tsfw_bigint_shift_right_fits_u64(uint64_t a, bool a_negative, uint64_t count, bool count_negative);

/** `base ** exponent`, modulo 2^64; the exponent is not negative. */
TSFW_API uint64_t tsfw_bigint_power(uint64_t base, uint64_t exponent);
TSFW_API bool tsfw_bigint_power_fits_i64(uint64_t base, bool base_negative, uint64_t exponent, bool exponent_negative);
TSFW_API bool tsfw_bigint_power_fits_u64(uint64_t base, bool base_negative, uint64_t exponent, bool exponent_negative);

/** Below zero, zero or above: how a compares with b. */
TSFW_API int32_t tsfw_bigint_order(uint64_t a, bool a_negative, uint64_t b, bool b_negative);
/** The same with a double, by their exact values; 2 for NaN. */
TSFW_API int32_t tsfw_bigint_order_f64(uint64_t a, bool a_negative, double b);

/** Whether BigInt(text) has a value, whether that is an int64_t, and its low 64 bits. */
TSFW_API bool tsfw_str_is_bigint(tsfw_str_t text);
TSFW_API bool tsfw_str_bigint_fits(tsfw_str_t text);
TSFW_API uint64_t tsfw_str_bigint_bits(tsfw_str_t text);

/** Appends what v.toString(radix) gives; radix 2 to 36. */
TSFW_API void tsfw_put_i64_radix(tsfw_builder_t *builder, int64_t v, uint32_t radix);
TSFW_API void tsfw_put_u64_radix(tsfw_builder_t *builder, uint64_t v, uint32_t radix);

#endif
