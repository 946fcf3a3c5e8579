/*
 * The runtime's port (runtime-c/include/port.h) for STM32: start-up order and
 * sleep. Time is in timer_v1.c, text in usart_v2.c, masking in cores/cortex_m.c.
 */
#include "../cores/cortex_m.h"

/*
 * Without driver interrupts PRIMASK is set here and stays set: the timer's
 * interrupt ends WFI by becoming pending (Armv7-M ARM B1.5.19) and is never
 * taken, so it needs no handler and no vector.
 */
TSFW_API void tsfw_port_init(void)
{
#if !TSFW_HAS_DRIVER_IRQS
    __asm__ volatile("cpsid i" : : : "memory");
#endif
    rcc_start();
    rcc_enable();
#if TSFW_USES_TIME
    time_start();
#endif
    exti_start();
}

/* Called with PRIMASK set in both cases; a pending interrupt ends WFI at once. */
TSFW_API void tsfw_port_sleep(void)
{
    __asm__ volatile("dsb\n\twfi" : : : "memory");
#if TSFW_USES_TIME && TSFW_TIMER_COUNT == 0
    /* The look each half turn needs, see timer_v1.c; with timers the executor looks
     * at the clock in every round. */
    (void)tsfw_port_now();
#endif
}

/* One sink for all levels. */
TSFW_API void tsfw_port_log_level(uint8_t level)
{
    (void)level;
}
