/** Identifiers and property reads. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { lowerFixedGet } from "./accessors.ts";
import { lowerBufferMember } from "./array-buffers.ts";
import { isModuleLevel } from "./build-hir.ts";
import { type Builder, type Entity, expression, kindOf, Refused, type Scope, types } from "./builder.ts";
import { findField, memberKey } from "./class-members.ts";
import { classNamed } from "./classes.ts";
import { defaultEntity } from "./default-exports.ts";
import { enumVariable } from "./enums.ts";
import { closureOf, lowerExpression } from "./expressions.ts";
import { externalFunctionOf, isExternal } from "./external-functions.ts";
import { type FunctionNode, functionOf, hasModifier } from "./functions.ts";
import { functionUsedAt, typeParametersOf } from "./generic-functions.ts";
import { globalHint } from "./global-hints.ts";
import { lowerLibraryFunction } from "./library-functions.ts";
import { literalAround, ownLiteral } from "./literal-members.ts";
import { orMissing } from "./missing-elements.ts";
import { staticFieldOf } from "./static-members.ts";
import { globalName, isGeneratedModule, isGlobal, libraryName, symbolOf } from "./symbols.ts";
import { lowerRawTexts } from "./tagged-templates.ts";
import { tupleLength } from "./tuples.ts";
import { lowerElementSize, lowerTypedArrayMember } from "./typed-arrays.ts";
import { convertType } from "./types.ts";
import { isFunctionConstant, staticOf } from "./variables.ts";
import { lowerVirtualGet } from "./virtual-calls.ts";

export function lowerIdentifier(b: Builder, scope: Scope, node: ts.Identifier): HirExpr {
  const global = globalName(b, node);
  if (global === "undefined") return expression(b, node, { kind: "undefined", type: types.void });
  const symbol = symbolOf(b, node);
  if (symbol === null) return b.unsupported(node, `The name '${node.text}' is`, "Declare it.");
  const library = b.entities.has(symbol) ? null : lowerLibraryFunction(b, scope, node);
  if (library !== null) return library;
  return ownObject(b, scope, node, symbol) ?? readEntity(b, scope, node, entityOf(b, symbol, node));
}

/** The name of the variable that a literal is given to, inside a member of that literal: its object. */
function ownObject(b: Builder, scope: Scope, node: ts.Identifier, symbol: ts.Symbol): HirExpr | null {
  const declaration = symbol.valueDeclaration;
  const literal = declaration === undefined ? null : ownLiteral(declaration, node);
  if (literal === null) return null;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const member = b.declarations.get(at.function);
    if (at.thisLocal === null || member === undefined || literalAround(b, member) !== literal) continue;
    scope.uses.add(at.thisLocal);
    return expression(b, node, { kind: "local", local: at.thisLocal, type: b.local(at.thisLocal).type });
  }
  return null;
}

function readEntity(b: Builder, scope: Scope, node: ts.Node, entity: Entity): HirExpr {
  switch (entity.kind) {
    case "local":
      scope.uses.add(entity.local);
      return expression(b, node, { kind: "local", local: entity.local, type: b.local(entity.local).type });
    case "static": {
      const found = b.statics[entity.static];
      return expression(b, node, { kind: "static", static: entity.static, type: found?.type ?? types.void });
    }
    case "function":
      return closureOf(b, scope, node, entity.function);
  }
}

/** What a name of the user's program stands for; functions and module variables are declared on first use. */
export function entityOf(b: Builder, symbol: ts.Symbol, at: ts.Node): Entity {
  const known = b.entities.get(symbol);
  if (known !== undefined) return known;
  if (b.refused.has(symbol)) throw new Refused();
  const name = symbol.getName();
  if (isGlobal(b, symbol) && /^(Math|Number|String|Boolean|console|Promise|Array)$/.test(name)) {
    return b.unsupported(at, `'${name}' as a value is`, `Call its functions: \`${name}.…\`.`);
  }
  if (isGlobal(b, symbol)) return b.refuse("TSFW2006", at, { name, hint: globalHint(name) });
  if (libraryName(b, symbol) !== null)
    return b.unsupported(at, `'${name}' as a value is`, "Call it, or construct it where it is used.");
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (declaration === undefined)
    return b.unsupported(at, `The name '${name}' is`, "Declare it in a TypeScript file.");
  const generic = genericFunctionOf(symbol, declaration);
  if (generic !== null) return { kind: "function", function: functionUsedAt(b, generic, at) };
  const entity = declareEntity(b, symbol, declaration);
  if (entity === null)
    return b.unsupported(at, `'${name}' as a value is`, "Use a variable, function or class instance.");
  b.entities.set(symbol, entity);
  return entity;
}

function declareEntity(b: Builder, symbol: ts.Symbol, declaration: ts.Declaration): Entity | null {
  if (ts.isFunctionDeclaration(declaration) && isExternal(declaration))
    return { kind: "function", function: externalFunctionOf(b, declaration) };
  if (ts.isFunctionDeclaration(declaration))
    return { kind: "function", function: functionOf(b, implementation(symbol, declaration)) };
  if (ts.isFunctionExpression(declaration)) return { kind: "function", function: functionOf(b, declaration) };
  if (ts.isExportAssignment(declaration)) return defaultEntity(b, declaration);
  if (ts.isEnumMember(declaration)) return { kind: "static", static: enumVariable(b, symbol, declaration) };
  if (ts.isParameter(declaration)) return parameterPropertyEntity(b, declaration);
  if (!ts.isVariableDeclaration(declaration)) return null;
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) {
    return b.unsupported(declaration, "A declared variable without a value is", "Define it in TypeScript.");
  }
  const { initializer, name } = declaration;
  if (
    isFunctionConstant(declaration) &&
    initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  ) {
    return { kind: "function", function: functionOf(b, initializer) };
  }
  const statement = declaration.parent.parent;
  if (ts.isIdentifier(name) && ts.isVariableStatement(statement) && isModuleLevel(statement)) {
    const type = orMissing(b, name, convertType(b, b.checker.getTypeAtLocation(name), name));
    return { kind: "static", static: staticOf(b, symbol, name, type, b.reassigned.has(symbol)) };
  }
  return null;
}

/** `constructor(private make: …)` declares a parameter and a field under one name; the name alone means the parameter. */
function parameterPropertyEntity(b: Builder, declaration: ts.ParameterDeclaration): Entity | null {
  const { name, parent } = declaration;
  if (!ts.isIdentifier(name) || !ts.isParameterPropertyDeclaration(declaration, parent)) return null;
  const symbols = b.checker.getSymbolsOfParameterPropertyDeclaration(declaration, name.text);
  return symbols.map((symbol) => b.entities.get(symbol)).find((entity) => entity !== undefined) ?? null;
}

/** Each use of a generic function means an instance of its own. */
function genericFunctionOf(symbol: ts.Symbol, declaration: ts.Declaration): FunctionNode | null {
  const node = ts.isFunctionDeclaration(declaration)
    ? implementation(symbol, declaration)
    : ts.isVariableDeclaration(declaration) && isFunctionConstant(declaration)
      ? declaration.initializer
      : ts.isExportAssignment(declaration)
        ? declaration.expression
        : declaration;
  const isFunction =
    node !== undefined &&
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node));
  return isFunction && typeParametersOf(node).length > 0 ? node : null;
}

function implementation(symbol: ts.Symbol, declaration: ts.FunctionDeclaration): ts.FunctionDeclaration {
  const found = symbol.declarations?.find(
    (candidate): candidate is ts.FunctionDeclaration =>
      ts.isFunctionDeclaration(candidate) && candidate.body !== undefined,
  );
  return found ?? declaration;
}

export function lowerPropertyAccess(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr {
  const raw = lowerRawTexts(b, scope, node);
  if (raw !== null) return raw;
  const staticMember =
    lowerStaticMember(b, scope, node) ??
    lowerStaticMethod(b, scope, node) ??
    lowerModuleMember(b, scope, node);
  if (staticMember !== null) return staticMember;
  const global = globalName(b, node.expression);
  const library = global === null ? null : lowerLibraryFunction(b, scope, node);
  if (library !== null) return library;
  const size = global === null ? null : lowerElementSize(b, node, global);
  if (size !== null) return size;
  if (global !== null)
    return b.unsupported(
      node,
      `'${global}.${node.name.text}' is`,
      "See docs/language.md for what this version compiles.",
    );
  const fixed = lowerFixedGet(b, scope, node);
  if (fixed !== null) return fixed;
  const object = lowerExpression(b, scope, node.expression);
  return (
    lowerVirtualGet(b, scope, node, object) ??
    lowerBufferMember(b, scope, node, object) ??
    member(b, node, object)
  );
}

/** `geometry.origin` with `import * as geometry`. */
function lowerModuleMember(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr | null {
  const entity = moduleMemberOf(b, node);
  return entity === null ? null : readEntity(b, scope, node, entity);
}

export function moduleMemberOf(b: Builder, node: ts.PropertyAccessExpression): Entity | null {
  const owner = containerOf(b, node.expression);
  const symbol = symbolOf(b, node.name);
  const container = ts.SymbolFlags.ValueModule | ts.SymbolFlags.Enum;
  if (owner === null || symbol === null || !(owner.flags & container)) return null;
  if (isGlobal(b, owner) || libraryName(b, symbol) !== null || isGeneratedModule(symbol)) return null;
  return entityOf(b, symbol, node.name);
}

/** `Geometry` and `Shapes.Geometry`: a module, namespace or enum that is named. */
function containerOf(b: Builder, node: ts.Expression): ts.Symbol | null {
  if (ts.isIdentifier(node)) return symbolOf(b, node);
  return ts.isPropertyAccessExpression(node) && containerOf(b, node.expression) !== null
    ? symbolOf(b, node.name)
    : null;
}

function member(b: Builder, node: ts.PropertyAccessExpression, object: HirExpr): HirExpr {
  const name = node.name.text;
  if (object.type.kind === "array" && name === "length")
    return expression(b, node, { kind: "arrayLength", array: object, type: types.number });
  const typed = lowerTypedArrayMember(b, node, object, name);
  if (typed !== null) return typed;
  if (object.type.kind === "string" && name === "length")
    return expression(b, node, { kind: "stringLength", value: object, type: types.number });
  const length = tupleLength(b, node, object);
  if (length !== null) return length;
  if (object.type.kind === "object") {
    const field = findField(b, object.type.class, memberKey(b, node.name));
    if (field !== undefined)
      return expression(b, node, { kind: "field", object, field, type: b.field(field).type });
    refuseMethod(b, node);
    return b.unsupported(node, `'${name}' as a value is`, "Call the method, or read a field.");
  }
  refuseMethod(b, node);
  return b.unsupported(
    node,
    `'.${name}' of ${kindOf(object.type)} is`,
    "See docs/language.md for what this version compiles.",
  );
}

/** A method that is not called has lost its object. */
function refuseMethod(b: Builder, node: ts.PropertyAccessExpression): void {
  if (b.checker.getTypeAtLocation(node).getCallSignatures().length === 0) return;
  b.unsupported(
    node,
    `The method '${node.name.text}' without its object is`,
    `Write an arrow function that calls it: \`() => ${node.getText()}()\`.`,
  );
}

/** `Counter.total`: a static field is a module variable. */
function lowerStaticMember(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr | null {
  const place = staticMemberOf(b, node);
  return place === null ? null : readEntity(b, scope, node, place);
}

/** `Rational.parse` as a value: a function, unless it needs the class as `this`. */
function lowerStaticMethod(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): HirExpr | null {
  const symbol = symbolOf(b, node.name);
  const declaration = symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration => ts.isMethodDeclaration(one) && one.body !== undefined,
  );
  if (symbol === null || declaration === undefined || libraryName(b, symbol) !== null) return null;
  if (!hasModifier(declaration, ts.SyntaxKind.StaticKeyword)) return null;
  if (usesThis(declaration)) refuseMethod(b, node);
  return closureOf(b, scope, node, functionUsedAt(b, declaration, node));
}

/** Whether code of the function itself says `this` or `super`. */
function usesThis(node: ts.Node): boolean {
  return (
    ts.forEachChild(node, (part): true | undefined => {
      if (part.kind === ts.SyntaxKind.ThisKeyword || part.kind === ts.SyntaxKind.SuperKeyword) return true;
      const hasOwn = ts.isFunctionDeclaration(part) || ts.isFunctionExpression(part) || ts.isClassLike(part);
      return !hasOwn && usesThis(part) ? true : undefined;
    }) ?? false
  );
}

export function staticMemberOf(
  b: Builder,
  node: ts.PropertyAccessExpression,
): ReturnType<typeof staticFieldOf> | null {
  const symbol = symbolOf(b, node.name);
  const declaration = symbol?.valueDeclaration;
  if (symbol === null || declaration === undefined || !ts.isPropertyDeclaration(declaration)) return null;
  if (!hasModifier(declaration, ts.SyntaxKind.StaticKeyword) || libraryName(b, symbol) !== null) return null;
  if (node.expression.kind === ts.SyntaxKind.ThisKeyword) refuseInheritedStatic(b, node);
  return staticFieldOf(b, symbol, declaration);
}

/** `this.n` and `Derived.n` may be a static field of a class below: JavaScript makes one there when it is assigned. */
export function refuseInheritedStatic(b: Builder, node: ts.PropertyAccessExpression): void {
  const owner = symbolOf(b, node.name)?.valueDeclaration?.parent;
  if (owner === undefined || !b.families.extended.has(owner)) return;
  const { expression: named } = node;
  const isOwn = ts.isIdentifier(named) && classNamed(b, named)?.valueDeclaration === owner;
  if (isOwn) return;
  b.unsupported(
    node,
    `'${named.getText()}.${node.name.text}', a static member of a class that others extend, is`,
    "Name the class that declares it.",
  );
}
