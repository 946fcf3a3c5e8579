/**
 * Arrow functions written as callbacks of array methods become part of the loop:
 * their parameters are variables of the loop body, so ranges and bounds of what
 * they compute are those of the loop.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { lowerEffect, lowerExpression } from "./expressions.ts";
import { hasModifier } from "./functions.ts";
import { lowerPatternOf } from "./patterns.ts";
import { lowerStatements } from "./statements.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";
import { declarePart } from "./variables.ts";

/** The callback's body with its parameters bound to `args`; null when it must stay a function. */
export function inlineCallback(
  b: Builder,
  scope: Scope,
  callback: ts.Expression,
  args: readonly (() => HirExpr)[],
): HirExpr | null {
  if (!ts.isArrowFunction(callback) || !isInlined(callback, args.length)) return null;
  const body = bodyOf(callback);
  if (body === null) return null;
  const statements = inlineStart(b, scope, callback, args);
  statements.push(...lowerStatements(b, scope, body.statements));
  const value = lowerResult(b, scope, body.result, callback);
  return expression(b, callback, { kind: "sequence", statements, value, type: value.type });
}

/** Its head is plain: the callback may become part of a loop that gives `count` arguments. */
export function isInlined(callback: ts.ArrowFunction, count: number): boolean {
  const isPlain = callback.parameters.every(
    (parameter) =>
      parameter.initializer === undefined &&
      parameter.dotDotDotToken === undefined &&
      parameter.questionToken === undefined,
  );
  const isOrdinary =
    !hasModifier(callback, ts.SyntaxKind.AsyncKeyword) && callback.typeParameters === undefined;
  return isPlain && isOrdinary && callback.parameters.length <= count;
}

/** The parameters bound to `args`. */
export function inlineStart(
  b: Builder,
  scope: Scope,
  callback: ts.ArrowFunction,
  args: readonly (() => HirExpr)[],
): HirStatement[] {
  return callback.parameters.flatMap((parameter, index) => bind(b, scope, parameter, args[index]));
}

function bind(
  b: Builder,
  scope: Scope,
  parameter: ts.ParameterDeclaration,
  argument: (() => HirExpr) | undefined,
): HirStatement[] {
  if (argument === undefined) return [];
  if (!ts.isIdentifier(parameter.name))
    return lowerPatternOf(b, scope, parameter.name, argument(), (to, part) =>
      declarePart(b, scope, to, part),
    );
  const symbol = b.checker.getSymbolAtLocation(parameter.name);
  if (symbol === undefined) return [];
  const given = argument();
  // `Array.from({ length: n }, (_, index) => …)`: the first parameter is never anything.
  if (given.type.kind === "void") return [];
  const type = convertType(b, b.checker.getTypeAtLocation(parameter.name), parameter);
  const value = flow(b, given, type, parameter);
  const local = b.addLocal(scope, parameter.name.getText(), type, parameter.name, {
    reassigned: b.reassigned.has(symbol),
  });
  b.entities.set(symbol, { kind: "local", local });
  return [{ kind: "let", local, value, span: b.span(parameter) }];
}

function lowerResult(b: Builder, scope: Scope, result: ts.Expression | null, callback: ts.Node): HirExpr {
  if (result === null) return expression(b, callback, { kind: "undefined", type: types.void });
  const isVoid =
    (b.checker.getTypeAtLocation(result).flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  return isVoid ? lowerEffect(b, scope, result) : lowerExpression(b, scope, result);
}

interface Body {
  readonly statements: readonly ts.Statement[];
  readonly result: ts.Expression | null;
}

/** A body that returns nowhere but at its end. */
function bodyOf(callback: ts.ArrowFunction): Body | null {
  const { body } = callback;
  if (!ts.isBlock(body)) return { statements: [], result: body };
  const last = body.statements.at(-1);
  const endsWithReturn = last !== undefined && ts.isReturnStatement(last);
  const statements = endsWithReturn ? body.statements.slice(0, -1) : [...body.statements];
  if (statements.some(returns)) return null;
  return { statements, result: endsWithReturn ? (last.expression ?? null) : null };
}

/** Code that belongs to a function of its own: it returns, or has variables of the function. */
function returns(node: ts.Node): boolean {
  if (ts.isReturnStatement(node)) return true;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) return true;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return ts.forEachChild(node, (child) => returns(child) || undefined) ?? false;
}
