/** Where the rest of the command line finds the emulators: one way in for all chips. */
import type { EmulatedRun, RunResult } from "./run-types.ts";

export { type HostRun, runHost } from "./host.ts";
export * from "./run-types.ts";
export { parseDuration, parseScript, ScriptError, type ScriptNames, type ScriptProblem } from "./script.ts";

/** Chips by how their name begins, and emulators by their own name. Loaded when needed: most commands run nothing. */
const emulators: readonly (readonly [RegExp, (run: EmulatedRun) => Promise<RunResult>])[] = [
  [/^rp2040/, async (run) => (await import("./rp2040.ts")).runRp2040(run)],
  [/^(stm32f40[57]|qemu-netduinoplus2)/, async (run) => (await import("./stm32.ts")).runStm32(run)],
];

/** True when firmware for this chip can be run without hardware. */
export function hasEmulator(chip: string): boolean {
  return emulators.some(([pattern]) => pattern.test(chip));
}

/**
 * Runs a firmware in its chip's emulator.
 *
 * Needs: `hasEmulator(run.chip)`.
 * Fails: ToolMissingError when QEMU is missing or too old.
 */
export function runEmulated(run: EmulatedRun): Promise<RunResult> {
  const runner = emulators.find(([pattern]) => pattern.test(run.chip))?.[1];
  if (runner === undefined) throw new RangeError(`no emulator for chip '${run.chip}'`);
  return runner(run);
}
