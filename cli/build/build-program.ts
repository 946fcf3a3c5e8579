/**
 * From what the user typed to finished files: finds program, configuration and chip, and builds only when an earlier
 * build does not still hold. Loads the compiler only then.
 */
import { resolve } from "node:path";
import { usageFailure } from "../failure.ts";
import type { Config } from "../project/define-config.ts";
import { defaultOutFolder, findEntry, findProgramPlace, type ProgramPlace } from "../project/find-program.ts";
import { loadConfig } from "../project/load-config.ts";
import { readChipIndex } from "../targets/chip-index.ts";
import { chooseTarget, hostChip, type TargetChoice } from "../targets/choose-target.ts";
import { findProgram, programIdentity } from "../toolchain/find-program.ts";
import { missingTool } from "../toolchain/missing-tool.ts";
import type { CompilerTool, Optimise } from "./c-compiler.ts";
import { findCachedBuild, hashRequest, readBuildId } from "./cache.ts";
import type { BuildReport } from "./report.ts";

export interface BuildRequest {
  /** As the user wrote it, relative to workFolder. */
  readonly program: string;
  readonly workFolder: string;
  readonly chip?: string | undefined;
  readonly board?: string | undefined;
  readonly out?: string | undefined;
  readonly optimise?: Optimise | undefined;
  readonly log?: "text" | "off" | undefined;
  readonly dumpAfter?: string | undefined;
}

/** A request with everything decided; the same plan on the same files gives the same firmware. */
export interface BuildPlan {
  readonly place: ProgramPlace;
  /** Absolute. */
  readonly entry: string;
  readonly outFolder: string;
  readonly target: TargetChoice;
  readonly settings: BuildSettings;
  readonly dumpAfter: string | undefined;
}

export interface BuildSettings {
  readonly checks: "all" | "none";
  readonly log: "text" | "off";
  readonly doubles: "allow" | "error";
  readonly optimise: Optimise;
  readonly sysclkHz: number | undefined;
  readonly budgets: NonNullable<Config["budgets"]>;
}

export interface BuildOutcome {
  readonly plan: BuildPlan;
  readonly report: BuildReport;
  /** The text that --dump-after asked for. */
  readonly dump: string | undefined;
}

/** Builds, or finds the build up to date. Errors of the program are in the report; other failures are thrown. */
export async function buildProgram(request: BuildRequest): Promise<BuildOutcome> {
  const start = performance.now();
  const buildId = readBuildId();
  const plan = await planBuild(request, buildId);
  const tool = await findCompiler(plan.target.chip.name);
  const requestHash = hashRequest([buildId, plan, programIdentity(tool.program)]);
  const elapsed = () => Math.round(performance.now() - start);
  const cached = plan.dumpAfter === undefined ? findCachedBuild(plan.outFolder, requestHash) : undefined;
  if (cached !== undefined) {
    return { plan, report: { ...cached, cached: true, durationMs: elapsed() }, dump: undefined };
  }
  const { buildFresh } = await import("./fresh-build.ts");
  const { report, dump } = await buildFresh(plan, tool, requestHash);
  return { plan, report: { ...report, durationMs: elapsed() }, dump };
}

/** Decides everything about a build without looking at the sources. Options come before the configuration. */
export async function planBuild(request: BuildRequest, buildId: string = readBuildId()): Promise<BuildPlan> {
  const place = findProgramPlace(request.program, request.workFolder);
  const config = place.configFile === undefined ? {} : await loadConfig(place.configFile, buildId);
  const entry = findEntry(place, config.entry);
  const optionGiven = request.chip !== undefined || request.board !== undefined;
  const { chip, board } = optionGiven ? request : config;
  const target = chooseTarget(readChipIndex(), { chip, board, isConfigured: !optionGiven });
  const isHost = target.chip.name === hostChip;
  return {
    place,
    entry,
    target,
    outFolder:
      request.out === undefined
        ? defaultOutFolder(place, entry, target.chip.name)
        : resolve(request.workFolder, request.out),
    settings: {
      checks: config.checks ?? "all",
      log: request.log ?? config.log ?? "text",
      doubles: config.doubles ?? "allow",
      optimise: request.optimise ?? config.optimise ?? (isHost ? "debug" : "size"),
      sysclkHz: config.clocks?.sysclkHz,
      budgets: config.budgets ?? {},
    },
    dumpAfter: request.dumpAfter,
  };
}

async function findCompiler(chip: string): Promise<CompilerTool> {
  const name = chip === hostChip ? "cc" : "arm-none-eabi-gcc";
  const wanted = process.env.CC;
  const candidates = name === "cc" ? [...(wanted ? [wanted] : []), "cc", "gcc", "clang"] : [name];
  const program = findProgram(candidates);
  if (program === undefined) throw await missingTool(name);
  return { name, program };
}

/** The optimisation that --release, --debug or neither asks for. */
export function optimiseOption(options: { release?: boolean; debug?: boolean }): Optimise | undefined {
  if (options.release === true && options.debug === true)
    throw usageFailure("--release and --debug exclude each other.");
  if (options.release === true) return "size";
  return options.debug === true ? "debug" : undefined;
}
