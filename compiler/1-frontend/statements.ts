/** Statements of the source to statements of HIR. A refused statement is reported and left out. */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import { isUnit } from "../ir/union-types.ts";
import { lowerAwaitedCall } from "./async.ts";
import { type Builder, expressionStatement, type Jump, Refused, type Scope } from "./builder.ts";
import { lowerSuperCall } from "./constructors.ts";
import { lowerExportAssignment } from "./default-exports.ts";
import { lowerEnum } from "./enums.ts";
import { lowerTry } from "./errors.ts";
import { lowerCondition, lowerEffect, lowerExpression } from "./expressions.ts";
import { inlinedYield } from "./generators/inline-generators.ts";
import { lowerGeneratorReturn } from "./generators/yields.ts";
import { lowerLabelled } from "./labels.ts";
import { lowerFor, lowerForIn, lowerForOf, lowerWhile } from "./loops.ts";
import { lowerImportEquals, lowerNamespace } from "./namespaces.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { unit } from "./short-circuit.ts";
import { lowerStaticParts } from "./static-members.ts";
import { lowerSwitch } from "./switches.ts";
import { lowerThrow } from "./thrown-values.ts";
import { promiseResult } from "./types.ts";
import { flow } from "./unify-types.ts";
import { isUsing, lowerUsing } from "./using.ts";
import { lowerVariables } from "./variables.ts";

export function lowerStatements(
  b: Builder,
  scope: Scope,
  statements: readonly ts.Statement[],
): HirStatement[] {
  const resource = statements.findIndex(isUsing);
  const before = resource < 0 ? statements : statements.slice(0, resource);
  const lowered = before.flatMap((statement) => lowerStatement(b, scope, statement));
  const using = statements[resource];
  return using === undefined
    ? lowered
    : [...lowered, ...lowerResources(b, scope, using, statements.slice(resource + 1))];
}

/** A block from a `using` on. */
function lowerResources(
  b: Builder,
  scope: Scope,
  using: ts.Statement,
  rest: readonly ts.Statement[],
): HirStatement[] {
  if (!isUsing(using)) return [];
  try {
    return lowerUsing(b, scope, using, () => lowerStatements(b, scope, rest));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}

function lowerStatement(b: Builder, scope: Scope, statement: ts.Statement): HirStatement[] {
  const jumps = scope.jumps.length;
  try {
    return lowerOne(b, scope, statement, null);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    scope.jumps.length = jumps;
    return [];
  }
}

function lowerOne(b: Builder, scope: Scope, node: ts.Statement, label: string | null): HirStatement[] {
  const span = b.span(node);
  if (scope.inlined !== undefined) {
    if (ts.isExpressionStatement(node) && ts.isYieldExpression(node.expression))
      return [...inlinedYield(b, scope, scope.inlined, node.expression)];
    if (ts.isReturnStatement(node)) return [{ kind: "break", jump: scope.inlined.end, span }];
  }
  if (ts.isVariableStatement(node)) return lowerVariables(b, scope, node.declarationList, node);
  if (ts.isExpressionStatement(node) && isSuperCall(node.expression))
    return lowerSuperCall(b, scope, node.expression);
  if (ts.isExpressionStatement(node)) return [expressionStatement(lowerEffect(b, scope, node.expression))];
  if (ts.isBlock(node)) return lowerBlock(b, scope, node, label);
  if (ts.isIfStatement(node)) {
    const test = lowerCondition(b, scope, node.expression);
    const whenTrue = lowerStatements(b, scope, [node.thenStatement]);
    const whenFalse = node.elseStatement === undefined ? [] : lowerStatements(b, scope, [node.elseStatement]);
    return [{ kind: "if", test, whenTrue, whenFalse, span }];
  }
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return lowerWhile(b, scope, node, label);
  if (ts.isForStatement(node)) return lowerFor(b, scope, node, label);
  if (ts.isForOfStatement(node)) return lowerForOf(b, scope, node, label);
  if (ts.isForInStatement(node)) return lowerForIn(b, scope, node, label);
  if (ts.isSwitchStatement(node)) return lowerSwitch(b, scope, node, label);
  if (ts.isLabeledStatement(node))
    return lowerLabelled(b, scope, node, (inner, name) => lowerOne(b, scope, inner, name));
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) return [lowerJump(b, scope, node)];
  if (ts.isReturnStatement(node)) return lowerReturn(b, scope, node);
  if (ts.isThrowStatement(node)) return [lowerThrow(b, scope, node)];
  if (ts.isTryStatement(node)) return [lowerTry(b, scope, node)];
  if (ts.isClassDeclaration(node)) return lowerStaticParts(b, scope, node);
  if (ts.isEnumDeclaration(node)) return lowerEnum(b, scope, node);
  if (ts.isModuleDeclaration(node))
    return lowerNamespace(b, node, (statements) => lowerStatements(b, scope, statements));
  if (ts.isExportAssignment(node)) return lowerExportAssignment(b, scope, node);
  if (ts.isImportEqualsDeclaration(node)) return lowerImportEquals(b, node);
  if (isDeclarationOnly(node)) return [];
  return refuseSyntax(b, node);
}

function isSuperCall(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
}

/** Declarations that run no code of their own. */
function isDeclarationOnly(node: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isEmptyStatement(node)
  );
}

function lowerBlock(b: Builder, scope: Scope, node: ts.Block, label: string | null): HirStatement[] {
  const span = b.span(node);
  if (label === null)
    return [{ kind: "block", statements: lowerStatements(b, scope, node.statements), breakId: null, span }];
  const jump: Jump = { id: b.nextJump(), label, isLoop: false, takesPlainBreak: false };
  return [
    {
      kind: "block",
      statements: inside(scope, jump, () => lowerStatements(b, scope, node.statements)),
      breakId: jump.id,
      span,
    },
  ];
}

export function inside<T>(scope: Scope, jump: Jump, lower: () => T): T {
  scope.jumps.push(jump);
  const result = lower();
  scope.jumps.pop();
  return result;
}

// Variables
function lowerJump(b: Builder, scope: Scope, node: ts.BreakOrContinueStatement): HirStatement {
  const written = node.label?.text ?? null;
  const label = written === null ? null : (b.labels.get(written) ?? written);
  const isContinue = ts.isContinueStatement(node);
  const target = scope.jumps.findLast((jump) => {
    if (label !== null) return jump.label === label;
    return isContinue ? jump.isLoop : jump.takesPlainBreak;
  });
  if (target === undefined)
    return b.unsupported(node, "This jump is", "Use break or continue inside a loop.");
  const span = b.span(node);
  if (isContinue && target.round !== undefined) return { kind: "break", jump: target.round, span };
  return { kind: isContinue ? "continue" : "break", jump: target.id, span };
}

function lowerReturn(b: Builder, scope: Scope, node: ts.ReturnStatement): HirStatement[] {
  const span = b.span(node);
  if (scope.generator !== null) return lowerGeneratorReturn(b, scope, scope.generator, node.expression, node);
  if (node.expression === undefined) {
    const value = isUnit(scope.result) ? null : flow(b, unit(b, node, "void"), scope.result, node);
    return [{ kind: "return", value, span }];
  }
  const value = lowerReturnValue(b, scope, node.expression);
  if (scope.result.kind === "void")
    return [expressionStatement(value), { kind: "return", value: null, span }];
  return [{ kind: "return", value, span }];
}

/** What a return hands on: in an async function a returned promise is awaited. */
export function lowerReturnValue(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const isPromise = promiseResult(b, b.checker.getTypeAtLocation(node)) !== null;
  const value =
    isPromise && scope.isAsync ? lowerAwaitedCall(b, scope, node, node) : lowerEffectOrValue(b, scope, node);
  return scope.result.kind === "void" ? value : flow(b, value, scope.result, node);
}

function lowerEffectOrValue(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  return scope.result.kind === "void" ? lowerEffect(b, scope, node) : lowerExpression(b, scope, node);
}
