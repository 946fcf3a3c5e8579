/** `tsfw check`: everything the compiler has to say about a program, without making an image. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../failure.ts";
import { addProgramOptions, type ProgramOptions, toBuildRequest } from "./program-options.ts";

interface CheckOptions extends ProgramOptions {
  readonly json?: boolean;
}

export function defineCheck(program: Command, context: CommandContext): void {
  addProgramOptions(program.command("check").description("report a program's errors without building it"))
    .option("--json", "report as one JSON object")
    .action((name: string, options: CheckOptions) => check(name, options, context));
}

async function check(name: string, options: CheckOptions, context: CommandContext): Promise<void> {
  const { planBuild } = await import("../build/build-program.ts");
  const plan = await planBuild(toBuildRequest(name, options, context));
  const { compileProgram } = await import("../build/fresh-build.ts");
  const { InputRecorder } = await import("../build/inputs.ts");
  const { loadTarget } = await import("../targets/load-target.ts");
  const { showDiagnostics } = await import("../terminal/show-diagnostics.ts");
  const inputs = new InputRecorder();
  const { ok, diagnostics, dump } = compileProgram(plan, loadTarget(plan.target, inputs), inputs);
  await showDiagnostics(diagnostics, context);
  const { terminal } = context;
  const chip = plan.target.chip.name;
  if (options.json === true) terminal.result(JSON.stringify({ schema: 1, ok, chip, diagnostics }, null, 2));
  else if (dump !== undefined) terminal.result(dump.trimEnd());
  else if (ok) terminal.note(`${terminal.paint.green("no errors")} (checked for ${chip})`);
  if (!ok) context.exitWith(exitCodes.programErrors);
}
