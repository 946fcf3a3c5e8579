/*
 * The runtime's port (runtime-c/include/port.h) for RP2040: start-up order and
 * sleep. Time is in timer.c, text in uart_pl011.c, masking in cores/cortex_m.c.
 */
#include "../cores/cortex_m.h"

/* UARTs come out of reset when they are first used, after their clock. */
#define PORT_BLOCKS (TSFW_RESETS_VALUE & ~(RESETS_RESET_UART0 | RESETS_RESET_UART1))

/* A debugger's reset stops the cores only: all blocks of the program, PLL included,
 * go into reset first, so that time starts at 0 and no old interrupt is armed. */
TSFW_API void tsfw_port_init(void)
{
    clocks_leave_pll();
    TSFW_RP_SET(RESETS_BASE, RESETS_RESET_OFFSET) = PORT_BLOCKS;
    rp_resets_release(PORT_BLOCKS);
    clocks_start();
#if TSFW_USES_TIME
    timer_start();
#endif
    gpio_start();
}

/*
 * WFE, not WFI: interrupts are open while it waits, and entering or leaving a
 * handler sets the event register (Armv6-M ARM B1.5.18). A handler that runs
 * after the executor has found nothing ready therefore ends the wait, also when
 * it runs before WFE. The price is one round for nothing after a handler that ran
 * while a task did. rp2040js models this and does not model WFI under PRIMASK.
 */
TSFW_API void tsfw_port_sleep(void)
{
#if TSFW_HAS_DRIVER_IRQS
    __asm__ volatile("cpsie i\n\twfe\n\tcpsid i" : : : "memory");
#else
    __asm__ volatile("wfe" : : : "memory");
#endif
}

/* One sink for all levels. */
TSFW_API void tsfw_port_log_level(uint8_t level)
{
    (void)level;
}
