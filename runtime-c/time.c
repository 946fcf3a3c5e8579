/*
 * Ticks and milliseconds, and the strands' side of sleeping.
 *
 * The clock is the port's; the waiting is timer_queue.c's.
 */
#include "include/port.h"

TSFW_API tsfw_ticks_t tsfw_now(void)
{
    return tsfw_port_now();
}

TSFW_API double tsfw_now_ms(void)
{
    return (double)tsfw_port_now() / TSFW_TICKS_PER_MS;
}

#if TSFW_TIMER_COUNT > 0

TSFW_API void tsfw_sleep_until(tsfw_strand_t strand, tsfw_ticks_t deadline)
{
    tsfw_timer_arm(strand, deadline);
}

TSFW_API void tsfw_sleep(tsfw_strand_t strand, tsfw_ticks_t ticks)
{
    tsfw_timer_arm(strand, tsfw_port_now() + ticks);
}

TSFW_API void tsfw_sleep_cancel(tsfw_strand_t strand)
{
    tsfw_timer_cancel(strand);
#if TSFW_STRAND_COUNT > 1
    tsfw_ready_cancel(strand); /* tsfw_yield() may have moved it there */
#endif
}

#endif

/* What is too long for the clock is asked for as TSFW_MS_TICKS does. */
TSFW_API tsfw_ticks_t tsfw_ticks_from_ms_i64(int64_t ms)
{
    if (ms <= 0) {
        return 0;
    }
    if (ms >= (int64_t)TSFW_MS_MAX) {
        return TSFW_TICKS_MAX;
    }
#if TSFW_TICK_HZ % 1000 == 0
    return (tsfw_ticks_t)ms * (TSFW_TICK_HZ / 1000);
#else
    return ((tsfw_ticks_t)ms * TSFW_TICK_HZ + 999) / 1000;
#endif
}

TSFW_API tsfw_ticks_t tsfw_ticks_from_ms_f64(double ms)
{
    if (!(ms > 0.0)) {
        return 0;
    }
    if (!(ms < TSFW_MS_MAX)) {
        return TSFW_TICKS_MAX;
    }
    double exact = TSFW_TICKS_EXACT_(ms);
    tsfw_ticks_t whole = (tsfw_ticks_t)exact;
    return whole + (tsfw_ticks_t)((double)whole < exact);
}
