/** What a build takes from hal-c/generate: the modules of a chip and board, and the C that belongs to them. */
import { join } from "node:path";
import {
  ClockError,
  chipBuild,
  type HardwareClaims,
  HardwareDataError,
  poorUartRates,
  renderBoardModule,
  renderChipHeader,
  renderChipModule,
  renderLinkerScript,
  solveClocks,
} from "../../hal-c/generate/index.ts";
import { CliFailure, exitCodes, usageFailure } from "../failure.ts";
import { packageRoot } from "../package-root.ts";
import type { LoadedTarget, TextReader } from "./load-target.ts";

export interface TargetFiles {
  /** Text of tsfw_chip.h; undefined on the host. */
  readonly chipHeader: string | undefined;
  /** Renders link.ld; undefined on the host. */
  readonly linkerScript: ((stackBytes: number) => string) | undefined;
  /** Folder with the family's unit.c, below the package root. */
  readonly familyFolder: string;
  /** Absolute. */
  readonly includeFolders: readonly string[];
  /** The program runs with the FPU switched on. */
  readonly fpu: boolean;
  /** For compiling and linking. */
  readonly flags: readonly string[];
  readonly linkFlags: readonly string[];
}

/** The TypeScript of `tsfw/chip` and `tsfw/board`. */
export function generateModules({ chip, board }: LoadedTarget): ReadonlyMap<string, string> {
  return new Map([
    ["tsfw/chip", renderChipModule(chip)],
    ["tsfw/board", renderBoardModule(board, chip)],
  ]);
}

/** Needs claims that the compiler has accepted. Throws a CliFailure where wishes and hardware do not go together. */
export function generateTargetFiles(
  { chip, board }: LoadedTarget,
  claims: HardwareClaims,
  options: { readonly sysclkHz: number | undefined; readonly fpu: boolean },
  reader: TextReader,
): TargetFiles {
  const fpu = options.fpu && chip.core.fpu;
  const build = chipBuild(chip, { fpu });
  const common = {
    fpu,
    familyFolder: build.familyDir,
    includeFolders: build.includeDirs.map((folder) => join(packageRoot, folder)),
    flags: build.flags,
    linkFlags: build.linkFlags,
  };
  const { linkerTemplate } = build;
  if (linkerTemplate === null) return { ...common, chipHeader: undefined, linkerScript: undefined };
  const wish = options.sysclkHz === undefined ? {} : { sysclkHz: options.sysclkHz };
  const template = readTemplate(join(packageRoot, linkerTemplate), reader);
  return {
    ...common,
    chipHeader: explainHardware(() =>
      renderChipHeader(chip, solveClocks(chip, board, wish), claims, { board }),
    ),
    linkerScript: (stackBytes) => renderLinkerScript(chip, { template, stackBytes }),
  };
}

/** Clock of the timers on an STM32's first bus, in MHz; undefined for other chips. */
export function timerClockMhz(
  { chip, board }: LoadedTarget,
  sysclkHz: number | undefined,
): number | undefined {
  const hz = solveClocks(chip, board, sysclkHz === undefined ? {} : { sysclkHz }).hz.pclk1_tim;
  return hz === undefined ? undefined : hz / 1e6;
}

/** How far off each rate of a UART is under the solved clocks, in percent. */
export function uartErrors(
  { chip, board }: LoadedTarget,
  sysclkHz: number | undefined,
): (uart: number, baud: number) => number | undefined {
  return (uart, baud) => {
    const clocks = explainHardware(() =>
      solveClocks(chip, board, sysclkHz === undefined ? {} : { sysclkHz }),
    );
    return poorUartRates(chip, clocks, [{ uart, tx: null, rx: null, baud }])[0]?.errorPercent;
  };
}

function readTemplate(file: string, reader: TextReader): string {
  const template = reader.readFile(file);
  if (template === undefined) throw new Error(`${file} is gone`);
  return template;
}

/** A clock out of reach is a wrong setting; claims that do not fit the chip are an error of the program. */
function explainHardware<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClockError)
      throw usageFailure(`Clocks: ${error.message}`, "Change `clocks` in tsfw.config.ts.");
    if (!(error instanceof HardwareDataError)) throw error;
    throw new CliFailure(error.message, { exitCode: exitCodes.programErrors });
  }
}
