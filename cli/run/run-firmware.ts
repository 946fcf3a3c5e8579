/**
 * Runs a built firmware where its chip runs without hardware: as a process of the host, or in the chip's emulator.
 * Names in scripts and traces come from the chip's and the board's data.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type BuildOutcome, type BuildRequest, buildProgram } from "../build/build-program.ts";
import { InputRecorder } from "../build/inputs.ts";
import {
  type EmulatedRun,
  parseScript,
  type RunEvent,
  type RunResult,
  runEmulated,
  runHost,
  ScriptError,
  type ScriptEvent,
  type ScriptNames,
  ToolMissingError,
} from "../emulators/index.ts";
import { CliFailure, exitCodes, usageFailure } from "../failure.ts";
import { timerClockMhz } from "../targets/generate.ts";
import { type LoadedTarget, loadTarget, pinName, uartName } from "../targets/load-target.ts";
import { missingTool } from "../toolchain/missing-tool.ts";

export interface RunRequest {
  readonly build: BuildRequest;
  /** Virtual time to run for; undefined runs until the firmware ends. */
  readonly forNs: number | undefined;
  /** Path of a script, relative to the build's workFolder. */
  readonly script: string | undefined;
  /** Paces the host's virtual clock to real time. */
  readonly realtime: boolean;
  readonly onBuilt: (build: BuildOutcome) => Promise<void> | void;
  readonly onOutput: (text: string) => void;
  readonly onErrorOutput: (text: string) => void;
  /**
   * `boardNames` maps a pin's name to what the board calls it; `consoleUart` is the UART that carries the log, whose
   * bytes come as output as well.
   */
  readonly onEvent?: (
    event: RunEvent,
    boardNames: ReadonlyMap<string, string>,
    consoleUart: string | undefined,
  ) => void;
}

/**
 * Builds and runs; undefined when the program has errors. Ctrl-C ends the run, with code 130. Throws a CliFailure for
 * a script with errors, a chip without emulator, a missing emulator.
 */
export async function buildAndRun(request: RunRequest): Promise<RunResult | undefined> {
  const build = await buildProgram(request.build);
  await request.onBuilt(build);
  const { report, plan } = build;
  if (!report.ok || report.elf === null) return undefined;
  const target = loadTarget(plan.target, new InputRecorder());
  const script = readScript(request, target);
  const interruption = listenForInterrupt();
  try {
    const image = { elfPath: report.elf, timerClockMhz: timerClockMhz(target, plan.settings.sysclkHz) };
    return await runImage(request, target, image, script, interruption.signal);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    throw await missingTool(
      "qemu-system-arm",
      error.found === undefined ? undefined : `${error.found} is too old`,
    );
  } finally {
    interruption.end();
  }
}

/** While firmware runs, a signal ends the run rather than this process, so that the emulator can be put away. */
function listenForInterrupt(): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    end: () => {
      for (const name of signals) process.removeListener(name, stop);
    },
  };
}

function runImage(
  request: RunRequest,
  { chip, board }: LoadedTarget,
  { elfPath, timerClockMhz }: Pick<EmulatedRun, "elfPath" | "timerClockMhz">,
  script: readonly ScriptEvent[],
  signal: AbortSignal,
): Promise<RunResult> {
  const { onEvent, onOutput, onErrorOutput, realtime, forNs } = request;
  const boardNames = new Map(Object.entries(board.pins).map(([name, pin]) => [pin, name]));
  const consoleUart = board.console === null ? undefined : uartName(chip, board.console.uart);
  const common = {
    forNs,
    script,
    signal,
    onOutput,
    names: { pinName: (id: number) => pinName(chip, id), uartName: (index: number) => uartName(chip, index) },
    onEvent: onEvent === undefined ? undefined : (event: RunEvent) => onEvent(event, boardNames, consoleUart),
  };
  if (chip.emulator === null) {
    throw new CliFailure(`There is no emulator for ${chip.name}.`, {
      exitCode: exitCodes.usage,
      hint: "Run the program on the host, or flash it: tsfw flash",
    });
  }
  if (chip.emulator.kind === "native")
    return runHost({ ...common, executable: elfPath, onErrorOutput, realtime });
  const log = board.console?.uart ?? 0;
  return runEmulated({ ...common, chip: chip.name, elfPath, timerClockMhz, consoleUart: log });
}

function readScript(request: RunRequest, target: LoadedTarget): readonly ScriptEvent[] {
  if (request.script === undefined) return [];
  try {
    const text = readFileSync(resolve(request.build.workFolder, request.script), "utf8");
    return parseScript(text, scriptNames(target));
  } catch (error) {
    if (error instanceof ScriptError) {
      const problems = error.problems.map(({ line, message }) => `${request.script}:${line}: ${message}`);
      throw usageFailure(problems.join("\n"));
    }
    if (error instanceof Error && "code" in error)
      throw usageFailure(`Cannot read the script ${request.script}.`);
    throw error;
  }
}

/** Chip names, and the names that the board gives to pins ("led") and UARTs ("uart", "console"). */
function scriptNames({ chip, board }: LoadedTarget): ScriptNames {
  const uarts = new Map(chip.uarts.map((uart) => [uart.peripheral, uart.index]));
  if (board.uart !== null) uarts.set("uart", board.uart.uart);
  if (board.console !== null) uarts.set("console", board.console.uart);
  return {
    pin: (name) => chip.pins[name]?.id ?? chip.pins[board.pins[name] ?? ""]?.id,
    uart: (name) => uarts.get(name),
    suggestions: [...Object.keys(chip.pins), ...Object.keys(board.pins), ...uarts.keys()],
  };
}
