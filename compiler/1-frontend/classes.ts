/** Classes: fields, constructors (initialisers, parameter properties, body) and static members. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { FieldId, FunctionId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { isModuleLevel } from "./build-hir.ts";
import {
  type Builder,
  type ClassInfo,
  expression,
  expressionStatement,
  Refused,
  type Scope,
  types,
} from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import {
  enclosingScope,
  functionOf,
  hasModifier,
  instanceName,
  lowerParameterPatterns,
  openScope,
} from "./functions.ts";
import { unit } from "./short-circuit.ts";
import { lowerStatements } from "./statements.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

export function classOfSymbol(b: Builder, symbol: ts.Symbol, at: ts.Node): ClassInfo {
  const known = b.classesBySymbol.get(symbol);
  if (known !== undefined) return known;
  return b.declare(symbol, () => {
    try {
      return declareClass(b, symbol, at);
    } catch (error) {
      b.classesBySymbol.delete(symbol);
      throw error;
    }
  });
}

function declareClass(b: Builder, symbol: ts.Symbol, at: ts.Node): ClassInfo {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined || !ts.isClassDeclaration(declaration)) {
    return b.unsupported(at, "A class expression is", "Declare the class with a name.");
  }
  refuseForms(b, declaration);
  const name = instanceName(b, symbol.getName(), declaration);
  const info = b.addClass(name, declaration, declaration.name ?? declaration);
  b.classesBySymbol.set(symbol, info);
  for (const member of declaration.members) declareField(b, info, member);
  return info;
}

function refuseForms(b: Builder, declaration: ts.ClassDeclaration): void {
  for (const clause of declaration.heritageClauses ?? []) {
    if (clause.token === ts.SyntaxKind.ExtendsKeyword)
      b.unsupported(clause, "Inheritance is", "Keep the shared part in a field.");
  }
  if (hasModifier(declaration, ts.SyntaxKind.AbstractKeyword))
    b.unsupported(declaration, "An abstract class is", "Use plain classes.");
  if (!isModuleLevel(declaration))
    b.unsupported(declaration, "A class inside a function or block is", "Declare it at module level.");
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient)
    b.unsupported(declaration, "A declared class without a body is", "Define it in TypeScript.");
  if (ts.getDecorators(declaration) !== undefined)
    b.reject(declaration, "A decorator", "Call a function instead.");
}

function declareField(b: Builder, info: ClassInfo, member: ts.ClassElement): void {
  if (ts.isClassStaticBlockDeclaration(member))
    b.unsupported(member, "A static block is", "Initialise static fields where they are declared.");
  if (ts.isIndexSignatureDeclaration(member))
    b.unsupported(member, "An index signature is", "Use an array or named fields.");
  if (ts.isAutoAccessorPropertyDeclaration(member as ts.PropertyDeclaration))
    b.unsupported(member, "An auto-accessor is", "Use a field.");
  if (ts.isPropertyDeclaration(member) && !hasModifier(member, ts.SyntaxKind.StaticKeyword)) {
    if (member.exclamationToken !== undefined)
      b.unsupported(
        member,
        "A field that is initialised later (`!`) is",
        "Give it a value where it is declared.",
      );
    b.addField(
      info,
      fieldName(b, member.name),
      convertType(b, b.checker.getTypeAtLocation(member), member),
      member.name,
    );
  }
  if (ts.isConstructorDeclaration(member) && member.body !== undefined) {
    for (const parameter of member.parameters) {
      if (ts.isParameterPropertyDeclaration(parameter, member) && ts.isIdentifier(parameter.name)) {
        b.addField(
          info,
          parameter.name.text,
          convertType(b, b.checker.getTypeAtLocation(parameter), parameter),
          parameter.name,
        );
      }
    }
  }
}

function fieldName(b: Builder, name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  return b.unsupported(name, "A computed member name is", "Write the name.");
}

/** The constructor function of a class, made on first use: initialisers, parameter properties, then the body. */
export function lowerConstructorBody(b: Builder, symbol: ts.Symbol, at: ts.Node): FunctionId {
  const info = classOfSymbol(b, symbol, at);
  const record = b.class(info.id);
  if (record.constructorFunction !== null) return record.constructorFunction;
  const declaration = defined(info.declaration, "a class with a constructor has a declaration");
  const written = declaration.members.find(
    (member): member is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
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

function defaultConstructor(b: Builder, info: ClassInfo, declaration: ts.ClassDeclaration): FunctionId {
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
  openScope(b, fn.id, enclosingScope(b, declaration), self);
  return fn.id;
}

function fillConstructor(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
  declaration: ts.ClassDeclaration,
  written: ts.ConstructorDeclaration | undefined,
): void {
  const body: HirStatement[] = lowerParameterPatterns(b, scope, b.function(scope.function));
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (member.initializer === undefined) {
      body.push(...undefinedStore(b, scope, info, member));
      continue;
    }
    body.push(...fieldStore(b, scope, info, fieldName(b, member.name), member.name, member.initializer));
  }
  for (const parameter of written?.parameters ?? []) {
    if (
      written === undefined ||
      !ts.isParameterPropertyDeclaration(parameter, written) ||
      !ts.isIdentifier(parameter.name)
    )
      continue;
    body.push(...fieldStore(b, scope, info, parameter.name.text, parameter.name, parameter.name));
  }
  if (written?.body !== undefined) {
    checkFieldsAreSet(b, info, declaration, written);
    body.push(...lowerStatements(b, scope, written.body.statements));
  }
  b.function(scope.function).body = body;
}

/** A field without an initialiser is undefined, where its type allows that; else the constructor has to set it. */
function undefinedStore(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
  member: ts.PropertyDeclaration,
): HirStatement[] {
  const field = info.fields.get(fieldName(b, member.name));
  if (field === undefined || !hasArm(b.field(field).type, "void")) return [];
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
  name: string,
  at: ts.Node,
  from: ts.Expression,
): HirStatement[] {
  try {
    const field = info.fields.get(name);
    if (field === undefined) throw new Refused();
    const value =
      ts.isIdentifier(at) && at === from ? parameterValue(b, scope, at) : lowerExpression(b, scope, from);
    return [storeField(b, scope, field, at, value, from)];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}

function parameterValue(b: Builder, scope: Scope, name: ts.Identifier): HirExpr {
  const parameter = b
    .function(scope.function)
    .parameters.find((id) => b.local(id).name === name.text && b.local(id).name !== "this");
  const local = defined(parameter, "parameter property");
  return expression(b, name, { kind: "local", local, type: b.local(local).type });
}

/**
 * A field without an initialiser is set by the constructor. Until all are set,
 * `this` may only be used to set and read fields: a method could see a field
 * that is still undefined in JavaScript.
 */
function checkFieldsAreSet(
  b: Builder,
  info: ClassInfo,
  declaration: ts.ClassDeclaration,
  written: ts.ConstructorDeclaration,
): void {
  const missing = new Set<string>();
  for (const member of declaration.members) {
    if (
      ts.isPropertyDeclaration(member) &&
      !hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
      member.initializer === undefined &&
      !isSetAnyway(b, info, member)
    ) {
      missing.add(member.name.getText());
    }
  }
  if (missing.size === 0 || info.fields.size === 0) return;
  for (const statement of written.body?.statements ?? []) {
    if (missing.size > 0) checkThisUses(b, statement);
    const assigned = assignedField(statement);
    if (assigned !== null) missing.delete(assigned);
  }
}

function isSetAnyway(b: Builder, info: ClassInfo, member: ts.PropertyDeclaration): boolean {
  const field = info.fields.get(fieldName(b, member.name));
  return field !== undefined && hasArm(b.field(field).type, "void");
}

function assignedField(statement: ts.Statement): string | null {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return null;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return null;
  return left.expression.kind === ts.SyntaxKind.ThisKeyword ? left.name.text : null;
}

function checkThisUses(b: Builder, node: ts.Node): void {
  if (node.kind === ts.SyntaxKind.ThisKeyword) {
    const access = node.parent;
    const isField =
      ts.isPropertyAccessExpression(access) &&
      !(ts.isCallExpression(access.parent) && access.parent.expression === access);
    const symbol = isField ? b.checker.getSymbolAtLocation(access.name) : undefined;
    if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Property)) {
      b.unsupported(
        node,
        "Using 'this' before all fields are set is",
        "Set every field first, or give it a value where it is declared.",
      );
    }
  }
  ts.forEachChild(node, (child) => checkThisUses(b, child));
}

/** Static fields are module variables, initialised where the class stands. */
export function lowerStaticFields(
  b: Builder,
  scope: Scope,
  declaration: ts.ClassDeclaration,
): HirStatement[] {
  const statements: HirStatement[] = [];
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || !hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    const symbol = b.checker.getSymbolAtLocation(member.name);
    if (symbol === undefined) continue;
    const id = staticFieldOf(b, symbol, member);
    const { type } = defined(b.statics[id], "static");
    if (member.initializer === undefined && !hasArm(type, "void"))
      b.unsupported(member, "A static field without a value is", "Give it a value where it is declared.");
    const given =
      member.initializer === undefined
        ? unit(b, member, "void")
        : lowerExpression(b, scope, member.initializer);
    const value = flow(b, given, type, member);
    statements.push({ kind: "staticInit", static: id, value, span: b.span(member) });
  }
  return statements;
}

export function staticFieldOf(
  b: Builder,
  symbol: ts.Symbol,
  member: ts.PropertyDeclaration,
): ReturnType<Builder["addStatic"]> {
  const known = b.entities.get(symbol);
  if (known?.kind === "static") return known.static;
  const type = convertType(b, b.checker.getTypeAtLocation(member), member);
  const owner = ts.isClassDeclaration(member.parent) ? (member.parent.name?.text ?? "class") : "class";
  const id = b.addStatic(
    `${owner}.${member.name.getText().replace("#", "")}`,
    type,
    b.reassigned.has(symbol),
    member.name,
  );
  b.entities.set(symbol, { kind: "static", static: id });
  return id;
}
