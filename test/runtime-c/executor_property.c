/*
 * The executor and its timers under random schedules, with a port of its own
 * whose "interrupts" arrive wherever the real ones could: whenever unmasked.
 *
 * The model (executor_model.h) follows every wake, yield, sleep and cancel at the
 * instant at which it takes effect. What is checked:
 *   - each run is of the strand at the head: wakes in their order, then yields
 *     and timers by turns, timers by deadline, equal ones as they were armed;
 *   - no strand runs before its deadline, or without a reason;
 *   - the executor never sleeps while a strand is queued (no lost wake-up) or
 *     with its alarm set to anything but the earliest deadline;
 *   - nobody starves: of n strands, each waits for fewer than (n + 1)^2 runs.
 *
 * SEED and STEPS (runs of strands) come from the environment.
 */
#include "tsfw_config.h"
#include "tsfw.h"
#include "tsfw_unit.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor_model.h"

static uint64_t model_alarm = TSFW_NEVER;
static bool model_masked;
static uint64_t random_state;
static unsigned long runs_left, sleeps, interrupts, slept_short, yields;

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % bound;
}

static void wake(uint32_t strand)
{
    change_begin(WAKE, strand);
    tsfw_ready((tsfw_strand_t)strand);
    change_end();
}

/* An interrupt handler wakes what waits for it or is queued already: not a strand that sleeps. */
static bool interrupt(void)
{
    uint32_t strand = random_below(STRANDS);
    if (model[strand].sleeping) {
        return false;
    }
    interrupts++;
    in_handler = true; /* handlers do not nest */
    model_change(WAKE, strand);
    tsfw_ready((tsfw_strand_t)strand);
    in_handler = false;
    return true;
}

static void maybe_interrupt(void)
{
    if (!model_masked && !in_handler && random_below(8 + STRANDS / 4) == 0) {
        interrupt();
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
    if (!in_handler) {
        model_commit();
    }
    return was;
}

TSFW_API void tsfw_port_unlock(uint32_t level)
{
#if TSFW_STRAND_COUNT > 1
    /* The executor has taken the first one: from here on a wake queues it anew. */
    if (!in_handler && !in_run && taken == NOBODY && queue_size > 0 && tsfw_queue_next[queue[0]] == 0) {
        taken = queue[0];
        model_remove(taken);
    }
#endif
    model_masked = level != 0;
    maybe_interrupt();
}

TSFW_API tsfw_ticks_t tsfw_port_now(void)
{
    maybe_interrupt();
    model_now += random_below(4) == 0 ? random_below(5) : 0;
    /* Asked for by anyone but a strand that goes to sleep, this takes the first due timer. */
    uint32_t first = model_first_sleeper();
    bool is_due = first != NOBODY && model[first].deadline <= model_now;
    if (!arming) {
        due = is_due ? first : NOBODY;
        none_due = !is_due;
    }
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
    check(queue_size == 0, "no strand is ready when the executor sleeps");
    uint32_t sleeper = model_first_sleeper();
    bool any = sleeper != NOBODY;
    uint64_t first = any ? model[sleeper].deadline : TSFW_NEVER;
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
    while (pending && !interrupt() && !any) {
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
    /* A strand that goes to sleep waits for no interrupt. */
    bool was = model_masked;
    model_masked = true;
    arming = true;
    if (random_below(2) == 0) {
        tsfw_sleep((tsfw_strand_t)strand, ticks);
        /* The clock has been read last inside the call. */
        self->deadline = model_now + ticks;
    } else {
        /* Also times that have passed. */
        self->deadline = model_now + ticks - random_below(4);
        tsfw_sleep_until((tsfw_strand_t)strand, self->deadline);
    }
    arming = false;
    self->sleeping = true;
    self->armed = model_arms++;
    self->waiting = 0;
    model_masked = was;
#else
    (void)strand;
#endif
}

static void yield(uint32_t strand)
{
    yields++;
    change_begin(YIELD, strand);
    tsfw_yield((tsfw_strand_t)strand);
    change_end();
}

static void cancel(uint32_t strand)
{
    change_begin(CANCEL, strand);
#if TSFW_TIMER_COUNT > 0
    if (strand + 1 <= TIMERS) {
        model[strand].sleeping = false;
        tsfw_sleep_cancel((tsfw_strand_t)strand);
        change_end();
        return;
    }
#endif
    tsfw_ready_cancel((tsfw_strand_t)strand);
    change_end();
}

static void disturb(uint32_t strand)
{
    if (model[strand].sleeping ? random_below(2) == 0 : random_below(16) == 0) {
        cancel(strand);
    }
    if (!model[strand].sleeping && random_below(2) == 0) {
        wake(strand);
    }
}

/* Runs that a strand may have to wait for: between two turns run as many woken ones as there are. */
static void check_patience(uint32_t running)
{
    for (uint32_t s = 0; s < STRANDS; s++) {
        bool waits = model[s].queued || (model[s].sleeping && model[s].deadline <= model_now);
        if (s != running && waits) {
            model[s].waiting++;
            check(model[s].waiting < (uint64_t)(STRANDS + 1) * (STRANDS + 1), "no strand starves");
        }
    }
}

static void check_turn(uint32_t strand)
{
    if (STRANDS == 1) {
        /* Nobody to be in order with. A timer is run where it is found due. */
        check(queue_size == 1 || due == strand, "a strand runs because it is ready or due");
        model[0].sleeping = model[0].sleeping && due != strand;
        due = NOBODY;
        queue_size = queue_woken = 0;
        model[0].queued = false;
        return;
    }
    check(taken == strand, "the strand at the head of the queue runs");
    check(!model[strand].sleeping, "no strand runs in its sleep");
    taken = NOBODY;
    check_patience(strand);
}

static void app_init(void)
{
    in_run = true;
    for (uint32_t s = 0; s + 1 <= TIMERS; s++) {
        nap(s);
    }
    for (uint32_t s = TIMERS; s < STRANDS; s++) {
        wake(s);
    }
    in_run = false;
}

static void app_strand_run(tsfw_strand_t strand)
{
    check_turn(strand);
    if (runs_left-- == 0) {
        printf("ok: %lu sleeps, %lu interrupts, %lu early wakes, ", sleeps, interrupts, slept_short);
        printf("%lu yields, %lu turns hastened\n", yields, hastened);
        exit(0);
    }
    in_run = true;
    for (uint32_t n = random_below(3); n > 0; n--) {
        uint32_t other = random_below(STRANDS);
        if (other != strand) {
            disturb(other);
        }
    }
    /* Sleep, yield, run on, or wait for an interrupt; a woken strand must not sleep. */
    uint32_t choice = random_below(10);
    if (choice < 7 && strand + 1 <= TIMERS && !model[strand].queued) {
        nap(strand);
    } else if (choice == 7 || choice == 8) {
        yield(strand);
    } else if (choice == 9) {
        wake(strand);
    }
    in_run = false;
    count_wakes();
}

int main(void)
{
    random_state = strtoull(getenv("SEED"), NULL, 10);
    runs_left = strtoul(getenv("STEPS"), NULL, 10);
    tsfw_run();
}
