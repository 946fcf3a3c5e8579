/** `typeof`: the names JavaScript has for the kinds of values. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type ArmKind, armKinds, armsOf } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { literal, lowerEffect } from "./expressions.ts";
import { widest } from "./narrowing.ts";
import { sequence } from "./short-circuit.ts";
import { after, hold } from "./temporaries.ts";

const names: Readonly<Record<ArmKind, string>> = {
  void: "undefined",
  null: "object",
  boolean: "boolean",
  number: "number",
  string: "string",
  object: "object",
  array: "object",
  closure: "function",
  bigint: "bigint",
};

/** The kinds for which `typeof` gives the name. */
export function typeOfKinds(name: string): readonly ArmKind[] {
  return armKinds.filter((kind) => names[kind] === name);
}

/** `typeof x` as a value: a choice between names where x is a union. */
export function lowerTypeOf(b: Builder, scope: Scope, node: ts.TypeOfExpression): HirExpr {
  const value = widest(b, lowerEffect(b, scope, node.expression));
  const { type } = value;
  if (type.kind === "handle")
    return b.unsupported(node, "typeof of a driver object is", "It is always an object.");
  if (type.kind !== "union") return sequence(b, node, value, literal(b, node, names[type.kind]));
  const held = hold(b, scope, node.expression, "value", value, true);
  const wanted = [...new Set(armsOf(type).map((arm) => names[arm.kind as ArmKind]))];
  const last = literal(b, node, wanted.pop() ?? "undefined");
  const choice = wanted.reduceRight((whenFalse, name) => {
    const arms = typeOfKinds(name).filter((kind) => armsOf(type).some((arm) => arm.kind === kind));
    const test = expression(b, node, { kind: "isArm", value: held.read(), arms, type: types.boolean });
    const whenTrue = literal(b, node, name);
    return expression(b, node, { kind: "conditional", test, whenTrue, whenFalse, type: types.string });
  }, last);
  return after(b, node, [held], choice);
}

/** `Array.isArray(x)`. */
export function lowerIsArray(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const [argument] = node.arguments;
  if (argument === undefined || ts.isSpreadElement(argument))
    return b.unsupported(node, "Array.isArray of this is", "Pass one value.");
  const value = widest(b, lowerEffect(b, scope, argument));
  return value.type.kind === "union"
    ? isArm(b, node, value, ["array"])
    : sequence(b, node, value, literal(b, node, value.type.kind === "array"));
}
