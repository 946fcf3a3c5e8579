/** Properties that may be accessors: reading, assigning and updating them by calls. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { implementationOf, mayBeAccessor, memberKey } from "./class-members.ts";
import { classAround } from "./constructors.ts";
import { lowerExpression, thisOf } from "./expressions.ts";
import { functionOf, hasModifier } from "./functions.ts";
import { keyedProperty } from "./keyed-access.ts";
import { staticMemberOf } from "./names.ts";
import { isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { flow } from "./unify-types.ts";
import { virtualProperty } from "./virtual-calls.ts";

/** `object.name`, `object[key]`. */
export type Member = ts.PropertyAccessExpression | ts.ElementAccessExpression;

export function isMember(node: ts.Node): node is Member {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** A property that is read and written by calls, with its object evaluated once. */
export interface Property {
  readonly type: HirType;
  /** Evaluates the object. */
  readonly before: readonly HirStatement[];
  read(): HirExpr;
  write(value: HirExpr): HirExpr;
}

/** `C.name` and `super.name` where they are accessors; null for anything else. */
export function lowerFixedGet(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr | null {
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    const getter = superAccessor(b, node, "get");
    return callAccessor(b, scope, node, getter, [thisOf(b, scope, node)]);
  }
  const getter = staticAccessor(b, node, ts.isGetAccessor);
  return getter === null ? null : callAccessor(b, scope, node, functionOf(b, getter), []);
}

/** `target = value` where the target is written by a call; null where it is a plain place. */
export function assignProperty(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  left: Member,
): HirExpr | null {
  const property = propertyOf(b, scope, left);
  if (property === null) return null;
  const value = flow(b, lowerExpression(b, scope, node.right), property.type, node.right);
  return finish(b, scope, node, property, value, !isUnused(node));
}

/** `target op= value`, `target++`: reads, computes, writes. `result`: what the expression is worth. */
export function updateProperty(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  left: Member,
  compute: (old: HirExpr) => HirExpr,
  result: "old" | "new",
): HirExpr | null {
  const property = propertyOf(b, scope, left);
  if (property === null) return null;
  const isUsed = !isUnused(node);
  if (result === "new" || !isUsed) {
    const value = flow(b, compute(property.read()), property.type, node);
    return finish(b, scope, node, property, value, isUsed);
  }
  const old = b.addLocal(scope, "old", property.type, node);
  const read = (): HirExpr => expression(b, node, { kind: "local", local: old, type: property.type });
  const keep: HirStatement = { kind: "let", local: old, value: property.read(), span: b.span(node) };
  const write = property.write(flow(b, compute(read()), property.type, node));
  const statements = [...property.before, keep, expressionStatement(write)];
  return expression(b, node, { kind: "sequence", statements, value: read(), type: property.type });
}

function finish(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  property: Property,
  value: HirExpr,
  isUsed: boolean,
): HirExpr {
  if (!isUsed) {
    const write = property.write(value);
    if (property.before.length === 0) return write;
    return expression(b, node, {
      kind: "sequence",
      statements: property.before,
      value: write,
      type: types.void,
    });
  }
  const kept = b.addLocal(scope, "value", value.type, node);
  const read = (): HirExpr => expression(b, node, { kind: "local", local: kept, type: value.type });
  const statements: HirStatement[] = [
    ...property.before,
    { kind: "let", local: kept, value, span: b.span(node) },
    expressionStatement(property.write(read())),
  ];
  return expression(b, node, { kind: "sequence", statements, value: read(), type: value.type });
}

function isUnused(node: ts.Node): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isExpressionStatement(at.parent) || (ts.isForStatement(at.parent) && at.parent.condition !== at);
}

/** The property that a target names; null: a plain place. */
export function propertyOf(b: Builder, scope: Scope, left: Member): Property | null {
  if (ts.isElementAccessExpression(left)) return keyedProperty(b, scope, left);
  if (left.expression.kind === ts.SyntaxKind.SuperKeyword)
    return fixedProperty(b, scope, left, superAccessor(b, left, "set"), () => [thisOf(b, scope, left)]);
  const setter = staticAccessor(b, left, ts.isSetAccessor);
  if (setter !== null) return fixedProperty(b, scope, left, functionOf(b, setter), () => []);
  if (!mayBeAccessor(b, left.name) || staticMemberOf(b, left) !== null || isModule(b, left)) return null;
  const object = lowerExpression(b, scope, left.expression);
  if (object.type.kind !== "object") return null;
  const holder = b.addLocal(scope, "object", object.type, left.expression);
  const self = (): HirExpr => expression(b, left, { kind: "local", local: holder, type: object.type });
  const property = virtualProperty(b, scope, left, self());
  if (property === null) return null;
  return {
    type: property.type,
    before: [{ kind: "let", local: holder, value: object, span: object.span }],
    read: () => property.read(self()),
    write: (value) => property.write(self(), value),
  };
}

function isModule(b: Builder, node: ts.PropertyAccessExpression): boolean {
  const owner = ts.isIdentifier(node.expression) ? symbolOf(b, node.expression) : null;
  return owner !== null && (owner.flags & ts.SymbolFlags.ValueModule) !== 0;
}

function fixedProperty(
  b: Builder,
  scope: Scope,
  node: ts.PropertyAccessExpression,
  setter: FunctionId,
  self: () => HirExpr[],
): Property {
  const parameter = b.function(setter).parameters.at(-1);
  const type = parameter === undefined ? types.void : b.local(parameter).type;
  return {
    type,
    before: [],
    read: () => lowerFixedGet(b, scope, node) ?? b.unsupported(node, "Reading this is", "Write a getter."),
    write: (value) => callAccessor(b, scope, node, setter, [...self(), flow(b, value, type, node)]),
  };
}

function superAccessor(b: Builder, node: ts.PropertyAccessExpression, kind: "get" | "set"): FunctionId {
  const base = classAround(b, node)?.base ?? null;
  const found = base === null ? null : implementationOf(b, base.id, kind, memberKey(b, node.name));
  if (found?.kind === "kept") return b.within(found.class.instance, () => functionOf(b, found.member));
  if (found?.kind !== "function")
    return b.unsupported(node, "This use of super is", "Name a method or accessor of the class it extends.");
  return found.within(() => functionOf(b, found.node));
}

function callAccessor(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  callee: FunctionId,
  args: readonly HirExpr[],
): HirExpr {
  scope.calls.add(callee);
  return expression(b, node, { kind: "call", function: callee, args, type: b.function(callee).result });
}

function staticAccessor<T extends ts.AccessorDeclaration>(
  b: Builder,
  node: ts.PropertyAccessExpression,
  is: (node: ts.Node) => node is T,
): T | null {
  const symbol = symbolOf(b, node.name);
  const found = symbol?.declarations?.find(is);
  if (found === undefined || symbol === null || isGlobal(b, symbol) || libraryName(b, symbol) !== null)
    return null;
  return hasModifier(found, ts.SyntaxKind.StaticKeyword) ? found : null;
}
