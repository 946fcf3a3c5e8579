/*
 * Time base and alarm on a 32-bit general-purpose timer (TIM2, stm32-data:
 * timer_v1) that counts microseconds for ever. RM0090 18.3, 18.4.
 *
 * 64 bits. `time_half` counts half turns of the counter (2^31 us, 35 min 47 s);
 * its lowest bit says in which half the counter was when last looked at. When
 * the counter's top bit disagrees, one half turn has begun since, so the count
 * goes up. That is exact if someone looks at least once every half turn, and it
 * needs no overflow flag, so there is no moment at which counter and flag tell
 * different stories: one read of CNT decides everything. Looks happen in every
 * tsfw_port_now(), and channels 2 and 3 (compare values 0 and 2^31) end the
 * sleep at the start of each half turn: the executor or tsfw_port_sleep() looks.
 *
 * Alarm. Channel 1 matches when CNT equals CCR1, the low half of the deadline: for
 * one more than 71 minutes away too early, which the executor takes as a spurious
 * wake.
 */
#include "../cores/cortex_m.h"

#define TIM_REG(name) TSFW_REG(TSFW_TIMER_BASE, TIM_##name##_OFFSET)
#define TIM_CCR(index) TSFW_REG(TSFW_TIMER_BASE, TIM_CCR_OFFSET(index))

#define TIME_HALF_TURN 0x80000000u
#define TIME_HALF_TURN_WAKES (TIM_DIER_CCIE(1) | TIM_DIER_CCIE(2))

static uint32_t time_half;

/* Compare channels are frozen outputs out of reset (CCMR 0): the flag rises at
 * the match and no pin moves (18.3.8). UG loads the prescaler and starts at 0. */
TSFW_API void time_start(void)
{
    TIM_REG(PSC) = TSFW_CLOCK_IS_FULL() ? TSFW_TIMER_PSC : TSFW_TIMER_FALLBACK_PSC;
    TIM_REG(EGR) = TIM_EGR_UG;
    TIM_CCR(2) = TIME_HALF_TURN;
    TIM_REG(DIER) = TIME_HALF_TURN_WAKES;
    TIM_REG(CR1) = TIM_CR1_CEN;
    TSFW_IRQ_ENABLE(TSFW_IRQ_TIMER);
}

TSFW_API tsfw_ticks_t tsfw_port_now(void)
{
    uint32_t level = tsfw_port_lock();
    uint32_t count = TIM_REG(CNT);
    uint32_t half = time_half;
    half += (half ^ (count >> 31)) & 1u;
    time_half = half;
    tsfw_port_unlock(level);
    return (tsfw_ticks_t)(half >> 1) << 32 | count;
}

/* The flags go first: a match from here on pends again. */
HAL_INLINE void time_wake_take_back(void)
{
    TIM_REG(SR) = 0;
    (void)TIM_REG(SR); /* the line is low before the pending bit is cleared */
    TSFW_IRQ_CLEAR(TSFW_IRQ_TIMER);
}

/*
 * The comparison at the end decides the race with the counter: CCR1 is in place
 * when CNT is read (same peripheral, device memory: in order). If the time has
 * not come by then, the match lies ahead; if it has, the interrupt is pended by
 * hand, and a match on top of that does no harm. The clock is looked at for
 * TSFW_NEVER too, as the wake of a half turn may just have been taken back.
 */
TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    time_wake_take_back();
    TIM_CCR(0) = (uint32_t)deadline;
    TIM_REG(DIER) = deadline == TSFW_NEVER ? TIME_HALF_TURN_WAKES : TIME_HALF_TURN_WAKES | TIM_DIER_CCIE(0);
    if (tsfw_port_now() >= deadline) {
        TSFW_IRQ_PEND(TSFW_IRQ_TIMER);
    }
}

#if TSFW_USES_TIME && TSFW_HAS_DRIVER_IRQS
/* Its work is done by waking the core: the executor compares the clock itself. */
static void TIM2_IRQHandler(void)
{
    TIM_REG(SR) = 0;
    (void)TIM_REG(SR);
}
#endif
