/** Finds the variables that are written after their declaration. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { isAssignmentOperator, symbolOf } from "./symbols.ts";

export function findReassigned(b: Builder, file: ts.SourceFile): void {
  const visit = (node: ts.Node): void => {
    const target = writtenTarget(node);
    if (target !== null) markTargets(b, target);
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function writtenTarget(node: ts.Node): ts.Node | null {
  if (ts.isBinaryExpression(node)) return isAssignmentOperator(node.operatorToken.kind) ? node.left : null;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const writes =
      node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    return writes ? node.operand : null;
  }
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    return ts.isVariableDeclarationList(node.initializer) ? null : node.initializer;
  }
  return null;
}

/** Every identifier inside a destructuring target counts; too many only costs precision. */
function markTargets(b: Builder, target: ts.Node): void {
  if (ts.isIdentifier(target)) {
    const symbol = symbolOf(b, target);
    if (symbol !== null) b.reassigned.add(symbol);
    return;
  }
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const symbol = ts.isPropertyAccessExpression(target) ? symbolOf(b, target) : null;
    if (symbol !== null) b.reassigned.add(symbol);
    return;
  }
  ts.forEachChild(target, (child) => markTargets(b, child));
}
