/** The STM32F405's drivers in QEMU: with the project's runner, and in plain QEMU for faults and the clock fallback. */

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type RunEvent, runEmulated, type ScriptEvent } from "../cli/emulators/index.ts";
import { buildFirmware, type Firmware, haveArmCompiler } from "./support/driver-firmware.ts";
import { blinky, edgeCounter, levelFollower, uartEcho } from "./support/driver-programs.ts";
import { runProcess } from "./support/run-process.ts";

const netduino = { chip: "stm32f405rg", board: "netduinoplus2" };
const led = 10;
const button = 2 * 16 + 13;
const ms = 1e6;

/** Major version of the installed QEMU; 0 without one. The board's models are complete from 9 on. */
function qemuVersion(): number {
  const output = spawnSync("qemu-system-arm", ["--version"], { encoding: "utf8" }).stdout ?? "";
  return Number(/version (\d+)/.exec(output)?.[1] ?? 0);
}

async function runs(): Promise<boolean> {
  if (!(await haveArmCompiler())) return false;
  if (qemuVersion() >= 9) return true;
  console.warn("the STM32's driver tests do not run here: qemu-system-arm 9 or later is not installed");
  return false;
}

async function run(
  firmware: Firmware,
  forMs: number,
  script: readonly ScriptEvent[],
): Promise<readonly RunEvent[]> {
  const { elfPath } = await buildFirmware(firmware);
  const names = { pinName: (pin: number) => `${pin}`, uartName: (uart: number) => `${uart}` };
  const result = await runEmulated({
    chip: "stm32f405",
    elfPath,
    forNs: forMs * ms,
    script,
    names,
    consoleUart: 6,
    onOutput: () => {},
  });
  expect(["time", "idle"]).toContain(result.reason);
  return result.events;
}

function presses(times: readonly number[], first: 0 | 1): ScriptEvent[] {
  return times.map((time, index) => {
    const level = index % 2 === 0 ? first : first === 0 ? 1 : 0;
    return { kind: "pin", timeNs: time * ms, pin: button, level };
  });
}

describe.runIf(await runs())("STM32F405 drivers", () => {
  test("blinky's edges are 500 ms apart, to one tick", async () => {
    const edges = await run(blinky(netduino, led), 3200, []);
    expect(edges).toHaveLength(7);
    const gaps = edges.slice(1).map((edge, index) => edge.timeNs - (edges[index]?.timeNs ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - 500 * ms)).toBeLessThanOrEqual(1000);
  });

  const counts = { HAL_EDGE_RISING: 2, HAL_EDGE_FALLING: 2, HAL_EDGE_ANY: 4 } as const;
  test.each(Object.entries(counts))("%s wakes once for each edge after the call", async (event, count) => {
    const edges = await run(edgeCounter(netduino, button, led, event, 3), 60, presses([10, 20, 30, 40], 0));
    expect(edges).toHaveLength(count);
  });

  test("levels are waited for, also when they are there already", async () => {
    const changes = [0.000001, 5, 9, 9.02, 20, 31];
    const edges = await run(levelFollower(netduino, button, led), 40, presses(changes, 1));
    expect(edges.map((edge) => (edge.kind === "edge" ? edge.level : -1))).toEqual([1, 0, 1, 0, 1, 0]);
  });

  test("text goes out, and what comes in comes back", async () => {
    const script: readonly ScriptEvent[] = [
      { kind: "uart", timeNs: 10 * ms, uart: 2, bytes: Buffer.from("HAL") },
      { kind: "uart", timeNs: 20 * ms, uart: 2, bytes: Buffer.from("@") },
    ];
    const events = await run(uartEcho(netduino, { uart: 2, tx: 2, rx: 3 }), 30, script);
    const bytes = events.flatMap((event) => (event.kind === "uart" ? [...event.bytes] : []));
    expect(Buffer.from(bytes).toString()).toBe("the quick brown fox jumps over the lazy dog, twice\nIBMA");
  });

  // Plain QEMU never reports the crystal as ready, so these start by the fallback to HSI.
  const ends: readonly (readonly [string, string, RegExp])[] = [
    ["a panic", 'tsfw_panic(TSFW_STR("over"), "main.ts", 3);', /^panic: over\n {4}at main\.ts:3\n$/],
    ["a stack overflow", "volatile char big[300000]; big[0] = 1; (void)big[0];", /^panic: stack overflow\n$/],
    [
      "a hardware fault",
      "*(volatile uint32_t *)0x70000000u = 1;",
      /^panic: hardware fault at pc 0x0800.*BFAR 0x70000000\n$/,
    ],
  ];
  test.each(ends)("%s is reported on the console, without a crystal too", async (_, statement, text) => {
    const { elfPath } = await buildFirmware({
      name: `end-${text.source.length}`,
      ...netduino,
      config: { TSFW_LOG: 1 },
      flags: ["-DTSFW_SEMIHOSTING=1"],
      app: `
static void app_init(void) { ${statement} }
static void app_strand_run(tsfw_strand_t strand) { (void)strand; }
`,
    });
    const result = await runProcess("qemu-system-arm", [
      ...["-M", "netduinoplus2", "-display", "none", "-monitor", "none", "-icount", "shift=0,sleep=off"],
      ...[1, 2, 3, 4, 5].flatMap(() => ["-serial", "none"]),
      ...["-serial", "stdio", "-semihosting-config", "enable=on,target=native", "-kernel", elfPath],
    ]);
    expect(result.stdout).toMatch(text);
    expect(result.exit).toBe(134);
  });
});
