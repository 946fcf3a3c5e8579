/** How long the text of `text.length` can be in the whole program, also through `const n = text.length`. */
import { countsParts } from "../intrinsics/strings.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { memoryOf } from "../ir/value-flow.ts";
import { literalBound, type StringTables } from "./string-places.ts";

export class TextLengths {
  readonly #program: HirProgram;
  readonly #tables: StringTables;
  readonly #partsOf: (count: HirExpr) => number;
  readonly #lengthIn = new Map<LocalId, HirExpr>();

  constructor(program: HirProgram, tables: StringTables, partsOf: (count: HirExpr) => number) {
    this.#partsOf = partsOf;
    this.#program = program;
    this.#tables = tables;
  }

  /** A local that gets this value and no other. */
  note(local: LocalId, value: HirExpr): void {
    const isMeasure = measured(value) !== null || isCount(value);
    if (!isMeasure || this.#program.locals[local]?.reassigned !== false) return;
    this.#lengthIn.set(local, value);
  }

  of(length: HirExpr): number {
    const value = length.kind === "local" ? this.#lengthIn.get(length.local) : length;
    if (value !== undefined && isCount(value)) return this.#partsOf(value);
    const text = value === undefined ? null : measured(value);
    switch (text?.kind) {
      case "string":
        return literalBound(text.value).bytes;
      case "local":
      case "static":
      case "field":
      case "element":
        return this.#tables.ofPlace(memoryOf(this.#program, text).place).bytes;
      case "call":
        return this.#tables.ofPlace({ kind: "result", function: text.function }).bytes;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }
}

function isCount(value: HirExpr): boolean {
  return value.kind === "intrinsic" && countsParts(value.name);
}

/** The text whose length or size this is. */
function measured(value: HirExpr): HirExpr | null {
  if (value.kind === "stringLength") return value.value;
  return value.kind === "intrinsic" && value.name === "stringBytes" ? (value.args[0] ?? null) : null;
}
