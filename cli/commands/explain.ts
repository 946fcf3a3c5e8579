/** `tsfw explain`: the page of one diagnostic. */
import type { Command } from "commander";
import type { CatalogueEntry } from "../../compiler/diagnostics/catalogue.ts";
import type { CommandContext } from "../command-context.ts";
import { usageFailure } from "../failure.ts";
import { wantsColour } from "../terminal/terminal.ts";

export function defineExplain(program: Command, context: CommandContext): void {
  program
    .command("explain")
    .description("explain a diagnostic, for example TSFW4001")
    .argument("<code>", "its code")
    .option("--json", "print as one JSON object")
    .action((code: string, options: { readonly json?: boolean }) =>
      explain(code, options.json === true, context),
    );
}

async function explain(wanted: string, json: boolean, { terminal }: CommandContext): Promise<void> {
  const { catalogue } = await import("../../compiler/diagnostics/catalogue.ts");
  const { renderExplanation } = await import("../../compiler/diagnostics/render.ts");
  const code = normaliseCode(wanted);
  const page = renderExplanation(code, { colour: wantsColour(process.stdout, process.env) });
  if (page === undefined) throw await unknownCode(wanted, Object.keys(catalogue));
  if (json) {
    const entry = new Map<string, CatalogueEntry>(Object.entries(catalogue)).get(code);
    return terminal.result(
      JSON.stringify({ schema: 1, code, ...entry, page: renderExplanation(code) }, null, 2),
    );
  }
  terminal.result(page.trimEnd());
}

/** Accepts `tsfw4001` and `4001` as well. */
function normaliseCode(wanted: string): string {
  const digits = /^(?:TSFW)?(\d{4})$/i.exec(wanted)?.[1];
  return digits === undefined ? wanted : `TSFW${digits}`;
}

async function unknownCode(wanted: string, codes: readonly string[]) {
  if (/^TS\d+$/i.test(wanted)) {
    return usageFailure(`${wanted} is one of TypeScript's own errors.`, "Its documentation is TypeScript's.");
  }
  const { nearestNames } = await import("../../hal-c/generate/find-chip.ts");
  const nearest = nearestNames(codes, wanted)[0];
  return usageFailure(
    `There is no diagnostic "${wanted}".`,
    nearest === undefined ? undefined : `Did you mean ${nearest}?`,
  );
}
