/** Says which tool is missing and how to install it on this system; the facts are the set-up's. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliFailure, exitCodes } from "../failure.ts";
import { packageRoot } from "../package-root.ts";

export type ToolName = "cc" | "arm-none-eabi-gcc" | "qemu-system-arm" | "gdb" | "probe-rs";

export interface FoundTool {
  readonly name: ToolName;
  readonly program: string | undefined;
  readonly version: string | undefined;
  readonly problem: string | undefined;
}

/** What scripts/setup/tools.mjs exports; plain JavaScript, as it also runs before tsfw is compiled. */
export interface ToolCatalogue {
  readonly toolPurpose: Readonly<Record<ToolName, string>>;
  findTools(): FoundTool[];
  installAdvice(names: readonly ToolName[]): string;
}

export async function loadToolCatalogue(): Promise<ToolCatalogue> {
  const url = pathToFileURL(join(packageRoot, "scripts", "setup", "tools.mjs")).href;
  return (await import(url)) as ToolCatalogue;
}

export async function missingTool(name: ToolName, problem = "is not installed"): Promise<CliFailure> {
  const { toolPurpose, installAdvice } = await loadToolCatalogue();
  return new CliFailure(`${name} ${problem}. It ${toolPurpose[name]}.`, {
    exitCode: exitCodes.toolMissing,
    hint: `Install it with:\n${installAdvice([name])}`,
  });
}
