/*
 * JSON: texts with their quotes and escapes.
 *
 * Strings are generalised UTF-8; what is no well-formed text in JSON (a lone half
 * of a character) is written as an escape, as JavaScript does.
 */
#include "include/port.h"

static void tsfw_put_json_escape(tsfw_builder_t *builder, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char escape[6] = { '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15],
                       digits[unit & 15] };
    tsfw_put_str(builder, (tsfw_str_t){ escape, 6 });
}

/* The letter behind the backslash of a short escape, or 0. */
static char tsfw_json_short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

TSFW_API void tsfw_put_json_string(tsfw_builder_t *builder, tsfw_str_t s)
{
    tsfw_put_str(builder, TSFW_STR("\""));
    uint32_t plain = 0; /* what stands before has been put */
    for (uint32_t i = 0; i < s.size; i++) {
        uint8_t c = (uint8_t)s.data[i];
        char letter = tsfw_json_short_escape(s.data[i]);
        uint32_t surrogate = c == 0xED ? tsfw_surrogate_at(s.data + i, s.size - i) : 0;
        if (c >= 0x20 && letter == 0 && surrogate == 0) {
            continue;
        }
        tsfw_put_str(builder, (tsfw_str_t){ s.data + plain, i - plain });
        if (letter != 0) {
            char escape[2] = { '\\', letter };
            tsfw_put_str(builder, (tsfw_str_t){ escape, 2 });
        } else {
            tsfw_put_json_escape(builder, surrogate != 0 ? surrogate : c);
        }
        i += surrogate != 0 ? 2 : 0;
        plain = i + 1;
    }
    tsfw_put_str(builder, (tsfw_str_t){ s.data + plain, s.size - plain });
    tsfw_put_str(builder, TSFW_STR("\""));
}
