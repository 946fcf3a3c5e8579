/**
 * Builds a firmware from hand-written application C, as the compiler would emit
 * it, with the real runtime, drivers, chip header and linker script.
 */

import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type Board,
  type Chip,
  chipBuild,
  type HardwareClaims,
  parseBoard,
  parseChip,
  renderChipHeader,
  renderLinkerScript,
  solveClocks,
} from "../../hal-c/generate/index.ts";
import { projectPath, scratchFolder } from "./project.ts";

const run = promisify(execFile);

export interface Firmware {
  /** Folder below .tsfw/test for the build's files. */
  readonly name: string;
  readonly chip: string;
  readonly board: string;
  /** Macros of tsfw_config.h that differ from a program without strands that sleep, log or wait. */
  readonly config?: Readonly<Record<string, string | number>>;
  readonly claims?: Partial<HardwareClaims>;
  readonly app: string;
  readonly flags?: readonly string[];
}

export interface BuiltFirmware {
  readonly elfPath: string;
  readonly elf: Uint8Array;
  /** Bytes by section name. */
  readonly sections: ReadonlyMap<string, number>;
  readonly chip: Chip;
}

const defaultConfig = {
  TSFW_STRAND_COUNT: 1,
  TSFW_TIMER_COUNT: 0,
  TSFW_LOG: 0,
  TSFW_CHECKS: 1,
  TSFW_USES_TIME: 0,
  TSFW_USES_INPUT_WAIT: 0,
  "TSFW_WAIT_PINS(X)": "",
  TSFW_USES_UART: 0,
  "TSFW_UARTS(X)": "",
};

/** True where the cross compiler is installed; says so once where it is not. */
export async function haveArmCompiler(): Promise<boolean> {
  try {
    await run("arm-none-eabi-gcc", ["--version"]);
    return true;
  } catch {
    console.warn("driver tests do not run here: arm-none-eabi-gcc is not installed");
    return false;
  }
}

export async function buildFirmware(firmware: Firmware): Promise<BuiltFirmware> {
  // Test files run side by side, so each worker has its own folders.
  const folder = scratchFolder("drivers", process.env.VITEST_POOL_ID ?? "0", firmware.name);
  const chip = loadChip(firmware.chip);
  const build = chipBuild(chip, { fpu: false });
  writeSources(folder, firmware, chip);
  const elfPath = join(folder, "firmware.elf");
  await run("arm-none-eabi-gcc", [
    ...build.flags,
    ...["-std=gnu11", "-Os", "-g", "-ffunction-sections", "-fdata-sections"],
    ...["-Wall", "-Wextra", "-Wconversion", "-Werror"],
    ...build.includeDirs.map((dir) => `-I${projectPath(dir)}`),
    ...[`-I${projectPath()}`, `-I${folder}`],
    ...(firmware.flags ?? []),
    ...build.linkFlags,
    `-Wl,-T,${join(folder, "link.ld")}`,
    join(folder, "unit.c"),
    ...["-o", elfPath],
  ]);
  const sizes = await run("arm-none-eabi-size", ["-A", elfPath]);
  return { elfPath, elf: Uint8Array.from(readFileSync(elfPath)), sections: readSections(sizes.stdout), chip };
}

function writeSources(folder: string, firmware: Firmware, chip: Chip): void {
  const board = loadBoard(firmware.board);
  const claims = { outputs: [], inputs: [], waitPins: [], uarts: [], ...firmware.claims };
  const template = readFileSync(projectPath(chipBuild(chip).linkerTemplate ?? ""), "utf8");
  const config = Object.entries({ ...defaultConfig, ...firmware.config });
  const unit = ["tsfw_config.h", "tsfw_chip.h", "tsfw.h", "hal.h", "app.c"]
    .concat("runtime-c/tsfw_unit.c", `hal-c/${chip.family}/unit.c`)
    .map((file) => `#include "${file}"\n`);
  writeFileSync(
    join(folder, "tsfw_config.h"),
    config.map(([name, value]) => `#define ${name} ${value}\n`).join(""),
  );
  writeFileSync(
    join(folder, "tsfw_chip.h"),
    renderChipHeader(chip, solveClocks(chip, board), claims, { board }),
  );
  writeFileSync(join(folder, "link.ld"), renderLinkerScript(chip, { template }));
  writeFileSync(join(folder, "app.c"), firmware.app);
  writeFileSync(join(folder, "unit.c"), unit.join(""));
}

function loadChip(name: string): Chip {
  const file = projectPath("hal-c/chips", `${name}.json`);
  return parseChip(JSON.parse(readFileSync(file, "utf8")), file);
}

function loadBoard(name: string): Board {
  const file = projectPath("hal-c/boards", `${name}.json`);
  return parseBoard(JSON.parse(readFileSync(file, "utf8")), file);
}

function readSections(sizeOutput: string): ReadonlyMap<string, number> {
  const rows = [...sizeOutput.matchAll(/^(\.\S+)\s+(\d+)/gm)];
  return new Map(rows.map((row) => [row[1] ?? "", Number(row[2])]));
}
