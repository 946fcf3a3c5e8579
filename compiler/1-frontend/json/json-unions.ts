/** Values of unions: told apart by what kind of JSON they are, objects by a field that names their part. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../../ir/hir.ts";
import { arrayTypeOf } from "../bounds.ts";
import { types } from "../builder.ts";
import type { Make } from "../code-writer.ts";
import { literal } from "../expressions.ts";
import { convertType, isNumeric } from "../types.ts";
import { flow } from "../unify-types.ts";
import { described, expectKind, findField, type JsonKind, kindIs } from "./json-kinds.ts";
import { isStringLike, join, literalsOf, mismatch, type Reading, readValue } from "./json-values.ts";

export function readUnion(reading: Reading, at: Make, type: ts.UnionType): HirExpr {
  const { code } = reading;
  const { b, node } = code;
  const result = convertType(b, type, node);
  const arms = partsByKind(reading, type);
  const [first] = arms;
  if (first === undefined) return b.unsupported(node, "JSON.parse into this union is", "Use one type.");
  if (arms.length > 1) {
    const kinds = arms.map(({ kind }) => kindIs(reading, at, kind));
    const isOne = kinds.reduce((left, right) => join(code, "||", left, right));
    const shown = arms.map(({ kind }) => described(kind)).join(" or ");
    const isNone = code.compare("===", isOne, code.boolean(false));
    code.if(isNone, () => mismatch(reading, shown));
  }
  const read = (arm: Arm): HirExpr =>
    code.block(() => flow(b, readArm(reading, at, arm, result), result, node));
  return arms
    .slice(0, -1)
    .reduceRight<HirExpr>(
      (others, arm) => code.either(kindIs(reading, at, arm.kind), read(arm), others, result),
      read(arms.at(-1) ?? first),
    );
}

interface Arm {
  readonly kind: JsonKind;
  readonly parts: readonly ts.Type[];
}

function partsByKind({ code }: Reading, type: ts.UnionType): readonly Arm[] {
  const found = new Map<JsonKind, ts.Type[]>();
  for (const part of type.types) {
    const kind = kindOf(part);
    if (kind === null) continue;
    found.set(kind, [...(found.get(kind) ?? []), part]);
  }
  return [...found].map(([kind, parts]) => ({ kind, parts }));
  function kindOf(part: ts.Type): JsonKind | null {
    if (isNumeric(part)) return "number";
    if (isStringLike(part)) return "string";
    if (part.flags & ts.TypeFlags.BooleanLike) return "boolean";
    if (part.flags & ts.TypeFlags.Null) return "null";
    if (part.flags & ts.TypeFlags.Undefined) return null;
    return arrayTypeOf(code.b, part) !== null ? "array" : "object";
  }
}

function readArm(reading: Reading, at: Make, arm: Arm, result: HirType): HirExpr {
  const { code } = reading;
  const [only, ...others] = arm.parts;
  if (only === undefined) return literal(code.b, code.node, 0);
  if (others.length === 0) return readValue(reading, at, only);
  switch (arm.kind) {
    case "number":
      expectKind(reading, at, "number");
      return numberOf(reading, at, arm.parts);
    case "string":
      return stringOf(reading, at, arm.parts);
    case "boolean":
      return code.intrinsic("jsonIsTrue", reading.text(), at());
    case "object":
      return readVariant(reading, at, arm.parts, result);
    default:
      return code.b.unsupported(code.node, "JSON.parse into a union of arrays is", "Use one array type.");
  }
}

/** Literals among others: one of them, where all are literals. */
function numberOf(reading: Reading, at: Make, parts: readonly ts.Type[]): HirExpr {
  const { code, text } = reading;
  const value = code.let("number", code.intrinsic("jsonNumber", text(), at()));
  checkOneOf(reading, value, parts);
  return value();
}

function stringOf(reading: Reading, at: Make, parts: readonly ts.Type[]): HirExpr {
  const { code, text } = reading;
  const value = code.let("name", code.intrinsic("jsonString", text(), at()));
  checkOneOf(reading, value, parts);
  return value();
}

function checkOneOf(reading: Reading, value: Make, parts: readonly ts.Type[]): void {
  const { code } = reading;
  const allowed = parts.map(literalsOf);
  if (allowed.some((one) => one === null)) return;
  const values = allowed.flatMap((one) => one ?? []);
  const tests = values.map((one) => code.compare("!==", value(), literal(code.b, code.node, one)));
  const shown = values.map((one) => JSON.stringify(one)).join(" or ");
  code.if(
    tests.reduce((left, right) => join(code, "&&", left, right)),
    () => mismatch(reading, shown),
  );
}

/** The part of a union of objects whose discriminant the text names. */
function readVariant(reading: Reading, at: Make, parts: readonly ts.Type[], result: HirType): HirExpr {
  const { code } = reading;
  const { b, node } = code;
  const key = discriminantOf(reading, parts);
  if (key === null)
    return b.unsupported(
      node,
      "JSON.parse into a union of objects without a discriminant is",
      'Give each a field with a literal of its own: `kind: "start"`.',
    );
  expectKind(reading, at, "object");
  const place = findField(reading, at, key.name);
  const field: Reading = { ...reading, what: `'${key.name}'` };
  expectKind(field, place, key.isText ? "string" : "number");
  const given = key.isText
    ? code.intrinsic("jsonString", reading.text(), place())
    : code.intrinsic("jsonNumber", reading.text(), place());
  const value = code.let("kind", given);
  const test = (part: ts.Type): HirExpr =>
    valuesOf(reading, part, key.name)
      .map((one) => code.compare("===", value(), literal(b, node, one)))
      .reduce((left, right) => join(code, "||", left, right));
  const known = parts.map(test).reduce((left, right) => join(code, "||", left, right));
  const shown = parts.flatMap((part) => valuesOf(reading, part, key.name)).map((one) => JSON.stringify(one));
  code.if(code.compare("===", known, code.boolean(false)), () => mismatch(field, shown.join(" or ")));
  const read = (part: ts.Type): HirExpr =>
    code.block(() => flow(b, readValue(reading, at, part), objectArm(result), node));
  const last = parts.at(-1);
  return parts
    .slice(0, -1)
    .reduceRight<HirExpr>(
      (others, part) => code.either(test(part), read(part), others, objectArm(result)),
      last === undefined ? code.nothing() : read(last),
    );
}

function objectArm(type: HirType): HirType {
  if (type.kind !== "union") return type;
  return type.arms.find((arm) => arm.kind === "object") ?? types.void;
}

interface Discriminant {
  readonly name: string;
  readonly isText: boolean;
}

function discriminantOf(reading: Reading, parts: readonly ts.Type[]): Discriminant | null {
  const { b } = reading.code;
  const [first] = parts;
  if (first === undefined) return null;
  for (const property of b.checker.getPropertiesOfType(first)) {
    const name = property.getName();
    const lists = parts.map((part) => valuesOf(reading, part, name));
    const all = lists.flat();
    if (lists.some((list) => list.length === 0) || new Set(all).size !== all.length) continue;
    if (all.every((one) => typeof one === "string")) return { name, isText: true };
    if (all.every((one) => typeof one === "number")) return { name, isText: false };
  }
  return null;
}

/** The literals that a field of the type may be; empty: it is no field of literals. */
function valuesOf({ code }: Reading, type: ts.Type, name: string): readonly (string | number)[] {
  const property = type.getProperty(name);
  if (property === undefined || property.flags & ts.SymbolFlags.Optional) return [];
  return literalsOf(code.b.checker.getTypeOfSymbol(property)) ?? [];
}
