/** How a part of a pattern gets its value: fields, elements, rests, and defaults for what is missing. */
import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { findField } from "./class-members.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { elementOrUndefined } from "./missing-elements.ts";
import { isMissingVariable } from "./missing-variables.ts";
import type { PatternPart } from "./pattern-parts.ts";
import { restOfArray } from "./pattern-rests.ts";
import { orDefault } from "./short-circuit.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

export function readPart(b: Builder, scope: Scope, part: PatternPart, source: HirExpr): HirExpr {
  switch (part.from.kind) {
    case "property":
      return readProperty(b, part.to, source, part.from.name);
    case "index":
      return readIndex(b, scope, part.to, source, part.from.index);
    case "properties":
      return restOfObject(b, scope, part.to, source, part.from.without);
    case "elements":
      return b.unsupported(part.to, "This rest element is", "Use `slice`.");
  }
}

/**
 * Parts that need the array itself. `[a = 1]` of an array: an element that is not
 * there has no value to test, so the default depends on the length. `[...rest]`.
 * Null for every other part.
 */
export function lowerOwnedPart(
  b: Builder,
  scope: Scope,
  part: PatternPart,
  source: () => HirExpr,
): HirExpr | null {
  if (part.from.kind === "elements") return restOfArray(b, scope, part.to, source, part.from.start);
  if (part.from.kind !== "index" || part.default === null || source().type.kind !== "array") return null;
  const at = part.to;
  const length = expression(b, at, { kind: "arrayLength", array: source(), type: types.number });
  const test = expression(b, at, {
    kind: "compare",
    op: ">",
    left: length,
    right: literal(b, at, part.from.index),
    type: types.boolean,
  });
  const read = readIndex(b, scope, at, source(), part.from.index);
  const whenTrue = defaultTo(b, scope, read, part.default);
  const whenFalse = flow(b, lowerExpression(b, scope, part.default), whenTrue.type, part.default);
  return expression(b, at, { kind: "conditional", test, whenTrue, whenFalse, type: whenTrue.type });
}

/** The value, or the default where the value is undefined. */
export function defaultTo(b: Builder, scope: Scope, value: HirExpr, initializer: ts.Expression): HirExpr {
  return hasArm(value.type, "void")
    ? orDefault(b, scope, initializer, value, () => lowerExpression(b, scope, initializer))
    : value;
}

function readIndex(b: Builder, scope: Scope, at: ts.Node, source: HirExpr, index: number): HirExpr {
  if (source.type.kind === "object") return readProperty(b, at, source, String(index));
  if (source.type.kind !== "array")
    return b.unsupported(at, `Taking apart ${kindOf(source.type)} is`, "Read the parts one by one.");
  if (ts.isIdentifier(at) && isMissingVariable(b, at))
    return elementOrUndefined(b, scope, at, source, literal(b, at, index));
  const element = b.elementType(source.type.array);
  return expression(b, at, {
    kind: "element",
    array: source,
    index: literal(b, at, index),
    type: element,
  });
}

function readProperty(b: Builder, at: ts.Node, source: HirExpr, name: string): HirExpr {
  if (name === "length" && source.type.kind === "array")
    return expression(b, at, { kind: "arrayLength", array: source, type: types.number });
  if (name === "length" && source.type.kind === "string")
    return expression(b, at, { kind: "stringLength", value: source, type: types.number });
  if (source.type.kind !== "object")
    return b.unsupported(at, `Taking apart ${kindOf(source.type)} is`, "Read the parts one by one.");
  const field = findField(b, source.type.class, name);
  if (field === undefined) return b.unsupported(at, `Destructuring '${name}' is`, "Read it with a dot.");
  return expression(b, at, { kind: "field", object: source, field, type: b.field(field).type });
}

/** A new object with the fields that the pattern did not name. */
function restOfObject(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  source: HirExpr,
  without: readonly string[],
): HirExpr {
  const type = convertType(b, b.checker.getTypeAtLocation(at), at);
  if (type.kind !== "object" || source.type.kind !== "object" || source.kind !== "local")
    return b.unsupported(at, "The rest of this object is", "Read the parts one by one.");
  const { local } = source;
  const fields = b.class(type.class).fields.map((field) => {
    const { name } = b.field(field);
    if (without.includes(name)) return b.unsupported(at, `The rest with '${name}' is`, "Read the parts.");
    const read = expression(b, at, { kind: "local", local, type: source.type });
    return { field, value: flow(b, readProperty(b, at, read, name), b.field(field).type, at) };
  });
  const site = b.addSite(scope, at, "rest of an object");
  const keys = new Map(
    fields.map(({ field }) => [b.field(field).name, !hasArm(b.field(field).type, "void")]),
  );
  b.families.keyOrders.set(site, [{ from: source.type.class, keys }]);
  b.families.allocated.add(type.class);
  return expression(b, at, { kind: "object", class: type.class, fields, site, type });
}
