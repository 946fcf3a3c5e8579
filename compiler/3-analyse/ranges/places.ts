/** Comparing places by their syntax: is this expression a read of that target? */
import type { HirExpr, HirProgram, HirTarget } from "../../ir/hir.ts";
import { type ArrayId, arrayId, type FieldId, type StaticId } from "../../ir/ids.ts";
import type { PathId } from "./environment.ts";

/** A static or a field of all objects of a class: what several functions may store to. */
export type SharedKey = number & { readonly __id: "shared" };

export function staticKey(id: StaticId): SharedKey {
  return (id * 2) as SharedKey;
}

export function fieldKey(id: FieldId): SharedKey {
  return (id * 2 + 1) as SharedKey;
}

/** The arrays of a class become shorter. */
export function shrinkKey(id: ArrayId): SharedKey {
  return -(id + 1) as SharedKey;
}

/** The array classes behind the `shrinkKey`s among some keys. */
export function shrunkClasses(keys: Iterable<SharedKey>): ArrayId[] {
  return [...keys].filter((key) => key < 0).map((key) => arrayId(-key - 1));
}

/** The stable array, string or object that an expression names; null when it may name different ones. */
export function pathOf(program: HirProgram, node: HirExpr): PathId | null {
  const { kind } = node.type;
  if (kind !== "array" && kind !== "object" && kind !== "string") return null;
  return pathOfVariable(program, node.kind === "unwrap" ? node.value : node);
}

function pathOfVariable(program: HirProgram, node: HirExpr): PathId | null {
  if (node.kind === "local" && program.locals[node.local]?.reassigned === false) return localPath(node.local);
  if (node.kind === "static" && program.statics[node.static]?.reassigned === false)
    return staticPath(node.static);
  return null;
}

export function localPath(local: number): PathId {
  return (local * 2) as PathId;
}

function staticPath(id: number): PathId {
  return (id * 2 + 1) as PathId;
}

/** The array class that a path names; null for an object. */
export function arrayOfPath(program: HirProgram, path: PathId): ArrayId | null {
  const type = path % 2 === 0 ? program.locals[path / 2]?.type : program.statics[(path - 1) / 2]?.type;
  return type?.kind === "array" ? program.arrayOf(type.array) : null;
}

export function readsPlace(node: HirExpr, target: HirTarget): boolean {
  switch (target.kind) {
    case "local":
      return node.kind === "local" && node.local === target.local;
    case "static":
      return node.kind === "static" && node.static === target.static;
    case "field":
      return node.kind === "field" && node.field === target.field && isSameSimple(node.object, target.object);
    case "element":
      return (
        node.kind === "element" &&
        isSameSimple(node.array, target.array) &&
        isSameSimple(node.index, target.index)
      );
  }
}

/** The same expression without effects, of variables, constants and their fields. */
function isSameSimple(a: HirExpr, b: HirExpr): boolean {
  if (a.kind === "local") return b.kind === "local" && a.local === b.local;
  if (a.kind === "static") return b.kind === "static" && a.static === b.static;
  if (a.kind === "number") return b.kind === "number" && a.value === b.value;
  if (a.kind === "unwrap") return b.kind === "unwrap" && isSameSimple(a.value, b.value);
  if (a.kind === "field")
    return b.kind === "field" && a.field === b.field && isSameSimple(a.object, b.object);
  return false;
}
