/** What all array methods share: the array held in a variable, and the small expressions they are made of. */

import { ts } from "ts-morph";
import type { CompareOp, HirExpr, HirStatement, HirTarget, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";

/** A call of an array method. */
export interface ArrayCall {
  readonly b: Builder;
  readonly scope: Scope;
  readonly node: ts.CallExpression;
  /** The array's own expression, for methods that use it once. */
  readonly value: HirExpr;
  readonly element: HirType;
  /** A variable that holds the array: what `array()` reads. Wanted once, before everything else. */
  before(): readonly HirStatement[];
  /** The array: a fresh node at each use. */
  array(): HirExpr;
  at(index: HirExpr): HirExpr;
  length(): HirExpr;
}

export function arrayCall(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  owner: ts.Node,
  value: HirExpr,
): ArrayCall | null {
  if (value.type.kind !== "array") return null;
  const element = b.elementType(value.type.array);
  let holder: LocalId | null = null;
  const array = (): HirExpr => {
    holder ??= b.addLocal(scope, "array", value.type, owner);
    return read(b, node, holder);
  };
  return {
    b,
    scope,
    node,
    value,
    element,
    array,
    before: () => {
      holder ??= b.addLocal(scope, "array", value.type, owner);
      return [{ kind: "let", local: holder, value, span: value.span }];
    },
    at: (index) => expression(b, node, { kind: "element", array: array(), index, type: element }),
    length: () => expression(b, node, { kind: "arrayLength", array: array(), type: types.number }),
  };
}

export function read(b: Builder, node: ts.Node, local: LocalId): HirExpr {
  return expression(b, node, { kind: "local", local, type: b.local(local).type });
}

export function assign(b: Builder, node: ts.Node, target: HirTarget, value: HirExpr): HirStatement {
  return expressionStatement(expression(b, node, { kind: "assign", target, value, type: value.type }));
}

export function compare(b: Builder, node: ts.Node, op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

export function sequence(
  b: Builder,
  node: ts.Node,
  statements: readonly HirStatement[],
  value: HirExpr,
): HirExpr {
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}

export function number(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  return value.type.kind === "number"
    ? value
    : b.unsupported(node, "An index or length that is no number is", "Convert it with Number().");
}

/**
 * The value of a method that gives `undefined` in some cases. It is asserted
 * (`xs.pop()!`) where the type has no `undefined`: then the other case panics.
 */
export function elementOrNothing(
  { b, node }: ArrayCall,
  before: readonly HirStatement[],
  isMissing: HirExpr,
  value: HirExpr,
): HirExpr {
  if (!isAsserted(node))
    return b.unsupported(
      node,
      "A value that may be undefined is",
      "Assert it (`xs.pop()!`) where the array is not empty, or test its length first.",
    );
  const message = "TypeError: this value is undefined, but the program asserts (`!`) that it is not";
  const panic = expression(b, node, {
    kind: "intrinsic",
    name: "panic",
    args: [literal(b, node, message)],
    type: types.void,
  });
  const stop: HirStatement = {
    kind: "if",
    test: isMissing,
    whenTrue: [expressionStatement(panic)],
    whenFalse: [],
    span: b.span(node),
  };
  return sequence(b, node, [...before, stop], value);
}

function isAsserted(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isNonNullExpression(at.parent);
}
