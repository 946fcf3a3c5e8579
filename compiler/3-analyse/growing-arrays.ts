/**
 * Which array classes change their length after they are made: only from the
 * shape of the program. An element write makes an array grow when the class
 * grows anyway or starts empty; elsewhere a write past the end panics.
 */
import type { HirExpr, HirProgram, HirTarget } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";

export interface GrowingArrays {
  /** Something pushes to such an array, or writes behind its last element. */
  grows(id: ArrayId): boolean;
  /** Something makes such an array shorter. */
  shrinks(id: ArrayId): boolean;
}

export function findGrowingArrays(program: HirProgram): GrowingArrays {
  const grown = new Set<ArrayId>();
  const shrunk = new Set<ArrayId>();
  const empty = new Set<ArrayId>();
  const written = new Set<ArrayId>();
  const note = (array: HirExpr, ids: Set<ArrayId>): void => {
    if (array.type.kind === "array") ids.add(program.arrayOf(array.type.array));
  };
  const expression = (node: HirExpr): void => {
    if (node.kind === "push") note(node.array, grown);
    if (node.kind === "setLength") note(node.array, shrunk);
    if (node.kind === "setLength" && lengthens(node)) note(node.array, grown);
    if (node.kind === "array" && node.elements.length === 0) note(node, empty);
    if (node.kind !== "assign" || node.target.kind !== "element") return;
    note(node.target.array, written);
    if (appends(node.target)) note(node.target.array, grown);
  };
  for (const fn of program.functions) walkStatements(fn.body, { expression });
  const grows = (id: ArrayId): boolean =>
    grown.has(id) || (written.has(id) && (empty.has(id) || shrunk.has(id)));
  return {
    grows: (id) => grows(program.arrayOf(id)),
    shrinks: (id) => shrunk.has(program.arrayOf(id)),
  };
}

/** Code of the compiler that makes room for more elements. */
export function lengthens(node: Extract<HirExpr, { kind: "setLength" }>): boolean {
  return node.growsBy > 0 || (node.alsoBy ?? []).length > 0;
}

/** `xs[xs.length] = x` */
export function appends({ array, index }: { readonly array: HirExpr; readonly index: HirExpr }): boolean {
  return index.kind === "arrayLength" && isSamePlace(index.array, array);
}

/** The same variable, or the same field of the same object. */
export function isSamePlace(a: HirExpr | HirTarget, b: HirExpr): boolean {
  if (a.kind === "local") return b.kind === "local" && a.local === b.local;
  if (a.kind === "static") return b.kind === "static" && a.static === b.static;
  return a.kind === "field" && b.kind === "field" && a.field === b.field && isSamePlace(a.object, b.object);
}
