/** Builds the hand-written firmwares of fixtures/emulators and runs images in the emulators. */

import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EmulatedRun, type RunEvent, type RunResult, runEmulated } from "../../cli/emulators/index.ts";
import { projectPath, scratchFolder } from "./project.ts";

const run = promisify(execFile);

export type Scene = "BLINK" | "BUTTON" | "ECHO" | "HALT" | "BUSY" | "FOREVER" | "REGISTERS" | "CRASH";

const cpus = { rp2040: "cortex-m0plus", stm32f405: "cortex-m4" } as const;

/** Path of the ELF of one scene. */
export async function buildScene(
  chip: keyof typeof cpus,
  scene: Scene,
  defines: Readonly<Record<string, number>> = {},
): Promise<string> {
  const suffix = Object.entries(defines).map(([name, value]) => `-${name}-${value}`);
  const elfPath = join(scratchFolder("emulators", `${chip}-${scene}${suffix.join("")}`), "firmware.elf");
  const folder = projectPath("fixtures", "emulators");
  await run("arm-none-eabi-gcc", [
    ...[`-mcpu=${cpus[chip]}`, "-mthumb", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Werror"],
    ...["-nostdlib", "-nostartfiles", `-DSCENE=SCENE_${scene}`],
    ...Object.entries(defines).map(([name, value]) => `-D${name}=${value}`),
    ...["-T", join(folder, `${chip}.ld`), join(folder, `${chip}.c`), "-o", elfPath],
  ]);
  return elfPath;
}

export interface Observed extends RunResult {
  readonly output: string;
  readonly told: readonly RunEvent[];
}

/** Runs with plain names (pin and UART numbers) and collects all that is told. */
export async function observe(
  options: Pick<EmulatedRun, "chip" | "elfPath"> & Partial<EmulatedRun>,
): Promise<Observed> {
  const told: RunEvent[] = [];
  let output = "";
  const result = await runEmulated({
    script: [],
    names: { pinName: (pin) => `P${pin}`, uartName: (uart) => `UART${uart}` },
    consoleUart: 0,
    onOutput: (text) => {
      output += text;
    },
    onEvent: (event) => told.push(event),
    ...options,
  });
  return { ...result, output, told };
}

/** Level changes as `[ns, level]`. */
export function edgesOf(result: RunResult, pin: number): (readonly [number, 0 | 1])[] {
  return result.events.flatMap((event) =>
    event.kind === "edge" && event.pin === `P${pin}` ? [[event.timeNs, event.level] as const] : [],
  );
}

/** Time between one edge and the next. */
export function gapsOf(result: RunResult, pin: number): number[] {
  const times = edgesOf(result, pin).map(([timeNs]) => timeNs);
  return times.slice(1).map((timeNs, index) => timeNs - (times[index] ?? 0));
}

/** True when all programs start; says so where one does not. */
export function havePrograms(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync(program, ["--version"]).status !== 0);
  if (missing.length > 0) console.warn(`emulator tests do not run here: ${missing.join(", ")} missing`);
  return missing.length === 0;
}
