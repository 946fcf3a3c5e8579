/**
 * Stores into elements of typed arrays. The element takes the converted value;
 * the value of the assignment is the one before the conversion, as in JavaScript.
 */

import { ts } from "ts-morph";
import { hasEffects } from "../intrinsics/effects.ts";
import type { ArithmeticOp, HirExpr, HirStatement, HirTarget, TypedArrayName } from "../ir/hir.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { literal } from "./expressions.ts";
import { binary } from "./operators.ts";
import { toElement, typedArrayOfValue } from "./typed-arrays.ts";

type ElementTarget = Extract<HirTarget, { kind: "element" }>;

interface TypedTarget {
  readonly target: ElementTarget;
  readonly typed: TypedArrayName;
}

/** The element of a typed array that an assignment writes to; null: another target. */
export function typedTarget(b: Builder, target: HirTarget): TypedTarget | null {
  if (target.kind !== "element") return null;
  const typed = typedArrayOfValue(b, target.array);
  return typed === null ? null : { target, typed };
}

/** `xs[i] = value`. */
export function storeTyped(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  { target, typed }: TypedTarget,
  value: HirExpr,
): HirExpr {
  if (isUnused(node) || value.kind === "number" || typed === "f64") {
    const stored = toElement(b, node, value, typed);
    const assigned = assign(b, node, target, stored);
    if (stored.kind !== "number" || isUnused(node)) return assigned;
    return after(b, node, [statement(assigned)], value);
  }
  const held = holdTarget(b, scope, node, target, false);
  const [keep, read] = hold(b, scope, node, "value", value);
  const store = assign(b, node, held.target(), toElement(b, node, read(), typed));
  return after(b, node, [...held.statements, keep, statement(store)], read());
}

/** `xs[i] op= operand`. */
export function updateTyped(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  { target, typed }: TypedTarget,
  op: ArithmeticOp,
  operand: HirExpr,
): HirExpr {
  const hasEffect = hasEffects(operand);
  const held = holdTarget(b, scope, node, target, !hasEffect);
  const old = expression(b, node, { ...held.target(), type: b.elementType(arrayId(target)) });
  /* The old value is read before the operand runs. */
  const [keepOld, readOld] = hasEffect ? hold(b, scope, node, "old", old) : [null, () => old];
  const sum = binary(b, scope, node, op, readOld(), operand);
  const before = keepOld === null ? held.statements : [...held.statements, keepOld];
  if (isUnused(node)) {
    const store = assign(b, node, held.target(), toElement(b, node, sum, typed));
    return before.length === 0 ? store : after(b, node, before, store);
  }
  const [keep, read] = hold(b, scope, node, "value", sum);
  const store = assign(b, node, held.target(), toElement(b, node, read(), typed));
  return after(b, node, [...before, keep, statement(store)], read());
}

/** `xs[i]++`: the value is the old one. */
export function stepTyped(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  place: TypedTarget,
  delta: 1 | -1,
): HirExpr {
  const step = literal(b, node, delta);
  if (ts.isPrefixUnaryExpression(node) || isUnused(node))
    return updateTyped(b, scope, node, place, "+", step);
  const { target, typed } = place;
  const held = holdTarget(b, scope, node, target, true);
  const current = expression(b, node, { ...held.target(), type: b.elementType(arrayId(target)) });
  const [keep, read] = hold(b, scope, node, "old", current);
  const sum = toElement(b, node, binary(b, scope, node, "+", read(), step), typed);
  const store = assign(b, node, held.target(), sum);
  return after(b, node, [...held.statements, keep, statement(store)], read());
}

function arrayId(target: ElementTarget) {
  if (target.array.type.kind !== "array") throw new Error("an element of something that is no array");
  return target.array.type.array;
}

function assign(b: Builder, node: ts.Node, target: HirTarget, value: HirExpr): HirExpr {
  return expression(b, node, { kind: "assign", target, value, type: value.type });
}

function statement(value: HirExpr): HirStatement {
  return { kind: "expression", value, span: value.span };
}

function after(b: Builder, node: ts.Node, statements: readonly HirStatement[], value: HirExpr): HirExpr {
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}

/** A variable that keeps the value, and fresh reads of it. */
function hold(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  name: string,
  value: HirExpr,
): [HirStatement, () => HirExpr] {
  const type = value.type.kind === "number" ? types.number : value.type;
  const local = b.addLocal(scope, name, type, node);
  const keep: HirStatement = { kind: "let", local, value, span: value.span };
  return [keep, () => expression(b, node, { kind: "local", local, type })];
}

/** Object and index, evaluated once; names that cannot change meanwhile are just read again. */
function holdTarget(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  target: ElementTarget,
  isQuietAfter: boolean,
): { readonly statements: readonly HirStatement[]; target(): ElementTarget } {
  const statements: HirStatement[] = [];
  const again = (value: HirExpr, name: string): (() => HirExpr) => {
    const copy = repeat(b, node, value, isQuietAfter);
    if (copy !== null) return copy;
    const [keep, read] = hold(b, scope, node, name, value);
    statements.push(keep);
    return read;
  };
  const array = again(target.array, "array");
  const index = again(target.index, "index");
  return { statements, target: () => ({ kind: "element", array: array(), index: index() }) };
}

function repeat(b: Builder, node: ts.Node, value: HirExpr, isQuietAfter: boolean): (() => HirExpr) | null {
  switch (value.kind) {
    case "number":
      return () => literal(b, node, value.value);
    case "local":
      if (!isQuietAfter && b.local(value.local).reassigned) return null;
      return () => expression(b, node, { kind: "local", local: value.local, type: value.type });
    case "static":
      if (!isQuietAfter && b.statics[value.static]?.reassigned !== false) return null;
      return () => expression(b, node, { kind: "static", static: value.static, type: value.type });
    default:
      return null;
  }
}

/** The value of the assignment is thrown away. */
function isUnused(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.condition !== at);
}
