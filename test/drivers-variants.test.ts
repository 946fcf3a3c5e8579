/** Every part of the drivers compiles without a warning beside every other part, used or not. */

import { describe, expect, test } from "vitest";
import { buildFirmware, type Firmware, haveArmCompiler } from "./support/driver-firmware.ts";
import type { Target, UartPins } from "./support/driver-programs.ts";

interface Hardware {
  readonly target: Target;
  readonly uart: UartPins;
  readonly pins: readonly [number, number];
}

const hardware: readonly Hardware[] = [
  {
    target: { chip: "stm32f405rg", board: "netduinoplus2" },
    uart: { uart: 2, tx: 2, rx: 3 },
    pins: [13 + 2 * 16, 7],
  },
  {
    target: { chip: "stm32f405rg", board: "stm32f405rg-bare" },
    uart: { uart: 1, tx: 9, rx: 10 },
    pins: [0, 1],
  },
  { target: { chip: "rp2040", board: "pico" }, uart: { uart: 0, tx: 0, rx: 1 }, pins: [14, 29] },
];

interface Parts {
  readonly time: boolean;
  readonly log: boolean;
  readonly waits: boolean;
  readonly uart: boolean;
}

/** A row for each pair of parts in each pair of states. */
const partLists: readonly Parts[] = [
  { time: false, log: false, waits: false, uart: false },
  { time: false, log: true, waits: true, uart: true },
  { time: true, log: false, waits: true, uart: false },
  { time: true, log: true, waits: false, uart: false },
  { time: true, log: false, waits: false, uart: true },
  { time: true, log: true, waits: true, uart: true },
];

function variant({ target, uart, pins }: Hardware, parts: Parts): Firmware {
  const on = Object.entries(parts).flatMap(([name, used]) => (used ? [name] : []));
  return {
    name: ["variant", target.board, ...on].join("-"),
    ...target,
    config: {
      TSFW_STRAND_COUNT: 3,
      TSFW_TIMER_COUNT: parts.time ? 1 : 0,
      TSFW_USES_TIME: parts.time ? 1 : 0,
      TSFW_LOG: parts.log ? 1 : 0,
      TSFW_USES_INPUT_WAIT: parts.waits ? 1 : 0,
      "TSFW_WAIT_PINS(X)": parts.waits ? pins.map((pin) => `X(${pin})`).join(" ") : "",
      TSFW_USES_UART: parts.uart ? 1 : 0,
      "TSFW_UARTS(X)": parts.uart ? `X(${uart.uart}, ${uart.tx}, 65535, 9600)` : "",
    },
    claims: {
      inputs: pins,
      waitPins: parts.waits ? pins : [],
      uarts: parts.uart ? [{ uart: uart.uart, tx: uart.tx, rx: null, baud: 9600 }] : [],
    },
    app: application(uart, pins, parts),
  };
}

function application(
  { uart, tx }: UartPins,
  [first, second]: readonly [number, number],
  parts: Parts,
): string {
  return `
static void app_init(void)
{
    hal_output_init(${first}, true, HAL_OPEN_DRAIN);
    hal_output_write(${first}, hal_output_read(${first}));
    hal_input_init(${second}, HAL_PULL_DOWN);
    ${parts.waits ? `(void)hal_input_wait(${first}, HAL_LEVEL_HIGH, 1); (void)hal_input_wait(${second}, HAL_EDGE_ANY, 2);` : ""}
    ${parts.uart ? `hal_uart_init(${uart}, ${tx}, 0xFFFFu, 9600); (void)hal_uart_write(${uart}, "hello", 5, 0);` : ""}
    ${parts.log ? 'tsfw_log_begin(TSFW_LOG_INFO); tsfw_log_str(TSFW_STR("hello")); tsfw_log_end();' : ""}
    ${parts.time ? "tsfw_sleep(0, 1000);" : ""}
}
static void app_strand_run(tsfw_strand_t strand)
{
    ${parts.waits ? `hal_input_cancel(${first}); hal_input_cancel(${second});` : ""}
    ${parts.uart ? `hal_uart_write_cancel(${uart}); hal_uart_read_cancel(${uart}); (void)hal_uart_errors(${uart});` : ""}
    if (strand == 2) {
        tsfw_panic(TSFW_STR("over"), "main.ts", 3);
    }
}
`;
}

describe.runIf(await haveArmCompiler())("driver variants compile", () => {
  const cases = hardware.flatMap((one) =>
    partLists.map((parts) => [variant(one, parts).name, one, parts] as const),
  );
  test.each(cases)("%s", async (_, one, parts) => {
    const { sections } = await buildFirmware(variant(one, parts));
    expect(sections.get(".text")).toBeGreaterThan(0);
  });
});
