/** Application C for driver tests, in the shape the compiler emits. */

import type { Firmware } from "./driver-firmware.ts";

export interface Target {
  readonly chip: string;
  readonly board: string;
}

/** `for (;;) { led.toggle(); await delay(ms); }` */
export function blinky({ chip, board }: Target, pin: number, ms = 500): Firmware {
  return {
    name: `blinky-${board}-${ms}`,
    chip,
    board,
    config: { TSFW_TIMER_COUNT: 1, TSFW_USES_TIME: 1 },
    claims: { outputs: [pin] },
    app: `
static void app_main(void)
{
    hal_output_toggle(${pin});
    tsfw_sleep(0, TSFW_MS_TICKS(${ms}));
}
static void app_init(void)
{
    hal_output_init(${pin}, false, HAL_PUSH_PULL);
    app_main();
}
static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
    app_main();
}
`,
  };
}

/**
 * The strand waits for `event` on `input` again and again and toggles `output`
 * at each; a second strand sleeps `tickMs` at a time, so that the alarm and the
 * pin's interrupt meet.
 */
export function edgeCounter(
  target: Target,
  input: number,
  output: number,
  event: string,
  tickMs: number,
): Firmware {
  return {
    name: `wait-${event.toLowerCase()}-${target.board}`,
    ...target,
    config: {
      TSFW_STRAND_COUNT: 2,
      TSFW_TIMER_COUNT: 1,
      TSFW_USES_TIME: 1,
      TSFW_USES_INPUT_WAIT: 1,
      "TSFW_WAIT_PINS(X)": `X(${input})`,
    },
    claims: { outputs: [output], inputs: [input], waitPins: [input] },
    app: `
static void app_wait(void)
{
    while (hal_input_wait(${input}, ${event}, 1)) {
        hal_output_toggle(${output});
        hal_output_toggle(${output});
    }
}
static void app_init(void)
{
    hal_output_init(${output}, false, HAL_PUSH_PULL);
    hal_input_init(${input}, HAL_PULL_UP);
    app_wait();
    tsfw_sleep(0, TSFW_MS_TICKS(${tickMs}));
}
static void app_strand_run(tsfw_strand_t strand)
{
    if (strand == 0) {
        tsfw_sleep(0, TSFW_MS_TICKS(${tickMs}));
    } else {
        hal_output_toggle(${output});
        app_wait();
    }
}
`,
  };
}

/** The output follows the input, by waiting for a high and a low level in turn. */
export function levelFollower(target: Target, input: number, output: number): Firmware {
  return {
    name: `levels-${target.board}`,
    ...target,
    config: { TSFW_USES_INPUT_WAIT: 1, "TSFW_WAIT_PINS(X)": `X(${input})` },
    claims: { outputs: [output], inputs: [input], waitPins: [input] },
    app: `
static bool app_level;
static void app_follow(void)
{
    while (hal_input_wait(${input}, app_level ? HAL_LEVEL_LOW : HAL_LEVEL_HIGH, 0)) {
        app_level = !app_level;
        hal_output_write(${output}, app_level);
    }
}
static void app_init(void)
{
    hal_output_init(${output}, false, HAL_PUSH_PULL);
    hal_input_init(${input}, HAL_PULL_NONE);
    app_follow();
}
static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
    app_level = !app_level;
    hal_output_write(${output}, app_level);
    app_follow();
}
`,
  };
}

export interface UartPins {
  readonly uart: number;
  readonly tx: number;
  readonly rx: number;
}

/** Sends a greeting longer than the transmitter's FIFO, then every byte it receives, one higher. */
export function uartEcho(target: Target, { uart, tx, rx }: UartPins): Firmware {
  return {
    name: `uart-${target.board}`,
    ...target,
    config: { TSFW_USES_UART: 1, "TSFW_UARTS(X)": `X(${uart}, ${tx}, ${rx}, 115200)` },
    claims: { uarts: [{ uart, tx, rx, baud: 115200 }] },
    app: `
static uint8_t app_state;
static const char app_greeting[] = "the quick brown fox jumps over the lazy dog, twice\\n";
static void app_main(void)
{
    switch (app_state) {
    case 0:
        app_state = 1;
        if (!hal_uart_write(${uart}, app_greeting, sizeof app_greeting - 1, 0)) {
            return;
        }
        __attribute__((fallthrough));
    default:
        break;
    }
    for (;;) {
        if (app_state != 2) {
            app_state = 2;
            if (!hal_uart_read_byte(${uart}, 0)) {
                return;
            }
        }
        app_state = 3;
        if (!hal_uart_write_byte(${uart}, (uint8_t)(hal_uart_take(${uart}) + 1), 0)) {
            return;
        }
    }
}
static void app_init(void)
{
    hal_uart_init(${uart}, ${tx}, ${rx}, 115200);
    app_main();
}
static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
    app_main();
}
`,
  };
}

/** Works for `loops` turns after each byte it receives; answers a newline with a letter, A for one byte. */
export function uartCounter(target: Target, { uart, tx, rx }: UartPins, loops: number): Firmware {
  return {
    name: `uart-counter-${target.board}`,
    ...target,
    config: { TSFW_USES_UART: 1, "TSFW_UARTS(X)": `X(${uart}, ${tx}, ${rx}, 115200)` },
    claims: { uarts: [{ uart, tx, rx, baud: 115200 }] },
    app: `
static bool app_answered;
static char app_answer[2] = { 'A' - 1, '\\n' };
static void app_main(void)
{
    for (;;) {
        uint8_t byte = hal_uart_take(${uart});
        app_answer[0]++;
        for (volatile uint32_t i = 0; i < ${loops}; i++) {
        }
        if (byte == '\\n') {
            app_answered = true;
            (void)hal_uart_write(${uart}, app_answer, sizeof app_answer, 0);
            return;
        }
        if (!hal_uart_read_byte(${uart}, 0)) {
            return;
        }
    }
}
static void app_init(void)
{
    hal_uart_init(${uart}, ${tx}, ${rx}, 115200);
    (void)hal_uart_read_byte(${uart}, 0);
}
static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
    if (!app_answered) {
        app_main();
    }
}
`,
  };
}
