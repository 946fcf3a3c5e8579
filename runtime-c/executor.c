/*
 * Runs woken strands in the order of their wakes and sleeps when there are none.
 *
 * Owns the queue: first the strands that were woken, then those that wait for
 * their turn, because they yielded or their time has come. docs/executor.md
 * argues for this order, and why no strand starves and no wake-up is lost.
 */
#include "include/port.h"

/* A strand's number plus 1, so that 0 is none and nothing needs initialising. */
#if TSFW_STRAND_COUNT <= 255
typedef uint8_t tsfw_link_t;
#else
typedef uint16_t tsfw_link_t;
#endif

#if TSFW_STRAND_COUNT == 1

/* One strand: the queue is a flag. A wake between the test and the clear is met
 * by the run that follows, so neither needs the lock. */
static volatile tsfw_link_t tsfw_queue_last;

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_queue_last = 1;
}

/* Nothing else can be due while the only strand runs. */
TSFW_API void tsfw_yield(tsfw_strand_t strand)
{
    tsfw_ready(strand);
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_queue_last = 0;
}

static inline void tsfw_queue_run(void)
{
    if (tsfw_queue_last != 0) {
        tsfw_queue_last = 0;
        app_strand_run(0);
    }
}

#else

/* A ring: who follows each strand, behind the last one the first; 0 for a strand
 * that is not queued. So a strand is queued once at most, and a second wake is
 * seen in one load. */
static tsfw_link_t tsfw_queue_next[TSFW_STRAND_COUNT];
/* The last of all, and the last of the woken ones at the front; 0 for none. */
static tsfw_link_t tsfw_queue_last;
static tsfw_link_t tsfw_queue_woken;

/* Puts a strand that is not queued behind `before`; 0 when the queue is empty. Locked. */
static inline void tsfw_queue_link(uint32_t before, uint32_t self)
{
    uint32_t after = self;
    if (before != 0) {
        after = tsfw_queue_next[before - 1];
        tsfw_queue_next[before - 1] = (tsfw_link_t)self;
    }
    tsfw_queue_next[self - 1] = (tsfw_link_t)after;
}

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    uint32_t self = (uint32_t)strand + 1;
    uint32_t level = tsfw_port_lock();
    if (tsfw_queue_next[strand] == 0) {
        uint32_t last = tsfw_queue_last;
        uint32_t woken = tsfw_queue_woken;
        /* Behind the last is also in front of the first. */
        tsfw_queue_link(woken != 0 ? woken : last, self);
        tsfw_queue_woken = (tsfw_link_t)self;
        if (woken == last) {
            tsfw_queue_last = (tsfw_link_t)self;
        }
    }
    tsfw_port_unlock(level);
}

static void tsfw_turn_add(tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    if (tsfw_queue_next[strand] == 0) {
        tsfw_queue_link(tsfw_queue_last, (uint32_t)strand + 1);
        tsfw_queue_last = (tsfw_link_t)(strand + 1);
    }
    tsfw_port_unlock(level);
}

/* Queues the strands whose time has come, in the order of their deadlines. */
static void tsfw_due_add(void)
{
#if TSFW_TIMER_COUNT > 0
    while (tsfw_timer_first() <= tsfw_port_now()) {
        tsfw_turn_add(tsfw_timer_take());
    }
#endif
}

TSFW_API void tsfw_yield(tsfw_strand_t strand)
{
    tsfw_due_add();
    tsfw_turn_add(strand);
}

/* Takes out the strand behind `before`; what it was the last of ends with `previous`. Locked. */
static inline uint32_t tsfw_queue_unlink(uint32_t before, uint32_t last, uint32_t previous)
{
    uint32_t self = tsfw_queue_next[before - 1];
    tsfw_queue_next[before - 1] = tsfw_queue_next[self - 1];
    tsfw_queue_next[self - 1] = 0;
    if (tsfw_queue_woken == self) {
        tsfw_queue_woken = (tsfw_link_t)previous;
    }
    if (last == self) {
        tsfw_queue_last = (tsfw_link_t)previous;
    }
    return self;
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    uint32_t self = (uint32_t)strand + 1;
    if (tsfw_queue_next[strand] == 0) {
        return;
    }
    /* Round the ring to whom it follows. Not locked, as it takes long: interrupts
     * only add, and what they have added in between ends with the last woken. */
    uint32_t before = self;
    for (uint32_t next; (next = tsfw_queue_next[before - 1]) != self;) {
        before = next;
    }
    uint32_t level = tsfw_port_lock();
    if (tsfw_queue_next[before - 1] != self) {
        before = tsfw_queue_woken;
    }
    uint32_t last = tsfw_queue_last;
    tsfw_queue_unlink(before, last, before == last ? 0 : before);
    tsfw_port_unlock(level);
}

/* Takes the first strand of a queue that is not empty. */
static inline tsfw_strand_t tsfw_queue_take(void)
{
    uint32_t level = tsfw_port_lock();
    uint32_t last = tsfw_queue_last;
    uint32_t first = tsfw_queue_unlink(last, last, 0);
    tsfw_port_unlock(level);
    return (tsfw_strand_t)(first - 1);
}

/* Lets what waits for its turn go before the wakes that are to come. */
static inline void tsfw_turn_hasten(void)
{
    tsfw_due_add();
    uint32_t level = tsfw_port_lock();
    tsfw_queue_woken = tsfw_queue_last;
    tsfw_port_unlock(level);
}

static inline void tsfw_queue_run(void)
{
    uint32_t left = TSFW_STRAND_COUNT;
    /* Not locked: only tasks take strands out, and a wake that comes after the
     * look is seen before the core sleeps. */
    while (tsfw_queue_last != 0) {
        app_strand_run(tsfw_queue_take());
        /* Wakes may go on for ever: no more of them in a row than there are strands. */
        if (tsfw_queue_woken == 0) {
            left = TSFW_STRAND_COUNT;
        } else if (--left == 0) {
            left = TSFW_STRAND_COUNT;
            tsfw_turn_hasten();
        }
    }
}

#endif

/* Sleeps unless an interrupt has woken a strand since the queue was looked at.
 * The lock makes test and sleep one step. */
static inline void tsfw_sleep_when_idle(void)
{
    uint32_t level = tsfw_port_lock();
    if (tsfw_queue_last == 0) {
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
        tsfw_queue_run();
#if TSFW_STRAND_COUNT > 1
        tsfw_due_add();
#elif TSFW_TIMER_COUNT > 0
        if (tsfw_timer_first() <= tsfw_port_now()) {
            app_strand_run(tsfw_timer_take());
            continue;
        }
#endif
        tsfw_sleep_when_idle();
    }
}
