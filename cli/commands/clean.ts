/** `tsfw clean`: removes what builds have written. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function defineClean(program: Command, context: CommandContext): void {
  program
    .command("clean")
    .description("remove the .tsfw folder of a project")
    .argument("[program]", "a .ts file, or a folder with main.ts", ".")
    .action((name: string) => clean(name, context));
}

async function clean(name: string, { terminal, workFolder }: CommandContext): Promise<void> {
  const { existsSync, rmSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { findProgramPlace } = await import("../project/find-program.ts");
  const { guardFiles } = await import("../build/output-folder.ts");
  const folder = join(findProgramPlace(name, workFolder).projectRoot, ".tsfw");
  if (!existsSync(folder)) return terminal.note("nothing to remove");
  guardFiles(folder, () => rmSync(folder, { recursive: true, force: true }));
  terminal.note(`removed ${folder}`);
}
