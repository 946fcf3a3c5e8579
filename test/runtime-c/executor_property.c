/*
 * The executor and its timers under random schedules, with a port of its own
 * whose "interrupts" arrive wherever the real ones could: whenever unmasked.
 *
 * A naive model follows every wake, sleep and cancel, and checks
 *   - a strand runs only when woken or when its deadline has passed, never early;
 *   - timers run by deadline, equal ones in the order they were armed;
 *   - the executor never sleeps while a strand is ready (no lost wake-up) or
 *     with its alarm set to anything but the earliest deadline;
 *   - nobody starves: a wake is served within two rounds, a due timer after
 *     those that were due before it.
 *
 * SEED and STEPS (runs of strands) come from the environment.
 */
#include "tsfw_config.h"
#include "tsfw.h"
#include "tsfw_unit.c"

#include <stdio.h>
#include <stdlib.h>

enum { STRANDS = TSFW_STRAND_COUNT, TIMERS = TSFW_TIMER_COUNT };

typedef struct {
    bool ready;
    bool sleeping;
    uint64_t deadline;
    uint64_t armed;   /* how many arms came before: decides between equal deadlines */
    uint64_t waiting; /* runs of other strands since it became ready or due */
} model_t;

static model_t model[STRANDS];
__attribute__((unused)) static uint64_t model_arms;
static uint64_t model_now = 0xFFFFF000u; /* soon past 32 bits */
static uint64_t model_alarm = TSFW_NEVER;
static bool model_masked;
static uint64_t random_state;
static unsigned long runs_left, sleeps, interrupts, slept_short;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % bound;
}

static void check(bool holds, const char *what)
{
    if (!holds) {
        printf("FAILED: %s\n", what);
        exit(1);
    }
}

static void model_wake(uint32_t strand)
{
    model[strand].ready = true;
    tsfw_ready((tsfw_strand_t)strand);
}

/* An interrupt handler wakes what waits for it: a strand that neither sleeps nor is being cancelled. */
static bool interrupt(void)
{
    uint32_t strand = random_below(STRANDS);
    if (model[strand].sleeping) {
        return false;
    }
    interrupts++;
    model_wake(strand);
    return true;
}

static void maybe_interrupt(void)
{
    static bool inside;
    if (!model_masked && !inside && random_below(8 + STRANDS / 4) == 0) {
        inside = true; /* handlers do not nest */
        interrupt();
        inside = false;
    }
}

/* ---- the port ---- */

TSFW_API void tsfw_port_init(void)
{
}

TSFW_API uint32_t tsfw_port_lock(void)
{
    maybe_interrupt();
    bool was = model_masked;
    model_masked = true;
    return was;
}

TSFW_API void tsfw_port_unlock(uint32_t level)
{
    model_masked = level != 0;
    maybe_interrupt();
}

TSFW_API tsfw_ticks_t tsfw_port_now(void)
{
    maybe_interrupt();
    model_now += random_below(4) == 0 ? random_below(5) : 0;
    return model_now;
}

TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    check(model_masked, "the alarm is set with interrupts masked");
    model_alarm = deadline;
}

TSFW_API void tsfw_port_sleep(void)
{
    check(model_masked, "sleep is entered with interrupts masked");
    uint64_t first = TSFW_NEVER;
    bool any = false;
    for (uint32_t s = 0; s < STRANDS; s++) {
        check(!model[s].ready, "no strand is ready when the executor sleeps");
        any = any || model[s].sleeping;
        if (model[s].sleeping && model[s].deadline < first) {
            first = model[s].deadline;
        }
    }
    check(TIMERS == 0 || model_alarm == first, "the alarm is the earliest deadline");
    sleeps++;
    /* Wakes by the alarm, by an interrupt that stays pending until the unlock, or for no reason. */
    bool pending = !any || random_below(3) == 0;
    if (pending && first > model_now + 1) {
        uint64_t span = first - model_now < 40 ? first - model_now : 40;
        model_now += random_below((uint32_t)span);
        slept_short++;
    } else if (any) {
        model_now = model_now > first ? model_now : first;
    }
    if (pending) {
        model_masked = false;
        while (!interrupt() && !any) {
        }
        model_masked = true;
    }
}

TSFW_API void tsfw_port_log_level(uint8_t level)
{
    (void)level;
}

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
    fwrite(data, 1, size, stdout);
}

_Noreturn TSFW_API void tsfw_port_halt(uint32_t code)
{
    exit((int)code);
}

/* ---- the program: each run does a few random things ---- */

static void nap(uint32_t strand)
{
#if TSFW_TIMER_COUNT > 0
    static const uint32_t spans[] = { 1, 30, 500 * STRANDS, 1000 * STRANDS };
    uint64_t ticks = random_below(spans[random_below(4)] + 1);
    model_t *self = &model[strand];
    if (random_below(2) == 0) {
        tsfw_sleep((tsfw_strand_t)strand, ticks);
        /* The clock has been read last inside the call. */
        self->deadline = model_now + ticks;
    } else {
        /* Also times that have passed. */
        self->deadline = model_now + ticks - random_below(4);
        tsfw_sleep_until((tsfw_strand_t)strand, self->deadline);
    }
    self->sleeping = true;
    self->armed = model_arms++;
    self->waiting = 0;
#else
    (void)strand;
#endif
}

static void cancel_and_wake(uint32_t strand)
{
#if TSFW_TIMER_COUNT > 0
    if (strand + 1 <= TIMERS && (model[strand].sleeping || random_below(4) == 0)) {
        tsfw_sleep_cancel((tsfw_strand_t)strand);
        model[strand].sleeping = false;
    }
#endif
    if (!model[strand].sleeping && random_below(2) == 0) {
        model_wake(strand);
    } else if (model[strand].ready && random_below(8) == 0) {
        /* Interrupts may wake it again at any point from here on. */
        model[strand].ready = false;
        model[strand].waiting = 0;
        bool was = model_masked;
        model_masked = true;
        tsfw_ready_cancel((tsfw_strand_t)strand);
        model_masked = was;
    }
}

static bool due_before(const model_t *a, const model_t *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->armed < b->armed;
}

static void check_turn(uint32_t strand)
{
    model_t *self = &model[strand];
    check(self->ready != self->sleeping, "a strand runs because it is ready or because it slept");
    check(!self->sleeping || self->deadline <= model_now, "no strand wakes early");
    for (uint32_t s = 0; s < STRANDS; s++) {
        model_t *other = &model[s];
        if (s == strand) {
            continue;
        }
        if (self->sleeping && other->sleeping) {
            check(due_before(self, other), "timers run by deadline, then in the order of arming");
        }
        if (other->ready) {
            check(++other->waiting <= 2 * (uint64_t)STRANDS + 2, "a ready strand runs within two rounds");
        } else if (other->sleeping && other->deadline <= model_now) {
            check(++other->waiting <= (uint64_t)(TIMERS + 1) * (STRANDS + 1), "a due timer runs in its turn");
        }
    }
    self->ready = false;
    self->sleeping = false;
    self->waiting = 0;
}

static void app_init(void)
{
    model_masked = true;
    for (uint32_t s = 0; s + 1 <= TIMERS; s++) {
        nap(s);
    }
    model_masked = false;
    for (uint32_t s = TIMERS; s < STRANDS; s++) {
        model_wake(s);
    }
}

static void app_strand_run(tsfw_strand_t strand)
{
    check_turn(strand);
    if (runs_left-- == 0) {
        printf("ok: %lu sleeps, %lu interrupts, %lu early wakes\n", sleeps, interrupts, slept_short);
        exit(0);
    }
    for (uint32_t n = random_below(3); n > 0; n--) {
        uint32_t other = random_below(STRANDS);
        if (other != strand) {
            cancel_and_wake(other);
        }
    }
    /* Sleep, go on next round, or wait for an interrupt; a woken strand must not sleep. */
    uint32_t choice = random_below(4);
    bool was_masked = model_masked;
    model_masked = true;
    if (model[strand].ready) {
        choice = 3;
    }
    if (choice < 2 && strand + 1 <= TIMERS) {
        nap(strand);
    }
    model_masked = was_masked;
    if (choice == 2) {
        model_wake(strand);
    }
}

int main(void)
{
    random_state = strtoull(getenv("SEED"), NULL, 10);
    runs_left = strtoul(getenv("STEPS"), NULL, 10);
    tsfw_run();
}
