/*
 * JSON: whether a text is any, and where it stops being so.
 *
 * Nothing recurses: nesting is a bit for each level.
 */
#include "include/port.h"

enum { TSFW_JSON_DEPTH = 512 };

static bool tsfw_json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The byte, or 0 at the end. */
static char tsfw_json_at(tsfw_str_t s, uint32_t at)
{
    return at < s.size ? s.data[at] : '\0';
}

static uint32_t tsfw_json_spaces(tsfw_str_t s, uint32_t at)
{
    while (at < s.size && tsfw_json_is_space(s.data[at])) {
        at++;
    }
    return at;
}

static bool tsfw_json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t tsfw_json_digits(tsfw_str_t s, uint32_t at)
{
    while (tsfw_json_is_digit(tsfw_json_at(s, at))) {
        at++;
    }
    return at;
}

static int32_t tsfw_json_hex(char c)
{
    if (tsfw_json_is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Each of these moves `at` behind what it expects, or to where the text is wrong. */

static bool tsfw_json_take_word(tsfw_str_t s, uint32_t *at, tsfw_str_t word)
{
    for (uint32_t i = 0; i < word.size; i++, (*at)++) {
        if (tsfw_json_at(s, *at) != word.data[i]) {
            return false;
        }
    }
    return true;
}

static bool tsfw_json_take_digits(tsfw_str_t s, uint32_t *at)
{
    uint32_t end = tsfw_json_digits(s, *at);
    bool any = end > *at;
    *at = end;
    return any;
}

static bool tsfw_json_take_number(tsfw_str_t s, uint32_t *at)
{
    *at += tsfw_json_at(s, *at) == '-';
    if (tsfw_json_at(s, *at) == '0') {
        (*at)++;
    } else if (!tsfw_json_take_digits(s, at)) {
        return false;
    }
    if (tsfw_json_at(s, *at) == '.') {
        (*at)++;
        if (!tsfw_json_take_digits(s, at)) {
            return false;
        }
    }
    if ((tsfw_json_at(s, *at) | 0x20) != 'e') {
        return true;
    }
    (*at)++;
    *at += tsfw_json_at(s, *at) == '+' || tsfw_json_at(s, *at) == '-';
    return tsfw_json_take_digits(s, at);
}

static bool tsfw_json_take_escape(tsfw_str_t s, uint32_t *at)
{
    char c = tsfw_json_at(s, *at);
    if (c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' || c == 't') {
        (*at)++;
        return true;
    }
    if (c != 'u') {
        return false;
    }
    (*at)++;
    for (uint32_t i = 0; i < 4; i++, (*at)++) {
        if (tsfw_json_hex(tsfw_json_at(s, *at)) < 0) {
            return false;
        }
    }
    return true;
}

static bool tsfw_json_take_string(tsfw_str_t s, uint32_t *at)
{
    if (tsfw_json_at(s, *at) != '"') {
        return false;
    }
    for ((*at)++; *at < s.size; ) {
        char c = s.data[*at];
        if ((uint8_t)c < 0x20) {
            return false;
        }
        (*at)++;
        if (c == '"') {
            return true;
        }
        if (c == '\\' && !tsfw_json_take_escape(s, at)) {
            return false;
        }
    }
    return false;
}

static bool tsfw_json_take_plain(tsfw_str_t s, uint32_t *at)
{
    switch (tsfw_json_at(s, *at)) {
    case '"':
        return tsfw_json_take_string(s, at);
    case 't':
        return tsfw_json_take_word(s, at, TSFW_STR("true"));
    case 'f':
        return tsfw_json_take_word(s, at, TSFW_STR("false"));
    case 'n':
        return tsfw_json_take_word(s, at, TSFW_STR("null"));
    default:
        return tsfw_json_take_number(s, at);
    }
}

/* A key and its colon. */
static bool tsfw_json_take_key(tsfw_str_t s, uint32_t *at)
{
    if (!tsfw_json_take_string(s, at)) {
        return false;
    }
    *at = tsfw_json_spaces(s, *at);
    if (tsfw_json_at(s, *at) != ':') {
        return false;
    }
    *at = tsfw_json_spaces(s, *at + 1);
    return true;
}

/* Opens arrays and objects up to the first plain value, or an empty one. */
typedef struct {
    uint32_t depth;
    uint8_t objects[TSFW_JSON_DEPTH / 8]; /* a bit for each level: it is an object */
} tsfw_json_levels_t;

static bool tsfw_json_is_object(const tsfw_json_levels_t *levels)
{
    uint32_t level = levels->depth - 1;
    return (levels->objects[level / 8] >> level % 8 & 1) != 0;
}

static bool tsfw_json_open(tsfw_json_levels_t *levels, bool object)
{
    uint32_t level = levels->depth;
    if (level == TSFW_JSON_DEPTH) {
        return false;
    }
    uint8_t bit = (uint8_t)(1u << level % 8);
    uint8_t *bits = &levels->objects[level / 8];
    *bits = (uint8_t)(object ? *bits | bit : *bits & ~bit);
    levels->depth++;
    return true;
}

/* One value, or the opening of one. `done`: the value is complete. */
static bool tsfw_json_take_value(tsfw_str_t s, uint32_t *at, tsfw_json_levels_t *levels, bool *done)
{
    char c = tsfw_json_at(s, *at);
    if (c != '{' && c != '[') {
        *done = true;
        return tsfw_json_take_plain(s, at);
    }
    if (!tsfw_json_open(levels, c == '{')) {
        return false;
    }
    *at = tsfw_json_spaces(s, *at + 1);
    *done = tsfw_json_at(s, *at) == (c == '{' ? '}' : ']');
    if (*done) {
        levels->depth--;
        (*at)++;
        return true;
    }
    return c == '[' || tsfw_json_take_key(s, at);
}

/* What follows a complete value: a comma and the next key, or closings. `done`: all is closed. */
static bool tsfw_json_take_rest(tsfw_str_t s, uint32_t *at, tsfw_json_levels_t *levels, bool *done)
{
    for (;;) {
        *at = tsfw_json_spaces(s, *at);
        *done = levels->depth == 0;
        if (*done) {
            return *at == s.size;
        }
        bool object = tsfw_json_is_object(levels);
        char c = tsfw_json_at(s, *at);
        if (c == ',') {
            *at = tsfw_json_spaces(s, *at + 1);
            return !object || tsfw_json_take_key(s, at);
        }
        if (c != (object ? '}' : ']')) {
            return false;
        }
        (*at)++;
        levels->depth--;
    }
}

TSFW_API int32_t tsfw_json_check(tsfw_str_t s)
{
    tsfw_json_levels_t levels;
    levels.depth = 0;
    uint32_t at = tsfw_json_spaces(s, 0);
    for (;;) {
        bool done = false;
        if (!tsfw_json_take_value(s, &at, &levels, &done)) {
            return (int32_t)at;
        }
        if (!done) {
            continue;
        }
        if (!tsfw_json_take_rest(s, &at, &levels, &done)) {
            return (int32_t)at;
        }
        if (done) {
            return -1;
        }
    }
}
