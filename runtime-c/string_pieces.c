/*
 * The parts of a string, one after the other: the pieces between separators and
 * the characters.
 *
 * A cursor is a position in a string: twice the byte, plus one for the place
 * between the two halves of the character that begins there.
 */
#include "include/port.h"

static tsfw_units_t tsfw_units_at(tsfw_str_t s, uint32_t cursor)
{
    uint32_t at = cursor >> 1;
    tsfw_units_t units = tsfw_units_of((tsfw_str_t){ s.data + at, s.size - at });
    if ((cursor & 1) != 0) {
        tsfw_units_next(&units);
    }
    return units;
}

static uint32_t tsfw_cursor_of(tsfw_str_t s, tsfw_units_t units)
{
    uint32_t at = (uint32_t)((const char *)units.at - s.data);
    return units.low != 0 ? (at - 4) * 2 + 1 : at * 2;
}

/* Goes to the next separator, or to the end; an empty separator follows every unit. */
static tsfw_units_t tsfw_units_to(tsfw_units_t units, tsfw_str_t separator, tsfw_builder_t *builder)
{
    bool first = true;
    for (;;) {
        if (separator.size == 0 ? !first : tsfw_units_start_with(units, separator)) {
            return units;
        }
        int32_t unit = tsfw_units_next(&units);
        if (unit < 0) {
            return units;
        }
        if (builder != NULL) {
            tsfw_put_unit(builder, (uint32_t)unit);
        }
        first = false;
    }
}

TSFW_API void tsfw_put_piece(tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t separator, uint32_t cursor)
{
    tsfw_units_to(tsfw_units_at(s, cursor), separator, builder);
}

TSFW_API int32_t tsfw_str_after_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor)
{
    tsfw_units_t units = tsfw_units_to(tsfw_units_at(s, cursor), separator, NULL);
    tsfw_units_t wanted = tsfw_units_of(separator);
    while (tsfw_units_next(&wanted) >= 0) {
        tsfw_units_next(&units);
    }
    return (int32_t)tsfw_cursor_of(s, units);
}

/* The byte where the piece ends: at a separator, after one character where that is empty, or at the end. */
static uint32_t tsfw_piece_end(tsfw_str_t s, tsfw_str_t separator, uint32_t at)
{
    if (separator.size == 0) {
        return at < s.size ? at + tsfw_str_character_size(s, at) : at;
    }
    while (at < s.size && !tsfw_bytes_at(s, at, separator)) {
        at++;
    }
    return at;
}

TSFW_API tsfw_str_t tsfw_str_whole_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor)
{
    uint32_t at = cursor >> 1;
    return (tsfw_str_t){ s.data + at, tsfw_piece_end(s, separator, at) - at };
}

TSFW_API int32_t tsfw_str_after_whole_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor)
{
    uint32_t end = tsfw_piece_end(s, separator, cursor >> 1);
    return (int32_t)((s.size - end < separator.size ? s.size : end + separator.size) * 2);
}

TSFW_API int32_t tsfw_str_pieces(tsfw_str_t s, tsfw_str_t separator, uint32_t limit)
{
    if (separator.size == 0) {
        uint32_t length = tsfw_str_length(s);
        return (int32_t)(length < limit ? length : limit);
    }
    uint32_t count = 0;
    tsfw_units_t units = tsfw_units_of(s);
    while (count < limit) {
        count++;
        units = tsfw_units_to(units, separator, NULL);
        if (!tsfw_units_start_with(units, separator)) {
            break;
        }
        tsfw_units_t wanted = tsfw_units_of(separator);
        while (tsfw_units_next(&wanted) >= 0) {
            tsfw_units_next(&units);
        }
    }
    return (int32_t)count;
}

TSFW_API int32_t tsfw_str_characters(tsfw_str_t s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s.size; i++) {
        count += ((uint8_t)s.data[i] & 0xC0) != 0x80;
    }
    return (int32_t)count;
}
