/*
 * The methods of strings that make longer or changed text: padding, repeating,
 * letter case, replacing. They put units, so that halves of characters join.
 */
#include "include/port.h"

static void tsfw_put_filling(tsfw_builder_t *builder, uint32_t units, tsfw_str_t fill)
{
    tsfw_units_t from = tsfw_units_of(fill);
    while (units > 0) {
        int32_t unit = tsfw_units_next(&from);
        if (unit < 0) {
            from = tsfw_units_of(fill);
            continue;
        }
        tsfw_put_unit(builder, (uint32_t)unit);
        units--;
    }
}

/* How many units are missing to `length`; none when there is nothing to fill with. */
static uint32_t tsfw_missing(tsfw_str_t s, int32_t length, tsfw_str_t fill)
{
    uint32_t have = tsfw_str_length(s);
    return fill.size == 0 || length < 0 || (uint32_t)length <= have ? 0 : (uint32_t)length - have;
}

TSFW_API void tsfw_put_pad_start(tsfw_builder_t *builder, tsfw_str_t s, int32_t length, tsfw_str_t fill)
{
    tsfw_put_filling(builder, tsfw_missing(s, length, fill), fill);
    tsfw_put_str(builder, s);
}

TSFW_API void tsfw_put_pad_end(tsfw_builder_t *builder, tsfw_str_t s, int32_t length, tsfw_str_t fill)
{
    tsfw_put_str(builder, s);
    tsfw_put_filling(builder, tsfw_missing(s, length, fill), fill);
}

TSFW_API void tsfw_put_repeat(tsfw_builder_t *builder, tsfw_str_t s, int32_t count)
{
    for (; count > 0 && s.size > 0; count--) {
        tsfw_put_str(builder, s);
    }
}

/* Characters outside ASCII that are known to have no other case: signs, arrows,
 * box drawing, emoji, Chinese, Japanese, Korean. */
static bool tsfw_is_caseless(uint32_t unit)
{
    return (unit >= 0x80 && unit < 0xC0 && unit != 0xB5) || unit == 0xD7 || unit == 0xF7
        || (unit >= 0x2000 && unit < 0x2100) || (unit >= 0x2190 && unit < 0x24B6)
        || (unit >= 0x2500 && unit < 0x2C00) || (unit >= 0x2E80 && unit < 0xA640)
        || (unit >= 0xAC00 && unit < 0xD800) || (unit >= 0xD83C && unit < 0xD8C0)
        || (unit >= 0xDC00 && unit < 0xFB00);
}

static void tsfw_put_case(tsfw_builder_t *builder, tsfw_str_t s, uint32_t first)
{
    for (uint32_t i = 0; i < s.size; i++) {
        uint32_t byte = (uint8_t)s.data[i];
        if (byte >= 0xC0) {
            tsfw_units_t units = tsfw_units_of((tsfw_str_t){ s.data + i, s.size - i });
            uint32_t unit = (uint32_t)tsfw_units_next(&units);
            if (!tsfw_is_caseless(unit) && !(units.low == 0 && unit >= 0xD800 && unit < 0xE000)) {
                tsfw_panic(TSFW_STR("toUpperCase and toLowerCase change ASCII letters only, "
                                    "and this text has a letter outside ASCII"), NULL, 0);
            }
        }
        char out = (char)(byte - first < 26 ? byte ^ 0x20 : byte);
        tsfw_put_bytes(builder, &out, 1);
    }
}

TSFW_API void tsfw_put_upper_case(tsfw_builder_t *builder, tsfw_str_t s)
{
    tsfw_put_case(builder, s, 'a');
}

TSFW_API void tsfw_put_lower_case(tsfw_builder_t *builder, tsfw_str_t s)
{
    tsfw_put_case(builder, s, 'A');
}

/* The replacement with $$, $&, $` and $' filled in; `at` and `size` are the match in units. */
static void tsfw_put_expansion(tsfw_builder_t *builder, tsfw_str_t s, uint32_t at, uint32_t size, tsfw_str_t text)
{
    for (uint32_t i = 0; i < text.size; i++) {
        char sign = text.data[i] == '$' && i + 1 < text.size ? text.data[i + 1] : '\0';
        if (sign == '&') {
            tsfw_put_units(builder, s, at, at + size);
        } else if (sign == '`') {
            tsfw_put_units(builder, s, 0, at);
        } else if (sign == '\'') {
            tsfw_put_units(builder, s, at + size, INT32_MAX);
        } else {
            tsfw_str_t character = tsfw_str_character(text, i);
            tsfw_put_str(builder, character);
            i += character.size - 1;
            i += sign == '$';
            continue;
        }
        i++;
    }
}

static inline __attribute__((always_inline)) void tsfw_replace(
    tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t part, tsfw_str_t by, bool all, bool expands)
{
    tsfw_units_t units = tsfw_units_of(s);
    uint32_t part_length = tsfw_str_length(part);
    uint32_t at = 0;
    bool done = false;
    for (;;) {
        if (!done && tsfw_units_start_with(units, part)) {
            if (expands) {
                tsfw_put_expansion(builder, s, at, part_length, by);
            } else {
                tsfw_put_str(builder, by);
            }
            done = !all;
            for (uint32_t i = 0; i < part_length; i++) {
                tsfw_units_next(&units);
            }
            at += part_length;
            if (part_length > 0) {
                continue;
            }
        }
        int32_t unit = tsfw_units_next(&units);
        if (unit < 0) {
            return;
        }
        tsfw_put_unit(builder, (uint32_t)unit);
        at++;
    }
}

TSFW_API void tsfw_put_replace(tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t part, tsfw_str_t by, bool all)
{
    tsfw_replace(builder, s, part, by, all, false);
}

TSFW_API void tsfw_put_replace_pattern(
    tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t part, tsfw_str_t by, bool all)
{
    tsfw_replace(builder, s, part, by, all, true);
}

/* ---- lone surrogates --------------------------------------------------- */

TSFW_API bool tsfw_str_is_well_formed(tsfw_str_t s)
{
    for (uint32_t i = 0; i < s.size; i++) {
        if (tsfw_surrogate_at(s.data + i, s.size - i) != 0) {
            return false;
        }
    }
    return true;
}

TSFW_API void tsfw_put_well_formed(tsfw_builder_t *builder, tsfw_str_t s)
{
    for (uint32_t i = 0; i < s.size;) {
        tsfw_str_t character = tsfw_str_character(s, i);
        bool lone = tsfw_surrogate_at(s.data + i, s.size - i) != 0;
        tsfw_put_bytes(builder, lone ? "\xEF\xBF\xBD" : character.data, character.size);
        i += character.size;
    }
}
