/** Names of arrays that are no part of another: they were made on their own and never become another. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { hasModifier } from "./functions.ts";
import { globalName, symbolOf } from "./symbols.ts";
import { isBuffer, typedArrayNamed, typedArrayOf } from "./types.ts";

/** The array that the expression names has a buffer of its own. */
export function isWhole(b: Builder, node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isWhole(b, node.expression);
  if (isMade(b, node)) return true;
  const symbol = nameOf(b, node);
  const declaration = symbol?.valueDeclaration;
  if (symbol === undefined || declaration === undefined || b.reassigned.has(symbol)) return false;
  if (ts.isVariableDeclaration(declaration)) {
    const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    return isConst && declaration.initializer !== undefined && isMade(b, declaration.initializer);
  }
  if (!ts.isPropertyDeclaration(declaration) || declaration.initializer === undefined) return false;
  const isReadonly = hasModifier(declaration, ts.SyntaxKind.ReadonlyKeyword);
  return isReadonly && isMade(b, declaration.initializer) && !isAssigned(b, declaration, symbol);
}

function nameOf(b: Builder, node: ts.Expression): ts.Symbol | undefined {
  if (ts.isIdentifier(node)) return symbolOf(b, node) ?? undefined;
  return ts.isPropertyAccessExpression(node) ? (symbolOf(b, node.name) ?? undefined) : undefined;
}

/** A constructor may assign a readonly field again. */
function isAssigned(b: Builder, declaration: ts.PropertyDeclaration, symbol: ts.Symbol): boolean {
  const assigns = (node: ts.Node): boolean => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const { left } = node;
      if (ts.isPropertyAccessExpression(left) && symbolOf(b, left.name) === symbol) return true;
    }
    return ts.forEachChild(node, (child) => assigns(child) || undefined) ?? false;
  };
  return assigns(declaration.parent);
}

const makers: ReadonlySet<string> = new Set(["filter", "map", "slice", "toReversed", "toSorted", "with"]);

/** Makes a new array, or gives a whole buffer another view. */
function isMade(b: Builder, node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isMade(b, node.expression);
  if (ts.isNewExpression(node)) {
    const owner = globalName(b, node.expression);
    const [first, ...others] = node.arguments ?? [];
    if (owner === "ArrayBuffer") return true;
    if (owner === null || (typedArrayNamed(owner) === null && owner !== "DataView")) return false;
    const isOverBuffer = first !== undefined && isBuffer(b, b.checker.getTypeAtLocation(first));
    return !isOverBuffer || (others.length === 0 && isWholeBuffer(b, first));
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression: owner, name } = node.expression;
  const global = globalName(b, owner);
  if (global !== null) return typedArrayNamed(global) !== null;
  const type = b.checker.getTypeAtLocation(owner);
  return makers.has(name.text) && (typedArrayOf(b, type) !== null || isBuffer(b, type));
}

function isWholeBuffer(b: Builder, node: ts.Expression): boolean {
  const isMember = ts.isPropertyAccessExpression(node) && node.name.text === "buffer";
  return isMember ? isWhole(b, node.expression) : true;
}
