/*
 * Text log: a line is begin, pieces, end, written through the port at once.
 *
 * Prints as Node's console does: lone surrogates as U+FFFD, and two surrogate
 * halves that meet at the seam of two pieces as the character they make.
 */
#include "include/port.h"

/* A high surrogate that ended the last piece and waits for its other half. */
static uint16_t tsfw_log_half;

/* Ends the wait of tsfw_log_half: it stays alone. */
static void tsfw_log_half_alone(void)
{
    if (tsfw_log_half != 0) {
        tsfw_log_half = 0;
        tsfw_port_write("\xEF\xBF\xBD", 3);
    }
}

static void tsfw_log_surrogate(uint16_t unit)
{
    if (tsfw_log_half != 0 && tsfw_surrogate_is_low(unit)) {
        char joined[4];
        tsfw_surrogates_join(joined, tsfw_log_half, unit);
        tsfw_log_half = 0;
        tsfw_port_write(joined, 4);
        return;
    }
    tsfw_log_half_alone();
    tsfw_log_half = unit;
    if (tsfw_surrogate_is_low(unit)) {
        tsfw_log_half_alone();
    }
}

TSFW_API void tsfw_log_str(tsfw_str_t s)
{
    uint32_t from = 0;
    for (uint32_t at = 0; at < s.size;) {
        uint16_t unit = tsfw_surrogate_at(s.data + at, s.size - at);
        if (unit == 0) {
            tsfw_log_half_alone();
            at++;
            continue;
        }
        tsfw_port_write(s.data + from, at - from);
        tsfw_log_surrogate(unit);
        at += 3;
        from = at;
    }
    tsfw_port_write(s.data + from, s.size - from);
}

TSFW_API void tsfw_log_begin(uint8_t level)
{
    tsfw_port_log_level(level);
}

TSFW_API void tsfw_log_end(void)
{
    tsfw_log_half_alone();
    tsfw_port_write("\n", 1);
}

/* Digits and other text that is known to be ASCII. */
static void tsfw_log_ascii(const char *data, uint32_t size)
{
    tsfw_log_half_alone();
    tsfw_port_write(data, size);
}

TSFW_API void tsfw_log_i32(int32_t v)
{
    char text[TSFW_I32_TEXT_SIZE];
    tsfw_log_ascii(text, tsfw_format_i32(text, v));
}

TSFW_API void tsfw_log_u32(uint32_t v)
{
    char text[TSFW_U32_TEXT_SIZE];
    tsfw_log_ascii(text, tsfw_format_u32(text, v));
}

TSFW_API void tsfw_log_i64(int64_t v)
{
    char text[TSFW_I64_TEXT_SIZE];
    tsfw_log_ascii(text, tsfw_format_i64(text, v));
}

TSFW_API void tsfw_log_u64(uint64_t v)
{
    char text[TSFW_U64_TEXT_SIZE];
    tsfw_log_ascii(text, tsfw_format_u64(text, v));
}

TSFW_API void tsfw_log_f64_string(double v)
{
    char text[TSFW_F64_TEXT_SIZE];
    tsfw_log_ascii(text, tsfw_format_f64(text, v));
}

TSFW_API void tsfw_log_f64(double v)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &v, sizeof bits);
    if (bits == (uint64_t)1 << 63) {
        tsfw_log_ascii("-", 1);
    }
    tsfw_log_f64_string(v);
}

TSFW_API void tsfw_log_bool(bool v)
{
    tsfw_log_str(v ? TSFW_STR("true") : TSFW_STR("false"));
}
