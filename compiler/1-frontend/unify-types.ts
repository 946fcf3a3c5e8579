/** Layout equality of HIR types, and the one place where a value of one type flows into a place of another. */

import type { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ArrayId, ClassId } from "../ir/ids.ts";
import { armOf, armsOf, isArmKind, isUnit, unionOf } from "../ir/union-types.ts";
import { assertNever } from "../source/assert.ts";
import { limitText, limitTextOf } from "./bounded-texts.ts";
import { type Builder, expression, expressionStatement, types } from "./builder.ts";
import { addEdge } from "./families.ts";
import { iterableOf } from "./generators/array-iterables.ts";
import { widest } from "./narrowing.ts";
import { fromNever } from "./never-values.ts";
import { joinClasses } from "./object-types.ts";

/** Equal keys: the same layout up to the unification of arrays and signatures. */
export function typeKey(b: Builder, type: HirType): string {
  switch (type.kind) {
    case "number":
      return type.sized ?? "number";
    case "bigint":
      return type.sized ?? "bigint";
    case "boolean":
    case "string":
    case "void":
    case "null":
      return type.kind;
    case "union":
      return `(${type.arms.map((arm) => typeKey(b, arm)).join("|")})`;
    case "object":
      return `#${type.class}`;
    case "array":
      return `${b.typedArray(type.array) ?? typeKey(b, b.elementType(type.array))}[]`;
    case "closure": {
      const signature = b.signature(type.signature);
      return `(${signature.parameters.map((parameter) => typeKey(b, parameter)).join(",")})=>${typeKey(b, signature.result)}`;
    }
    case "handle":
      return type.driver;
    default:
      return assertNever(type);
  }
}

/**
 * Makes two types one layout. False: they cannot be. Numbers always can: each
 * place has its own representation and conversions are inserted; array elements
 * and signatures share one.
 */
export function unifyTypes(b: Builder, a: HirType, c: HirType): boolean {
  if (a.kind !== c.kind) return false;
  switch (a.kind) {
    case "number":
    case "bigint":
    case "boolean":
    case "string":
    case "void":
    case "null":
      return true;
    case "union":
      return c.kind === "union" && unifyArms(b, a.arms, c.arms);
    case "object":
      return c.kind === "object" && relate(b, a.class, c.class);
    case "handle":
      return c.kind === "handle" && a.driver === c.driver;
    case "array":
      return c.kind === "array" && unifyArrays(b, a.array, c.array);
    case "closure":
      return c.kind === "closure" && unifySignatures(b, a.signature, c.signature);
    default:
      return assertNever(a);
  }
}

function unifyArms(b: Builder, left: readonly HirType[], right: readonly HirType[]): boolean {
  return (
    left.length === right.length &&
    left.every((arm, index) => {
      const other = right[index];
      return other !== undefined && unifyTypes(b, arm, other);
    })
  );
}

/** The type that values of both fit: one of them, or a union; null where two arms of one kind differ. */
export function joinTypes(b: Builder, a: HirType, c: HirType): HirType | null {
  if (a.kind === "object" && c.kind === "object")
    return { kind: "object", class: joinClasses(b, [a.class, c.class]) };
  if (a.kind !== "union" && a.kind === c.kind) return unifyTypes(b, a, c) ? joinSized(a, c) : null;
  const arms = new Map(armsOf(a).map((arm) => [arm.kind, withoutSize(arm)]));
  for (const arm of armsOf(c)) {
    const known = arms.get(arm.kind);
    if (known?.kind === "object" && arm.kind === "object") {
      arms.set("object", { kind: "object", class: joinClasses(b, [known.class, arm.class]) });
      continue;
    }
    if (!isArmKind(arm.kind) || (known !== undefined && !unifyTypes(b, known, arm))) return null;
    if (known === undefined) arms.set(arm.kind, withoutSize(arm));
  }
  return [...arms.keys()].every(isArmKind) ? unionOf([...arms.values()]) : null;
}

/** Two sizes have no common size of their own: the value is a plain number. */
export function joinSized(a: HirType, c: HirType): HirType {
  const isSized = a.kind === "number" || a.kind === "bigint";
  return isSized && c.kind === a.kind && a.sized !== c.sized ? withoutSize(a) : a;
}

export function withoutSize(type: HirType): HirType {
  if (type.kind === "string") return types.string;
  return type.kind === "number" || type.kind === "bigint" ? { kind: type.kind, sized: null } : type;
}

function unifyArrays(b: Builder, a: ArrayId, c: ArrayId): boolean {
  if (b.typedArray(a) !== b.typedArray(c)) return false;
  const merged = b.arrayClasses.union(a, c);
  if (merged === null) return true;
  const [kept, gone] = merged;
  const keptArray = b.arrays[kept];
  const goneArray = b.arrays[gone];
  if (keptArray === undefined || goneArray === undefined) return false;
  if (keptArray.element.kind === "object" && goneArray.element.kind === "object") {
    keptArray.element = {
      kind: "object",
      class: joinClasses(b, [keptArray.element.class, goneArray.element.class]),
    };
    return true;
  }
  if (!unifyTypes(b, keptArray.element, goneArray.element)) return false;
  return mergeSized(keptArray, goneArray.element);
}

function mergeSized(kept: { element: HirType }, other: HirType): boolean {
  const { element } = kept;
  if (element.kind === "string" && other.kind === "string") {
    const bounds = [element.max, other.max].filter((max) => max !== undefined);
    if (bounds.length > 0) kept.element = { kind: "string", max: Math.min(...bounds) };
  }
  const isSized = element.kind === "number" || element.kind === "bigint";
  if (!isSized || (other.kind !== "number" && other.kind !== "bigint")) return true;
  if (element.sized === null) kept.element = other;
  else if (other.sized !== null && other.sized !== element.sized) return false;
  return true;
}

function unifySignatures(b: Builder, a: number, c: number): boolean {
  const merged = b.signatureClasses.union(a, c);
  if (merged === null) return true;
  const kept = b.signatures[merged[0]];
  const gone = b.signatures[merged[1]];
  if (kept === undefined || gone === undefined) return false;
  const longer = kept.parameters.length >= gone.parameters.length ? kept : gone;
  const shorter = longer === kept ? gone : kept;
  const parameters = longer.parameters.map((parameter, index) => {
    const other = shorter.parameters[index];
    return other === undefined ? parameter : joinPlaces(b, parameter, other);
  });
  const isIgnored = kept.result.kind === "void" || gone.result.kind === "void";
  const result =
    isIgnored && !hasUnion(kept.result, gone.result) ? null : joinPlaces(b, kept.result, gone.result);
  if (parameters.some((parameter) => parameter === null) || (!isIgnored && result === null)) return false;
  kept.parameters = parameters.flatMap((parameter) => parameter ?? []);
  kept.result = result ?? (kept.result.kind === "void" ? gone.result : kept.result);
  return true;
}

function hasUnion(a: HirType, c: HirType): boolean {
  return a.kind === "union" || c.kind === "union";
}

/** One type for what passes through two signatures: the same, or a union; values are converted where they pass. */
function joinPlaces(b: Builder, a: HirType, c: HirType): HirType | null {
  if (unifyTypes(b, a, c)) return a;
  return hasUnion(a, c) || isUnit(a) || isUnit(c) ? joinTypes(b, a, c) : null;
}

/** Lets values of one type flow into places of another. Objects of one class may be seen as another. */
export function reaches(b: Builder, from: HirType, to: HirType): boolean {
  if (from.kind !== "object" || to.kind !== "object") return unifyTypes(b, from, to);
  addEdge(b.families, from.class, to.class);
  return true;
}

/** References flow both ways: a place is read and written through both types. */
function relate(b: Builder, a: ClassId, c: ClassId): boolean {
  addEdge(b.families, a, c);
  addEdge(b.families, c, a);
  return true;
}

/** Lets `value` flow into a place of type `to`; every assignment, argument and result passes here. */
export function flow(b: Builder, narrowed: HirExpr, to: HirType, at: ts.Node): HirExpr {
  const wide = to.kind === "union" ? widest(b, narrowed) : narrowed;
  const value = armsOf(wide.type).every((arm) => armOf(to, arm.kind) !== null) ? wide : narrowed;
  if (to.kind === "union" || value.type.kind === "union") {
    const wrapped = intoUnion(b, limitTextOf(b, value, to, at), to, at);
    if (wrapped !== null) return wrapped;
  } else if (to.kind === "string" && to.max !== undefined && value.type.kind === "string") {
    return limitText(b, value, to.max, at);
  } else if (
    value.type.kind === "array" &&
    to.kind === "object" &&
    b.families.generators.iterables.has(to.class)
  ) {
    return flow(b, iterableOf(b, at, value, value.type), to, at);
  } else if (reaches(b, value.type, to)) return value;
  else if (to.kind === "void") return impossible(b, value, at);
  const stopped = fromNever(b, value, to, at);
  if (stopped !== null) return stopped;
  return b.refuse("TSFW2008", at, { from: describeType(b, value.type), to: describeType(b, to) });
}

/** A type as part of a name: `u8`, `Points`. */
export function typeLabel(b: Builder, type: HirType): string {
  return describeType(b, type)
    .replaceAll("[]", "s")
    .replace(/[^A-Za-z0-9_$]/g, "_");
}

/** A value that fits some arms of the union; null: it has others. */
function intoUnion(b: Builder, value: HirExpr, to: HirType, at: ts.Node): HirExpr | null {
  if (to.kind !== "union") return to.kind === "void" ? impossible(b, value, at) : null;
  const fits = armsOf(value.type).every((arm) => {
    const wanted = armOf(to, arm.kind);
    return wanted !== null && reaches(b, arm, wanted);
  });
  if (!fits) return null;
  if (value.type.kind === "union" && value.type.arms.length === to.arms.length) return value;
  return expression(b, at, { kind: "wrap", value, type: to });
}

/** TypeScript says that there is no such value (`never`): if there is one, the program stops. */
function impossible(b: Builder, value: HirExpr, at: ts.Node): HirExpr {
  const text = expression(b, at, {
    kind: "string",
    value: "TypeError: the value is of no type that TypeScript expects here",
    type: types.string,
  });
  const stop = expression(b, at, { kind: "intrinsic", name: "panic", args: [text], type: types.void });
  return expression(b, at, {
    kind: "sequence",
    statements: [expressionStatement(value)],
    value: stop,
    type: types.void,
  });
}

export function describeType(b: Builder, type: HirType): string {
  switch (type.kind) {
    case "number":
    case "bigint":
      return type.sized ?? type.kind;
    case "object":
      return b.class(type.class).name;
    case "array":
      return `${describeType(b, b.elementType(type.array))}[]`;
    case "closure":
      return "function";
    case "handle":
      return type.driver;
    case "boolean":
    case "string":
    case "null":
      return type.kind;
    case "void":
      return "undefined";
    case "union":
      return type.arms.map((arm) => describeType(b, arm)).join(" | ");
    default:
      return assertNever(type);
  }
}
