/** Options of every command that takes a program, and what they mean to the build. */
import { type Command, Option } from "commander";
import { type BuildRequest, optimiseOption } from "../build/build-program.ts";
import type { CommandContext } from "../command-context.ts";

export interface ProgramOptions {
  readonly chip?: string;
  readonly board?: string;
  readonly out?: string;
  readonly release?: boolean;
  readonly debug?: boolean;
  readonly log?: "text" | "off";
  readonly dumpAfter?: string;
}

/** Adds `[program]` and the options that say what to build for what. */
export function addProgramOptions(command: Command): Command {
  return command
    .argument("[program]", "a .ts file, or a folder with main.ts", ".")
    .option("--chip <name>", 'chip, a unique beginning of its name, or a series such as "stm32f4"')
    .option("--board <name>", "board; it brings its chip")
    .option("--out <folder>", "where to write (default: .tsfw/<chip>/<program>)")
    .option("--release", "optimise for size (default on chips)")
    .option("--debug", "optimise for debugging (default on the host)")
    .addOption(new Option("--log <mode>", "console.log in the firmware").choices(["text", "off"]))
    .addOption(new Option("--dump-after <pass>", "print the program as it is after a pass of the compiler"));
}

export function toBuildRequest(
  program: string,
  options: ProgramOptions,
  context: CommandContext,
): BuildRequest {
  const { chip, board, out, log, dumpAfter } = options;
  const optimise = optimiseOption(options);
  return { program, workFolder: context.workFolder, chip, board, out, log, dumpAfter, optimise };
}
