/*
 * A board for tests of the host family: what it does is chosen by MODE.
 *
 *   blink  toggles pin 5 every 500 ms
 *   press  logs each falling edge of pin 13, its level with the pull-up before
 *   level  logs when pin 13 is low, twice
 *   echo   sends back on UART 1 what comes in there
 *   panic  logs, warns, then panics at 2 s
 *   busy   logs and never waits
 *   spin   waits 1.5 s by looking at the clock
 *   twice  lets two strands wait for the same pin
 *   cancel cancels a wait for pin 13; nothing is left to do
 *   never  sleeps as long as one can
 */
#define TSFW_STRAND_COUNT 2
#define TSFW_TIMER_COUNT 1
#include "tsfw_config.h"
#include "tsfw.h"
#include "hal.h"

#include <stdlib.h>
#include <string.h>

static bool mode_is(const char *mode)
{
    return strcmp(getenv("MODE"), mode) == 0;
}

static void log_time(uint8_t level, tsfw_str_t what)
{
    tsfw_log_begin(level);
    tsfw_log_str(what);
    tsfw_log_f64(tsfw_now_ms());
    tsfw_log_end();
}

static void echo(void)
{
    while (hal_uart_read_byte(1, 1)) {
        hal_uart_write_byte(1, hal_uart_take(1), 1);
    }
}

static void wait_for_low(void)
{
    for (int i = 0; i < 2; i++) {
        if (!hal_input_wait(13, HAL_LEVEL_LOW, 1)) {
            return;
        }
        log_time(TSFW_LOG_INFO, TSFW_STR("low at "));
    }
}

static void app_init(void)
{
    hal_input_init(13, HAL_PULL_UP);
    if (mode_is("blink")) {
        hal_output_init(5, false, HAL_PUSH_PULL);
        tsfw_sleep(0, TSFW_MS_TICKS(500));
    } else if (mode_is("press")) {
        log_time(TSFW_LOG_INFO, hal_input_read(13) ? TSFW_STR("high at ") : TSFW_STR("low at "));
        hal_input_wait(13, HAL_EDGE_FALLING, 1);
    } else if (mode_is("level")) {
        wait_for_low();
    } else if (mode_is("echo")) {
        hal_uart_init(1, 0, 1, 115200);
        hal_uart_write(1, "go\n", 3, 1);
        echo();
    } else if (mode_is("panic")) {
        log_time(TSFW_LOG_INFO, TSFW_STR("log "));
        log_time(TSFW_LOG_WARN, TSFW_STR("warning "));
        tsfw_sleep(0, TSFW_MS_TICKS(2000));
    } else if (mode_is("busy")) {
        log_time(TSFW_LOG_INFO, TSFW_STR("busy "));
        for (;;) {
        }
    } else if (mode_is("spin")) {
        while (tsfw_now_ms() < 1500) {
        }
        log_time(TSFW_LOG_INFO, TSFW_STR("spun to "));
    } else if (mode_is("twice")) {
        hal_input_wait(13, HAL_EDGE_ANY, 0);
        hal_input_wait(13, HAL_EDGE_ANY, 1);
    } else if (mode_is("cancel")) {
        hal_input_wait(13, HAL_EDGE_ANY, 1);
        hal_input_cancel(13);
    } else {
        tsfw_sleep(0, tsfw_ticks_from_ms_f64(1e300));
    }
}

static void app_strand_run(tsfw_strand_t strand)
{
    if (mode_is("blink")) {
        hal_output_toggle(5);
        tsfw_sleep(strand, TSFW_MS_TICKS(500));
    } else if (mode_is("press")) {
        log_time(TSFW_LOG_INFO, TSFW_STR("pressed "));
        hal_input_wait(13, HAL_EDGE_FALLING, strand);
    } else if (mode_is("level")) {
        log_time(TSFW_LOG_INFO, TSFW_STR("woken low "));
        wait_for_low();
    } else if (mode_is("echo")) {
        hal_uart_write_byte(1, hal_uart_take(1), strand);
        echo();
    } else {
        tsfw_panic(TSFW_STR("enough"), "main.ts", 7);
    }
}

#include "tsfw_unit.c"
#include "host/unit.c"
