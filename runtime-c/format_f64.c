/*
 * Doubles to the shortest decimal text that reads back as the same double, as
 * Number.prototype.toString does.
 *
 * Free-format digit generation with exact integers (Steele and White 1990, with
 * Gay's scaling estimate): the value is rest / scale, half the gap to its lower
 * neighbour is gap / scale, and every step keeps these fractions exact. Small
 * code and no table rather than speed: one loop does all the arithmetic.
 */
#include "include/port.h"

/* 2^1074 with the 53 bits of a significand and some headroom: 1137 bits. */
enum { TSFW_BIG_WORDS = 36 };

typedef struct {
    uint32_t rest[TSFW_BIG_WORDS];
    uint32_t gap[TSFW_BIG_WORDS];
    uint32_t scale[TSFW_BIG_WORDS];
    uint32_t words;   /* how many of them this value needs */
    int32_t gap_high; /* the gap above is gap_high times the gap below: 1, or 2 at a power of two */
    bool even;        /* an even significand also reads back from the middle between two doubles */
} tsfw_f64_digits_t;

/* Computes rest * r + gap * g + scale * s, stores it in `out` unless NULL, and
 * returns its sign. */
static int32_t tsfw_big_combine(const tsfw_f64_digits_t *d, uint32_t *out, int32_t r, int32_t g, int32_t s)
{
    int64_t carry = 0;
    uint32_t any = 0;
    for (uint32_t i = 0; i < d->words; i++) {
        carry += (int64_t)r * d->rest[i] + (int64_t)g * d->gap[i] + (int64_t)s * d->scale[i];
        any |= (uint32_t)carry;
        if (out != NULL) {
            out[i] = (uint32_t)carry;
        }
        carry >>= 32;
    }
    return carry < 0 ? -1 : any != 0;
}

static void tsfw_big_set(uint32_t *big, uint32_t bit, uint64_t v)
{
    uint32_t shift = bit % 32;
    uint32_t *word = big + bit / 32;
    word[0] = (uint32_t)(v << shift);
    word[1] = (uint32_t)(v << shift >> 32);
    word[2] = shift == 0 ? 0 : (uint32_t)(v >> (64 - shift));
}

/* Multiplies rest and gap (the value), or the scale (its inverse), by 10^power. */
static void tsfw_digits_times_power(tsfw_f64_digits_t *d, bool value, int32_t power)
{
    while (power > 0) {
        int32_t factor = power >= 9 ? 1000000000 : 10;
        power -= power >= 9 ? 9 : 1;
        if (value) {
            tsfw_big_combine(d, d->rest, factor, 0, 0);
            tsfw_big_combine(d, d->gap, 0, factor, 0);
        } else {
            tsfw_big_combine(d, d->scale, 0, 0, factor);
        }
    }
}

/* Is rest + the gap above at or past the scale, so that rounding up still reads back? */
static bool tsfw_digits_high(const tsfw_f64_digits_t *d)
{
    return tsfw_big_combine(d, NULL, 1, d->gap_high, -1) >= (d->even ? 0 : 1);
}

/* Is rest within the gap below, so that dropping it still reads back? */
static bool tsfw_digits_low(const tsfw_f64_digits_t *d)
{
    return tsfw_big_combine(d, NULL, 1, -1, 0) <= (d->even ? 0 : -1);
}

/* Sets up the value of finite positive `bits`; returns n with 10^(n-1) <= value < 10^n
 * (or value rounding up to 10^n), scaled so that value = rest / scale * 10^n. */
static int32_t tsfw_digits_start(tsfw_f64_digits_t *d, uint64_t bits)
{
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int32_t exponent = (int32_t)(bits >> 52);
    uint64_t significand = exponent == 0 ? fraction : fraction | (uint64_t)1 << 52;
    d->even = (significand & 1) == 0;
    d->gap_high = fraction == 0 && exponent > 1 ? 2 : 1;
    exponent = (exponent == 0 ? 1 : exponent) - 1075; /* value = significand * 2^exponent */

    /* rest / scale = value with a factor 4 in both, so that half of the smaller gap is a whole number. */
    uint32_t up = exponent > 0 ? (uint32_t)exponent : 0;
    uint32_t down = exponent < 0 ? (uint32_t)-exponent : 0;
    d->words = (up + down + 95) / 32;
    for (uint32_t i = 0; i < d->words; i++) {
        d->rest[i] = d->gap[i] = d->scale[i] = 0;
    }
    tsfw_big_set(d->rest, up, significand * 4);
    tsfw_big_set(d->gap, up, d->gap_high == 2 ? 1 : 2);
    tsfw_big_set(d->scale, down, 4);

    /* floor(log2(value) * log10(2)) is right or one too low, never too high. */
    int32_t log2 = exponent + 63 - __builtin_clzll(significand);
    int32_t n = (log2 * 1262611 >> 22) + 1;
    tsfw_digits_times_power(d, false, n);
    tsfw_digits_times_power(d, true, -n);
    if (tsfw_digits_high(d)) {
        tsfw_digits_times_power(d, false, 1);
        n++;
    }
    return n;
}

/* Writes the shortest digits, at most 17; returns how many. */
static uint32_t tsfw_digits_make(tsfw_f64_digits_t *d, char *digits)
{
    for (uint32_t count = 0;; count++) {
        tsfw_digits_times_power(d, true, 1);
        char digit = '0';
        while (tsfw_big_combine(d, NULL, 1, 0, -1) >= 0) {
            tsfw_big_combine(d, d->rest, 1, 0, -1);
            digit++;
        }
        bool low = tsfw_digits_low(d);
        bool high = tsfw_digits_high(d);
        if (low && high) {
            /* Both neighbours read back: the nearer one, at a tie the even one. */
            int32_t half = tsfw_big_combine(d, NULL, 2, 0, -1);
            high = half > 0 || (half == 0 && (digit & 1) != 0);
        }
        digits[count] = (char)(digit + (high ? 1 : 0));
        if (low || high) {
            return count + 1;
        }
    }
}

typedef struct {
    char *data;
    uint32_t size;
} tsfw_f64_text_t;

static void tsfw_f64_text_put(tsfw_f64_text_t *text, const char *data, int32_t size)
{
    for (int32_t i = 0; i < size; i++) {
        text->data[text->size++] = data[i];
    }
}

static void tsfw_f64_text_zeros(tsfw_f64_text_t *text, int32_t count)
{
    for (; count > 0; count--) {
        tsfw_f64_text_put(text, "0", 1);
    }
}

/* Number::toString, steps 6 to 10 (ECMA-262 6.1.6.1.20): value = 0.DIGITS * 10^n. */
static void tsfw_f64_text_layout(tsfw_f64_text_t *text, const char *digits, int32_t count, int32_t n)
{
    bool exponent = n > 21 || n < -5;
    int32_t whole = exponent ? 1 : n;
    if (whole <= 0) {
        tsfw_f64_text_put(text, "0.", 2);
        tsfw_f64_text_zeros(text, -whole);
        whole = 0;
    } else if (whole < count) {
        tsfw_f64_text_put(text, digits, whole);
        tsfw_f64_text_put(text, ".", 1);
    } else {
        tsfw_f64_text_put(text, digits, count);
        tsfw_f64_text_zeros(text, whole - count);
        whole = count;
    }
    tsfw_f64_text_put(text, digits + whole, count - whole);
    if (exponent) {
        tsfw_f64_text_put(text, n > 0 ? "e+" : "e-", 2);
        uint32_t power = (uint32_t)(n > 0 ? n - 1 : 1 - n);
        text->size += tsfw_format_u32(text->data + text->size, power);
    }
}

TSFW_API uint32_t tsfw_format_f64(char *out, double v)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &v, sizeof bits);
    bool negative = bits >> 63 != 0;
    bits &= ~((uint64_t)1 << 63);
    tsfw_f64_text_t text = { out, 0 };
    if (bits == 0) {
        tsfw_f64_text_put(&text, "0", 1);
        return text.size;
    }
    if (bits > (uint64_t)0x7FF << 52) {
        tsfw_f64_text_put(&text, "NaN", 3);
        return text.size;
    }
    if (negative) {
        tsfw_f64_text_put(&text, "-", 1);
    }
    if (bits == (uint64_t)0x7FF << 52) {
        tsfw_f64_text_put(&text, "Infinity", 8);
        return text.size;
    }
    tsfw_f64_digits_t d;
    char digits[18];
    int32_t n = tsfw_digits_start(&d, bits);
    uint32_t count = tsfw_digits_make(&d, digits);
    tsfw_f64_text_layout(&text, digits, (int32_t)count, n);
    return text.size;
}
