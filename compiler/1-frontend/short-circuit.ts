/**
 * `&&`, `||`, `??` and `?:` where the sides differ in type or are unions: a
 * conditional whose sides take the type of the whole.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armsOf, isUnit, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { lowerEffect, lowerExpression, toBoolean } from "./expressions.ts";
import { takeArms, widest } from "./narrowing.ts";
import { after, type Held, hold } from "./temporaries.ts";
import { flow, joinTypes } from "./unify-types.ts";

export function lowerNullish(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const left = widest(b, lowerExpression(b, scope, node.left));
  const right = lowerEffect(b, scope, node.right);
  const present = armsOf(left.type).filter((arm) => !isUnit(arm));
  if (present.length === 0) return sequence(b, node, left, right);
  if (left.type.kind !== "union") return left;
  if (present.length === left.type.arms.length) return left;
  const held = hold(b, scope, node.left, "value", left, true);
  const isMissing = isArm(b, node, held.read(), ["void", "null"]);
  return after(
    b,
    node,
    [held],
    choose(b, node, isMissing, rightSide(node, right), leftSide(node, held, present)),
  );
}

/** The value, or what `other` gives where the value is undefined. */
export function orDefault(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  value: HirExpr,
  other: () => HirExpr,
): HirExpr {
  const given = armsOf(value.type).filter((arm) => arm.kind !== "void");
  if (given.length === 0) return sequence(b, node, value, other());
  const held = hold(b, scope, node, "value", value, true);
  const test = isArm(b, node, held.read(), ["void"]);
  const type = unionOf(given);
  const keep: Side = { node, type, value: () => takeArms(b, node, held.read(), given, true) };
  const right = other();
  return after(b, node, [held], choose(b, node, test, { node, type: right.type, value: () => right }, keep));
}

/** `left && right`, `left || right` of any types. */
export function lowerMixedLogical(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  op: "&&" | "||",
  left: HirExpr,
  right: HirExpr,
): HirExpr {
  const kept = armsOf(left.type).filter((arm) => (op === "&&" ? canBeFalse(arm) : !isUnit(arm)));
  if (kept.length === 0) return sequence(b, node, left, right);
  if (op === "||" && !armsOf(left.type).some(canBeFalse)) return left;
  const held = hold(b, scope, node.left, "value", left, true);
  const test = toBoolean(b, node.left, held.read());
  const keep = leftSide(node, held, kept);
  const other = rightSide(node, right);
  const value = op === "&&" ? choose(b, node, test, other, keep) : choose(b, node, test, keep, other);
  return after(b, node, [held], value);
}

function canBeFalse(arm: HirType): boolean {
  return arm.kind !== "object" && arm.kind !== "array" && arm.kind !== "closure" && arm.kind !== "handle";
}

export function lowerConditionalSides(
  b: Builder,
  node: ts.ConditionalExpression,
  test: HirExpr,
  whenTrue: HirExpr,
  whenFalse: HirExpr,
): HirExpr {
  return choose(
    b,
    node,
    test,
    { node: node.whenTrue, type: whenTrue.type, value: () => whenTrue },
    { node: node.whenFalse, type: whenFalse.type, value: () => whenFalse },
  );
}

/** One side of a choice: its type, and its value once that is wanted. */
interface Side {
  readonly node: ts.Expression;
  readonly type: HirType;
  value(b: Builder): HirExpr;
}

function rightSide(node: ts.BinaryExpression, value: HirExpr): Side {
  return { node: node.right, type: value.type, value: () => value };
}

/** The left operand, known to be of one of the arms. */
function leftSide(node: ts.BinaryExpression, held: Held, arms: readonly HirType[]): Side {
  return {
    node: node.left,
    type: unionOf(arms),
    value: (b) => {
      const value = held.read();
      return value.type.kind === "union" ? takeArms(b, node.left, value, arms, true) : value;
    },
  };
}

function choose(b: Builder, node: ts.Node, test: HirExpr, whenTrue: Side, whenFalse: Side): HirExpr {
  const neverTrue = isNever(b, whenTrue);
  const neverFalse = isNever(b, whenFalse);
  const type = neverTrue
    ? whenFalse.type
    : neverFalse
      ? whenTrue.type
      : joinTypes(b, whenTrue.type, whenFalse.type);
  if (type === null)
    return b.unsupported(
      node,
      `A choice between ${kindOf(whenTrue.type)} and ${kindOf(whenFalse.type)} of different types is`,
      "Give both sides one type.",
    );
  const side = (one: Side, never: boolean): HirExpr =>
    never && !isUnit(type) ? afterNever(b, one, type) : flow(b, one.value(b), type, one.node);
  const first = side(whenTrue, neverTrue);
  const second = side(whenFalse, neverFalse);
  return expression(b, node, { kind: "conditional", test, whenTrue: first, whenFalse: second, type });
}

/** A call that does not come back, as in `value ?? panic("…")`. */
function isNever(b: Builder, side: Side): boolean {
  return (
    side.type.kind === "void" && (b.checker.getTypeAtLocation(side.node).flags & ts.TypeFlags.Never) !== 0
  );
}

/** The call, then a value of the type that is never there: taking it would panic. */
function afterNever(b: Builder, never: Side, type: HirType): HirExpr {
  const call = never.value(b);
  const { node } = never;
  const arms = armsOf(type).filter((arm) => arm.kind !== "void");
  const missing = expression(b, node, {
    kind: "wrap",
    value: unit(b, node, "void"),
    type: unionOf([types.void, ...arms]),
  });
  const value = takeArms(b, node, missing, arms);
  return sequence(b, node, call, flow(b, value, type, node));
}

/** `undefined` or `null`. */
export function unit(b: Builder, node: ts.Node, kind: "void" | "null"): HirExpr {
  return kind === "null"
    ? expression(b, node, { kind: "null", type: types.null })
    : expression(b, node, { kind: "undefined", type: types.void });
}

/** Both, one after the other; the value of the second. */
export function sequence(b: Builder, node: ts.Node, first: HirExpr, value: HirExpr): HirExpr {
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value: first, span: first.span }],
    value,
    type: value.type,
  });
}
