/** Running STM32F405 firmware in QEMU: time, devices that QEMU lacks, input, output, and every way a run ends. */

import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkQemuVersion, startQemu } from "../cli/emulators/qemu-process.ts";
import { buildScene, edgesOf, gapsOf, havePrograms, observe } from "./support/emulator-firmware.ts";
import { projectPath, scratchFolder } from "./support/project.ts";

const led = 5;
const button = 2 * 16 + 13;
const second = 1e9;
const chip = "stm32f405";
const consoleUart = 2;

describe.runIf(havePrograms("arm-none-eabi-gcc", "qemu-system-arm"))("STM32F405 emulator", () => {
  test("three seconds of blinking: edges exactly 500 ms apart, in little real time", async () => {
    const elfPath = await buildScene(chip, "BLINK");
    const started = performance.now();
    const result = await observe({ chip, elfPath, forNs: 3 * second });
    expect(performance.now() - started).toBeLessThan(1500);
    expect(result).toMatchObject({ reason: "time", exitCode: 0, virtualNs: 3 * second });
    expect(edgesOf(result, led).map(([, level]) => level)).toEqual([1, 0, 1, 0, 1, 0]);
    for (const gap of gapsOf(result, led)) expect(Math.abs(gap - second / 2)).toBeLessThanOrEqual(1000);
    expect(result.told).toEqual(result.events);
  });

  test("two runs are equal to the nanosecond", async () => {
    const elfPath = await buildScene(chip, "BLINK");
    const runs = await Promise.all([1, 2].map(() => observe({ chip, elfPath, forNs: 10 * second })));
    expect(runs[0]).toEqual(runs[1]);
  });

  test("a program with another timer clock has the same microseconds", async () => {
    const elfPath = await buildScene(chip, "BLINK", { TIMER_CLOCK_MHZ: 16 });
    const result = await observe({ chip, elfPath, forNs: 3 * second });
    expect(gapsOf(result, led)).toHaveLength(5);
    for (const gap of gapsOf(result, led)) expect(Math.abs(gap - second / 2)).toBeLessThanOrEqual(1000);
    expect(result.told).toEqual(result.events);
  });

  test("GPIO registers read back as on the chip, whatever instruction is used", async () => {
    const elfPath = await buildScene(chip, "REGISTERS");
    expect(await observe({ chip, elfPath })).toMatchObject({ reason: "exit", exitCode: 0 });
  });

  test("a scripted button is seen at its time, by level and by edge", async () => {
    const elfPath = await buildScene(chip, "BUTTON");
    const press = (timeNs: number, level: 0 | 1) => ({ kind: "pin", timeNs, pin: button, level }) as const;
    const script = [press(second, 0), press(1.2 * second, 1)];
    const result = await observe({ chip, elfPath, consoleUart, script });
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
    const script = [{ kind: "uart", timeNs: second, uart: 2, bytes } as const];
    const result = await observe({ chip, elfPath, consoleUart, script });
    expect(result).toMatchObject({ reason: "idle", output: "IBM" });
    const sent = result.events.map((event) => event.kind === "uart" && [event.uart, ...event.bytes]);
    expect(sent).toEqual(["I", "B", "M"].map((letter) => ["UART2", letter.charCodeAt(0)]));
  });

  test("halting ends the run with the firmware's code", async () => {
    const elfPath = await buildScene(chip, "HALT");
    const result = await observe({ chip, elfPath, consoleUart, forNs: 60 * second });
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
    const result = await observe({ chip, elfPath });
    expect(result).toMatchObject({ reason: "fault", exitCode: 134 });
    expect(result.message).toMatch(/fault|Lockup/i);
  });

  test("the signal ends a busy program", async () => {
    const elfPath = await buildScene(chip, "BUSY");
    const signal = AbortSignal.timeout(200);
    expect(await observe({ chip, elfPath, signal })).toMatchObject({ reason: "aborted", exitCode: 130 });
  });

  test("QEMU is gone when a run has ended", async () => {
    const elfPath = await buildScene(chip, "HALT");
    const qemu = await startQemu({ elfPath, serialInputs: [] });
    expect(isRunning(qemu.processId)).toBe(true);
    await qemu.end();
    expect(isRunning(qemu.processId)).toBe(false);
  });

  test("QEMU goes when the process that started it is killed", async () => {
    const elfPath = await buildScene(chip, "BUSY");
    const starter = [
      `const { startQemu } = await import(${JSON.stringify(pathToFileURL(await transpiledStarter()).href)});`,
      `const qemu = await startQemu({ elfPath: ${JSON.stringify(elfPath)}, serialInputs: [1] });`,
      'console.log(qemu.processId); qemu.gdb.request("c");',
    ].join("\n");
    const child = spawn(process.execPath, ["--input-type=module", "-e", starter], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const processId = await new Promise<number>((resolve) =>
      child.stdout.once("data", (text) => resolve(Number(text))),
    );
    expect(isRunning(processId)).toBe(true);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(processId)).toBe(false), 5000);
  });
});

describe("the QEMU that is installed", () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  test("none at all is said with what is needed", async () => {
    process.env.PATH = scratchFolder("emulators", "no-programs");
    await expect(checkQemuVersion()).rejects.toMatchObject({
      tool: "qemu-system-arm",
      need: "version 9",
      found: undefined,
    });
  });

  test("an old one is said with its version", async () => {
    process.env.PATH = scratchFolder("emulators", "old-qemu");
    const program = join(process.env.PATH, "qemu-system-arm");
    writeFileSync(program, '#!/bin/sh\necho "QEMU emulator version 7.2.9 (Debian 1:7.2+dfsg)"\n', {
      mode: 0o755,
    });
    await expect(checkQemuVersion()).rejects.toThrow("qemu-system-arm 7.2 is too old, version 9 is needed");
  });
});

/** The starter as JavaScript, for a process of its own. */
async function transpiledStarter(): Promise<string> {
  const folder = scratchFolder("emulators", "starter");
  for (const name of ["qemu-process", "guarded-process", "gdb-remote", "run-types"]) {
    const source = readFileSync(projectPath("cli", "emulators", `${name}.ts`), "utf8");
    const options = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      rewriteRelativeImportExtensions: true,
    };
    writeFileSync(
      join(folder, `${name}.js`),
      ts.transpileModule(source, { compilerOptions: options }).outputText,
    );
  }
  return join(folder, "qemu-process.js");
}

function isRunning(processId: number): boolean {
  return spawnSync("kill", ["-0", String(processId)]).status === 0;
}
