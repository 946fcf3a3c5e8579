/*
 * The methods of strings: positions are UTF-16 code units, as in JavaScript.
 *
 * Functions named tsfw_ascii_* need a receiver that is ASCII and are constant
 * time or linear in the result; their tsfw_str_* twins walk the units. What
 * makes new text puts it into a builder, so that halves of characters join.
 */
#include "include/port.h"

static uint32_t tsfw_clamp(int32_t index, uint32_t length)
{
    return index < 0 ? 0 : (uint32_t)index < length ? (uint32_t)index : length;
}

/* A position as slice() takes it: negative ones count from the end. */
static uint32_t tsfw_from_end(int32_t index, uint32_t length)
{
    if (index >= 0) {
        return tsfw_clamp(index, length);
    }
    uint32_t back = 0u - (uint32_t)index;
    return back < length ? length - back : 0;
}

TSFW_API int32_t tsfw_f64_to_index(double v)
{
    if (v >= 2147483647.0) {
        return INT32_MAX;
    }
    if (v <= -2147483648.0) {
        return INT32_MIN;
    }
    return v != v ? 0 : (int32_t)v;
}

TSFW_API int32_t tsfw_i64_to_index(int64_t v)
{
    return v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : (int32_t)v;
}

static tsfw_units_t tsfw_units_of(tsfw_str_t s)
{
    return (tsfw_units_t){ (const uint8_t *)s.data, (const uint8_t *)s.data + s.size, 0 };
}

/* Runs of ASCII are skipped four units at a time. */
static tsfw_units_t tsfw_units_from(tsfw_str_t s, uint32_t index)
{
    tsfw_units_t units = tsfw_units_of(s);
    for (;;) {
        while (index >= 4 && tsfw_is_ascii_word(units.at, units.end)) {
            units.at += 4;
            index -= 4;
        }
        if (index == 0 || tsfw_units_next(&units) < 0) {
            return units;
        }
        if (units.low != 0 && index > 1) {
            tsfw_units_next(&units);
            index--;
        }
        index--;
    }
}

TSFW_API void tsfw_put_unit(tsfw_builder_t *builder, uint32_t unit)
{
    char bytes[3];
    uint32_t size = 0;
    if (unit < 0x80) {
        bytes[size++] = (char)unit;
    } else {
        if (unit < 0x800) {
            bytes[size++] = (char)(0xC0 | unit >> 6);
        } else {
            bytes[size++] = (char)(0xE0 | unit >> 12);
            bytes[size++] = (char)(0x80 | (unit >> 6 & 0x3F));
        }
        bytes[size++] = (char)(0x80 | (unit & 0x3F));
    }
    tsfw_put_str(builder, (tsfw_str_t){ bytes, size });
}

TSFW_API void tsfw_put_point(tsfw_builder_t *builder, uint32_t point)
{
    if (point >= 0x10000) {
        tsfw_put_unit(builder, 0xD7C0 + (point >> 10));
        point = 0xDC00 | (point & 0x3FF);
    }
    tsfw_put_unit(builder, point);
}

/* ---- parts ------------------------------------------------------------- */

static tsfw_str_t tsfw_ascii_part(tsfw_str_t s, uint32_t from, uint32_t to)
{
    return from < to ? (tsfw_str_t){ s.data + from, to - from } : (tsfw_str_t){ s.data, 0 };
}

TSFW_API void tsfw_put_units(tsfw_builder_t *builder, tsfw_str_t s, uint32_t from, uint32_t to)
{
    tsfw_units_t units = tsfw_units_from(s, from);
    for (; from < to; from++) {
        int32_t unit = tsfw_units_next(&units);
        if (unit < 0) {
            return;
        }
        tsfw_put_unit(builder, (uint32_t)unit);
    }
}

TSFW_API tsfw_str_t tsfw_ascii_slice(tsfw_str_t s, int32_t from, int32_t to)
{
    return tsfw_ascii_part(s, tsfw_from_end(from, s.size), tsfw_from_end(to, s.size));
}

TSFW_API void tsfw_put_slice(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t to)
{
    uint32_t length = tsfw_str_length(s);
    tsfw_put_units(builder, s, tsfw_from_end(from, length), tsfw_from_end(to, length));
}

TSFW_API tsfw_str_t tsfw_ascii_substring(tsfw_str_t s, int32_t from, int32_t to)
{
    uint32_t a = tsfw_clamp(from, s.size);
    uint32_t b = tsfw_clamp(to, s.size);
    return a < b ? tsfw_ascii_part(s, a, b) : tsfw_ascii_part(s, b, a);
}

TSFW_API void tsfw_put_substring(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t to)
{
    uint32_t a = tsfw_clamp(from, INT32_MAX);
    uint32_t b = tsfw_clamp(to, INT32_MAX);
    tsfw_put_units(builder, s, a < b ? a : b, a < b ? b : a);
}

TSFW_API tsfw_str_t tsfw_ascii_substr(tsfw_str_t s, int32_t from, int32_t count)
{
    uint32_t start = tsfw_from_end(from, s.size);
    return tsfw_ascii_part(s, start, start + tsfw_clamp(count, s.size - start));
}

TSFW_API void tsfw_put_substr(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t count)
{
    uint32_t length = tsfw_str_length(s);
    uint32_t start = tsfw_from_end(from, length);
    tsfw_put_units(builder, s, start, start + tsfw_clamp(count, length - start));
}

TSFW_API tsfw_str_t tsfw_ascii_char_at(tsfw_str_t s, int32_t index)
{
    return index >= 0 && (uint32_t)index < s.size ? (tsfw_str_t){ s.data + index, 1 } : (tsfw_str_t){ s.data, 0 };
}

TSFW_API void tsfw_put_char_at(tsfw_builder_t *builder, tsfw_str_t s, int32_t index)
{
    if (index >= 0) {
        tsfw_put_units(builder, s, (uint32_t)index, (uint32_t)index + 1);
    }
}

TSFW_API int32_t tsfw_ascii_unit_at(tsfw_str_t s, int32_t index)
{
    return index >= 0 && (uint32_t)index < s.size ? (int32_t)(uint8_t)s.data[index] : -1;
}

TSFW_API int32_t tsfw_str_unit_at(tsfw_str_t s, int32_t index)
{
    if (index < 0) {
        return -1;
    }
    tsfw_units_t units = tsfw_units_from(s, (uint32_t)index);
    return tsfw_units_next(&units);
}

TSFW_API int32_t tsfw_str_point_at(tsfw_str_t s, int32_t index)
{
    if (index < 0) {
        return -1;
    }
    tsfw_units_t units = tsfw_units_from(s, (uint32_t)index);
    int32_t unit = tsfw_units_next(&units);
    return units.low != 0 ? 0x10000 + ((unit - 0xD800) << 10) + (int32_t)(units.low - 0xDC00) : unit;
}

TSFW_API double tsfw_code_or_nan(int32_t unit)
{
    return unit < 0 ? __builtin_nan("") : (double)unit;
}

TSFW_API uint32_t tsfw_str_character_size(tsfw_str_t s, uint32_t at)
{
    uint32_t lead = (uint8_t)s.data[at];
    return lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

TSFW_API tsfw_str_t tsfw_str_character(tsfw_str_t s, uint32_t at)
{
    return (tsfw_str_t){ s.data + at, tsfw_str_character_size(s, at) };
}

/* ---- searching --------------------------------------------------------- */

/* A loop, because a compiler that knows both sizes warns of a memcmp which the first test keeps from running. */
static bool tsfw_bytes_at(tsfw_str_t s, uint32_t at, tsfw_str_t part)
{
    if (part.size > s.size - at) {
        return false;
    }
    uint32_t same = 0;
    while (same < part.size && s.data[at + same] == part.data[same]) {
        same++;
    }
    return same == part.size;
}

static bool tsfw_units_start_with(tsfw_units_t units, tsfw_str_t part)
{
    tsfw_units_t wanted = tsfw_units_of(part);
    for (;;) {
        int32_t unit = tsfw_units_next(&wanted);
        if (unit < 0) {
            return true;
        }
        if (unit != tsfw_units_next(&units)) {
            return false;
        }
    }
}

TSFW_API int32_t tsfw_ascii_find(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    for (uint32_t at = tsfw_clamp(from, s.size); at + part.size <= s.size; at++) {
        if (tsfw_bytes_at(s, at, part)) {
            return (int32_t)at;
        }
    }
    return -1;
}

TSFW_API int32_t tsfw_str_find(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    uint32_t index = tsfw_clamp(from, tsfw_str_length(s));
    tsfw_units_t units = tsfw_units_from(s, index);
    do {
        if (tsfw_units_start_with(units, part)) {
            return (int32_t)index;
        }
        index++;
    } while (tsfw_units_next(&units) >= 0);
    return -1;
}

TSFW_API int32_t tsfw_ascii_find_last(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    if (part.size > s.size) {
        return -1;
    }
    for (uint32_t at = tsfw_clamp(from, s.size - part.size) + 1; at > 0; at--) {
        if (tsfw_bytes_at(s, at - 1, part)) {
            return (int32_t)(at - 1);
        }
    }
    return -1;
}

TSFW_API int32_t tsfw_str_find_last(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    uint32_t last = tsfw_clamp(from, INT32_MAX);
    tsfw_units_t units = tsfw_units_of(s);
    int32_t found = -1;
    uint32_t index = 0;
    do {
        if (tsfw_units_start_with(units, part)) {
            found = (int32_t)index;
        }
        index++;
    } while (index <= last && tsfw_units_next(&units) >= 0);
    return found;
}

TSFW_API bool tsfw_ascii_starts_with(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    return tsfw_bytes_at(s, tsfw_clamp(from, s.size), part);
}

TSFW_API bool tsfw_str_starts_with(tsfw_str_t s, tsfw_str_t part, int32_t from)
{
    return tsfw_units_start_with(tsfw_units_from(s, tsfw_clamp(from, INT32_MAX)), part);
}

TSFW_API bool tsfw_ascii_ends_with(tsfw_str_t s, tsfw_str_t part, int32_t end)
{
    uint32_t to = tsfw_clamp(end, s.size);
    return part.size <= to && tsfw_bytes_at(s, to - part.size, part);
}

TSFW_API bool tsfw_str_ends_with(tsfw_str_t s, tsfw_str_t part, int32_t end)
{
    uint32_t to = tsfw_clamp(end, tsfw_str_length(s));
    uint32_t length = tsfw_str_length(part);
    return length <= to && tsfw_units_start_with(tsfw_units_from(s, to - length), part);
}

/* ---- white space ------------------------------------------------------- */

static bool tsfw_is_space(uint32_t point)
{
    return (point >= 9 && point <= 13) || point == 0x20 || point == 0xA0 || point == 0x1680
        || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 || point == 0x202F
        || point == 0x205F || point == 0x3000 || point == 0xFEFF;
}

/* All white space is in the BMP, so the first unit of a character tells. */
static bool tsfw_space_at(tsfw_str_t s, uint32_t at)
{
    tsfw_units_t units = tsfw_units_of((tsfw_str_t){ s.data + at, s.size - at });
    return tsfw_is_space((uint32_t)tsfw_units_next(&units));
}

TSFW_API tsfw_str_t tsfw_str_trim_start(tsfw_str_t s)
{
    while (s.size > 0 && tsfw_space_at(s, 0)) {
        uint32_t size = tsfw_str_character(s, 0).size;
        s.data += size;
        s.size -= size;
    }
    return s;
}

TSFW_API tsfw_str_t tsfw_str_trim_end(tsfw_str_t s)
{
    while (s.size > 0) {
        uint32_t at = s.size - 1;
        while (((uint8_t)s.data[at] & 0xC0) == 0x80) {
            at--;
        }
        if (!tsfw_space_at(s, at)) {
            break;
        }
        s.size = at;
    }
    return s;
}

TSFW_API tsfw_str_t tsfw_str_trim(tsfw_str_t s)
{
    return tsfw_str_trim_end(tsfw_str_trim_start(s));
}
