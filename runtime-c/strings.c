/*
 * Strings with JavaScript's meaning over generalised UTF-8.
 *
 * Owns surrogates: how one is found in bytes, how two are joined, and the walk
 * over UTF-16 code units that order and length are defined by.
 */
#include <string.h>

#include "include/port.h"

static inline bool tsfw_surrogate_is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* The surrogate that starts at `data`, or 0. Only surrogates have ED, A0..BF as
 * their first bytes; their third byte is always there. */
static uint16_t tsfw_surrogate_at(const char *data, uint32_t size)
{
    const uint8_t *byte = (const uint8_t *)data;
    if (size < 3 || byte[0] != 0xED || byte[1] < 0xA0) {
        return 0;
    }
    return (uint16_t)(0xD000 | (byte[1] & 0x3F) << 6 | (byte[2] & 0x3F));
}

/* Writes the four bytes of the character that two surrogates make. */
static void tsfw_surrogates_join(char *out, uint32_t high, uint32_t low)
{
    uint32_t point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
}


/* A walk over the UTF-16 code units of a string. */
typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t low; /* second unit of a character above U+FFFF, still to come; 0: none */
} tsfw_units_t;

/* The next code unit, -1 at the end. */
static int32_t tsfw_units_next(tsfw_units_t *units)
{
    if (units->low != 0) {
        uint32_t low = units->low;
        units->low = 0;
        return (int32_t)low;
    }
    if (units->at == units->end) {
        return -1;
    }
    uint32_t lead = *units->at++;
    if (lead < 0x80) {
        return (int32_t)lead;
    }
    uint32_t follow = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    uint32_t point = lead & (0x3Fu >> follow);
    for (; follow > 0; follow--) {
        point = point << 6 | (*units->at++ & 0x3F);
    }
    if (point < 0x10000) {
        return (int32_t)point;
    }
    units->low = 0xDC00 | (point & 0x3FF);
    return (int32_t)(0xD7C0 + (point >> 10));
}

TSFW_API bool tsfw_str_equal(tsfw_str_t a, tsfw_str_t b)
{
    return a.size == b.size && (a.size == 0 || __builtin_memcmp(a.data, b.data, a.size) == 0);
}

TSFW_API int32_t tsfw_str_compare(tsfw_str_t a, tsfw_str_t b)
{
    tsfw_units_t left = { (const uint8_t *)a.data, (const uint8_t *)a.data + a.size, 0 };
    tsfw_units_t right = { (const uint8_t *)b.data, (const uint8_t *)b.data + b.size, 0 };
    for (;;) {
        int32_t unit = tsfw_units_next(&left);
        int32_t difference = unit - tsfw_units_next(&right);
        if (difference != 0 || unit < 0) {
            return difference;
        }
    }
}

/* Four bytes of ASCII lie ahead. */
static inline bool tsfw_is_ascii_word(const uint8_t *at, const uint8_t *end)
{
    uint32_t word;
    if (end - at < 4) {
        return false;
    }
    __builtin_memcpy(&word, at, 4);
    return (word & 0x80808080u) == 0;
}

TSFW_API uint32_t tsfw_str_length(tsfw_str_t s)
{
    const uint8_t *bytes = (const uint8_t *)s.data;
    uint32_t length = 0;
    for (uint32_t i = 0; i < s.size; i++) {
        while (tsfw_is_ascii_word(bytes + i, bytes + s.size)) {
            i += 4;
            length += 4;
        }
        if (i == s.size) {
            break;
        }
        uint8_t byte = (uint8_t)s.data[i];
        length += (byte & 0xC0) != 0x80;
        length += byte >= 0xF0;
    }
    return length;
}

static void tsfw_put_bytes(tsfw_builder_t *builder, const char *data, uint32_t size)
{
    if (size > builder->capacity - builder->size) {
        tsfw_panic(TSFW_STR("RangeError: string too long"), NULL, 0);
    }
    /* An empty string may have no data, which memcpy must not be given. */
    if (size != 0) {
        __builtin_memcpy(builder->data + builder->size, data, size);
        builder->size += size;
    }
}

TSFW_API void tsfw_put_str(tsfw_builder_t *builder, tsfw_str_t s)
{
    uint16_t low = tsfw_surrogate_at(s.data, s.size);
    if (tsfw_surrogate_is_low(low) && builder->size >= 3) {
        uint16_t high = tsfw_surrogate_at(builder->data + builder->size - 3, 3);
        if (high != 0 && !tsfw_surrogate_is_low(high)) {
            char joined[4];
            tsfw_surrogates_join(joined, high, low);
            builder->size -= 3;
            tsfw_put_bytes(builder, joined, 4);
            s.data += 3;
            s.size -= 3;
        }
    }
    tsfw_put_bytes(builder, s.data, s.size);
}

TSFW_API void tsfw_put_i32(tsfw_builder_t *builder, int32_t v)
{
    char text[TSFW_I32_TEXT_SIZE];
    tsfw_put_bytes(builder, text, tsfw_format_i32(text, v));
}

TSFW_API void tsfw_put_u32(tsfw_builder_t *builder, uint32_t v)
{
    char text[TSFW_U32_TEXT_SIZE];
    tsfw_put_bytes(builder, text, tsfw_format_u32(text, v));
}

TSFW_API void tsfw_put_i64(tsfw_builder_t *builder, int64_t v)
{
    char text[TSFW_I64_TEXT_SIZE];
    tsfw_put_bytes(builder, text, tsfw_format_i64(text, v));
}

TSFW_API void tsfw_put_u64(tsfw_builder_t *builder, uint64_t v)
{
    char text[TSFW_U64_TEXT_SIZE];
    tsfw_put_bytes(builder, text, tsfw_format_u64(text, v));
}

TSFW_API void tsfw_put_f64(tsfw_builder_t *builder, double v)
{
    char text[TSFW_F64_TEXT_SIZE];
    tsfw_put_bytes(builder, text, tsfw_format_f64(text, v));
}

TSFW_API void tsfw_put_bool(tsfw_builder_t *builder, bool v)
{
    tsfw_put_bytes(builder, v ? "true" : "false", v ? 4 : 5);
}

TSFW_API tsfw_str_t tsfw_builder_str(const tsfw_builder_t *builder)
{
    return (tsfw_str_t){ builder->data, builder->size };
}

TSFW_API uint32_t tsfw_str_copy(char *data, uint32_t capacity, tsfw_str_t text)
{
    if (text.size > capacity) {
        tsfw_panic(TSFW_STR("RangeError: string too long"), NULL, 0);
    }
    if (text.size > 0) {
        memmove(data, text.data, text.size);
    }
    return text.size;
}

TSFW_API bool tsfw_str_is_format(tsfw_str_t text)
{
    for (uint32_t i = 0; i + 1 < text.size; i++) {
        if (text.data[i] == '%' && text.data[i + 1] != '\0' && strchr("sdifjoOc%", text.data[i + 1]) != NULL) {
            return true;
        }
    }
    return false;
}
