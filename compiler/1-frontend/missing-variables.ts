/**
 * Variables that get an element which may not be there, although TypeScript gives
 * them the type of an element: `const next = queue[i]; if (next === undefined) …`.
 * They hold undefined too, where the program asks for it or writes it in the type.
 */

import { ts } from "ts-morph";
import { arrayTypeOf } from "./bounds.ts";
import type { Builder } from "./builder.ts";
import { globalName, symbolOf } from "./symbols.ts";

export function findMissingVariables(b: Builder, files: readonly ts.SourceFile[]): void {
  const candidates = new Set<ts.Symbol>();
  for (const file of files) visit(file, (node) => noteCandidate(b, candidates, node));
  if (candidates.size === 0) return;
  for (const file of files) visit(file, (node) => noteQuestion(b, candidates, node));
}

function visit(node: ts.Node, note: (node: ts.Node) => void): void {
  note(node);
  ts.forEachChild(node, (child) => visit(child, note));
}

/** The name stands for a variable that may hold undefined though its type does not say so. */
export function isMissingVariable(b: Builder, node: ts.Node): boolean {
  if (!ts.isIdentifier(node) || b.doubts.missing.size === 0) return false;
  const symbol = b.loaded.checker.getSymbolAtLocation(node);
  return symbol !== undefined && b.doubts.missing.has(symbol);
}

function noteCandidate(b: Builder, candidates: Set<ts.Symbol>, node: ts.Node): void {
  if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
    if (!isElement(b, node.initializer)) return;
    if (node.type === undefined) add(b, candidates, node.name);
    else if (mayBeUndefined(b.loaded.checker.getTypeAtLocation(node.name)))
      add(b, b.doubts.missing, node.name);
  } else if (
    ts.isBindingElement(node) &&
    ts.isArrayBindingPattern(node.parent) &&
    ts.isIdentifier(node.name)
  ) {
    const source = node.parent.parent;
    const isPlain = node.initializer === undefined && node.dotDotDotToken === undefined;
    if (isPlain && ts.isVariableDeclaration(source) && source.type === undefined && isArray(b, node.parent))
      add(b, candidates, node.name);
  } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left, right } = node;
    if (!ts.isIdentifier(left) || !isElement(b, right)) return;
    const symbol = symbolOf(b, left);
    if (symbol !== null && mayBeUndefined(b.loaded.checker.getTypeOfSymbol(symbol)))
      b.doubts.missing.add(symbol);
  }
}

function add(b: Builder, to: Set<ts.Symbol>, name: ts.Identifier): void {
  const symbol = b.loaded.checker.getSymbolAtLocation(name);
  if (symbol !== undefined) to.add(symbol);
}

function isElement(b: Builder, node: ts.Expression): boolean {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return ts.isElementAccessExpression(inner) && isArray(b, inner.expression);
}

function isArray(b: Builder, node: ts.Node): boolean {
  const { checker } = b.loaded;
  const type = checker.getTypeAtLocation(node);
  return checker.isArrayType(type) || arrayTypeOf(b, type) !== null;
}

export function mayBeUndefined(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(mayBeUndefined);
  return (type.flags & ts.TypeFlags.Undefined) !== 0;
}

/** Questions that only make sense about a value that may not be there. */
function noteQuestion(b: Builder, candidates: ReadonlySet<ts.Symbol>, node: ts.Node): void {
  if (!ts.isIdentifier(node)) return;
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const isAsked = asksForMissing(b, at) || (asksForTruth(at) && isReference(b, node));
  if (!isAsked) return;
  const symbol = symbolOf(b, node);
  if (symbol !== null && candidates.has(symbol)) b.doubts.missing.add(symbol);
}

/** `x ?? d`, `x === undefined`, `x?.name`. */
export function asksForMissing(b: Builder, at: ts.Node): boolean {
  const { parent } = at;
  if (ts.isBinaryExpression(parent)) return isComparedWithNothing(b, parent, at);
  const isLink =
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent);
  return isLink && parent.expression === at && parent.questionDotToken !== undefined;
}

function isComparedWithNothing(b: Builder, parent: ts.BinaryExpression, at: ts.Node): boolean {
  const { operatorToken, left, right } = parent;
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

/** `!x`, `if (x)`, `x ? … : …`, `x && …`, `x || …`. */
function asksForTruth(at: ts.Node): boolean {
  const { parent } = at;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === at;
  if (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) return parent.condition === at;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  const isLogical = kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
  return isLogical && parent.left === at;
}

/** A reference is always true, unless it is not there. */
function isReference(b: Builder, node: ts.Identifier): boolean {
  const type = b.loaded.checker.getTypeAtLocation(node);
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
}
