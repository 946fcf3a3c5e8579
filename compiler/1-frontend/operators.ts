/** Operators: arithmetic, comparison, logic, conditional and comma. */

import { ts } from "ts-morph";
import type { ArithmeticOp, CompareOp, HirExpr } from "../ir/hir.ts";
import { lowerAssignment } from "./assignments.ts";
import { bigintBinary } from "./bigints.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { lowerCompare } from "./equality.ts";
import { lowerInstanceOf as lowerErrorTest } from "./errors.ts";
import {
  lowerCondition,
  lowerEffect,
  lowerExpression,
  printable,
  template,
  toBoolean,
} from "./expressions.ts";
import { lowerIn } from "./in-operator.ts";
import { lowerInstanceOf, lowerPrivateIn } from "./instance-tests.ts";
import { isDiscarded } from "./narrowing.ts";
import { refuseSyntax } from "./refused-syntax.ts";
import { lowerConditionalSides, lowerMixedLogical, lowerNullish, sequence, unit } from "./short-circuit.ts";
import { isAssignmentOperator } from "./symbols.ts";
import { joinSized } from "./unify-types.ts";

export function lowerNumber(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  if (value.type.kind !== "number")
    return b.unsupported(node, `Arithmetic on ${kindOf(value.type)} is`, "Convert it to a number first.");
  return value;
}

/** A number or a bigint. */
export function lowerNumeric(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  if (value.type.kind !== "number" && value.type.kind !== "bigint")
    return b.unsupported(node, `Arithmetic on ${kindOf(value.type)} is`, "Convert it to a number first.");
  return value;
}

const arithmetic = new Map<ts.SyntaxKind, ArithmeticOp>([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.SlashToken, "/"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskToken, "**"],
  [ts.SyntaxKind.AmpersandToken, "&"],
  [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.CaretToken, "^"],
  [ts.SyntaxKind.LessThanLessThanToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, ">>>"],
]);

const comparison = new Map<ts.SyntaxKind, CompareOp>([
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.EqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsToken, "!=="],
]);

export function lowerBinary(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const operator = node.operatorToken.kind;
  if (isAssignmentOperator(operator)) return lowerAssignment(b, scope, node);
  if (operator === ts.SyntaxKind.CommaToken) return lowerComma(b, scope, node);
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken)
    return lowerLogical(b, scope, node);
  if (operator === ts.SyntaxKind.QuestionQuestionToken) return lowerNullish(b, scope, node);
  if (operator === ts.SyntaxKind.InstanceOfKeyword)
    return lowerErrorTest(b, scope, node) ?? lowerInstanceOf(b, scope, node);
  if (operator === ts.SyntaxKind.InKeyword && ts.isPrivateIdentifier(node.left))
    return lowerPrivateIn(b, scope, node);
  const compare = comparison.get(operator);
  if (compare !== undefined) return lowerCompare(b, scope, node, compare);
  if (operator === ts.SyntaxKind.InKeyword) return lowerIn(b, scope, node);
  const op = arithmetic.get(operator);
  if (op === undefined) return refuseSyntax(b, node);
  const left = lowerExpression(b, scope, node.left);
  const right = lowerExpression(b, scope, node.right);
  return binary(b, scope, node, op, left, right);
}

/** `left op right`: arithmetic on numbers, or the joined text when `+` has a string on either side. */
export function binary(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  op: ArithmeticOp,
  left: HirExpr,
  right: HirExpr,
): HirExpr {
  if (op === "+" && (left.type.kind === "string" || right.type.kind === "string")) {
    return template(b, node, [printable(b, node, left, scope), printable(b, node, right, scope)]);
  }
  if (left.type.kind === "bigint" && right.type.kind === "bigint")
    return bigintBinary(b, scope, node, op, left, right);
  if (left.type.kind !== "number" || right.type.kind !== "number") {
    return b.unsupported(
      node,
      `'${op}' on ${left.type.kind} and ${right.type.kind} is`,
      "Convert both sides to numbers.",
    );
  }
  return expression(b, node, { kind: "arithmetic", op, left, right, type: types.number });
}

function lowerComma(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const first = lowerEffect(b, scope, node.left);
  const value = lowerEffect(b, scope, node.right);
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value: first, span: first.span }],
    value,
    type: value.type,
  });
}

function lowerLogical(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const op = node.operatorToken.kind === ts.SyntaxKind.BarBarToken ? "||" : "&&";
  const left = lowerExpression(b, scope, node.left);
  const right = lowerEffect(b, scope, node.right);
  if (isDiscarded(node)) return guarded(b, node, op, left, right);
  const { kind } = left.type;
  if (kind !== right.type.kind || (kind !== "boolean" && kind !== "number" && kind !== "string"))
    return lowerMixedLogical(b, scope, node, op, left, right);
  return expression(b, node, { kind: "logical", op, left, right, type: joinSized(left.type, right.type) });
}

/** `test && call()` as a statement. */
function guarded(
  b: Builder,
  node: ts.BinaryExpression,
  op: "&&" | "||",
  left: HirExpr,
  right: HirExpr,
): HirExpr {
  const test = toBoolean(b, node.left, left);
  const nothing = expression(b, node, { kind: "undefined", type: types.void });
  const run = right.type.kind === "void" ? right : sequence(b, node, right, unit(b, node, "void"));
  return expression(b, node, {
    kind: "conditional",
    test,
    whenTrue: op === "&&" ? run : nothing,
    whenFalse: op === "&&" ? nothing : run,
    type: types.void,
  });
}

export function lowerConditional(b: Builder, scope: Scope, node: ts.ConditionalExpression): HirExpr {
  const test = lowerCondition(b, scope, node.condition);
  const whenTrue = lowerEffect(b, scope, node.whenTrue);
  const whenFalse = lowerEffect(b, scope, node.whenFalse);
  return lowerConditionalSides(b, node, test, whenTrue, whenFalse);
}
