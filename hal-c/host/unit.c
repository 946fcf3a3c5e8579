/*
 * The host family: a chip on the developer's machine with a virtual clock,
 * scripted pins and UARTs, and a trace. Last part of the program's one
 * translation unit; hal-c/host/README.md lists its environment variables.
 */
#include "output.c"
#include "trace.c"
#include "script.c"
#include "pins.c"
#include "uart.c"
#include "clock.c"

int main(void)
{
    tsfw_run();
}
