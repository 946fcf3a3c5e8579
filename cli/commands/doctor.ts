/** `tsfw doctor`: which tools are here, which are missing, and how to get those. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../failure.ts";
import type { FoundTool, ToolCatalogue } from "../toolchain/missing-tool.ts";

/** What firmware can be built without; their absence is no failure. */
const optionalTools: ReadonlySet<string> = new Set(["gdb", "probe-rs"]);

export function defineDoctor(program: Command, context: CommandContext): void {
  program
    .command("doctor")
    .description("check the tools that tsfw calls")
    .option("--json", "report as one JSON object")
    .action((options: { readonly json?: boolean }) => examine(options.json === true, context));
}

async function examine(json: boolean, context: CommandContext): Promise<void> {
  const { loadToolCatalogue } = await import("../toolchain/missing-tool.ts");
  const catalogue = await loadToolCatalogue();
  const tools = catalogue.findTools();
  const needed = tools.filter((tool) => tool.problem !== undefined && !optionalTools.has(tool.name));
  if (json) showJson(tools, catalogue, context);
  else showTable(tools, catalogue, context);
  if (needed.length > 0) context.exitWith(exitCodes.toolMissing);
}

function showJson(tools: readonly FoundTool[], catalogue: ToolCatalogue, { terminal }: CommandContext): void {
  const entries = tools.map((tool) => ({
    name: tool.name,
    purpose: catalogue.toolPurpose[tool.name],
    program: tool.program ?? null,
    version: tool.version ?? null,
    problem: tool.problem ?? null,
    install: tool.problem === undefined ? null : catalogue.installAdvice([tool.name]),
  }));
  terminal.result(JSON.stringify({ schema: 1, node: process.versions.node, tools: entries }, null, 2));
}

function showTable(
  tools: readonly FoundTool[],
  catalogue: ToolCatalogue,
  { terminal }: CommandContext,
): void {
  const paint = terminal.resultPaint;
  terminal.result(`${paint.green("✓")} ${"node".padEnd(18)} ${process.versions.node}`);
  for (const tool of tools) {
    const optional = optionalTools.has(tool.name);
    const mark =
      tool.problem === undefined ? paint.green("✓") : optional ? paint.yellow("-") : paint.red("✗");
    const state = tool.problem ?? `${tool.version ?? ""} ${paint.dim(tool.program ?? "")}`;
    terminal.result(
      `${mark} ${tool.name.padEnd(18)} ${state} ${paint.dim(`(${catalogue.toolPurpose[tool.name]})`)}`,
    );
  }
  const missing = tools.filter((tool) => tool.problem !== undefined).map((tool) => tool.name);
  if (missing.length > 0)
    terminal.result(`\nInstall what is missing with:\n${catalogue.installAdvice(missing)}`);
}
