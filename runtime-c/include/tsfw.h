/*
 * The runtime's whole interface to generated C and to drivers.
 *
 * Everything is static in one translation unit (TSFW_API): what a program does
 * not use leaves no byte behind. tsfw_config.h (generated) comes first; on a
 * chip tsfw_chip.h comes second and defines TSFW_TICK_HZ.
 */
#ifndef TSFW_H
#define TSFW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsfw_bytes.h"
#include "tsfw_str.h"

#define TSFW_API static __attribute__((unused))
/* What runs at most once, at the end: never inlined, away from the code that runs. */
#define TSFW_OUT_OF_LINE static __attribute__((unused, noinline, cold))

/* Without a chip header the program runs on the developer's machine. */
#ifndef TSFW_TICK_HZ
#define TSFW_HOST 1
#define TSFW_TICK_HZ 1000000
#else
#define TSFW_HOST 0
#endif

#if TSFW_STRAND_COUNT < 1 || TSFW_STRAND_COUNT > 1024
#error "tsfw: a program has 1 to 1024 strands"
#endif
#if TSFW_TIMER_COUNT > TSFW_STRAND_COUNT
#error "tsfw: only strands sleep, so there cannot be more timers than strands"
#endif

/** Number of a strand: a task's main line or one branch of a combined wait. */
#if TSFW_STRAND_COUNT <= 256
typedef uint8_t tsfw_strand_t;
#else
typedef uint16_t tsfw_strand_t;
#endif

/** A time since reset or a duration, in ticks of 1 / TSFW_TICK_HZ seconds. */
typedef uint64_t tsfw_ticks_t;

/** A deadline that never comes. */
#define TSFW_NEVER UINT64_MAX
/** The longest duration: 2^62 ticks. No sum of a time and a duration overflows. */
#define TSFW_TICKS_MAX ((tsfw_ticks_t)1 << 62)

/* ---- defined by the generated app.c ------------------------------------ */

/** Starts the main task and runs it to its first wait. Called once. */
static void app_init(void);
/** Runs one strand from where it waited to its next wait. */
static void app_strand_run(tsfw_strand_t strand);

/* ---- executor (executor.c) --------------------------------------------- */

/**
 * Wakes a strand: it runs after all that were woken before it.
 *
 * All wakes that come before it runs are one: a strand that is queued already
 * runs once, in its turn.
 *
 * Context: task or interrupt. Never blocks. Constant time, also while masked.
 */
TSFW_API void tsfw_ready(tsfw_strand_t strand);

/**
 * Gives up the turn: the strand runs again after all that are ready, that are
 * due by now or that yielded before it, and after what those wake.
 *
 * Needs: the strand waits for nothing else.
 * Context: task. Constant time, plus a step for each timer that is due.
 */
TSFW_API void tsfw_yield(tsfw_strand_t strand);

/**
 * Takes back a wake or a yield that has not led to a run yet; nothing when there
 * is none. What could wake the strand again has been cancelled before.
 *
 * Context: task. Linear in the number of queued strands, not masked meanwhile.
 */
TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand);

/** Starts the program and runs it for ever. Called once, by the reset handler or main(). */
_Noreturn TSFW_API void tsfw_run(void);

/* Marks for a port that counts live tasks. No port needs it: the host ends
 * when no strand is ready, no timer runs and no scripted event can wake one. */
#define tsfw_task_started() ((void)0)
#define tsfw_task_ended() ((void)0)

/* ---- time (time.c) ----------------------------------------------------- */

/** Ticks since reset. Context: task or interrupt. */
TSFW_API tsfw_ticks_t tsfw_now(void);
/** Milliseconds since reset, with the clock's resolution. Context: task. */
TSFW_API double tsfw_now_ms(void);

/** The state of a task's frame from its start to its first wait; 0 is "not running". */
#define TSFW_STATE_STARTING 255
#define TSFW_STATE_STARTING_WIDE 65535 /* of a frame with a state of two bytes */

/** The period of an `every` loop: at least one tick. */
#define tsfw_period(ticks) ((ticks) == 0 ? (tsfw_ticks_t)1 : (ticks))

#if TSFW_TIMER_COUNT > 0
/**
 * Wakes `strand` after `ticks` (0 to TSFW_TICKS_MAX), never earlier as tsfw_now()
 * measures it. With 0 it runs again after what is ready or due already.
 *
 * Needs: strand < TSFW_TIMER_COUNT; the strand is not sleeping.
 * Context: task. Bounded: constant for one timer, linear to eight, then logarithmic.
 */
TSFW_API void tsfw_sleep(tsfw_strand_t strand, tsfw_ticks_t ticks);
/** The same with an absolute time; one in the past counts as now. */
TSFW_API void tsfw_sleep_until(tsfw_strand_t strand, tsfw_ticks_t deadline);
/**
 * Ends the strand's sleep without a run, also one whose time has come already.
 * Takes back any other wake as tsfw_ready_cancel() does. Context: task.
 */
TSFW_API void tsfw_sleep_cancel(tsfw_strand_t strand);
#endif

/**
 * Milliseconds to ticks, rounded up: ceil(ms * ticks per ms) in double arithmetic,
 * as Node's side computes it. Negative and NaN give 0, too long gives TSFW_TICKS_MAX.
 */
TSFW_API tsfw_ticks_t tsfw_ticks_from_ms_i64(int64_t ms);
TSFW_API tsfw_ticks_t tsfw_ticks_from_ms_f64(double ms);

#define TSFW_TICKS_PER_MS ((double)TSFW_TICK_HZ / 1000.0)
#define TSFW_MS_MAX 1099511627776.0 /* 2^40 ms, 34 years; from here on TSFW_TICKS_MAX */
#define TSFW_TICKS_EXACT_(ms) ((double)(ms) * TSFW_TICKS_PER_MS)
#define TSFW_TICKS_WHOLE_(ms) ((tsfw_ticks_t)TSFW_TICKS_EXACT_(ms))
/** tsfw_ticks_from_ms_*() of a constant, as a constant. */
#define TSFW_MS_TICKS(ms)                                                                   \
    (!((double)(ms) > 0.0)           ? (tsfw_ticks_t)0                                      \
     : !((double)(ms) < TSFW_MS_MAX) ? TSFW_TICKS_MAX                                       \
     : TSFW_TICKS_WHOLE_(ms) + (tsfw_ticks_t)((double)TSFW_TICKS_WHOLE_(ms) < TSFW_TICKS_EXACT_(ms)))

/* ---- panic (panic.c) --------------------------------------------------- */

/**
 * Reports "panic: <message>" and "    at <file>:<line>" and stops for ever.
 * `file` may be NULL when no source line is to blame.
 * Context: task or interrupt. Exit code 134 on the host.
 */
_Noreturn TSFW_OUT_OF_LINE void tsfw_panic(tsfw_str_t message, const char *file, uint32_t line);

/** The same for an uncaught error: `location`, "file:line", is where it was thrown. */
_Noreturn TSFW_API void tsfw_panic_at(tsfw_str_t message, tsfw_str_t location);

/* ---- numbers to text (format_int.c, format_f64.c) ---------------------- */

#define TSFW_I32_TEXT_SIZE 11
#define TSFW_U32_TEXT_SIZE 10
#define TSFW_I64_TEXT_SIZE 20
#define TSFW_U64_TEXT_SIZE 20
#define TSFW_F64_TEXT_SIZE 25

/** Writes v in decimal to `out` (TSFW_<type>_TEXT_SIZE bytes, no NUL); returns the size. */
TSFW_API uint32_t tsfw_format_i32(char *out, int32_t v);
TSFW_API uint32_t tsfw_format_u32(char *out, uint32_t v);
TSFW_API uint32_t tsfw_format_i64(char *out, int64_t v);
TSFW_API uint32_t tsfw_format_u64(char *out, uint64_t v);
/** Number.prototype.toString(10): shortest digits that read back as v; -0 gives "0". */
TSFW_API uint32_t tsfw_format_f64(char *out, double v);

/* ---- strings (strings.c) ----------------------------------------------- */

TSFW_API bool tsfw_str_equal(tsfw_str_t a, tsfw_str_t b);
/** Order by UTF-16 code units, as `<` has it: negative, 0 or positive. */
TSFW_API int32_t tsfw_str_compare(tsfw_str_t a, tsfw_str_t b);
/** Length in UTF-16 code units. */
TSFW_API uint32_t tsfw_str_length(tsfw_str_t s);

/** A string being made in the caller's buffer. Start with { buffer, 0, sizeof buffer }. */
typedef struct {
    char *data;
    uint32_t size;
    uint32_t capacity;
} tsfw_builder_t;

/** Appends what String(v) gives. Past the capacity: panic "RangeError: string too long". */
TSFW_API void tsfw_put_str(tsfw_builder_t *builder, tsfw_str_t s);
TSFW_API void tsfw_put_i32(tsfw_builder_t *builder, int32_t v);
TSFW_API void tsfw_put_u32(tsfw_builder_t *builder, uint32_t v);
TSFW_API void tsfw_put_i64(tsfw_builder_t *builder, int64_t v);
TSFW_API void tsfw_put_u64(tsfw_builder_t *builder, uint64_t v);
TSFW_API void tsfw_put_f64(tsfw_builder_t *builder, double v);
TSFW_API void tsfw_put_bool(tsfw_builder_t *builder, bool v);
/** What has been put so far; borrows the builder's buffer. */
TSFW_API tsfw_str_t tsfw_builder_str(const tsfw_builder_t *builder);

/* Room for a text: the compiler gives each place that keeps computed text a struct
 * { uint32_t size; char data[capacity]; } of its own size. */

/** A view of the text in a cell, valid until the cell is written. */
#define TSFW_CELL_VIEW(cell) ((tsfw_str_t){ (cell).data, (cell).size })
/** A builder over a cell; the caller stores the builder's size back. */
#define TSFW_CELL_BUILDER(cell) { (cell).data, 0, (uint32_t)sizeof((cell).data) }
/** Copies a text into a cell; the two may overlap. Past the capacity: panic. */
#define TSFW_CELL_STORE(cell, text) \
    ((cell).size = tsfw_str_copy((cell).data, (uint32_t)sizeof((cell).data), (text)))

/* A value of a union of several types: struct { uint8_t tag; union { … } as; }. Zeroed memory is undefined. */

enum tsfw_arm {
    TSFW_UNDEFINED,
    TSFW_NULL,
    TSFW_BOOLEAN,
    TSFW_NUMBER,
    TSFW_STRING,
    TSFW_OBJECT,
    TSFW_ARRAY,
    TSFW_FUNCTION,
    TSFW_BIGINT
};

/** Stores a union in struct { union value; char data[capacity]; }; its text, if it is one, is copied to `data`. */
#define TSFW_UNION_STORE(cell, ...) \
    do { \
        (cell).value = (__VA_ARGS__); \
        if ((cell).value.tag == TSFW_STRING) { \
            (cell).value.as.string.size = \
                tsfw_str_copy((cell).data, (uint32_t)sizeof((cell).data), (cell).value.as.string); \
            (cell).value.as.string.data = (cell).data; \
        } \
    } while (0)

/** Whether console.log of Node would take the text as a format: it has %s, %d, %i, %f, %j, %o, %O, %c or %%. */
TSFW_API bool tsfw_str_is_format(tsfw_str_t text);

/** Copies `text` to `data` and returns its size. Past the capacity: panic "RangeError: string too long". */
TSFW_API uint32_t tsfw_str_copy(char *data, uint32_t capacity, tsfw_str_t text);

/* ---- methods of strings (string_methods.c) ----------------------------- */

/** ToIntegerOrInfinity of a position, cut to what an int32_t holds; NaN gives 0. */
TSFW_API int32_t tsfw_f64_to_index(double v);
TSFW_API int32_t tsfw_i64_to_index(int64_t v);

/* tsfw_ascii_*: the receiver is ASCII; the result is a view of it. Positions are
 * code units and may be out of range, as in JavaScript; INT32_MAX is "to the end". */
TSFW_API tsfw_str_t tsfw_ascii_slice(tsfw_str_t s, int32_t from, int32_t to);
TSFW_API tsfw_str_t tsfw_ascii_substring(tsfw_str_t s, int32_t from, int32_t to);
TSFW_API tsfw_str_t tsfw_ascii_substr(tsfw_str_t s, int32_t from, int32_t count);
TSFW_API tsfw_str_t tsfw_ascii_char_at(tsfw_str_t s, int32_t index);
TSFW_API void tsfw_put_slice(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t to);
TSFW_API void tsfw_put_substring(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t to);
TSFW_API void tsfw_put_substr(tsfw_builder_t *builder, tsfw_str_t s, int32_t from, int32_t count);
TSFW_API void tsfw_put_char_at(tsfw_builder_t *builder, tsfw_str_t s, int32_t index);
/** The units from `from` to before `to`, as far as there are any. */
TSFW_API void tsfw_put_units(tsfw_builder_t *builder, tsfw_str_t s, uint32_t from, uint32_t to);

/** The code unit, or code point, at an index; -1 outside the string. */
TSFW_API int32_t tsfw_ascii_unit_at(tsfw_str_t s, int32_t index);
TSFW_API int32_t tsfw_str_unit_at(tsfw_str_t s, int32_t index);
TSFW_API int32_t tsfw_str_point_at(tsfw_str_t s, int32_t index);
/** charCodeAt: NaN for -1. */
TSFW_API double tsfw_code_or_nan(int32_t unit);
/** A view of the character that starts at byte `at`, which is inside the string. */
TSFW_API uint32_t tsfw_str_character_size(tsfw_str_t s, uint32_t at);
TSFW_API tsfw_str_t tsfw_str_character(tsfw_str_t s, uint32_t at);

/** Index of the first (last) place of `part` at or after (before) `from`, or -1. */
TSFW_API int32_t tsfw_ascii_find(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API int32_t tsfw_str_find(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API int32_t tsfw_ascii_find_last(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API int32_t tsfw_str_find_last(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API bool tsfw_ascii_starts_with(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API bool tsfw_str_starts_with(tsfw_str_t s, tsfw_str_t part, int32_t from);
TSFW_API bool tsfw_ascii_ends_with(tsfw_str_t s, tsfw_str_t part, int32_t end);
TSFW_API bool tsfw_str_ends_with(tsfw_str_t s, tsfw_str_t part, int32_t end);

/** The parts of a string: `cursor` begins at 0 and goes on with what tsfw_str_after_piece gives; see string_pieces.c. */
TSFW_API void tsfw_put_piece(tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t separator, uint32_t cursor);
TSFW_API int32_t tsfw_str_after_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor);
TSFW_API tsfw_str_t tsfw_str_whole_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor);
TSFW_API int32_t tsfw_str_after_whole_piece(tsfw_str_t s, tsfw_str_t separator, uint32_t cursor);
/** How many parts there are, `limit` at most; how many characters. */
TSFW_API int32_t tsfw_str_pieces(tsfw_str_t s, tsfw_str_t separator, uint32_t limit);
TSFW_API int32_t tsfw_str_characters(tsfw_str_t s);

/** Views without the white space at the ends. */
TSFW_API tsfw_str_t tsfw_str_trim_start(tsfw_str_t s);
TSFW_API tsfw_str_t tsfw_str_trim_end(tsfw_str_t s);
TSFW_API tsfw_str_t tsfw_str_trim(tsfw_str_t s);

TSFW_API void tsfw_put_pad_start(tsfw_builder_t *builder, tsfw_str_t s, int32_t length, tsfw_str_t fill);
TSFW_API void tsfw_put_pad_end(tsfw_builder_t *builder, tsfw_str_t s, int32_t length, tsfw_str_t fill);
TSFW_API void tsfw_put_repeat(tsfw_builder_t *builder, tsfw_str_t s, int32_t count);
/** ASCII letters only; panics on a letter outside ASCII, which may have another case. */
TSFW_API void tsfw_put_upper_case(tsfw_builder_t *builder, tsfw_str_t s);
TSFW_API void tsfw_put_lower_case(tsfw_builder_t *builder, tsfw_str_t s);
/** replace() and replaceAll() of a string by a string; `pattern`: $$, $&, $` and $' in `by` have their meaning. */
TSFW_API void tsfw_put_replace(tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t part, tsfw_str_t by, bool all);
TSFW_API void tsfw_put_replace_pattern(
    tsfw_builder_t *builder, tsfw_str_t s, tsfw_str_t part, tsfw_str_t by, bool all);
/** String.fromCharCode of a unit below 2^16, String.fromCodePoint of a point below 0x110000. */
TSFW_API void tsfw_put_unit(tsfw_builder_t *builder, uint32_t unit);
TSFW_API void tsfw_put_point(tsfw_builder_t *builder, uint32_t point);
TSFW_API bool tsfw_str_is_well_formed(tsfw_str_t s);
TSFW_API void tsfw_put_well_formed(tsfw_builder_t *builder, tsfw_str_t s);

/* ---- numbers as text in other forms (number_text.c) -------------------- */

/** toFixed, toExponential and toPrecision: exact digits, a half rounds up. `decimals` -1: as many as it takes. */
TSFW_API void tsfw_put_fixed(tsfw_builder_t *builder, double v, int32_t decimals);
TSFW_API void tsfw_put_exponential(tsfw_builder_t *builder, double v, int32_t decimals);
TSFW_API void tsfw_put_precision(tsfw_builder_t *builder, double v, int32_t precision);
/** toString(radix), 2 to 36, with V8's digits. */
TSFW_API void tsfw_put_i32_radix(tsfw_builder_t *builder, int32_t v, uint32_t radix);
TSFW_API void tsfw_put_u32_radix(tsfw_builder_t *builder, uint32_t v, uint32_t radix);
TSFW_API void tsfw_put_f64_radix(tsfw_builder_t *builder, double v, uint32_t radix);

/* ---- text to numbers (number_parse.c) ---------------------------------- */

/** Number(s), parseFloat(s) and parseInt(s, radix); radix 0 is ten, or sixteen after 0x. */
TSFW_API double tsfw_str_to_number(tsfw_str_t s);
TSFW_API double tsfw_str_parse_float(tsfw_str_t s);
TSFW_API double tsfw_str_parse_int(tsfw_str_t s, int32_t radix);

/* ---- JSON (json_text.c, json_check.c, json_parse.c) ----------------------------------------------------- */

/** The text as a string of JSON: quotes, escapes; lone halves of characters as escapes. */
TSFW_API void tsfw_put_json_string(tsfw_builder_t *builder, tsfw_str_t s);
/** -1 when the text is JSON; else the byte where it stops being so. Nested at most 512 deep. No recursion. */
TSFW_API int32_t tsfw_json_check(tsfw_str_t s);
/* The rest is for checked texts; positions are bytes, of the first one of a value, or of a key in
 * an object. */
TSFW_API int32_t tsfw_json_start(tsfw_str_t s);
/** The first element of the array at `at`; -1: it is empty. */
TSFW_API int32_t tsfw_json_first(tsfw_str_t s, uint32_t at);
/** The element behind the one at `at`; -1: it was the last. */
TSFW_API int32_t tsfw_json_next(tsfw_str_t s, uint32_t at);
/** The value of the last field of that name in the object at `at`, or -1. */
TSFW_API int32_t tsfw_json_find(tsfw_str_t s, uint32_t at, tsfw_str_t key);
/** 0 object, 1 array, 2 string, 3 number, 4 boolean, 5 null. */
TSFW_API int32_t tsfw_json_kind(tsfw_str_t s, uint32_t at);
TSFW_API double tsfw_json_number(tsfw_str_t s, uint32_t at);
TSFW_API bool tsfw_json_is_true(tsfw_str_t s, uint32_t at);
/** What the string at `at` stands for. */
TSFW_API void tsfw_put_json_value(tsfw_builder_t *builder, tsfw_str_t s, uint32_t at);

/* ---- log (log.c) ------------------------------------------------------- */

enum { TSFW_LOG_TRACE, TSFW_LOG_DEBUG, TSFW_LOG_INFO, TSFW_LOG_WARN, TSFW_LOG_ERROR };

/** Starts a line. Pieces follow without separators, then tsfw_log_end(). Context: task. */
TSFW_API void tsfw_log_begin(uint8_t level);
/** Lone surrogates print as U+FFFD; halves in neighbouring pieces are joined. */
TSFW_API void tsfw_log_str(tsfw_str_t s);
TSFW_API void tsfw_log_i32(int32_t v);
TSFW_API void tsfw_log_u32(uint32_t v);
TSFW_API void tsfw_log_i64(int64_t v);
TSFW_API void tsfw_log_u64(uint64_t v);
/** A number as an argument of console.log: -0 prints as "-0". */
TSFW_API void tsfw_log_f64(double v);
/** A number inside a template literal: -0 prints as "0". */
TSFW_API void tsfw_log_f64_string(double v);
TSFW_API void tsfw_log_bool(bool v);
TSFW_API void tsfw_log_end(void);

/* ---- numbers with JavaScript's meaning (numbers.c) --------------------- */

/** ToInt32 and ToUint32: modulo 2^32; NaN and infinities give 0. */
TSFW_API int32_t tsfw_f64_to_i32(double v);
TSFW_API uint32_t tsfw_f64_to_u32(double v);
/** The % operator: exact, with the dividend's sign. */
TSFW_API double tsfw_f64_mod(double a, double b);
/** Math.round, .floor, .ceil, .trunc; the sign of zero as in JavaScript. */
TSFW_API double tsfw_f64_round(double v);
TSFW_API double tsfw_f64_floor(double v);
TSFW_API double tsfw_f64_ceil(double v);
TSFW_API double tsfw_f64_trunc(double v);
/** What a Uint8ClampedArray stores: 0 to 255, halves to even, NaN as 0. */
TSFW_API int32_t tsfw_f64_clamp_u8(double v);

/** Copies `count` elements to `target[offset]`; the arrays may overlap and are of one type. */
#define TSFW_ARRAY_MOVE(target, source, offset, count) \
    ((void)__builtin_memmove(&(target)[offset], (source), (size_t)(count) * sizeof((target)[0])))
/** Math.sign of a double; NaN gives NaN. */
TSFW_API double tsfw_f64_sign(double v);
/** Math.min and Math.max of two: NaN wins. */
TSFW_API double tsfw_f64_min(double a, double b);
TSFW_API double tsfw_f64_max(double a, double b);
/** Math.clz32. */
TSFW_API int32_t tsfw_u32_clz(uint32_t v);
/** The ** operator. Needs libm. */
TSFW_API double tsfw_f64_pow(double base, double exponent);

#include "tsfw_bigint.h"

#endif
