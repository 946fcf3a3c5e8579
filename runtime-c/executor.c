/*
 * Runs woken strands in the order of their wakes and sleeps when there are none.
 *
 * Owns two queues. Ready: what was woken and runs next. Yielded: what gave up
 * its turn and is woken only after all that is due before it. Both are rings in
 * one table of links. docs/executor.md argues for the order, and why no strand
 * starves and no wake-up is lost.
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
static volatile tsfw_link_t tsfw_ready_last;

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_ready_last = 1;
}

/* Nothing else can be due while the only strand runs. */
TSFW_API void tsfw_yield(tsfw_strand_t strand)
{
    tsfw_ready(strand);
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    (void)strand;
    tsfw_ready_last = 0;
}

static inline tsfw_link_t tsfw_ready_take(uint32_t *left)
{
    (void)left;
    tsfw_link_t first = tsfw_ready_last;
    if (first != 0) {
        tsfw_ready_last = 0;
    }
    return first;
}

static inline tsfw_link_t tsfw_yielded_take(void)
{
    return 0;
}

#else

/* The strand behind each one in its ring, 0 for a strand that is in neither: so
 * a strand is queued once at most, and a second wake is seen in one load. Behind
 * the last comes the first, so the last is all one has to remember of a ring. */
static volatile tsfw_link_t tsfw_link_next[TSFW_STRAND_COUNT];
static volatile tsfw_link_t tsfw_ready_last;
/* Tasks only; not volatile, so it folds away in programs that never yield. */
static tsfw_link_t tsfw_yielded_last;

/* Adds a strand that is in no ring; returns the ring's new last. Locked. */
static inline tsfw_link_t tsfw_ring_add(tsfw_link_t last, tsfw_strand_t strand)
{
    tsfw_link_t self = (tsfw_link_t)(strand + 1);
    tsfw_link_t first = self;
    if (last != 0) {
        first = tsfw_link_next[last - 1];
        tsfw_link_next[last - 1] = self;
    }
    tsfw_link_next[strand] = first;
    return self;
}

/* Takes out what comes after `before`; returns the ring's new last. Locked. */
static inline tsfw_link_t tsfw_ring_remove(tsfw_link_t last, tsfw_link_t before)
{
    tsfw_link_t self = tsfw_link_next[before - 1];
    tsfw_link_next[before - 1] = tsfw_link_next[self - 1];
    tsfw_link_next[self - 1] = 0;
    if (self != last) {
        return last;
    }
    return before == self ? 0 : before;
}

TSFW_API void tsfw_ready(tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    if (tsfw_link_next[strand] == 0) {
        tsfw_ready_last = tsfw_ring_add(tsfw_ready_last, strand);
    }
    tsfw_port_unlock(level);
}

static inline void tsfw_yielded_add(tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    if (tsfw_link_next[strand] == 0) {
        tsfw_yielded_last = tsfw_ring_add(tsfw_yielded_last, strand);
    }
    tsfw_port_unlock(level);
}

TSFW_API void tsfw_yield(tsfw_strand_t strand)
{
#if TSFW_TIMER_COUNT > 0
    /* What is due was due before: it moves ahead, in its order. */
    while (tsfw_timer_first() <= tsfw_port_now()) {
        tsfw_yielded_add(tsfw_timer_take());
    }
#endif
    tsfw_yielded_add(strand);
}

TSFW_API void tsfw_ready_cancel(tsfw_strand_t strand)
{
    tsfw_link_t self = (tsfw_link_t)(strand + 1);
    tsfw_link_t before = self;
    if (tsfw_link_next[strand] == 0) {
        return;
    }
    /* Round the ring to whom it follows. Not locked, as it is linear: interrupts
     * only add strands, and only behind the last. */
    for (tsfw_link_t next; (next = tsfw_link_next[before - 1]) != self;) {
        before = next;
    }
    uint32_t level = tsfw_port_lock();
    if (tsfw_link_next[before - 1] != self) {
        before = tsfw_ready_last; /* somebody was added between the last and this first one */
    }
    if (tsfw_yielded_last == self) {
        tsfw_yielded_last = tsfw_ring_remove(self, before);
    } else {
        tsfw_ready_last = tsfw_ring_remove(tsfw_ready_last, before);
    }
    tsfw_port_unlock(level);
}

/* Takes the first ready strand while `left` lasts, 0 when there is none. */
static inline tsfw_link_t tsfw_ready_take(uint32_t *left)
{
    if (*left == 0 || tsfw_ready_last == 0) {
        *left = TSFW_STRAND_COUNT;
        return 0;
    }
    --*left;
    uint32_t level = tsfw_port_lock();
    tsfw_link_t last = tsfw_ready_last;
    tsfw_link_t first = tsfw_link_next[last - 1];
    tsfw_ready_last = tsfw_ring_remove(last, last);
    tsfw_port_unlock(level);
    return first;
}

static inline tsfw_link_t tsfw_yielded_take(void)
{
    tsfw_link_t last = tsfw_yielded_last;
    if (last == 0) {
        return 0;
    }
    uint32_t level = tsfw_port_lock();
    tsfw_link_t first = tsfw_link_next[last - 1];
    tsfw_yielded_last = tsfw_ring_remove(last, last);
    tsfw_port_unlock(level);
    return first;
}

#endif

/* The strand that runs next, 0 when nothing is to do. After as many ready
 * strands as there are (`left` counts down) one that yielded or is due gets its
 * turn, so no pattern of wakes can starve the timers. */
static inline tsfw_link_t tsfw_next_take(uint32_t *left)
{
    tsfw_link_t next = tsfw_ready_take(left);
    if (next == 0) {
        next = tsfw_yielded_take();
    }
#if TSFW_TIMER_COUNT > 0
    if (next == 0 && tsfw_timer_first() <= tsfw_port_now()) {
        next = (tsfw_link_t)(tsfw_timer_take() + 1);
    }
#endif
    return next;
}

/* Sleeps unless a strand is ready; an interrupt may have woken one since the
 * queue was looked at. The lock makes test and sleep one step. */
static inline void tsfw_sleep_when_idle(void)
{
    uint32_t level = tsfw_port_lock();
    if (tsfw_ready_last == 0) {
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
    uint32_t left = TSFW_STRAND_COUNT;
    for (;;) {
        tsfw_link_t next = tsfw_next_take(&left);
        if (next != 0) {
            app_strand_run((tsfw_strand_t)(next - 1));
        } else {
            tsfw_sleep_when_idle();
        }
    }
}
