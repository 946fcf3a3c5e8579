/**
 * Storage for objects that outlive the place they could have, but of which the
 * closed world makes only a few: a row of static slots, each used once.
 */
import type { NumberFact, NumberFacts, Place, StringCapacity, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import type { ClassId, FunctionId } from "../ir/ids.ts";
import { assertNever } from "../source/assert.ts";
import type { Allocations, Origin } from "./allocations.ts";
import type { ExecutionCounts } from "./execution-counts.ts";

/** What one allocation may take of the RAM in this way. */
export const COUNTED_BYTES_MAX = 16 * 1024;

export interface CountedInput {
  readonly counts: ExecutionCounts;
  readonly numbers: NumberFacts;
  readonly strings: StringFacts;
}

/** The row of slots for an object; null when it is made too often. */
export function countedPlace(
  program: HirProgram,
  allocations: Allocations,
  input: CountedInput,
  origin: Origin,
): Place | null {
  if (origin.place.kind !== "local") return null;
  const count = Math.max(1, input.counts.runs(origin.node.id));
  if (!Number.isFinite(count)) return null;
  if (count === 1) return { kind: "static" };
  const bytes = new Sizes(program, allocations, input).ofNode(origin.node);
  return count * bytes <= COUNTED_BYTES_MAX ? { kind: "counted", count } : null;
}

/** Bytes of objects on a 32-bit chip, near enough for a ceiling. */
class Sizes {
  readonly #program: HirProgram;
  readonly #allocations: Allocations;
  readonly #input: CountedInput;
  readonly #open = new Set<ClassId>();

  constructor(program: HirProgram, allocations: Allocations, input: CountedInput) {
    this.#program = program;
    this.#allocations = allocations;
    this.#input = input;
  }

  ofNode(node: HirExpr): number {
    if (node.kind === "closure") return this.#ofEnvironment(node.function);
    if (node.type.kind === "object") return this.#ofClass(node.type.class);
    if (node.type.kind !== "array") return Number.POSITIVE_INFINITY;
    const id = this.#program.arrayOf(node.type.array);
    return this.#ofElements(id, this.#input.numbers.arrayLength(id).hi);
  }

  #ofEnvironment(id: FunctionId): number {
    const { numbers, strings } = this.#input;
    const sizes = (this.#program.functions[id]?.captures ?? []).map((local) => {
      const type = this.#program.locals[local]?.type;
      if (type === undefined) return 0;
      return this.#ofValue(
        type,
        () => numbers.local(local),
        () => strings.local(local),
      );
    });
    return sizes.reduce((total, size) => total + size, 0);
  }

  #ofElements(id: number, length: number): number {
    const canonical = this.#program.arrayOf(id as Parameters<HirProgram["arrayOf"]>[0]);
    const element = this.#program.arrays[canonical]?.element;
    if (element === undefined) return Number.POSITIVE_INFINITY;
    const { numbers, strings } = this.#input;
    return (
      length *
      this.#ofValue(
        element,
        () => numbers.element(canonical),
        () => strings.element(canonical),
      )
    );
  }

  #ofClass(id: ClassId): number {
    if (this.#open.has(id)) return Number.POSITIVE_INFINITY;
    this.#open.add(id);
    const sizes = (this.#program.classes[id]?.fields ?? []).map((field) => {
      const type = this.#program.fields[field]?.type;
      if (type === undefined) return 0;
      if (this.#allocations.inlineFields.has(field)) {
        if (type.kind === "object") return this.#ofClass(type.class);
        if (type.kind === "array")
          return this.#ofElements(
            type.array,
            this.#input.numbers.arrayLength(this.#program.arrayOf(type.array)).hi,
          );
      }
      const { numbers, strings } = this.#input;
      return this.#ofValue(
        type,
        () => numbers.field(field),
        () => strings.field(field),
      );
    });
    this.#open.delete(id);
    return sizes.reduce((total, size) => total + size, 0);
  }

  #ofValue(type: HirType, number: () => NumberFact, text: () => StringCapacity): number {
    switch (type.kind) {
      case "number":
        return bytesOfNumber(number());
      case "boolean":
        return 1;
      case "string": {
        const capacity = text();
        return capacity.kind === "literal" ? 8 : 4 + capacity.bytes;
      }
      case "void":
        return 0;
      case "object":
      case "handle":
        return 4;
      case "array":
      case "closure":
      case "bigint":
        return 8;
      case "null":
        return 1;
      case "union":
        return 8 + Math.max(...type.arms.map((arm) => this.#ofValue(arm, number, text)));
      default:
        return assertNever(type);
    }
  }
}

function bytesOfNumber(fact: NumberFact): number {
  if (!fact.integer || fact.nan) return 8;
  const largest = Math.max(Math.abs(fact.lo), Math.abs(fact.hi));
  if (largest < 128) return 1;
  if (largest < 32768) return 2;
  return largest < 2 ** 32 ? 4 : 8;
}
