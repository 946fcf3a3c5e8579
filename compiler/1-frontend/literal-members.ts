/**
 * Which properties of an object literal are members (they run with the object as
 * `this`) and which are fields, and what members use of the functions around them.
 */

import { ts } from "ts-morph";
import { isModuleLevel } from "./build-hir.ts";
import type { Builder } from "./builder.ts";
import { symbolOf } from "./symbols.ts";

export type LiteralMember = ts.MethodDeclaration | ts.AccessorDeclaration | ts.FunctionExpression;

/** The member that a property of a literal is; null for a field. */
export function memberOfLiteral(b: Builder, property: ts.ObjectLiteralElementLike): LiteralMember | null {
  if (ts.isAccessor(property)) return property;
  if (ts.isMethodDeclaration(property)) return isFieldLike(b, property) ? null : property;
  return ts.isPropertyAssignment(property) ? functionWithThis(property.initializer) : null;
}

/** `function () { … this … }`: what `this` is depends on the call. */
export function functionWithThis(node: ts.Expression): ts.FunctionExpression | null {
  return ts.isFunctionExpression(node) && usesThis(node) ? node : null;
}

/** The literal whose member a function is; null for any other function. */
export function literalAround(b: Builder, node: ts.Node): ts.ObjectLiteralExpression | null {
  const property = ts.isFunctionExpression(node) ? node.parent : node;
  if (property === undefined || !ts.isObjectLiteralElementLike(property)) return null;
  const { parent } = property;
  return ts.isObjectLiteralExpression(parent) && memberOfLiteral(b, property) === node ? parent : null;
}

/** `{ handler() { … } }` where the type wanted has a field `handler` that holds a function. */
function isFieldLike(b: Builder, method: ts.MethodDeclaration): boolean {
  const isPlain = method.asteriskToken === undefined && method.typeParameters === undefined;
  const isAsync = method.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) === true;
  if (!isPlain || isAsync || usesThis(method) || !ts.isObjectLiteralExpression(method.parent)) return false;
  const wanted = b.checker.getContextualType(method.parent);
  const name = ts.isIdentifier(method.name) || ts.isStringLiteral(method.name) ? method.name.text : null;
  const property =
    wanted === undefined || name === null ? undefined : b.checker.getPropertyOfType(wanted, name);
  return property !== undefined && !isMethodOfType(property);
}

/** A method that every object of a type has; one that may be missing is kept in a field. */
export function isMethodOfType(property: ts.Symbol): boolean {
  return (property.flags & ts.SymbolFlags.Method) !== 0 && (property.flags & ts.SymbolFlags.Optional) === 0;
}

function usesThis(node: ts.Node): boolean {
  const visit = (child: ts.Node): boolean => {
    if (child.kind === ts.SyntaxKind.ThisKeyword || child.kind === ts.SyntaxKind.SuperKeyword) return true;
    const hasOwnThis =
      ts.isClassLike(child) ||
      ts.isFunctionDeclaration(child) ||
      ts.isFunctionExpression(child) ||
      (ts.isObjectLiteralElement(child) && ts.isFunctionLike(child));
    return !hasOwnThis && (ts.forEachChild(child, (inner) => visit(inner) || undefined) ?? false);
  };
  return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
}

/** Whether a function names variables or functions of the functions and blocks around it. */
export function usesSurroundings(b: Builder, node: ts.Node): boolean {
  const visit = (child: ts.Node): boolean => {
    if (ts.isTypeNode(child)) return false;
    if (ts.isIdentifier(child) && isLocalOutside(b, child, node)) return true;
    return ts.forEachChild(child, (inner) => visit(inner) || undefined) ?? false;
  };
  return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
}

function isLocalOutside(b: Builder, name: ts.Identifier, inside: ts.Node): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) && parent.name === name) return isNestedStatic(b, name);
  const declaration = symbolOf(b, name)?.valueDeclaration;
  if (declaration === undefined || isWithin(declaration, inside)) return false;
  if (ownLiteral(declaration, inside) !== null) return false;
  if (ts.isParameter(declaration) || ts.isBindingElement(declaration)) return !isStaticPattern(declaration);
  if (ts.isVariableDeclaration(declaration)) return !isModuleVariable(declaration);
  const isCode = ts.isFunctionDeclaration(declaration) || ts.isFunctionExpression(declaration);
  return (isCode || ts.isClassLike(declaration)) && isNested(declaration);
}

/** `const api = { method() { … api … } }`: in a member of the literal the name means `this`; null for other names. */
export function ownLiteral(declaration: ts.Node, inside: ts.Node): ts.ObjectLiteralExpression | null {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  if (!(declaration.parent.flags & ts.NodeFlags.Const) || isModuleVariable(declaration)) return null;
  let value = declaration.initializer;
  while (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value))
    value = value.expression;
  return ts.isObjectLiteralExpression(value) && isWithin(inside, value) ? value : null;
}

/** A static member of a class inside a function: its fields are variables of that function. */
function isNestedStatic(b: Builder, name: ts.Identifier): boolean {
  const declaration = symbolOf(b, name)?.valueDeclaration;
  if (declaration === undefined || !ts.isClassElement(declaration) || !isNested(declaration.parent))
    return false;
  return ts.canHaveModifiers(declaration)
    ? (ts.getModifiers(declaration)?.some((one) => one.kind === ts.SyntaxKind.StaticKeyword) ?? false)
    : false;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

function isModuleVariable(declaration: ts.VariableDeclaration): boolean {
  const statement = declaration.parent.parent;
  return statement !== undefined && ts.isVariableStatement(statement) && isModuleLevel(statement);
}

function isStaticPattern(element: ts.Node): boolean {
  let at = element;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  return ts.isVariableDeclaration(at) && isModuleVariable(at);
}

export function isNested(declaration: ts.Node): boolean {
  for (let at = declaration.parent; at !== undefined; at = at.parent) if (ts.isFunctionLike(at)) return true;
  return false;
}
