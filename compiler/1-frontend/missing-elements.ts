/**
 * Reads past the end where the program asks whether there is an element:
 * `xs[i] ?? d`, `xs[i] === undefined`, `xs[i]?.name`. Elsewhere such a read panics.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { armsOf, unionOf } from "../ir/union-types.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { globalName } from "./symbols.ts";
import { flow } from "./unify-types.ts";

/** The expression is an element of an array, and the code around it expects that there may be none. */
export function mayBePastEnd(b: Builder, node: ts.Expression): boolean {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  if (!ts.isElementAccessExpression(inner)) return false;
  if (arrayTypeOf(b, b.checker.getTypeAtLocation(inner.expression)) === null) return false;
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isBinaryExpression(parent)) return isAsked(b, parent, at);
  const isLink =
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent);
  return isLink && parent.expression === at && parent.questionDotToken !== undefined;
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

function isAsked(b: Builder, { operatorToken, left, right }: ts.BinaryExpression, at: ts.Node): boolean {
  switch (operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionToken:
      return left === at;
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken: {
      const other = left === at ? right : left;
      return other.kind === ts.SyntaxKind.NullKeyword || globalName(b, other) === "undefined";
    }
    default:
      return false;
  }
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
