/**
 * Unions as the phases see them: their arms, and the number, text and reference
 * part through which facts flow. A plain type is a union of itself.
 */
import type { HirType } from "./hir.ts";

/** What an arm is called: the kind of its type. `void` is undefined. */
export type ArmKind =
  | "void"
  | "null"
  | "boolean"
  | "number"
  | "string"
  | "object"
  | "array"
  | "closure"
  | "bigint";

export type UnionType = Extract<HirType, { kind: "union" }>;

/** The order of the arms in a union, and their tags at run time: undefined is what zeroed memory holds. */
export const armKinds: readonly ArmKind[] = [
  "void",
  "null",
  "boolean",
  "number",
  "string",
  "object",
  "array",
  "closure",
  "bigint",
];

export function isArmKind(kind: HirType["kind"]): kind is ArmKind {
  return (armKinds as readonly string[]).includes(kind);
}

export function tagOf(kind: ArmKind): number {
  return armKinds.indexOf(kind);
}

export function armsOf(type: HirType): readonly HirType[] {
  return type.kind === "union" ? type.arms : [type];
}

export function armOf(type: HirType, kind: HirType["kind"]): HirType | null {
  return armsOf(type).find((arm) => arm.kind === kind) ?? null;
}

export function hasArm(type: HirType, kind: HirType["kind"]): boolean {
  return armOf(type, kind) !== null;
}

/** The type a value has where it is a number; null where it never is. */
export function numberPart(type: HirType): Extract<HirType, { kind: "number" }> | null {
  const arm = armOf(type, "number");
  return arm?.kind === "number" ? arm : null;
}

export function hasNumber(type: HirType): boolean {
  return hasArm(type, "number");
}

export function hasBigint(type: HirType): boolean {
  return hasArm(type, "bigint");
}

export function hasText(type: HirType): boolean {
  return hasArm(type, "string");
}

/** May refer to an object or array. */
export function hasReference(type: HirType): boolean {
  return hasArm(type, "object") || hasArm(type, "array");
}

/** The object that a value of the type refers to, if it refers to any; null: it may be something else. */
export function objectOrNothing(type: HirType): Extract<HirType, { kind: "object" }> | null {
  const others = armsOf(type).filter((arm) => !isUnit(arm));
  const [only] = others;
  return only?.kind === "object" && others.length === 1 && armsOf(type).length <= 2 ? only : null;
}

/** Types with one value. */
export function isUnit(type: HirType): boolean {
  return type.kind === "void" || type.kind === "null";
}

/** The type with these arms: one of them, or their union. */
export function unionOf(arms: readonly HirType[]): HirType {
  const ordered = armKinds.flatMap((kind) => arms.find((arm) => arm.kind === kind) ?? []);
  const [only, ...others] = ordered;
  return only !== undefined && others.length === 0 ? only : { kind: "union", arms: ordered };
}
