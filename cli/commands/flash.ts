/** `tsfw flash`: builds a program and puts it on a chip, through a debug probe or the chip's own USB drive. */
import type { Command } from "commander";
import type { BuildOutcome } from "../build/build-program.ts";
import type { CommandContext } from "../command-context.ts";
import { CliFailure, exitCodes, usageFailure } from "../failure.ts";
import { addProgramOptions, type ProgramOptions, toBuildRequest } from "./program-options.ts";

interface FlashOptions extends ProgramOptions {
  readonly probe?: string;
  readonly volume?: string;
}

export function defineFlash(program: Command, context: CommandContext): void {
  addProgramOptions(program.command("flash").description("build a program and put it on a chip"))
    .option("--probe <id>", "debug probe to use, VID:PID or VID:PID:SERIAL")
    .option("--volume <folder>", "RP2040: folder of the mounted RPI-RP2 drive")
    .action((name: string, options: FlashOptions) => flash(name, options, context));
}

async function flash(name: string, options: FlashOptions, context: CommandContext): Promise<void> {
  const { buildProgram } = await import("../build/build-program.ts");
  const { renderBuildReport } = await import("../build/report.ts");
  const { showDiagnostics } = await import("../terminal/show-diagnostics.ts");
  const { shortenPath } = await import("../terminal/terminal.ts");
  const { terminal } = context;
  const shorten = (path: string) => shortenPath(path, context.workFolder);
  const build = await buildProgram(toBuildRequest(name, options, context));
  await showDiagnostics(build.report.diagnostics, context);
  if (!build.report.ok) return context.exitWith(exitCodes.programErrors);
  if (build.plan.target.chip.probe === null) {
    throw usageFailure(
      `${build.plan.target.chip.name} is not a chip that can be flashed.`,
      "Choose one with --chip or --board; tsfw chips lists them.",
    );
  }
  terminal.note(renderBuildReport(build.report, terminal.paint, shorten));
  await programChip(build, options, context);
  terminal.note(`${terminal.paint.green("flashed")} and restarted`);
}

/** The board says how it is flashed; a named probe or volume overrides that. */
async function programChip(
  build: BuildOutcome,
  options: FlashOptions,
  context: CommandContext,
): Promise<void> {
  const byVolume =
    options.probe === undefined && (options.volume !== undefined || build.plan.target.board.flash === "uf2");
  if (byVolume) return copyUf2(build, options, context);
  const { flashThroughProbe } = await import("../flash/probe-rs.ts");
  const { elf } = build.report;
  const { probe } = build.plan.target.chip;
  if (elf === null || probe === null) throw new Error("a build for a chip with a probe has no ELF");
  const onStep = (what: string) => context.terminal.note(`${what} …`);
  await flashThroughProbe({ elfPath: elf, probeChip: probe.chip, probe: options.probe, onStep });
}

async function copyUf2(
  build: BuildOutcome,
  options: FlashOptions,
  { terminal }: CommandContext,
): Promise<void> {
  const { copyToVolume, findBootVolume } = await import("../flash/uf2-volume.ts");
  const volume = options.volume ?? findBootVolume();
  const { image } = build.report;
  if (image === null || !image.endsWith(".uf2")) {
    throw usageFailure(
      `${build.plan.target.chip.name} has no UF2 drive.`,
      "Leave out --volume; a debug probe is used.",
    );
  }
  if (volume === undefined) {
    throw new CliFailure("No board in boot mode was found.", {
      exitCode: exitCodes.toolFailed,
      hint: `Hold BOOTSEL while plugging the board in, then repeat; or copy ${image} to the RPI-RP2 drive yourself; or use a debug probe: --probe VID:PID`,
    });
  }
  terminal.note(`copying ${image} to ${volume}`);
  copyToVolume(image, volume);
}
