/** Declares functions on first use and lowers their bodies once everything around them is known. */

import { ts } from "ts-morph";
import type { HirFunction, HirStatement, HirType } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { isModuleLevel } from "./build-hir.ts";
import {
  type Builder,
  expression,
  expressionStatement,
  type Mutable,
  Refused,
  type Scope,
  types,
} from "./builder.ts";
import { classOfSymbol, symbolOfClass } from "./classes.ts";
import { lowerConstructorBody } from "./constructors.ts";
import { declareGenerator, generatorClass, isGenerator } from "./generators/declare-generator.ts";
import { bodyOf, type GeneratorInfo } from "./generators/generator-tables.ts";
import { typeParametersOf } from "./generic-functions.ts";
import { owningInstance } from "./instances.ts";
import { thisOfLiteral } from "./literal-classes.ts";
import { lowerPatternOf } from "./patterns.ts";
import { unit } from "./short-circuit.ts";
import { lowerReturnValue, lowerStatements } from "./statements.ts";
import { readsRaw } from "./tagged-templates.ts";
import { convertType, promiseResult } from "./types.ts";
import { flow } from "./unify-types.ts";
import { declarePart } from "./variables.ts";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

export function openScope(
  b: Builder,
  id: FunctionId,
  parent: Scope | null,
  thisLocal: LocalId | null,
  generator: GeneratorInfo | null = null,
): Scope {
  const fn = b.function(id);
  const uses = new Set<LocalId>();
  const calls = new Set<FunctionId>();
  b.uses.set(id, uses);
  b.callees.set(id, calls);
  const scope: Scope = {
    function: id,
    isAsync: fn.isAsync,
    result: fn.result,
    thisLocal,
    jumps: [],
    uses,
    calls,
    parent,
    generator,
  };
  b.scopes.set(id, scope);
  return scope;
}

/** The function for a declaration; declares it on first use. */
export function functionOf(b: Builder, node: FunctionNode): FunctionId {
  const known = b.functionsByNode.get(node);
  if (known !== undefined) return known;
  const instance = owningInstance(b.instance, node);
  return b.within(instance, () => b.declare(node, () => declareFunction(b, node)));
}

function declareFunction(b: Builder, node: FunctionNode): FunctionId {
  refuseForms(b, node);
  const parentScope = enclosingScope(b, node);
  const owner = ownerClass(node);
  const signature = b.checker.getSignatureFromDeclaration(node);
  if (signature === undefined)
    return b.unsupported(node, "This function is", "Declare it with a plain signature.");
  const isAsync = hasModifier(node, ts.SyntaxKind.AsyncKeyword);
  const isStatic = hasModifier(node, ts.SyntaxKind.StaticKeyword);
  const returned = ts.isConstructorDeclaration(node) ? null : signature.getReturnType();
  const resolved = returned === null ? null : isAsync ? promiseResult(b, b.concrete(returned)) : returned;
  const generator =
    isGenerator(node) && returned !== null
      ? generatorClass(b, node, returned, functionName(b, node, owner))
      : null;
  const declaredResult: HirType =
    generator !== null
      ? { kind: "object", class: generator.id }
      : resolved === null
        ? types.void
        : convertResult(b, resolved, node);
  const fn = b.addFunction({
    name: functionName(b, node, owner),
    role:
      ts.isArrowFunction(node) || ts.isFunctionExpression(node)
        ? "lambda"
        : owner !== null
          ? "method"
          : "function",
    isAsync,
    parameters: [],
    result: declaredResult,
    parent: isLexicallyModuleLevel(node) ? null : (parentScope?.function ?? null),
    span: b.span(node),
  });
  if (!b.functionsByNode.has(node)) b.functionsByNode.set(node, fn.id);
  b.declarations.set(fn.id, node);
  let scope: Scope;
  const thisType = owner === null ? thisOfLiteral(b, node) : isStatic ? null : thisOfClass(b, owner);
  if (thisType !== null) {
    const self = b.addLocal({ function: fn.id }, "this", thisType, node, { parameter: true });
    scope = openScope(b, fn.id, parentScope, self);
    fn.parameters = [self];
  } else {
    scope = openScope(b, fn.id, parentScope, null);
  }
  try {
    declareParameters(b, scope, fn, node);
  } catch (error) {
    b.functionsByNode.delete(node);
    throw error;
  }
  if (generator === null) b.later(() => lowerBody(b, scope, fn, node));
  else declareGenerator(b, generator, scope, fn, node);
  return fn.id;
}

function convertResult(b: Builder, type: ts.Type, node: FunctionNode): HirType {
  if (promiseResult(b, b.concrete(type)) !== null) {
    return b.unsupported(
      node.type ?? node,
      "A function that returns a promise without being async is",
      "Make it async.",
    );
  }
  return convertType(b, type, node.type ?? node.name ?? node);
}

function refuseForms(b: Builder, node: FunctionNode): void {
  if (!ts.isConstructorDeclaration(node) && "asteriskToken" in node && node.asteriskToken !== undefined) {
    if (hasModifier(node, ts.SyntaxKind.AsyncKeyword))
      b.unsupported(
        node.asteriskToken,
        "An async generator is",
        "Use a loop that awaits and calls a function.",
      );
  }
  if (typeParametersOf(node).length > 0 && b.instance?.declaration !== node) {
    b.unsupported(node, "This use of a generic function is", "Call it by its name.");
  }
  if (node.body === undefined) {
    if (hasModifier(node, ts.SyntaxKind.DeclareKeyword))
      b.unsupported(node, "A declared function without a body is", "Write it in TypeScript.");
    b.unsupported(node, "An overload or abstract function is", "Give the function one signature and a body.");
  }
}

function declareParameters(b: Builder, scope: Scope, fn: Mutable<HirFunction>, node: FunctionNode): void {
  const parameters: LocalId[] = [];
  for (const parameter of node.parameters) {
    if (parameter.name.getText() === "this") continue;
    const isName = ts.isIdentifier(parameter.name);
    const symbol = ts.isIdentifier(parameter.name)
      ? parameterSymbol(b, parameter, parameter.name)
      : undefined;
    const type = convertType(b, b.checker.getTypeAtLocation(isName ? parameter.name : parameter), parameter);
    const reassigned = symbol !== undefined && b.reassigned.has(symbol);
    const local = b.addLocal(scope, isName ? parameter.name.getText() : "argument", type, parameter.name, {
      parameter: true,
      reassigned,
    });
    if (symbol !== undefined) b.entities.set(symbol, { kind: "local", local });
    if (symbol !== undefined) b.parameterSymbols.set(local, symbol);
    b.parameterNodes.set(local, parameter);
    if (parameter.dotDotDotToken !== undefined) b.rests.add(local);
    if (parameter.initializer !== undefined) b.defaults.set(local, parameter.initializer);
    parameters.push(local);
    if (readsRaw(b, parameter)) {
      const raw = b.addLocal(scope, "raw", type, parameter.name, { parameter: true });
      b.rawTexts.set(local, raw);
      parameters.push(raw);
    }
  }
  fn.parameters = [...fn.parameters, ...parameters];
}

/** Of `readonly x: number` the parameter, not the field. */
function parameterSymbol(
  b: Builder,
  parameter: ts.ParameterDeclaration,
  name: ts.Identifier,
): ts.Symbol | undefined {
  if (!ts.isParameterPropertyDeclaration(parameter, parameter.parent))
    return b.checker.getSymbolAtLocation(name);
  const symbols = b.loaded.checker.getSymbolsOfParameterPropertyDeclaration(parameter, name.text);
  return symbols.find((symbol) => symbol.flags & ts.SymbolFlags.FunctionScopedVariable);
}

/** Copies of a function share the symbols of its parameters: each body is lowered with its own. */
export function bindParameters(b: Builder, fn: HirFunction): void {
  for (const local of fn.parameters) {
    const symbol = b.parameterSymbols.get(local);
    if (symbol !== undefined) b.entities.set(symbol, { kind: "local", local });
  }
}

/**
 * The function to call from `caller`: itself, or a copy of its own for this call
 * when it makes text from text and copies are wanted.
 */
export function calleeFor(b: Builder, caller: FunctionId, callee: FunctionId): FunctionId {
  const node = b.declarations.get(callee);
  if (!b.copiesTextFunctions || node === undefined || !makesTextFromText(b, callee)) return callee;
  const chain = b.copyChains.get(caller) ?? [];
  if (chain.includes(node) || b.declarations.get(caller) === node || hasInnerFunction(node)) return callee;
  const copy = b.within(b.instanceOfFunction.get(callee) ?? null, () => declareFunction(b, node));
  b.copyChains.set(copy, [...chain, node]);
  return copy;
}

function makesTextFromText(b: Builder, id: FunctionId): boolean {
  const fn = b.function(id);
  return (
    !fn.isAsync &&
    fn.result.kind === "string" &&
    fn.parameters.some((parameter) => b.local(parameter).type.kind === "string")
  );
}

function hasInnerFunction(node: ts.Node): boolean {
  const visit = (child: ts.Node): boolean =>
    ts.isFunctionLike(child) || (ts.forEachChild(child, (inner) => visit(inner) || undefined) ?? false);
  return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
}

function lowerBody(b: Builder, scope: Scope, fn: Mutable<HirFunction>, node: FunctionNode): void {
  if (ts.isConstructorDeclaration(node)) return;
  const body = node.body;
  if (body === undefined) return;
  bindParameters(b, fn);
  try {
    const head = lowerParameterPatterns(b, scope, fn);
    fn.body = ts.isBlock(body)
      ? [...head, ...lowerStatements(b, scope, body.statements), ...implicitReturn(b, scope, body)]
      : [...head, arrowResult(b, scope, body)];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

/** `function f({ a, b })`: the variables of patterns, at the start of the body. */
export function lowerParameterPatterns(b: Builder, scope: Scope, fn: HirFunction): HirStatement[] {
  return fn.parameters.flatMap((local) => {
    const node = b.parameterNodes.get(local);
    if (node === undefined || !ts.isParameter(node) || ts.isIdentifier(node.name)) return [];
    const value = expression(b, node.name, { kind: "local", local, type: b.local(local).type });
    return lowerPatternOf(b, scope, node.name, value, (to, part) => declarePart(b, scope, to, part));
  });
}

/** The end of a body is a `return undefined`, where the result can be that. */
function implicitReturn(b: Builder, scope: Scope, body: ts.Block): HirStatement[] {
  if (scope.result.kind !== "union" || !hasArm(scope.result, "void")) return [];
  const value = flow(b, unit(b, body, "void"), scope.result, body);
  return [{ kind: "return", value, span: b.span(body.getLastToken() ?? body) }];
}

function arrowResult(b: Builder, scope: Scope, body: ts.Expression): HirStatement {
  const value = lowerReturnValue(b, scope, body);
  if (scope.result.kind === "void") return expressionStatement(value);
  return { kind: "return", value, span: value.span };
}

export function runPending(b: Builder): void {
  for (let next = b.nextPending(); next !== undefined; next = b.nextPending()) {
    try {
      next();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

/** Functions and classes that nothing reaches are lowered too, so that their problems are reported. */
export function lowerRemaining(b: Builder, modules: readonly ts.SourceFile[]): void {
  const visit = (node: ts.Node): void => {
    try {
      const isGeneric = typeParametersOf(node).length > 0;
      if (ts.isFunctionDeclaration(node) && !isGeneric && !hasModifier(node, ts.SyntaxKind.DeclareKeyword)) {
        if (node.body !== undefined || !hasImplementation(b, node)) functionOf(b, node);
      }
      if (ts.isClassDeclaration(node)) lowerClassMembers(b, node);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    runPending(b);
    const isContainer = ts.isSourceFile(node) || ts.isModuleDeclaration(node) || ts.isModuleBlock(node);
    if (isContainer && !hasModifier(node, ts.SyntaxKind.DeclareKeyword)) ts.forEachChild(node, visit);
  };
  for (const file of modules) visit(file);
}

function hasImplementation(b: Builder, node: ts.FunctionDeclaration): boolean {
  const symbol = node.name === undefined ? undefined : b.checker.getSymbolAtLocation(node.name);
  return (
    symbol?.declarations?.some(
      (declaration) => ts.isFunctionDeclaration(declaration) && declaration.body !== undefined,
    ) ?? false
  );
}

function lowerClassMembers(b: Builder, node: ts.ClassLikeDeclaration): void {
  const symbol = symbolOfClass(b, node);
  if (symbol === undefined) return;
  const isGeneric = typeParametersOf(node).length > 0;
  if (!isGeneric) {
    classOfSymbol(b, symbol, node);
    lowerConstructorBody(b, symbol, node);
  }
  for (const member of node.members) {
    if (isGeneric && !hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (typeParametersOf(member).length > 0 || isOverload(member)) continue;
    if ((ts.isMethodDeclaration(member) || ts.isAccessor(member)) && member.body !== undefined)
      functionOf(b, member);
  }
}

/** The signature of an overload: the implementation stands beside it. */
function isOverload(member: ts.ClassElement): boolean {
  const isAbstract = hasModifier(member, ts.SyntaxKind.AbstractKeyword);
  return ts.isMethodDeclaration(member) && member.body === undefined && !isAbstract;
}

/** The scope of the function around a node; module-level code belongs to main. */
export function enclosingScope(b: Builder, node: ts.Node): Scope | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    const id = b.functionsByNode.get(at);
    if (id !== undefined) return b.scopes.get(bodyOf(b, id)) ?? null;
  }
  return null;
}

function isLexicallyModuleLevel(node: FunctionNode): boolean {
  if (ts.isClassElement(node) || ts.isFunctionDeclaration(node))
    return isModuleLevel(ts.isClassElement(node) ? node.parent : node);
  const declaration = node.parent;
  return ts.isVariableDeclaration(declaration) && isModuleLevel(declaration.parent.parent);
}

function thisOfClass(b: Builder, owner: ts.ClassLikeDeclaration): HirType {
  const symbol = symbolOfClass(b, owner);
  if (symbol === undefined) return b.unsupported(owner, "This class is", "Declare it with `class`.");
  return { kind: "object", class: classOfSymbol(b, symbol, owner).id };
}

function ownerClass(node: FunctionNode): ts.ClassLikeDeclaration | null {
  return ts.isClassElement(node) && ts.isClassLike(node.parent) ? node.parent : null;
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false)
  );
}

function functionName(b: Builder, node: FunctionNode, owner: ts.ClassLikeDeclaration | null): string {
  const prefix = owner?.name === undefined ? "" : `${instanceName(b, owner.name.text, owner)}.`;
  if (ts.isConstructorDeclaration(node)) return `${prefix}constructor`;
  return `${prefix}${instanceName(b, plainName(node), node)}`;
}

/** `largest_u8`: the name of an instance says what it is for. */
export function instanceName(b: Builder, name: string, declaration: ts.Node): string {
  for (let at = b.instance; at !== null; at = at.parent)
    if (at.declaration === declaration && at.label !== "") return `${name}_${at.label}`;
  return name;
}

function plainName(node: Exclude<FunctionNode, ts.ConstructorDeclaration>): string {
  if (node.name !== undefined) {
    const accessor = ts.isGetAccessor(node) ? "get_" : ts.isSetAccessor(node) ? "set_" : "";
    return `${accessor}${node.name.getText().replace(/[^A-Za-z0-9_$]/g, "")}`;
  }
  return ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)
    ? node.parent.name.text
    : "callback";
}
