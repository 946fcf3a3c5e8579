/*
 * The STM32 family as a parts list, included once behind the runtime. Which
 * version of a part a chip has is in its JSON; F4 parts so far.
 */
#include "../cores/cortex_m.c"
#include "../cores/uart_queue.c"
#include "rcc_f4.c"
#include "gpio_v2.c"
#include "timer_v1.c"
#include "exti_v1.c"
#include "usart_v2.c"
#include "port.c"
