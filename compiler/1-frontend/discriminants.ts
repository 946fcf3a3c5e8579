/**
 * Fields that tell the parts of a union apart. Types promise literals for them;
 * the program shows which constants its objects really hold. A class whose
 * objects never hold what a narrowed type promises is none of its members.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ClassId, FieldId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Builder } from "./builder.ts";
import { fieldKeys } from "./class-members.ts";
import { canonical } from "./families.ts";

/** Values of literal types, as JSON; null: any value. */
type Literals = ReadonlySet<string> | null;

export interface Discriminants {
  /** What the declared types of shapes allow, by class and field name. */
  readonly promised: Map<ClassId, Map<string, Literals>>;
  /** What object literals store. */
  readonly stored: Map<FieldId, Literals>;
  /** Fields that are written after their object was made; those that stand for others. */
  readonly written: Set<FieldId>;
}

export function createDiscriminants(): Discriminants {
  return { promised: new Map(), stored: new Map(), written: new Set() };
}

/** A shape has a property of that type; shapes of one layout share a class. */
export function promise(b: Builder, id: ClassId, name: string, type: ts.Type): void {
  const { promised } = b.families.discriminants;
  const known = promised.get(id) ?? new Map<string, Literals>();
  promised.set(id, known);
  const literals = literalsOf(type);
  known.set(name, known.has(name) ? join(known.get(name) ?? null, literals) : literals);
}

function literalsOf(type: ts.Type): Literals {
  const literals = (type.isUnion() ? type.types : [type]).map(literalOf);
  return literals.includes(null) ? null : new Set(literals.flatMap((literal) => literal ?? []));
}

function literalOf(type: ts.Type): string | null {
  if (type.isStringLiteral() || type.isNumberLiteral()) return JSON.stringify(type.value);
  if (!(type.flags & ts.TypeFlags.BooleanLiteral)) return null;
  return "intrinsicName" in type ? String(type.intrinsicName) : null;
}

function join(left: Literals, right: Literals): Literals {
  return left === null || right === null ? null : new Set([...left, ...right]);
}

/** Looks at all bodies there are. */
export function noteStoredConstants(b: Builder): void {
  const { promised, stored, written } = b.families.discriminants;
  stored.clear();
  written.clear();
  const isAsked = [...b.families.narrowings.values()].some((tos) => [...tos].some((to) => promised.has(to)));
  if (!isAsked) return;
  for (const fn of b.functions) walkStatements(fn.body, { expression: (node) => noteNode(b, node) });
}

function noteNode(b: Builder, node: HirExpr): void {
  if (node.kind === "object") return noteObject(b, node);
  if ("target" in node && node.target.kind === "field")
    b.families.discriminants.written.add(canonical(b, node.target.field));
}

function noteObject(b: Builder, node: Extract<HirExpr, { kind: "object" }>): void {
  const { stored } = b.families.discriminants;
  const given = new Map(node.fields.map(({ field, value }) => [field, constantOf(value)]));
  for (const field of fieldKeys(b.info(node.class)).values()) {
    const literals = given.get(field) ?? null;
    stored.set(field, stored.has(field) ? join(stored.get(field) ?? null, literals) : literals);
  }
}

function constantOf(value: HirExpr): Literals {
  if (value.kind === "wrap") return constantOf(value.value);
  const isConstant = value.kind === "string" || value.kind === "number" || value.kind === "boolean";
  return isConstant ? new Set([JSON.stringify(value.value)]) : null;
}

/** No object of class `id` holds what a value seen as `wanted` must hold. */
export function isRuledOut(b: Builder, id: ClassId, wanted: ClassId): boolean {
  const keys = fieldKeys(b.info(id));
  return [...(b.families.discriminants.promised.get(wanted) ?? [])].some(([name, literals]) => {
    const field = keys.get(name);
    const held = field === undefined ? null : storedIn(b, field);
    return literals !== null && held !== null && [...held].every((literal) => !literals.has(literal));
  });
}

function storedIn(b: Builder, field: FieldId): Literals {
  const { stored, written } = b.families.discriminants;
  return written.has(canonical(b, field)) ? null : (stored.get(field) ?? null);
}
