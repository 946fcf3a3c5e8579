/** Reading one value of JSON by the type the program gives it; what does not fit throws a TypeError. */

import { ts } from "ts-morph";
import type { HirExpr, HirType, SizedName } from "../../ir/hir.ts";
import { arrayTypeOf, boundOf } from "../bounds.ts";
import { expression, types } from "../builder.ts";
import type { CodeWriter, Make } from "../code-writer.ts";
import { literal } from "../expressions.ts";
import { isTuple } from "../tuples.ts";
import { convertType, isNumeric } from "../types.ts";
import { flow } from "../unify-types.ts";
import { expectKind } from "./json-kinds.ts";
import { readObject } from "./json-readers.ts";
import { readUnion } from "./json-unions.ts";

/** Where values are read from. */
export interface Reading {
  readonly code: CodeWriter;
  readonly text: Make;
  /** As messages name the value. */
  readonly what: string;
}

const flag = ts.TypeFlags;

/** `at`: the position of the value's first character. */
export function readValue(reading: Reading, at: Make, given: ts.Type): HirExpr {
  const { code } = reading;
  const { b, node } = code;
  const type = b.concrete(given);
  if (isNumeric(type) || isUnionOf(type, isNumeric)) return readNumber(reading, at, type);
  if (isStringLike(type) || isUnionOf(type, isStringLike)) return readString(reading, at, type);
  if (type.flags & flag.BooleanLike) return readBoolean(reading, at, type);
  if (type.flags & flag.Null) {
    expectKind(reading, at, "null");
    return expression(b, node, { kind: "null", type: types.null });
  }
  if (type.isUnion()) return readUnion(reading, at, type);
  if (arrayTypeOf(b, type) !== null) return readArray(reading, at, type);
  if (type.flags & flag.Object || type.isIntersection()) return readObject(reading, at, type);
  return b.unsupported(
    node,
    `JSON.parse into '${b.checker.typeToString(type)}' is`,
    "Use numbers, strings, booleans, null, arrays, tuples and objects.",
  );
}

export function isStringLike(type: ts.Type): boolean {
  if (type.flags & flag.StringLike) return true;
  return type.isIntersection() && type.types.some((part) => (part.flags & flag.StringLike) !== 0);
}

export function isUnionOf(type: ts.Type, test: (part: ts.Type) => boolean): boolean {
  return type.isUnion() && type.types.every(test);
}

/** The values a type of literals allows; null: any value of its kind. */
export function literalsOf(type: ts.Type): readonly (string | number)[] | null {
  const parts = type.isUnion() ? type.types : [type];
  const values = parts.flatMap((part) =>
    part.isStringLiteral() || part.isNumberLiteral() ? [part.value] : [],
  );
  return values.length === parts.length ? values : null;
}

function readNumber(reading: Reading, at: Make, type: ts.Type): HirExpr {
  const { code, text } = reading;
  expectKind(reading, at, "number");
  const value = code.let("number", code.intrinsic("jsonNumber", text(), at()));
  const allowed = literalsOf(type);
  if (allowed !== null) checkLiterals(reading, value, allowed);
  const hir = convertType(code.b, type, code.node);
  const size = hir.kind === "number" ? hir.sized : null;
  if (size === null || size.startsWith("f")) return value();
  checkRange(reading, value, size);
  return expression(code.b, code.node, { kind: "convert", to: size, value: value(), type: hir });
}

function checkRange(reading: Reading, value: Make, size: SizedName): void {
  const { code } = reading;
  const bits = Number(size.slice(1));
  const lo = size.startsWith("i") ? -(2 ** (bits - 1)) : 0;
  const hi = lo + 2 ** bits - 1;
  const isBelow = code.compare("<", value(), code.number(lo));
  const isAbove = code.compare(">", value(), code.number(hi));
  const isBroken = code.compare("!==", code.intrinsic("mathTrunc", value()), value());
  code.if(anyOf(code, [isBelow, isAbove, isBroken]), () => mismatch(reading, size));
}

function anyOf(code: CodeWriter, tests: readonly HirExpr[]): HirExpr {
  return tests.reduce((left, right) => join(code, "||", left, right));
}

export function join(code: CodeWriter, op: "&&" | "||", left: HirExpr, right: HirExpr): HirExpr {
  return expression(code.b, code.node, { kind: "logical", op, left, right, type: types.boolean });
}

export function mismatch({ code, what }: Reading, wanted: string): void {
  code.throw("TypeError", `JSON: ${what} should be ${wanted}`);
}

function checkLiterals(reading: Reading, value: Make, allowed: readonly (string | number)[]): void {
  const { code } = reading;
  const tests = allowed.map((one) => code.compare("!==", value(), literal(code.b, code.node, one)));
  const shown = allowed.map((one) => JSON.stringify(one)).join(" or ");
  code.if(
    tests.reduce((left, right) => join(code, "&&", left, right)),
    () => mismatch(reading, shown),
  );
}

function readString(reading: Reading, at: Make, type: ts.Type): HirExpr {
  const { code, text } = reading;
  expectKind(reading, at, "string");
  const read = code.intrinsic("jsonString", text(), at());
  const allowed = literalsOf(type);
  if (allowed === null) return flow(code.b, read, convertType(code.b, type, code.node), code.node);
  const value = code.let("name", read);
  checkLiterals(reading, value, allowed);
  return oneOf(code, value, allowed);
}

/** The literal itself: it needs no room. */
function oneOf(code: CodeWriter, value: Make, allowed: readonly (string | number)[]): HirExpr {
  const { b, node } = code;
  return allowed
    .slice(0, -1)
    .reduceRight<HirExpr>(
      (others, one) =>
        code.either(
          code.compare("===", value(), literal(b, node, one)),
          literal(b, node, one),
          others,
          types.string,
        ),
      literal(b, node, allowed.at(-1) ?? ""),
    );
}

function readBoolean(reading: Reading, at: Make, type: ts.Type): HirExpr {
  const { code, text } = reading;
  expectKind(reading, at, "boolean");
  const value = code.let("flag", code.intrinsic("jsonIsTrue", text(), at()));
  if (type.flags & flag.BooleanLiteral) {
    const wanted = code.b.checker.typeToString(type) === "true";
    code.if(code.compare("!==", value(), code.boolean(wanted)), () => mismatch(reading, String(wanted)));
  }
  return value();
}

function readArray(reading: Reading, at: Make, type: ts.Type): HirExpr {
  const { code, what } = reading;
  const { b, node } = code;
  const converted = convertType(b, type, node);
  const array = arrayTypeOf(b, type);
  if (array === null) return literal(b, node, 0);
  const parts = b.checker.getTypeArguments(array);
  expectKind(reading, at, "array");
  if (b.checker.isTupleType(array)) return readTuple(reading, at, parts, converted);
  const [element] = parts;
  if (converted.kind !== "array" || element === undefined)
    return b.unsupported(node, "JSON.parse into this array is", "Give it elements of one type.");
  const max = boundOf(b, type);
  const out = code.let("list", code.emptyArray(converted), { type: converted });
  const item: Reading = { ...reading, what: `an element of ${what}` };
  eachItem(reading, at, max, (place) => {
    const value = readValue(item, place, element);
    code.push(out(), flow(b, value, b.elementType(converted.array), node));
  });
  return out();
}

/** A bound limits the rounds of the loop, and with them what is made in it. */
function eachItem(reading: Reading, at: Make, max: number | null, body: (place: Make) => void): void {
  const { code, text, what } = reading;
  const place = code.let("place", code.intrinsic("jsonFirst", text(), at()), {
    reassigned: true,
    type: types.number,
  });
  const isThere = (): HirExpr => code.compare(">=", place(), code.number(0));
  const round = (): void => {
    const here = code.let("here", place());
    body(here);
    code.set(place.target, code.intrinsic("jsonNext", text(), here()));
  };
  if (max === null) {
    code.while(isThere(), round);
    return;
  }
  const rounds = (): HirExpr => code.number(max);
  code.count(code.number(0), rounds, (_, jump) => {
    code.if(code.compare("<", place(), code.number(0)), () => code.break(jump));
    round();
  });
  code.if(isThere(), () => code.throw("RangeError", `JSON: ${what} has more than ${max} elements`));
}

function readTuple(reading: Reading, at: Make, parts: readonly ts.Type[], type: HirType): HirExpr {
  const { code, text, what } = reading;
  const { b, node } = code;
  const places: Make[] = [];
  for (const _ of parts) {
    const before = places.at(-1);
    const name = before === undefined ? "jsonFirst" : "jsonNext";
    const place = code.let("place", code.intrinsic(name, text(), (before ?? at)()));
    places.push(place);
    code.if(code.compare("<", place(), code.number(0)), () => mismatch(reading, `${parts.length} elements`));
  }
  const last = places.at(-1);
  if (last !== undefined) {
    const more = code.intrinsic("jsonNext", text(), last());
    code.if(code.compare(">=", more, code.number(0)), () => mismatch(reading, `${parts.length} elements`));
  }
  const values = parts.map((part, index) => {
    const place = places[index] ?? at;
    return readValue({ ...reading, what: `element ${index} of ${what}` }, place, part);
  });
  const site = b.addSite(code.scope, node, "array");
  if (type.kind === "array") {
    const elements = values.map((value) => flow(b, value, b.elementType(type.array), node));
    return expression(b, node, { kind: "array", elements, site, type });
  }
  if (!isTuple(b, type)) return b.unsupported(node, "JSON.parse into this tuple is", "Use an array.");
  const fields = b.class(type.class).fields.map((field, index) => ({
    field,
    value: flow(b, values[index] ?? code.nothing(), b.field(field).type, node),
  }));
  return expression(b, node, { kind: "object", class: type.class, fields, site, type });
}
