/*
 * Integers to decimal text, without 64-bit division.
 */
#include "include/port.h"

/* Digits are made from the last to the first, then moved to the front of `out`. */
static uint32_t tsfw_format_move(char *out, const char *first, const char *end)
{
    uint32_t size = (uint32_t)(end - first);
    __builtin_memcpy(out, first, size);
    return size;
}

TSFW_API uint32_t tsfw_format_u32(char *out, uint32_t v)
{
    char text[TSFW_U32_TEXT_SIZE];
    char *first = text + sizeof text;
    do {
        *--first = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    return tsfw_format_move(out, first, text + sizeof text);
}

TSFW_API uint32_t tsfw_format_i32(char *out, int32_t v)
{
    if (v >= 0) {
        return tsfw_format_u32(out, (uint32_t)v);
    }
    *out = '-';
    return 1 + tsfw_format_u32(out + 1, 0 - (uint32_t)v);
}

/* Divides *v by ten in four 16-bit steps that a 32-bit division can do; returns the remainder. */
static uint32_t tsfw_divide_by_ten(uint64_t *v)
{
    uint64_t quotient = 0;
    uint32_t rest = 0;
    for (int32_t shift = 48; shift >= 0; shift -= 16) {
        uint32_t part = rest << 16 | (uint32_t)(*v >> shift & 0xFFFF);
        quotient = quotient << 16 | part / 10;
        rest = part % 10;
    }
    *v = quotient;
    return rest;
}

TSFW_API uint32_t tsfw_format_u64(char *out, uint64_t v)
{
    char text[TSFW_U64_TEXT_SIZE];
    char *first = text + sizeof text;
    do {
        *--first = (char)('0' + tsfw_divide_by_ten(&v));
    } while (v != 0);
    return tsfw_format_move(out, first, text + sizeof text);
}

TSFW_API uint32_t tsfw_format_i64(char *out, int64_t v)
{
    if (v >= 0) {
        return tsfw_format_u64(out, (uint64_t)v);
    }
    *out = '-';
    return 1 + tsfw_format_u64(out + 1, 0 - (uint64_t)v);
}
