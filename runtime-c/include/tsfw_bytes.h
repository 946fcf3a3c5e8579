/**
 * Bytes as numbers: elements of arrays over the bytes of another array, what DataView reads and
 * writes, and the order of typed arrays.
 *
 * All of it works at any address, also on cores that fault on unaligned words, and never asks the
 * C compiler to believe that two types do not share memory.
 */
#ifndef TSFW_BYTES_H
#define TSFW_BYTES_H

#include <stdbool.h>
#include <stdint.h>

typedef int16_t tsfw_loose_i16_t __attribute__((aligned(1), may_alias));
typedef uint16_t tsfw_loose_u16_t __attribute__((aligned(1), may_alias));
typedef int32_t tsfw_loose_i32_t __attribute__((aligned(1), may_alias));
typedef uint32_t tsfw_loose_u32_t __attribute__((aligned(1), may_alias));
typedef int64_t tsfw_loose_i64_t __attribute__((aligned(1), may_alias));
typedef uint64_t tsfw_loose_u64_t __attribute__((aligned(1), may_alias));
typedef float tsfw_loose_f32_t __attribute__((aligned(1), may_alias));
typedef double tsfw_loose_f64_t __attribute__((aligned(1), may_alias));

/* The bytes as an unsigned word, in the order that is asked for. All targets are little-endian. */
#define TSFW_BYTES_WORD(bits)                                                                      \
    static inline uint##bits##_t tsfw_bytes_word##bits(const void *bytes, uint32_t at, bool little) \
    {                                                                                              \
        uint##bits##_t word;                                                                       \
        __builtin_memcpy(&word, (const uint8_t *)bytes + at, sizeof word);                         \
        return little ? word : __builtin_bswap##bits(word);                                        \
    }                                                                                              \
    static inline void tsfw_bytes_put##bits(void *bytes, uint32_t at, uint##bits##_t word, bool little) \
    {                                                                                              \
        if (!little) word = __builtin_bswap##bits(word);                                           \
        __builtin_memcpy((uint8_t *)bytes + at, &word, sizeof word);                               \
    }
TSFW_BYTES_WORD(16)
TSFW_BYTES_WORD(32)
TSFW_BYTES_WORD(64)

/** DataView's methods; `at` is inside the bytes. One byte has no order. */
#define TSFW_BYTES_NUMBER(name, type, bits)                                                        \
    static inline type tsfw_bytes_get_##name(const void *bytes, uint32_t at, bool little)          \
    {                                                                                              \
        uint##bits##_t word = tsfw_bytes_word##bits(bytes, at, little);                            \
        type value;                                                                                \
        __builtin_memcpy(&value, &word, sizeof value);                                             \
        return value;                                                                              \
    }                                                                                              \
    static inline void tsfw_bytes_set_##name(void *bytes, uint32_t at, type value, bool little)    \
    {                                                                                              \
        uint##bits##_t word;                                                                       \
        __builtin_memcpy(&word, &value, sizeof word);                                              \
        tsfw_bytes_put##bits(bytes, at, word, little);                                             \
    }
TSFW_BYTES_NUMBER(i16, int16_t, 16)
TSFW_BYTES_NUMBER(u16, uint16_t, 16)
TSFW_BYTES_NUMBER(i32, int32_t, 32)
TSFW_BYTES_NUMBER(u32, uint32_t, 32)
TSFW_BYTES_NUMBER(f32, float, 32)
TSFW_BYTES_NUMBER(i64, int64_t, 64)
TSFW_BYTES_NUMBER(u64, uint64_t, 64)
TSFW_BYTES_NUMBER(f64, double, 64)

static inline int8_t tsfw_bytes_get_i8(const void *bytes, uint32_t at, bool little)
{
    (void)little;
    return ((const int8_t *)bytes)[at];
}
static inline uint8_t tsfw_bytes_get_u8(const void *bytes, uint32_t at, bool little)
{
    (void)little;
    return ((const uint8_t *)bytes)[at];
}
static inline void tsfw_bytes_set_i8(void *bytes, uint32_t at, int8_t value, bool little)
{
    (void)little;
    ((int8_t *)bytes)[at] = value;
}
static inline void tsfw_bytes_set_u8(void *bytes, uint32_t at, uint8_t value, bool little)
{
    (void)little;
    ((uint8_t *)bytes)[at] = value;
}

/** Sorts numbers in place, ascending: -0 before 0, NaN last. Shell sort: no memory, and short. */
#define TSFW_ARRAY_SORT(data, count)                                                                \
    do {                                                                                            \
        uint32_t tsfw_count = (count);                                                              \
        uint32_t tsfw_gap = 1u;                                                                     \
        while (tsfw_gap < tsfw_count / 3u) tsfw_gap = 3u * tsfw_gap + 1u;                           \
        for (; tsfw_gap > 0u; tsfw_gap /= 3u) {                                                     \
            for (uint32_t tsfw_i = tsfw_gap; tsfw_i < tsfw_count; tsfw_i++) {                       \
                __auto_type tsfw_value = (data)[tsfw_i];                                            \
                uint32_t tsfw_at = tsfw_i;                                                          \
                while (tsfw_at >= tsfw_gap && TSFW_SORTS_BEFORE(tsfw_value, (data)[tsfw_at - tsfw_gap])) { \
                    (data)[tsfw_at] = (data)[tsfw_at - tsfw_gap];                                   \
                    tsfw_at -= tsfw_gap;                                                            \
                }                                                                                   \
                (data)[tsfw_at] = tsfw_value;                                                       \
            }                                                                                       \
        }                                                                                           \
    } while (0)
#define TSFW_SORTS_BEFORE(a, b)                                    \
    _Generic((a),                                                  \
        float: tsfw_f64_sorts_before((double)(a), (double)(b)),    \
        double: tsfw_f64_sorts_before((double)(a), (double)(b)),   \
        default: (a) < (b))
static inline bool tsfw_f64_sorts_before(double a, double b)
{
    if (a < b) return true;
    if (a > b) return false;
    bool a_is_number = a - a == 0 || a > 0 || a < 0;
    bool b_is_number = b - b == 0 || b > 0 || b < 0;
    if (!a_is_number || !b_is_number) return a_is_number;
    return __builtin_signbit(a) && !__builtin_signbit(b);
}

#endif
