/** Which array classes need a header: those that change their length, or get it at run time. */
import { measuresText } from "../intrinsics/strings.ts";
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { findGrowingArrays, type GrowingArrays } from "./growing-arrays.ts";

export interface ArrayLayout extends GrowingArrays {
  hasHeader(id: ArrayId): boolean;
  /** Views have no header: in their classes a reference is data and length, also of arrays that get their length at run time. */
  carriesLength(id: ArrayId): boolean;
  /** The length of an array whose class has no header. */
  computedLength(node: Extract<HirExpr, { kind: "arrayNew" }>): number;
}

/** Without number facts, every computed length counts as one that differs. */
export function findArrayLayout(program: HirProgram, numbers: NumberFacts | null): ArrayLayout {
  const growing = findGrowingArrays(program);
  const computed = new Set<ArrayId>();
  const viewed = new Set<ArrayId>();
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if ((node.kind === "view" || node.kind === "overlay") && node.type.kind === "array")
          viewed.add(program.arrayOf(node.type.array));
        if (node.kind !== "arrayNew" || node.type.kind !== "array") return;
        const { lo, hi } = numbers?.arrayLength(node.type.array) ?? { lo: 0, hi: 1 };
        if (measuresText(node.length) || lo !== hi) computed.add(program.arrayOf(node.type.array));
      },
    });
  }
  return {
    ...growing,
    computedLength: ({ type }) => (type.kind === "array" ? (numbers?.arrayLength(type.array).hi ?? 0) : 0),
    hasHeader: (id) => {
      if (growing.grows(id) || growing.shrinks(id)) return true;
      return computed.has(program.arrayOf(id)) && !viewed.has(program.arrayOf(id));
    },
    carriesLength: (id) => computed.has(program.arrayOf(id)) && viewed.has(program.arrayOf(id)),
  };
}
