/** The command line as a whole: its commands in the order of the help, and what they have in common. */
import { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { defineBoards } from "./commands/boards.ts";
import { defineBuild } from "./commands/build.ts";
import { defineCheck } from "./commands/check.ts";
import { defineChips } from "./commands/chips.ts";
import { defineClean } from "./commands/clean.ts";
import { defineDoctor } from "./commands/doctor.ts";
import { defineExplain } from "./commands/explain.ts";
import { defineFlash } from "./commands/flash.ts";
import { defineRun } from "./commands/run.ts";
import { readPackageVersion } from "./package-root.ts";

/** Each adds its command; what a command needs to do its work it loads when it is called. */
const commands = [
  defineBuild,
  defineCheck,
  defineRun,
  defineFlash,
  defineExplain,
  defineChips,
  defineBoards,
  defineDoctor,
  defineClean,
];

export function createProgram(context: CommandContext): Command {
  const program = new Command("tsfw")
    .description("Compiles TypeScript firmware to C and to a running chip.")
    .version(readPackageVersion(), "-V, --version")
    .showHelpAfterError("(tsfw --help lists commands and options)")
    .exitOverride();
  for (const define of commands) define(program, context);
  for (const command of program.commands) command.exitOverride();
  return program.addHelpText(
    "after",
    `
Exit codes: 0 done · 1 the program has errors · 2 usage or configuration · 3 a tool is missing
            4 a tool failed · 70 internal error. "run" ends with the firmware's own code.

Example:    tsfw run blinky.ts --for 3s --trace
            tsfw flash blinky.ts --board stm32f4-discovery`,
  );
}
