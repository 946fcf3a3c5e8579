/**
 * What happens when a run-time check fails: a small function for each message and
 * file, out of line, so that a check costs its comparison and one jump.
 */
import type { FlatMir } from "../ir/flat-mir.ts";
import type { Span } from "../source/span.ts";
import { type CDeclaration, type CStatement, call, literal, name, statement } from "./c-tree.ts";
import { textConstant } from "./emit-expressions.ts";

/** `static void app_stop_…(uint32_t line)`, by message and file. */
export interface FailedChecks {
  /** The call that stops the program because the check at `span` failed. */
  stop(message: string, span: Span): CStatement;
  readonly declarations: readonly CDeclaration[];
}

export function collectFailedChecks(mir: FlatMir, lineFile: (file: string) => string): FailedChecks {
  const names = new Map<string, string>();
  const declarations: CDeclaration[] = [];
  const taken = new Set<string>();
  const declare = (message: string, file: string): string => {
    const key = `${file} ${message}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const created = unique(`app_stop_${slug(message)}`, `_${slug(lineFile(file))}`, taken);
    names.set(key, created);
    const panic = call(
      "tsfw_panic",
      textConstant(message),
      { kind: "string", value: lineFile(file) },
      name("line"),
    );
    declarations.push({
      kind: "function",
      header: `_Noreturn TSFW_OUT_OF_LINE void ${created}(uint32_t line)`,
      comment: null,
      body: [statement(panic)],
    });
    return created;
  };
  const functions = [...mir.functions, ...mir.closures.map((closure) => closure.wrapper)];
  for (const fn of functions) {
    for (const block of fn.blocks) {
      for (const instruction of block.instructions)
        if (instruction.kind === "check") declare(instruction.message, instruction.span.file);
    }
  }
  return {
    stop: (message, span) => statement(call(declare(message, span.file), literal(`${span.start.line}u`))),
    declarations,
  };
}

function slug(text: string): string {
  const words = text.replace(/^RangeError: /, "").match(/[A-Za-z0-9]+/g) ?? [];
  return words.slice(0, 6).join("_").toLowerCase();
}

function unique(wanted: string, suffix: string, taken: Set<string>): string {
  let candidate = wanted;
  if (taken.has(candidate)) candidate = `${wanted}${suffix}`;
  for (let count = 2; taken.has(candidate); count += 1) candidate = `${wanted}${suffix}_${count}`;
  taken.add(candidate);
  return candidate;
}
