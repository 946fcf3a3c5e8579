/** Variable declarations: locals, statics of modules, and the constants that name functions. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import { isModuleLevel } from "./build-hir.ts";
import { type Builder, Refused, type Scope, types } from "./builder.ts";
import { isConstant } from "./classes.ts";
import { evolvingType } from "./evolving-variables.ts";
import { lowerExpression } from "./expressions.ts";
import { isFunctionVariable, lowerFunctionVariable } from "./function-variables.ts";
import { isResultValue } from "./generators/generator-tables.ts";
import { emptyResult } from "./generators/iterator-calls.ts";
import { constantsOf, declaredAs, lowerConstantOf } from "./library-functions.ts";
import { orMissing } from "./missing-elements.ts";
import { lowerPattern } from "./patterns.ts";
import { unit } from "./short-circuit.ts";
import { lowerStaticParts } from "./static-members.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

export function lowerVariables(
  b: Builder,
  scope: Scope,
  list: ts.VariableDeclarationList,
  at: ts.Node,
): HirStatement[] {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using)
    b.unsupported(list, "'using' here is", "Declare the resource in a block.");
  if (
    ts.canHaveModifiers(at) &&
    ts.getModifiers(at)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword)
  )
    return [];
  return list.declarations.flatMap((declaration) => {
    try {
      return lowerVariable(b, scope, declaration);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuseNames(b, declaration.name);
      return [];
    }
  });
}

/** What could not be declared is not reported again where it is used. */
function refuseNames(b: Builder, name: ts.BindingName): void {
  if (!ts.isIdentifier(name)) {
    for (const element of name.elements) if (ts.isBindingElement(element)) refuseNames(b, element.name);
    return;
  }
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol !== undefined) b.refused.add(symbol);
}

export function lowerVariable(b: Builder, scope: Scope, declaration: ts.VariableDeclaration): HirStatement[] {
  const { name, initializer } = declaration;
  if (declaration.exclamationToken !== undefined)
    b.unsupported(
      declaration,
      "A variable that is initialised later (`!`) is",
      "Give it a value where it is declared.",
    );
  if (!ts.isIdentifier(name)) {
    if (initializer === undefined) return [];
    const constants = constantsOf(b, declaration);
    if (constants !== null)
      return constants.flatMap((element) => declarePart(b, scope, element.name, lowerConstantOf(b, element)));
    return lowerPattern(b, scope, name, initializer, (to, value) => declarePart(b, scope, to, value));
  }
  if (initializer !== undefined && isFunctionConstant(declaration)) return [];
  if (declaredAs(b, declaration) !== null) return [];
  if (initializer !== undefined && ts.isClassExpression(initializer) && isConstant(declaration))
    return lowerStaticParts(b, scope, initializer);
  const value = initializer === undefined ? null : lowerExpression(b, scope, initializer);
  return [declareVariable(b, scope, name, value)];
}

/** A name of a pattern becomes a variable. */
export function declarePart(b: Builder, scope: Scope, to: ts.Node, value: HirExpr): HirStatement[] {
  if (!ts.isIdentifier(to)) return b.unsupported(to, "Declaring this is", "Name a variable.");
  return [declareVariable(b, scope, to, value)];
}

/** `const f = () => …` is a function with a name, not a variable. */
export function isFunctionConstant(declaration: ts.VariableDeclaration): boolean {
  const { initializer } = declaration;
  const isConst = (declaration.parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
  return (
    isConst &&
    initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

function declareVariable(b: Builder, scope: Scope, name: ts.Identifier, given: HirExpr | null): HirStatement {
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return b.unsupported(name, `The variable '${name.text}' is`, "Rename it.");
  const span = b.span(name);
  const reassigned = b.reassigned.has(symbol);
  const type = orMissing(b, name, variableType(b, name, given));
  const nothing = hasArm(type, "void") && isStatement(name) ? unit(b, name, "void") : null;
  const value = given ?? nothing ?? emptyResult(b, scope, name, type);
  if (isStaticVariable(name)) {
    if ((symbol.declarations?.length ?? 0) > 1 && isFunctionVariable(name))
      return b.unsupported(name, "Declaring a module variable twice is", "Assign it the second time.");
    if (value === null)
      return b.unsupported(
        name,
        "A module variable without a value is",
        "Give it a value where it is declared.",
      );
    const id = staticOf(b, symbol, name, type, reassigned);
    return { kind: "staticInit", static: id, value: flow(b, value, type, name), span };
  }
  if (isFunctionVariable(name)) return lowerFunctionVariable(b, scope, name, symbol, type, value);
  const stored = value === null ? null : flow(b, value, type, name);
  const local = b.addLocal(scope, name.text, type, name, { reassigned: reassigned || given === null });
  b.entities.set(symbol, { kind: "local", local });
  return { kind: "let", local, value: stored, span };
}

/** Not the variable of a `for … of`, which its loop sets. */
function isStatement(name: ts.Identifier): boolean {
  return !ts.isForOfStatement(name.parent.parent.parent) && !ts.isForInStatement(name.parent.parent.parent);
}

function variableType(b: Builder, name: ts.Identifier, value: HirExpr | null): HirType {
  const declared = b.checker.getTypeAtLocation(name);
  const annotated = ts.isVariableDeclaration(name.parent) && name.parent.type !== undefined;
  if (
    value !== null &&
    !annotated &&
    (value.type.kind === "object" ||
      value.type.kind === "array" ||
      value.type.kind === "closure" ||
      isResultValue(b, value))
  )
    return value.type;
  if (!annotated && ts.isVariableDeclaration(name.parent) && declared.flags & ts.TypeFlags.Any)
    return evolvingType(b, name, value?.type ?? types.void);
  return convertType(b, declared, name);
}

function isStaticVariable(name: ts.Identifier): boolean {
  let at: ts.Node = name.parent;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  return (
    ts.isVariableDeclaration(at) &&
    ts.isVariableStatement(at.parent.parent) &&
    isModuleLevel(at.parent.parent)
  );
}

export function staticOf(
  b: Builder,
  symbol: ts.Symbol,
  name: ts.Identifier,
  type: HirType,
  reassigned: boolean,
): ReturnType<Builder["addStatic"]> {
  const known = b.entities.get(symbol);
  if (known?.kind === "static") {
    return known.static;
  }
  const id = b.addStatic(name.text, type, reassigned, name);
  b.entities.set(symbol, { kind: "static", static: id });
  return id;
}

// Loops
