/*
 * JSON: values taken from a text that json_check.c has passed, by their position.
 *
 * Nothing recurses: what is skipped is found by counting brackets.
 */
#include "include/port.h"

/* Behind the string whose quote is at `at`. */
static uint32_t tsfw_json_string_end(tsfw_str_t s, uint32_t at)
{
    for (at++; s.data[at] != '"'; at++) {
        at += s.data[at] == '\\';
    }
    return at + 1;
}

/* Behind the value at `at`. Brackets are counted; which closes which has been checked. */
static uint32_t tsfw_json_value_end(tsfw_str_t s, uint32_t at)
{
    uint32_t depth = 0;
    do {
        char c = s.data[at];
        if (c == '"') {
            at = tsfw_json_string_end(s, at);
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    } while (depth > 0);
    while (at < s.size && s.data[at] != ',' && s.data[at] != '}' && s.data[at] != ']'
           && !tsfw_json_is_space(s.data[at])) {
        at++;
    }
    return at;
}

TSFW_API int32_t tsfw_json_start(tsfw_str_t s)
{
    return (int32_t)tsfw_json_spaces(s, 0);
}

TSFW_API int32_t tsfw_json_first(tsfw_str_t s, uint32_t at)
{
    at = tsfw_json_spaces(s, at + 1);
    return s.data[at] == '}' || s.data[at] == ']' ? -1 : (int32_t)at;
}

TSFW_API int32_t tsfw_json_next(tsfw_str_t s, uint32_t at)
{
    at = tsfw_json_spaces(s, tsfw_json_value_end(s, at));
    return tsfw_json_at(s, at) == ',' ? (int32_t)tsfw_json_spaces(s, at + 1) : -1;
}

static uint32_t tsfw_json_unit_escaped(tsfw_str_t s, uint32_t at)
{
    uint32_t unit = 0;
    for (uint32_t i = 0; i < 4; i++) {
        unit = unit << 4 | (uint32_t)tsfw_json_hex(s.data[at + i]);
    }
    return unit;
}

/* The unit that an escape stands for; `at` is behind its backslash and moves behind the escape. */
static uint32_t tsfw_json_escaped(tsfw_str_t s, uint32_t *at)
{
    char c = s.data[(*at)++];
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'u':
        *at += 4;
        return tsfw_json_unit_escaped(s, *at - 4);
    default:
        return (uint8_t)c;
    }
}

TSFW_API void tsfw_put_json_value(tsfw_builder_t *builder, tsfw_str_t s, uint32_t at)
{
    uint32_t plain = ++at;
    while (s.data[at] != '"') {
        if (s.data[at] != '\\') {
            at++;
            continue;
        }
        tsfw_put_str(builder, (tsfw_str_t){ s.data + plain, at - plain });
        at++;
        tsfw_put_unit(builder, tsfw_json_escaped(s, &at));
        plain = at;
    }
    tsfw_put_str(builder, (tsfw_str_t){ s.data + plain, at - plain });
}

/* Whether the string at `at` stands for the key: compared unit by unit where it has escapes. */
static bool tsfw_json_is_key(tsfw_str_t s, uint32_t at, tsfw_str_t key)
{
    tsfw_units_t wanted = { (const uint8_t *)key.data, (const uint8_t *)key.data + key.size, 0 };
    at++;
    for (;;) {
        int32_t unit = tsfw_units_next(&wanted);
        if (s.data[at] == '"') {
            return unit < 0;
        }
        if (s.data[at] == '\\') {
            at++;
            if (unit < 0 || tsfw_json_escaped(s, &at) != (uint32_t)unit) {
                return false;
            }
            continue;
        }
        tsfw_units_t given = { (const uint8_t *)s.data + at, (const uint8_t *)s.data + s.size, 0 };
        if (tsfw_units_next(&given) != unit) {
            return false;
        }
        if (given.low != 0 && tsfw_units_next(&given) != tsfw_units_next(&wanted)) {
            return false;
        }
        at = (uint32_t)((const char *)given.at - s.data);
    }
}

TSFW_API int32_t tsfw_json_find(tsfw_str_t s, uint32_t at, tsfw_str_t key)
{
    int32_t found = -1;
    int32_t place = tsfw_json_first(s, at);
    while (place >= 0) {
        uint32_t colon = tsfw_json_spaces(s, tsfw_json_string_end(s, (uint32_t)place));
        uint32_t value = tsfw_json_spaces(s, colon + 1);
        if (tsfw_json_is_key(s, (uint32_t)place, key)) {
            found = (int32_t)value;
        }
        place = tsfw_json_next(s, value);
    }
    return found;
}

TSFW_API int32_t tsfw_json_kind(tsfw_str_t s, uint32_t at)
{
    switch (s.data[at]) {
    case '{':
        return 0;
    case '[':
        return 1;
    case '"':
        return 2;
    case 't':
    case 'f':
        return 4;
    case 'n':
        return 5;
    default:
        return 3;
    }
}

TSFW_API double tsfw_json_number(tsfw_str_t s, uint32_t at)
{
    return tsfw_str_to_number((tsfw_str_t){ s.data + at, tsfw_json_value_end(s, at) - at });
}

TSFW_API bool tsfw_json_is_true(tsfw_str_t s, uint32_t at)
{
    return s.data[at] == 't';
}
