/** Running RP2040 firmware in rp2040js: time, input, output, and every way a run ends. */

import { describe, expect, test } from "vitest";
import { buildScene, edgesOf, gapsOf, havePrograms, observe } from "./support/emulator-firmware.ts";

const led = 25;
const button = 15;
const second = 1e9;
const chip = "rp2040";

describe.runIf(havePrograms("arm-none-eabi-gcc"))("RP2040 emulator", () => {
  test("three seconds of blinking: edges 500 ms apart to a tick, in little real time", async () => {
    const elfPath = await buildScene(chip, "BLINK");
    const started = performance.now();
    const result = await observe({ chip, elfPath, forNs: 3 * second });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(result).toMatchObject({ reason: "time", exitCode: 0, virtualNs: 3 * second });
    expect(edgesOf(result, led).map(([, level]) => level)).toEqual([1, 0, 1, 0, 1, 0]);
    for (const gap of gapsOf(result, led)) expect(Math.abs(gap - second / 2)).toBeLessThanOrEqual(1000);
    expect(result.told).toEqual(result.events);
  });

  test("a scripted button is seen at its time, by level and by edge", async () => {
    const elfPath = await buildScene(chip, "BUTTON");
    const press = (timeNs: number, level: 0 | 1) => ({ kind: "pin", timeNs, pin: button, level }) as const;
    const result = await observe({ chip, elfPath, script: [press(second, 0), press(1.2 * second, 1)] });
    expect(result).toMatchObject({ reason: "idle", exitCode: 0, output: "up\ndown\nup\n" });
    const [, down, up] = edgesOf(result, led).map(([timeNs]) => timeNs);
    expect(down).toBeGreaterThanOrEqual(second);
    expect(down).toBeLessThan(second + 10_000);
    expect(up).toBeGreaterThanOrEqual(1.2 * second);
    expect(up).toBeLessThan(1.2 * second + 10_000);
  });

  test("bytes from a script arrive, and bytes that leave are events", async () => {
    const elfPath = await buildScene(chip, "ECHO");
    const bytes = new TextEncoder().encode("HAL");
    const result = await observe({
      chip,
      elfPath,
      script: [{ kind: "uart", timeNs: second, uart: 0, bytes }],
    });
    expect(result).toMatchObject({ reason: "idle", output: "IBM" });
    const sent = result.events.map((event) => event.kind === "uart" && [event.uart, ...event.bytes]);
    expect(sent).toEqual(["I", "B", "M"].map((letter) => ["UART0", letter.charCodeAt(0)]));
  });

  test("halting ends the run with the firmware's code", async () => {
    const elfPath = await buildScene(chip, "HALT");
    const result = await observe({ chip, elfPath, forNs: 60 * second });
    expect(result).toMatchObject({ reason: "exit", exitCode: 7, output: "bye\n" });
    expect(result.virtualNs).toBeGreaterThan(second);
    expect(result.virtualNs).toBeLessThan(1.01 * second);
  });

  test("a program that never sleeps is stopped when time is up", async () => {
    const elfPath = await buildScene(chip, "BUSY");
    expect(await observe({ chip, elfPath, forNs: second / 10 })).toMatchObject({
      reason: "time",
      exitCode: 0,
      virtualNs: second / 10,
    });
  });

  test("a program that sleeps for ever ends the run at once, with and without a time limit", async () => {
    const elfPath = await buildScene(chip, "FOREVER");
    expect(await observe({ chip, elfPath })).toMatchObject({ reason: "idle", exitCode: 0 });
    expect(await observe({ chip, elfPath, forNs: 3600 * second })).toMatchObject({
      reason: "idle",
      exitCode: 0,
    });
  });

  test("a jump into nowhere is a fault in words", async () => {
    const elfPath = await buildScene(chip, "CRASH");
    expect(await observe({ chip, elfPath })).toMatchObject({
      reason: "fault",
      exitCode: 134,
      message: "the firmware jumped to 0x30000000, where there is no code",
    });
  });

  test("the signal ends a busy program", async () => {
    const elfPath = await buildScene(chip, "BUSY");
    const signal = AbortSignal.timeout(100);
    expect(await observe({ chip, elfPath, signal })).toMatchObject({ reason: "aborted", exitCode: 130 });
  });
});
