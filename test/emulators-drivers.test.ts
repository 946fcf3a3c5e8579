/** The real runtime and drivers in the emulators: the same programs on both chips, with the same events. */

import { describe, expect, test } from "vitest";
import { buildFirmware, type Firmware } from "./support/driver-firmware.ts";
import { blinky, edgeCounter, uartCounter, uartEcho } from "./support/driver-programs.ts";
import { edgesOf, gapsOf, havePrograms, observe } from "./support/emulator-firmware.ts";

/** In folders of their own: the driver tests build programs of the same names. */
const build = (firmware: Firmware) => buildFirmware({ ...firmware, name: `emulators-${firmware.name}` });

const ms = 1e6;
const hour = 3600e9;
const targets = [
  { chip: "rp2040", board: "pico", led: 25, button: 14, uart: { uart: 0, tx: 0, rx: 1 }, console: 0 },
  {
    chip: "stm32f405rg",
    board: "stm32f405rg-bare",
    led: 5,
    button: 45,
    uart: { uart: 1, tx: 9, rx: 10 },
    console: 2,
  },
];

describe.runIf(havePrograms("arm-none-eabi-gcc", "qemu-system-arm"))("drivers in emulators", () => {
  describe.each(targets)("$chip", (target) => {
    const { chip, led, button, uart } = target;

    test("blinky's edges are 500 ms apart to one tick", async () => {
      const { elfPath } = await build(blinky(target, led));
      const result = await observe({ chip, elfPath, forNs: 5200 * ms });
      expect(edgesOf(result, led)).toHaveLength(11);
      for (const gap of gapsOf(result, led)) expect(Math.abs(gap - 500 * ms)).toBeLessThanOrEqual(1000);
    });

    test("a sleep longer than 32 bits of microseconds ends at its time", async () => {
      const { elfPath } = await build(blinky(target, led, (3 * hour) / ms));
      const result = await observe({ chip, elfPath, forNs: 3 * hour + 10 * ms });
      expect(gapsOf(result, led)).toHaveLength(1);
      expect(Math.abs((gapsOf(result, led)[0] ?? 0) - 3 * hour)).toBeLessThanOrEqual(1000);
    });

    test("a thousand short sleeps do not take long", async () => {
      const { elfPath } = await build(blinky(target, led, 1));
      const started = performance.now();
      const result = await observe({ chip, elfPath, forNs: 1000 * ms });
      expect(edgesOf(result, led)).toHaveLength(1000);
      expect(performance.now() - started).toBeLessThan(30_000);
    });

    const counts = { HAL_EDGE_RISING: 2, HAL_EDGE_FALLING: 2, HAL_EDGE_ANY: 4 } as const;
    test.each(Object.entries(counts))("%s wakes once for each scripted edge", async (event, count) => {
      const { elfPath } = await build(edgeCounter(target, button, led, event, 3));
      const script = [10, 20, 30, 40].map(
        (time, index) =>
          ({ kind: "pin", timeNs: time * ms, pin: button, level: index % 2 === 1 ? 1 : 0 }) as const,
      );
      const result = await observe({ chip, elfPath, script, forNs: 60 * ms });
      expect(edgesOf(result, led)).toHaveLength(count);
      for (const [timeNs] of edgesOf(result, led)) expect(timeNs % (10 * ms)).toBeLessThan(20_000);
    });

    test("log and panic appear as text, and the panic's code is the run's", async () => {
      const { elfPath } = await build({
        name: `panic-${chip}`,
        ...target,
        config: { TSFW_LOG: 1 },
        app: `
static void app_strand_run(tsfw_strand_t strand) { (void)strand; }
static void app_init(void)
{
    tsfw_log_begin(TSFW_LOG_INFO);
    tsfw_log_str(TSFW_STR("\u00fc = "));
    tsfw_log_i32(-5);
    tsfw_log_end();
    tsfw_panic(TSFW_STR("over"), "main.ts", 3);
}
`,
      });
      const result = await observe({ chip, elfPath, consoleUart: target.console });
      expect(result).toMatchObject({ reason: "exit", exitCode: 134 });
      expect(result.output).toBe("\u00fc = -5\npanic: over\n    at main.ts:3\n");
    });

    test("bytes that arrive while the core is busy are kept until it has time for them", async () => {
      const { elfPath } = await build(uartCounter(target, uart, 50_000));
      const text = new TextEncoder().encode("0123456789012345678\n");
      const script = [{ kind: "uart", timeNs: 2 * ms, uart: uart.uart, bytes: text } as const];
      const result = await observe({ chip, elfPath, consoleUart: uart.uart, script, forNs: 900 * ms });
      expect(result.output).toBe("T\n"); // the twentieth letter, for twenty bytes
    });

    test("two tasks that wait for one pin are told what to do", async () => {
      const { elfPath } = await build({
        name: `twice-${chip}`,
        ...target,
        config: { TSFW_LOG: 1, TSFW_USES_INPUT_WAIT: 1, "TSFW_WAIT_PINS(X)": `X(${button})` },
        claims: { inputs: [button], waitPins: [button] },
        app: `
static void app_strand_run(tsfw_strand_t strand) { (void)strand; }
static void app_init(void)
{
    hal_input_init(${button}, HAL_PULL_UP);
    hal_input_wait(${button}, HAL_EDGE_ANY, 0);
    hal_input_wait(${button}, HAL_EDGE_ANY, 0);
}
`,
      });
      const result = await observe({ chip, elfPath, consoleUart: target.console });
      expect(result).toMatchObject({
        exitCode: 134,
        output: "panic: two tasks wait for the same pin; let one task wait and share what it sees\n",
      });
    });

    test("text of any length goes out, and what comes in comes back", async () => {
      const { elfPath } = await build(uartEcho(target, uart));
      const text = (timeNs: number, value: string) =>
        ({ kind: "uart", timeNs, uart: uart.uart, bytes: new TextEncoder().encode(value) }) as const;
      const script = [text(2 * ms, "HAL"), text(5 * ms, "@")];
      const result = await observe({ chip, elfPath, consoleUart: uart.uart, script });
      expect(result.reason).toBe("idle");
      expect(result.output).toBe("the quick brown fox jumps over the lazy dog, twice\nIBMA");
    });
  });

  test("code takes the same time whether or not the program looks at the clock", async () => {
    const target = { chip: "stm32f405rg", board: "stm32f405rg-bare" };
    const answerNs = async (usesTime: 0 | 1) => {
      const uart = { uart: 1, tx: 9, rx: 10 };
      const counter = uartCounter(target, uart, 50_000);
      const { elfPath } = await build({
        ...counter,
        name: `${counter.name}-time-${usesTime}`,
        config: { ...counter.config, TSFW_USES_TIME: usesTime },
      });
      const script = [{ kind: "uart", timeNs: 10 * ms, uart: 1, bytes: Uint8Array.of(10) } as const];
      const { events } = await observe({ ...target, elfPath, script, forNs: 900 * ms, timerClockMhz: 84 });
      return (events[0]?.timeNs ?? 0) - 10 * ms;
    };
    const [without, with_] = [await answerNs(0), await answerNs(1)];
    expect(with_).toBeGreaterThan(ms);
    expect(Math.abs(without - with_)).toBeLessThan(0.02 * with_);
  });
});
