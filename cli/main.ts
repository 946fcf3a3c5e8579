/**
 * Runs one command line and turns every way it can end into an exit code and a message. Knows no command's work.
 */
import { CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { CliFailure, exitCodes } from "./failure.ts";
import { createProgram } from "./program.ts";
import { createTerminal, type OutputStream, type Terminal } from "./terminal/terminal.ts";

export interface CommandLineHost {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workFolder: string;
}

/** Runs `tsfw` with these arguments; resolves to the exit code. */
export async function runCommandLine(args: readonly string[], host: CommandLineHost): Promise<number> {
  const terminal = createTerminal(host.stdout, host.stderr, host.env);
  let exitCode: number = exitCodes.done;
  const context: CommandContext = {
    terminal,
    workFolder: host.workFolder,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  const program = createProgram(context);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => terminal.result(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    return await reportFailure(error, args, terminal);
  }
}

async function reportFailure(error: unknown, args: readonly string[], terminal: Terminal): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CliFailure) {
    if (args.includes("--json")) terminal.result(describeAsJson(error));
    terminal.note(`${terminal.paint.red("error:")} ${error.message}`);
    if (error.hint !== undefined) terminal.note(error.hint);
    return error.exitCode;
  }
  const { reportInternalError } = await import("./internal-error.ts");
  return reportInternalError(error, args, terminal);
}

function describeAsJson(failure: CliFailure): string {
  const { message, hint, exitCode } = failure;
  return JSON.stringify({ schema: 1, ok: false, error: { message, hint: hint ?? null, exitCode } }, null, 2);
}
