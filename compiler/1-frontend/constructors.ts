/**
 * Constructors, in JavaScript's order: that of the class it extends, then own field
 * initialisers, then parameter properties, then the body.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { FieldId, FunctionId, LocalId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import {
  type Builder,
  type ClassInfo,
  expression,
  expressionStatement,
  Refused,
  type Scope,
  types,
} from "./builder.ts";
import { lowerArguments } from "./calls.ts";
import { findField, memberKey } from "./class-members.ts";
import { classOfSymbol } from "./classes.ts";
import { baseConstructor } from "./error-classes.ts";
import { lowerExpression, thisOf } from "./expressions.ts";
import { checkFieldsAreSet } from "./field-order.ts";
import { enclosingScope, functionOf, hasModifier, lowerParameterPatterns, openScope } from "./functions.ts";
import { keptMembers } from "./literal-classes.ts";
import { unit } from "./short-circuit.ts";
import { lowerStatements } from "./statements.ts";
import { flow } from "./unify-types.ts";

/** The constructor function of a class, made on first use: initialisers, parameter properties, then the body. */
export function lowerConstructorBody(b: Builder, symbol: ts.Symbol, at: ts.Node): FunctionId {
  return constructorOf(b, classOfSymbol(b, symbol, at));
}

export function constructorOf(b: Builder, info: ClassInfo): FunctionId {
  const record = b.class(info.id);
  if (record.constructorFunction !== null) return record.constructorFunction;
  return b.within(info.instance, () => declareConstructor(b, info));
}

function declareConstructor(b: Builder, info: ClassInfo): FunctionId {
  const record = b.class(info.id);
  const declaration = defined(info.declaration, "a class with a constructor has a declaration");
  const written = writtenConstructor(declaration);
  const id = written === undefined ? defaultConstructor(b, info, declaration) : functionOf(b, written);
  record.constructorFunction = id;
  b.function(id).role = "constructor";
  const scope = defined(b.scopes.get(id), "constructor scope");
  for (const member of declaration.members) {
    if (ts.isPropertyDeclaration(member) && !hasModifier(member, ts.SyntaxKind.StaticKeyword))
      b.functionsByNode.set(member, id);
  }
  b.later(() => fillConstructor(b, scope, info, declaration, written));
  return id;
}

function writtenConstructor(declaration: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return declaration.members.find(
    (member): member is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
}

/** Without a constructor of its own a class takes the arguments of the one it extends. */
function defaultConstructor(b: Builder, info: ClassInfo, declaration: ts.ClassLikeDeclaration): FunctionId {
  const fn = b.addFunction({
    name: `${b.class(info.id).name}.constructor`,
    role: "constructor",
    isAsync: false,
    parameters: [],
    result: types.void,
    parent: null,
    span: b.span(declaration.name ?? declaration),
  });
  const type: HirType = { kind: "object", class: info.id };
  const self = b.addLocal({ function: fn.id }, "this", type, declaration.name ?? declaration, {
    parameter: true,
  });
  fn.parameters = [self];
  const scope = openScope(b, fn.id, enclosingScope(b, declaration), self);
  if (info.base !== null) {
    const base = b.function(baseConstructor(b, info, info.base));
    fn.parameters = [self, ...base.parameters.slice(1).map((id) => copyParameter(b, scope, id))];
  }
  return fn.id;
}

function copyParameter(b: Builder, scope: Scope, id: LocalId): LocalId {
  const original = b.local(id);
  const copy = b.addLocal(scope, original.name, original.type, b.nodeOfFront(id), { parameter: true });
  b.local(copy).span = original.span;
  const value = b.defaults.get(id);
  if (value !== undefined) b.defaults.set(copy, value);
  return copy;
}

function fillConstructor(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
  declaration: ts.ClassLikeDeclaration,
  written: ts.ConstructorDeclaration | undefined,
): void {
  const body: HirStatement[] = lowerParameterPatterns(b, scope, b.function(scope.function));
  if (info.base === null) body.push(...fieldInitialisers(b, scope, info));
  else if (written === undefined)
    body.push(...passOn(b, scope, info, info.base), ...fieldInitialisers(b, scope, info));
  if (written?.body !== undefined) {
    checkFieldsAreSet(b, info, declaration, written);
    body.push(...lowerStatements(b, scope, written.body.statements));
  }
  b.function(scope.function).body = body;
}

/** `super(...arguments)` of a constructor that is not written. */
function passOn(b: Builder, scope: Scope, info: ClassInfo, base: ClassInfo): HirStatement[] {
  const at = defined(info.declaration, "declaration");
  const callee = baseConstructor(b, info, base);
  scope.calls.add(callee);
  const args = b.function(scope.function).parameters.map((local) => {
    scope.uses.add(local);
    return expression(b, at, { kind: "local", local, type: b.local(local).type });
  });
  return [expressionStatement(expression(b, at, { kind: "call", function: callee, args, type: types.void }))];
}

/** `super(…)`: the constructor of the base, then what the own class does before its body goes on. */
export function lowerSuperCall(b: Builder, scope: Scope, node: ts.CallExpression): HirStatement[] {
  const info = classAround(b, node);
  if (info?.base == null || scope.function !== b.class(info.id).constructorFunction)
    return b.unsupported(node, "super() here is", "Call it in the constructor itself.");
  const complete = lowerArguments(
    b,
    scope,
    baseConstructor(b, info, info.base),
    [thisOf(b, scope, node)],
    node.arguments,
    node,
  );
  const call = expression(b, node, { kind: "call", ...complete, type: types.void });
  return [expressionStatement(call), ...fieldInitialisers(b, scope, info)];
}

/** The class whose member the node is in. */
export function classAround(b: Builder, node: ts.Node): ClassInfo | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (!ts.isClassLike(at)) continue;
    const symbol = b.loaded.checker.getTypeAtLocation(at).getSymbol();
    return symbol === undefined ? null : classOfSymbol(b, symbol, at);
  }
  return null;
}

function fieldInitialisers(b: Builder, scope: Scope, info: ClassInfo): HirStatement[] {
  const declaration = defined(info.declaration, "declaration");
  const body: HirStatement[] = keptMembers(b, scope, info).map(({ field, value }) =>
    storeField(b, scope, field, declaration.name ?? declaration, value, declaration),
  );
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (member.initializer === undefined) body.push(...undefinedStore(b, scope, info, member));
    else body.push(...fieldStore(b, scope, info, member.name, member.initializer));
  }
  const written = writtenConstructor(declaration);
  for (const parameter of written?.parameters ?? []) {
    if (written === undefined || !ts.isParameterPropertyDeclaration(parameter, written)) continue;
    if (ts.isIdentifier(parameter.name))
      body.push(...fieldStore(b, scope, info, parameter.name, parameter.name));
  }
  return body;
}

/** A field without an initialiser is undefined, where its type allows that; else the constructor has to set it. */
function undefinedStore(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
  member: ts.PropertyDeclaration,
): HirStatement[] {
  const isDeclaredOnly =
    hasModifier(member, ts.SyntaxKind.AbstractKeyword) || hasModifier(member, ts.SyntaxKind.DeclareKeyword);
  const field = findField(b, info.id, memberKey(b, member.name));
  if (isDeclaredOnly || field === undefined || !hasArm(b.field(field).type, "void")) return [];
  return [storeField(b, scope, field, member.name, unit(b, member, "void"), member)];
}

function storeField(
  b: Builder,
  scope: Scope,
  field: FieldId,
  at: ts.Node,
  value: HirExpr,
  from: ts.Node,
): HirStatement {
  const self = defined(scope.thisLocal, "this");
  scope.uses.add(self);
  const stored = flow(b, value, b.field(field).type, from);
  const object = expression(b, at, { kind: "local", local: self, type: b.local(self).type });
  const target = { kind: "field", object, field } as const;
  return expressionStatement(expression(b, at, { kind: "assign", target, value: stored, type: stored.type }));
}

function fieldStore(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
  at: ts.PropertyName,
  from: ts.Expression,
): HirStatement[] {
  try {
    const field = findField(b, info.id, memberKey(b, at));
    if (field === undefined) throw new Refused();
    const value =
      ts.isIdentifier(at) && at === from ? parameterValue(b, scope, at) : lowerExpression(b, scope, from);
    return [storeField(b, scope, field, at, value, from)];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}

function parameterValue(b: Builder, scope: Scope, name: ts.Identifier) {
  const parameter = b
    .function(scope.function)
    .parameters.find((id) => b.local(id).name === name.text && b.local(id).name !== "this");
  const local = defined(parameter, "parameter property");
  return expression(b, name, { kind: "local", local, type: b.local(local).type });
}
