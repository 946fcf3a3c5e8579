/**
 * Reads past the end where the program asks whether there is an element:
 * `xs[i] ?? d`, `xs[i] === undefined`, `xs[i]?.name`. Elsewhere such a read panics.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armsOf, isArmKind, unionOf } from "../ir/union-types.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { asksForMissing, isMissingVariable, mayBeUndefined } from "./missing-variables.ts";
import { flow, withoutSize } from "./unify-types.ts";

/**
 * The expression is an element of an array, or a variable that got one, and the
 * code around it expects that there may be none.
 */
export function mayBePastEnd(b: Builder, node: ts.Expression): boolean {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  if (ts.isIdentifier(inner)) return isMissingVariable(b, inner) && asksForMissing(b, at);
  if (!ts.isElementAccessExpression(inner)) return false;
  const type = b.checker.getNonNullableType(b.checker.getTypeAtLocation(inner.expression));
  if (arrayTypeOf(b, type) === null) return false;
  return asksForMissing(b, at) || isKeptAsMissing(b, at, node);
}

/** It goes to a place whose type has undefined. */
function isKeptAsMissing(b: Builder, at: ts.Node, node: ts.Expression): boolean {
  const { parent } = at;
  if (ts.isVariableDeclaration(parent) && parent.initializer === at && isMissingVariable(b, parent.name))
    return true;
  const isAssigned =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.right === at;
  if (isAssigned && isMissingVariable(b, parent.left)) return true;
  const isPlaced =
    isAssigned ||
    ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== at) ||
    ts.isReturnStatement(parent) ||
    ts.isArrowFunction(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isConditionalExpression(parent) ||
    (ts.isVariableDeclaration(parent) && parent.type !== undefined);
  if (!isPlaced) return false;
  const wanted = b.checker.getContextualType(node);
  return wanted !== undefined && mayBeUndefined(b.concrete(wanted));
}

/** TypeScript does not know that the value may be missing: it is such an element, or made from one by `?.` or `??`. */
export function askedPastEnd(b: Builder, node: ts.Expression): boolean {
  if (mayBePastEnd(b, node)) return true;
  if (ts.isParenthesizedExpression(node)) return askedPastEnd(b, node.expression);
  if (ts.isBinaryExpression(node)) {
    const isDefault = node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
    return isDefault && askedPastEnd(b, node.left);
  }
  return ts.isOptionalChain(node) && askedPastEnd(b, node.expression);
}

/** The type of a variable, with undefined where an element it gets may not be there. */
export function orMissing(b: Builder, name: ts.Node, type: HirType): HirType {
  const arms = armsOf(type);
  if (!isMissingVariable(b, name) || !arms.every((arm) => isArmKind(arm.kind))) return type;
  return unionOf([types.void, ...arms.filter((arm) => arm.kind !== "void").map(withoutSize)]);
}

/** The element, or undefined where the array has none at the index. */
export function elementOrUndefined(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  array: HirExpr,
  index: HirExpr,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const held = code.let("array", array);
  const at = code.let("index", index, { type: types.number });
  const isThere = expression(b, node, { kind: "hasIndex", array: held(), index: at(), type: types.boolean });
  const element = code.element(held(), at(), "always");
  const arms = armsOf(element.type).map((arm) => (arm.kind === "number" ? types.number : arm));
  const type = unionOf([types.void, ...arms]);
  const missing = flow(b, code.nothing(), type, node);
  return code.done(code.either(isThere, flow(b, element, type, node), missing, type));
}
