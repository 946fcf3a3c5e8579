/*
 * Runs ready strands in rounds and sleeps when there are none.
 *
 * Owns the ready set. A round takes the whole set before its first strand runs,
 * so a strand that wakes itself waits for the next round and none can starve
 * another. Between two rounds at most one due timer's strand runs, in the order
 * of deadlines. docs/executor.md argues why no wake-up is lost.
 */
#include "include/port.h"

#if TSFW_STRAND_COUNT == 1

/* One strand: the set is a flag. A wake between the test and the clear is met
 * by the run that follows, so neither needs the lock. */
static volatile uint8_t tsfw_ready_set;

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_ready_set = 1;
}

static inline bool tsfw_ready_any(void)
{
    return tsfw_ready_set != 0;
}

static inline void tsfw_round_run(void)
{
    if (tsfw_ready_any()) {
        tsfw_ready_set = 0;
        app_strand_run(0);
    }
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_ready_set = 0;
}

#elif TSFW_STRAND_COUNT <= 32

#if TSFW_STRAND_COUNT <= 8
typedef uint8_t tsfw_ready_word_t;
#elif TSFW_STRAND_COUNT <= 16
typedef uint16_t tsfw_ready_word_t;
#else
typedef uint32_t tsfw_ready_word_t;
#endif

/* Ready for the next round, and what is left of this one; no strand is in both. */
static volatile tsfw_ready_word_t tsfw_ready_set;
static volatile tsfw_ready_word_t tsfw_ready_round;

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    uint32_t bit = (uint32_t)1 << strand & ~(uint32_t)tsfw_ready_round;
    tsfw_ready_set = (tsfw_ready_word_t)(tsfw_ready_set | bit);
    tsfw_port_unlock(level);
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    uint32_t others = ~((uint32_t)1 << strand);
    tsfw_ready_set = (tsfw_ready_word_t)(tsfw_ready_set & others);
    tsfw_ready_round = (tsfw_ready_word_t)(tsfw_ready_round & others);
    tsfw_port_unlock(level);
}

static inline bool tsfw_ready_any(void)
{
    return tsfw_ready_set != 0;
}

static inline void tsfw_round_run(void)
{
    uint32_t level = tsfw_port_lock();
    uint32_t round = tsfw_ready_set;
    tsfw_ready_round = (tsfw_ready_word_t)round;
    tsfw_ready_set = 0;
    tsfw_port_unlock(level);
    /* Only tasks take bits out of the round, so this needs no lock. */
    while (round != 0) {
        tsfw_ready_round = (tsfw_ready_word_t)(round & (round - 1));
        app_strand_run((tsfw_strand_t)__builtin_ctz(round));
        round = tsfw_ready_round;
    }
}

#else

enum { TSFW_READY_WORDS = (TSFW_STRAND_COUNT + 31) / 32 };

/* A set of strands; bit w of `words` is set when word[w] may hold one. */
typedef struct {
    uint32_t words;
    uint32_t word[TSFW_READY_WORDS];
} tsfw_ready_bank_t;

/* Two banks make taking a round of any size one store: wakes go to the filling
 * bank, the round drains the other. No strand is in both. */
static volatile tsfw_ready_bank_t tsfw_ready_banks[2];
static volatile uint8_t tsfw_ready_filling;

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    uint32_t index = strand / 32;
    uint32_t level = tsfw_port_lock();
    volatile tsfw_ready_bank_t *filling = &tsfw_ready_banks[tsfw_ready_filling];
    volatile tsfw_ready_bank_t *round = &tsfw_ready_banks[tsfw_ready_filling ^ 1];
    filling->word[index] |= (uint32_t)1 << strand % 32 & ~round->word[index];
    filling->words |= (uint32_t)1 << index;
    tsfw_port_unlock(level);
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    uint32_t others = ~((uint32_t)1 << strand % 32);
    uint32_t level = tsfw_port_lock();
    tsfw_ready_banks[0].word[strand / 32] &= others;
    tsfw_ready_banks[1].word[strand / 32] &= others;
    tsfw_port_unlock(level);
}

static inline bool tsfw_ready_any(void)
{
    return tsfw_ready_banks[tsfw_ready_filling].words != 0;
}

/* The draining bank is written by tasks only, so the round needs no lock. */
static inline void tsfw_round_run(void)
{
    uint8_t draining = tsfw_ready_filling;
    volatile tsfw_ready_bank_t *round = &tsfw_ready_banks[draining];
    tsfw_ready_filling = draining ^ 1;
    for (; round->words != 0; round->words &= round->words - 1) {
        uint32_t index = (uint32_t)__builtin_ctz(round->words);
        for (uint32_t bits; (bits = round->word[index]) != 0;) {
            round->word[index] = bits & (bits - 1);
            app_strand_run((tsfw_strand_t)(index * 32 + (uint32_t)__builtin_ctz(bits)));
        }
    }
}

#endif

/* Sleeps unless an interrupt has made a strand ready since the round was taken.
 * The lock makes test and sleep one step. */
static inline void tsfw_sleep_when_idle(void)
{
    uint32_t level = tsfw_port_lock();
    if (!tsfw_ready_any()) {
#if TSFW_TIMER_COUNT > 0
        tsfw_port_alarm(tsfw_timer_first());
#endif
        tsfw_port_sleep();
    }
    tsfw_port_unlock(level);
}

_Noreturn TSFW_API void tsfw_run(void)
{
    tsfw_port_init();
#if TSFW_TIMER_COUNT > 0
    tsfw_timer_init();
#endif
    app_init();
    for (;;) {
        tsfw_round_run();
#if TSFW_TIMER_COUNT > 0
        if (tsfw_timer_first() <= tsfw_port_now()) {
            app_strand_run(tsfw_timer_take());
            continue;
        }
#endif
        tsfw_sleep_when_idle();
    }
}
