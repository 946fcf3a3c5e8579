/*
 * The RP2040 as a parts list, included once behind the runtime.
 */
#include "boot2.c"

/* The timer's interrupt ends the sleep by being taken, see rp/port.c. */
#if TSFW_VECTOR_COUNT == 0 && TSFW_USES_TIME
_Static_assert(TSFW_IRQ_TIMER == 0, "the timer's vector is the first");
#define CORTEX_M_VECTOR_LIST(X) X(TIMER_IRQ_0_IRQHandler)
#define CORTEX_M_VECTOR_COUNT 1
#endif

#include "../cores/cortex_m.c"
#include "../cores/uart_queue.c"
#include "clocks.c"
#include "gpio.c"
#include "timer.c"
#include "uart_pl011.c"
#include "port.c"
