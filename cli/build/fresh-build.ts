/**
 * The work of a build that the cache cannot spare: TypeScript to C, C to an image, the image's figures. Writes
 * everything beside the output folder and moves it there at the end.
 */
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type CompileResult, compile, passNames } from "../../compiler/compile.ts";
import { usageFailure } from "../failure.ts";
import { packageRoot } from "../package-root.ts";
import { hostChip } from "../targets/choose-target.ts";
import { generateModules, generateTargetFiles, type TargetFiles, uartErrors } from "../targets/generate.ts";
import { extiLine, type LoadedTarget, loadTarget, pinName } from "../targets/load-target.ts";
import { checkBudgets } from "./budgets.ts";
import type { BuildPlan } from "./build-program.ts";
import { type CompileJob, type CompilerTool, commonFlags } from "./c-compiler.ts";
import { recordName } from "./cache.ts";
import type { Figures } from "./figures.ts";
import { writeImages } from "./image.ts";
import { hashFile, InputRecorder } from "./inputs.ts";
import { linkImage } from "./link-image.ts";
import { openStaging, type Staging } from "./output-folder.ts";
import type { BuildReport } from "./report.ts";

export interface FreshBuild {
  readonly report: BuildReport;
  readonly dump: string | undefined;
}

/** Builds and records what was built under `request`. A program with errors gives a report and no files. */
export async function buildFresh(plan: BuildPlan, tool: CompilerTool, request: string): Promise<FreshBuild> {
  const inputs = new InputRecorder();
  const target = loadTarget(plan.target, inputs);
  const compiled = compileProgram(plan, target, inputs);
  const { dump } = compiled;
  if (!compiled.ok) return { report: describeErrors(plan, compiled), dump };
  const staging = openStaging(plan.outFolder);
  try {
    const files = generateTargetFiles(
      target,
      compiled.claims,
      { ...plan.settings, fpu: usesFloat(compiled.c) },
      inputs,
    );
    writeSources(staging, compiled, files);
    const { sources, figures } = await linkImage(
      describeJob(plan, tool, staging, files, compiled),
      target.chip,
      files,
      staging,
    );
    inputs.note(sources);
    const image = writeImages(staging, executableName(plan), target.chip);
    const report = describeBuild(plan, compiled, figures, image);
    checkBudgets(report, plan.settings.budgets);
    removeByProducts(staging.folder);
    const outputs = hashOutputs(staging.folder);
    staging.writeFile(recordName, JSON.stringify({ request, inputs: inputs.collected(), outputs, report }));
    staging.publish(recordName);
    return { report, dump };
  } finally {
    staging.discard();
  }
}

/** TypeScript to C; `tsfw check` needs no more. */
export function compileProgram(plan: BuildPlan, target: LoadedTarget, inputs: InputRecorder): CompileResult {
  const { chip } = target;
  const { checks, log, doubles } = plan.settings;
  const { dumpAfter } = plan;
  if (dumpAfter !== undefined && !passNames.some((name) => name === dumpAfter)) {
    throw usageFailure(`There is no pass "${dumpAfter}".`, `The passes are ${passNames.join(", ")}.`);
  }
  return compile({
    entry: inputs.realpath(plan.entry).replaceAll("\\", "/"),
    host: inputs,
    packageRoot: packageRoot.replaceAll("\\", "/"),
    virtualModules: generateModules(target),
    target: {
      chip: chip.name,
      pinName: (id) => pinName(chip, id),
      extiLine: (id) => extiLine(chip, id),
      uartErrorPercent: uartErrors(target, plan.settings.sysclkHz),
    },
    options: { checks, log, doubles, ...(dumpAfter === undefined ? {} : { dumpAfter }) },
  });
}

function writeSources(staging: Staging, compiled: CompileResult, files: TargetFiles): void {
  staging.writeFile("app.c", compiled.c); // for people
  staging.writeFile("app.lines.c", compiled.linesC);
  staging.writeFile("tsfw_config.h", compiled.config);
  if (files.chipHeader !== undefined) staging.writeFile("tsfw_chip.h", files.chipHeader);
  staging.writeFile("unit.c", renderUnit(files));
  compiled.cImports.forEach(({ file, unit }, index) => {
    staging.writeFile(importUnit(file, index), unit);
  });
}

/** The one translation unit: with everything in sight, gcc drops what is unused and inlines the rest. */
function renderUnit(files: TargetFiles): string {
  const includes = [
    "tsfw_config.h",
    ...(files.chipHeader === undefined ? [] : ["tsfw_chip.h"]),
    "tsfw.h",
    "hal.h",
    "app.lines.c",
    "runtime-c/tsfw_unit.c",
    `${files.familyFolder}/unit.c`,
  ];
  return `${includes.map((name) => `#include "${name}"`).join("\n")}\n`;
}

function executableName(plan: BuildPlan): string {
  if (plan.target.chip.name !== hostChip) return "firmware.elf";
  return process.platform === "win32" ? "firmware.exe" : "firmware";
}

/** `crc.c` is compiled through `import_0_crc.c`, which puts the prototypes in front. */
function importUnit(file: string, index: number): string {
  return `import_${index}_${basename(file)}`;
}

function describeJob(
  plan: BuildPlan,
  tool: CompilerTool,
  staging: Staging,
  files: TargetFiles,
  compiled: CompileResult,
): CompileJob {
  const folders = [staging.folder, ...files.includeFolders, packageRoot];
  const isHost = plan.target.chip.name === hostChip;
  const common = {
    tool,
    folder: staging.folder,
    workFolder: dirname(plan.entry),
    finalFolder: plan.outFolder,
    output: executableName(plan),
    imports: compiled.cImports.map(({ file }, index) => ({ file, unit: importUnit(file, index) })),
    anchorsLines: !isHost,
  };
  const flags = [
    ...files.flags,
    ...commonFlags(plan.settings.optimise),
    ...folders.flatMap((folder) => ["-I", folder]),
  ];
  if (isHost) return { ...common, flags, linkFlags: [...files.linkFlags, "-lm"] };
  return {
    ...common,
    flags: [...flags, "-fcallgraph-info=su"],
    linkFlags: ["-T", join(staging.folder, "link.ld"), ...files.linkFlags, "-lm"],
  };
}

function describeBuild(
  plan: BuildPlan,
  compiled: CompileResult,
  figures: Figures,
  image: string,
): BuildReport {
  return {
    ...describeErrors(plan, compiled),
    ok: true,
    elf: join(plan.outFolder, executableName(plan)),
    image: join(plan.outFolder, image),
    c: join(plan.outFolder, "app.c"),
    ...figures,
    tasks: compiled.tasks,
    objects: compiled.objects,
    numbers: compiled.numbers,
    timers: compiled.timers,
  };
}

/** The report of a program that did not get as far as C. */
function describeErrors(plan: BuildPlan, compiled: CompileResult): BuildReport {
  return {
    schema: 1,
    ok: false,
    chip: plan.target.chip.name,
    board: plan.target.board.name,
    elf: null,
    image: null,
    c: null,
    flash: null,
    ram: null,
    stack: null,
    tasks: [],
    objects: [],
    numbers: compiled.numbers,
    timers: 0,
    diagnostics: compiled.diagnostics,
    durationMs: 0,
    cached: false,
  };
}

/** Only single precision runs on the FPU of the chips at hand; doubles are computed in software anyway. */
function usesFloat(c: string): boolean {
  return /\bfloat\b/.test(c);
}

/** gcc's notes for us are not for the output folder. */
function removeByProducts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/\.(ci|su|d)$/.test(name)) rmSync(join(folder, name));
  }
}

function hashOutputs(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, hashFile(join(folder, name)) ?? ""]),
  );
}
