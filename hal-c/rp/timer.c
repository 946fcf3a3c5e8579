/*
 * Time base and alarm on the RP2040's TIMER: 64 bits of microseconds in
 * hardware, four alarms that compare the low 32. RP2040 datasheet 4.6.
 */
#include "../cores/cortex_m.h"

TSFW_API void timer_start(void)
{
    TSFW_REG(TSFW_TIMER_BASE, TIMER_INTE_OFFSET) = TIMER_INTE_ALARM_0;
    TSFW_IRQ_ENABLE(TSFW_IRQ_TIMER);
}

/* The raw halves, not the latched pair, so that no lock is needed (4.6.2). High
 * before low: if the low half wrapped in between it has only just begun again, and
 * the high half is read once more. 65 ms is far more than any handler that comes
 * between takes, and on most calls two reads are all. */
TSFW_API tsfw_ticks_t tsfw_port_now(void)
{
    uint32_t timer = hal_block(TSFW_TIMER_BASE);
    uint32_t high = TSFW_REG(timer, TIMER_TIMERAWH_OFFSET);
    uint32_t low = TSFW_REG(timer, TIMER_TIMERAWL_OFFSET);
    if (low >> 16 == 0) {
        high = TSFW_REG(timer, TIMER_TIMERAWH_OFFSET);
    }
    return (tsfw_ticks_t)high << 32 | low;
}

/*
 * An alarm fires when the low half equals it (4.6.3): for a deadline more than
 * 71 minutes away once a wrap too early, which the executor takes as a spurious
 * wake. The older alarm is disarmed before what it left is cleared. Writing
 * ALARM0 arms it; it is written first and the clock read after, so a deadline
 * that passes in between is seen by one of the two.
 */
TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    uint32_t timer = hal_block(TSFW_TIMER_BASE);
    TSFW_REG(timer, TIMER_ARMED_OFFSET) = TIMER_INTR_ALARM_0;
    TSFW_REG(timer, TIMER_INTR_OFFSET) = TIMER_INTR_ALARM_0;
    TSFW_IRQ_CLEAR(TSFW_IRQ_TIMER);
    if (deadline == TSFW_NEVER) {
        return;
    }
    TSFW_REG(timer, TIMER_ALARM_OFFSET(0u)) = (uint32_t)deadline;
    if (tsfw_port_now() >= deadline) {
        TSFW_IRQ_PEND(TSFW_IRQ_TIMER);
    }
}

#if TSFW_USES_TIME
/* Its work is done by ending the sleep: the executor compares the clock itself. */
static void TIMER_IRQ_0_IRQHandler(void)
{
    TSFW_REG(TSFW_TIMER_BASE, TIMER_INTR_OFFSET) = TIMER_INTR_ALARM_0;
}
#endif
