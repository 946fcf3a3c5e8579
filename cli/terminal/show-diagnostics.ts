/** Shows a program's errors and warnings on stderr, with their source and a last line that counts them. */
import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { CommandContext } from "../command-context.ts";
import { wantsColour } from "./terminal.ts";

/** Loads the renderer only when there is something to show. */
export async function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  context: CommandContext,
): Promise<void> {
  if (diagnostics.length === 0) return;
  const { renderDiagnostics } = await import("../../compiler/diagnostics/render.ts");
  const colour = wantsColour(process.stderr, process.env);
  context.terminal.note(renderDiagnostics(diagnostics, readSource, { colour }).trimEnd());
  context.terminal.note(countDiagnostics(diagnostics));
}

function readSource(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // a generated module: shown without its text
  }
}

function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const parts = [plural(errors, "error"), plural(diagnostics.length - errors, "warning")];
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].filter((code) =>
    code.startsWith("TSFW"),
  );
  const help = codes[0] === undefined ? "" : `; tsfw explain ${codes[0]} tells more`;
  return `${parts.filter((part) => part !== "").join(", ")}${help}`;
}

function plural(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
