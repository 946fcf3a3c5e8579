/** `tsfw build`: compiles a program and says what it takes. */
import { type Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../failure.ts";
import { addProgramOptions, type ProgramOptions, toBuildRequest } from "./program-options.ts";

interface BuildOptions extends ProgramOptions {
  readonly json?: boolean;
  readonly explain?: "memory" | "numbers";
}

export function defineBuild(program: Command, context: CommandContext): void {
  addProgramOptions(
    program.command("build").description("compile a program and report its flash, RAM and stack"),
  )
    .addOption(
      new Option(
        "--explain <topic>",
        "memory: every variable kept in a task and where every object lives; numbers: which are doubles, and why",
      ).choices(["memory", "numbers"]),
    )
    .option("--json", "report as one JSON object")
    .action((name: string, options: BuildOptions) => build(name, options, context));
}

async function build(name: string, options: BuildOptions, context: CommandContext): Promise<void> {
  const { buildProgram } = await import("../build/build-program.ts");
  const { showDiagnostics } = await import("../terminal/show-diagnostics.ts");
  const { renderBuildReport, renderMemory, renderNumbers } = await import("../build/report.ts");
  const { shortenPath } = await import("../terminal/terminal.ts");
  const { terminal } = context;
  const shorten = (path: string) => shortenPath(path, context.workFolder);
  const { report, dump } = await buildProgram(toBuildRequest(name, options, context));
  await showDiagnostics(report.diagnostics, context);
  if (options.json === true) terminal.result(JSON.stringify(report, null, 2));
  else if (dump !== undefined) terminal.result(dump.trimEnd());
  else if (report.ok) terminal.result(renderBuildReport(report, terminal.resultPaint, shorten));
  if (report.ok && options.explain === "memory" && options.json !== true) {
    terminal.result(renderMemory(report, terminal.resultPaint, shorten));
  }
  if (report.ok && options.explain === "numbers" && options.json !== true) {
    terminal.result(renderNumbers(report, terminal.resultPaint, shorten));
  }
  if (!report.ok) context.exitWith(exitCodes.programErrors);
}
