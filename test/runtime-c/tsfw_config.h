/* Configuration of the C test programs; a program may set the counts before it includes this. */
#ifndef TSFW_STRAND_COUNT
#define TSFW_STRAND_COUNT 1
#endif
#ifndef TSFW_TIMER_COUNT
#define TSFW_TIMER_COUNT 0
#endif
#ifndef TSFW_LOG
#define TSFW_LOG 1
#endif
#define TSFW_CHECKS 1
#define TSFW_USES_TIME 1
#define TSFW_USES_INPUT_WAIT 1
#define TSFW_WAIT_PINS(X)
#define TSFW_USES_UART 1
#define TSFW_UARTS(X)
