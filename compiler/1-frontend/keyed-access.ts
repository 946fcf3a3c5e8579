/** `object[key]` where the key's type names the properties: one of them, or a choice between several. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { Property } from "./accessors.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { findField } from "./class-members.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { discard } from "./logical-assignments.ts";
import { unit } from "./short-circuit.ts";
import { hold } from "./temporaries.ts";
import { typedArrayOf } from "./types.ts";
import { flow, joinTypes } from "./unify-types.ts";
import { lowerNamedGet } from "./virtual-calls.ts";

/** The read of a named property; `object` is lowered already. */
export function lowerKeyedAccess(
  b: Builder,
  scope: Scope,
  node: ts.ElementAccessExpression,
  object: HirExpr,
): HirExpr {
  const names = keysOf(b, node.argumentExpression);
  const [only] = names ?? [];
  if (names === null || only === undefined)
    return b.unsupported(
      node,
      "A key that is not known at build time is",
      "Use a Map, an array or a named field.",
    );
  const key = lowerExpression(b, scope, node.argumentExpression);
  if (names.length > 1) {
    const property = choiceOf(b, scope, node, names, object, key);
    const value = property.read();
    return expression(b, node, { kind: "sequence", statements: property.before, value, type: value.type });
  }
  if (!isQuiet(key)) return b.unsupported(node, "A computed key is", "Keep the key in a variable.");
  return readNamed(b, scope, node, object, only);
}

/** A property that is chosen by a key, to be assigned or updated; null: one field, or no object with fields. */
export function keyedProperty(b: Builder, scope: Scope, node: ts.ElementAccessExpression): Property | null {
  const owner = b.checker.getTypeAtLocation(node.expression);
  const isList =
    arrayTypeOf(b, owner) !== null || typedArrayOf(b, owner) !== null || b.checker.isTupleType(owner);
  const names = isList ? null : keysOf(b, node.argumentExpression);
  if (names === null || names.length < 2) return null;
  const object = lowerExpression(b, scope, node.expression);
  const key = lowerExpression(b, scope, node.argumentExpression);
  return choiceOf(b, scope, node, names, object, key);
}

/** The names that a key's type has; null when it is any string or number. */
function keysOf(b: Builder, key: ts.Expression): readonly string[] | null {
  const type = b.checker.getTypeAtLocation(key);
  const parts = type.isUnion() ? type.types : [type];
  const names = parts.map((part) =>
    part.isStringLiteral() || part.isNumberLiteral() ? String(part.value) : null,
  );
  return names.every((name) => name !== null) ? names : null;
}

/** Evaluating the key does nothing. */
function isQuiet(key: HirExpr): boolean {
  return key.kind === "string" || key.kind === "number" || key.kind === "local" || key.kind === "static";
}

function readNamed(
  b: Builder,
  scope: Scope,
  node: ts.ElementAccessExpression,
  object: HirExpr,
  name: string,
): HirExpr {
  const got = lowerNamedGet(b, scope, node, object, name, () => b.checker.getTypeAtLocation(node));
  if (got !== null) return got;
  const field = object.type.kind === "object" ? findField(b, object.type.class, name) : undefined;
  if (field === undefined)
    return b.unsupported(node, `The key '${name}' of this object is`, "Use a key that names a field.");
  return expression(b, node, { kind: "field", object, field, type: b.field(field).type });
}

/** `key === "a" ? object.a : key === "b" ? … : panic`, with object and key evaluated once. */
function choiceOf(
  b: Builder,
  scope: Scope,
  node: ts.ElementAccessExpression,
  names: readonly string[],
  object: HirExpr,
  key: HirExpr,
): Property {
  if (key.type.kind !== "string" && key.type.kind !== "number")
    return b.unsupported(
      node.argumentExpression,
      "A key that is a number or a text is",
      "Use one kind of key.",
    );
  const holder = hold(b, scope, node.expression, "object", object, false);
  const wanted = hold(b, scope, node.argumentExpression, "key", key, false);
  const isName = (name: string): HirExpr => {
    const right = literal(b, node, key.type.kind === "number" ? Number(name) : name);
    return expression(b, node, {
      kind: "compare",
      op: "===",
      left: wanted.read(),
      right,
      type: types.boolean,
    });
  };
  const choose = (type: HirType, branch: (name: string) => HirExpr): HirExpr => {
    const last = names.at(-1) ?? "";
    const stop = call(b, node, "panic", [literal(b, node, "TypeError: the object has no such key")]);
    const missing = expression(b, node, {
      kind: "sequence",
      statements: [expressionStatement(stop)],
      value: type.kind === "void" ? unit(b, node, "void") : flow(b, branch(last), type, node),
      type,
    });
    return names.reduceRight<HirExpr>((whenFalse, name) => {
      const given = branch(name);
      const whenTrue = type.kind === "void" ? discard(b, node, given) : flow(b, given, type, node);
      return expression(b, node, { kind: "conditional", test: isName(name), whenTrue, whenFalse, type });
    }, missing);
  };
  const read = (name: string): HirExpr => readNamed(b, scope, node, holder.read(), name);
  const before: readonly HirStatement[] = [...holder.statements, ...wanted.statements];
  const type = typeOfChoice(
    b,
    node,
    names.map((name) => read(name).type),
  );
  return {
    type,
    before,
    read: () => choose(type, read),
    write: (value) => {
      const kept = hold(b, scope, node, "value", value, false);
      const store = choose(types.void, (name) => {
        const place = read(name);
        if (place.kind !== "field")
          return b.unsupported(node, `Assigning to '${name}' by a key is`, "Assign to it by its name.");
        const stored = flow(b, kept.read(), place.type, node);
        return expression(b, node, { kind: "assign", target: place, value: stored, type: stored.type });
      });
      return expression(b, node, {
        kind: "sequence",
        statements: kept.statements,
        value: store,
        type: types.void,
      });
    },
  };
}

function typeOfChoice(b: Builder, node: ts.Node, all: readonly HirType[]): HirType {
  const [first, ...others] = all;
  const joined = others.reduce<HirType | null>(
    (type, other) => (type === null ? null : joinTypes(b, type, other)),
    first ?? null,
  );
  return (
    joined ?? b.unsupported(node, "A key that chooses between fields of different types is", "Use an if.")
  );
}
