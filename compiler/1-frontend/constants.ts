/** Values that are known from the text alone: literals, enum members, constants of `Math`/`Number`, pins and board names. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { enumConstant } from "./enums.ts";
import { globalName, isGeneratedModule, symbolOf } from "./symbols.ts";

export type Constant = number | string | boolean;

export function constantOf(b: Builder, node: ts.Expression): Constant | null {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(node.operand)
  ) {
    return -Number(node.operand.text);
  }
  if (ts.isIdentifier(node)) return nameConstant(b, node);
  if (ts.isPropertyAccessExpression(node)) return memberConstant(b, node);
  return null;
}

function nameConstant(b: Builder, node: ts.Identifier): Constant | null {
  return globalConstant(b, node) ?? enumConstant(b, symbolOf(b, node)) ?? generatedConstant(b, node);
}

function globalConstant(b: Builder, node: ts.Identifier): number | null {
  if (node.text !== "NaN" && node.text !== "Infinity") return null;
  return globalName(b, node) === null ? null : node.text === "NaN" ? Number.NaN : Number.POSITIVE_INFINITY;
}

function memberConstant(b: Builder, node: ts.PropertyAccessExpression): Constant | null {
  const symbol = symbolOf(b, node.name);
  if (symbol !== null && symbol.flags & ts.SymbolFlags.EnumMember) return enumConstant(b, symbol);
  const owner = globalName(b, node.expression);
  const name = node.name.text;
  if (owner === "Math" || owner === "Number") {
    const value: unknown = Reflect.get(owner === "Math" ? Math : Number, name);
    return typeof value === "number" ? value : null;
  }
  return generatedConstant(b, node);
}

/** `PA5`, `board.led`, `board.uart`: read from the text of `tsfw/chip` and `tsfw/board`. */
function generatedConstant(b: Builder, node: ts.Expression): Constant | null {
  const value = generatedValue(b, node);
  return value === null || typeof value === "object" ? null : value;
}

function generatedValue(b: Builder, node: ts.Expression): Constant | ts.ObjectLiteralExpression | null {
  const inner = unwrap(node);
  if (ts.isObjectLiteralExpression(inner))
    return inner.getSourceFile().fileName.endsWith(".generated.ts") ? inner : null;
  if (ts.isNumericLiteral(inner)) return Number(inner.text);
  if (ts.isStringLiteralLike(inner)) return inner.text;
  if (ts.isIdentifier(inner)) {
    const symbol = symbolOf(b, inner);
    const declaration = symbol?.valueDeclaration;
    if (symbol === null || declaration === undefined || !isGeneratedModule(symbol)) return null;
    if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined)
      return generatedValue(b, declaration.initializer);
    return null;
  }
  if (!ts.isPropertyAccessExpression(inner)) return null;
  const owner = generatedValue(b, inner.expression);
  if (owner === null || typeof owner !== "object") return null;
  const property = owner.properties.find(
    (candidate) =>
      candidate.name !== undefined &&
      ts.isIdentifier(candidate.name) &&
      candidate.name.text === inner.name.text,
  );
  if (property === undefined) return null;
  if (ts.isPropertyAssignment(property)) return generatedValue(b, property.initializer);
  return ts.isShorthandPropertyAssignment(property) ? generatedValue(b, property.name) : null;
}

function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isParenthesizedExpression(at))
    at = at.expression;
  return at;
}

/** A number that follows from constants: `WIDTH * HEIGHT`, `(N + 7) >> 3`. */
export function constantNumber(b: Builder, node: ts.Expression): number | null {
  const inner = unwrap(node);
  const known = constantOf(b, inner);
  if (known !== null) return typeof known === "number" ? known : null;
  if (ts.isIdentifier(inner)) {
    const declaration = symbolOf(b, inner)?.valueDeclaration;
    if (
      declaration === undefined ||
      !ts.isVariableDeclaration(declaration) ||
      declaration.initializer === undefined
    )
      return null;
    const isConst = (declaration.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
    return isConst ? constantNumber(b, declaration.initializer) : null;
  }
  if (!ts.isBinaryExpression(inner)) return null;
  const left = constantNumber(b, inner.left);
  const right = constantNumber(b, inner.right);
  const operation = operations.get(inner.operatorToken.kind);
  return left === null || right === null || operation === undefined ? null : operation(left, right);
}

const operations = new Map<ts.SyntaxKind, (left: number, right: number) => number>([
  [ts.SyntaxKind.PlusToken, (left, right) => left + right],
  [ts.SyntaxKind.MinusToken, (left, right) => left - right],
  [ts.SyntaxKind.AsteriskToken, (left, right) => left * right],
  [ts.SyntaxKind.SlashToken, (left, right) => left / right],
  [ts.SyntaxKind.PercentToken, (left, right) => left % right],
  [ts.SyntaxKind.AsteriskAsteriskToken, (left, right) => left ** right],
  [ts.SyntaxKind.LessThanLessThanToken, (left, right) => left << right],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, (left, right) => left >> right],
]);
