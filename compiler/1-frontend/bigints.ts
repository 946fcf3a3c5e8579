/**
 * Bigints: literals, operators, and comparisons with numbers. Operators are
 * intrinsics; compound forms are written out as a read and an assignment.
 * Constants are folded here, because what they pass through may need more than 64 bits.
 */

import { ts } from "ts-morph";
import {
  type BigintFunctionName,
  type BigintOperatorName,
  bigintOperators,
  mixedComparisons,
} from "../intrinsics/bigints.ts";
import {
  type BigintOp,
  type BigintType,
  bigintOperation,
  invertBigints,
  negateBigints,
} from "../ir/bigint-ranges.ts";
import type { BigintRange } from "../ir/facts.ts";
import type { ArithmeticOp, CompareOp, HirExpr, HirTarget, HirType } from "../ir/hir.ts";
import { armOf } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { takeArms } from "./narrowing.ts";
import { after, hold, holdTarget } from "./temporaries.ts";
import { flow } from "./unify-types.ts";

export function bigintType(sized: BigintType | null = null): HirType {
  return { kind: "bigint", sized };
}

export function bigintLiteral(b: Builder, node: ts.Node, value: bigint): HirExpr {
  return expression(b, node, { kind: "bigint", value, type: bigintType() });
}

/** `0xffn` */
export function lowerBigintLiteral(b: Builder, node: ts.BigIntLiteral): HirExpr {
  return bigintLiteral(b, node, BigInt(node.text.replace(/n$/, "").replaceAll("_", "")));
}

export function bigintCall(
  b: Builder,
  node: ts.Node,
  name: BigintFunctionName | BigintOperatorName,
  args: readonly HirExpr[],
  type: HirType = bigintType(),
): HirExpr {
  return expression(b, node, { kind: "intrinsic", name, args, type });
}

const operatorNames = new Map(
  Object.entries(bigintOperators).map(([name, op]): [BigintOp, BigintOperatorName] => [
    op,
    name as BigintOperatorName,
  ]),
);

function constantRange(value: HirExpr): BigintRange | null {
  return value.kind === "bigint" ? { lo: value.value, hi: value.value } : null;
}

/** Larger constants are left to the checks at run time. */
const FOLDED_MAX = 2n ** 300n;

function folded(b: Builder, node: ts.Node, range: BigintRange | null): HirExpr | null {
  const isConstant = range !== null && range.lo === range.hi;
  return isConstant && range.lo < FOLDED_MAX && range.lo > -FOLDED_MAX
    ? bigintLiteral(b, node, range.lo)
    : null;
}

/** Of constants only operators that have one result. */
function foldedBinary(
  b: Builder,
  node: ts.Node,
  op: BigintOp,
  left: HirExpr,
  right: HirExpr,
): HirExpr | null {
  if (left.kind !== "bigint" || right.kind !== "bigint") return null;
  if (right.value > 299n && (op === "<<" || op === "**")) return null;
  const isBitwise = op === "&" || op === "|" || op === "^";
  if (isBitwise) return bigintLiteral(b, node, bitwise(op, left.value, right.value));
  if (op === "%" && right.value !== 0n) return bigintLiteral(b, node, left.value % right.value);
  if (op === "%" || (op === "**" && left.value < 0n)) return null;
  return folded(b, node, bigintOperation(op, constantRange(left), constantRange(right)));
}

function bitwise(op: "&" | "|" | "^", left: bigint, right: bigint): bigint {
  return op === "&" ? left & right : op === "|" ? left | right : left ^ right;
}

/** `left op right` of two bigints. */
export function bigintBinary(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  op: ArithmeticOp,
  left: HirExpr,
  right: HirExpr,
): HirExpr {
  if (op === ">>>") return b.unsupported(node, "'>>>' on a bigint is", "Use '>>'.");
  const constant = foldedBinary(b, node, op, left, right);
  if (constant !== null) return constant;
  const name = operatorNames.get(op);
  if (name === undefined) return b.unsupported(node, `'${op}' on a bigint is`, "Convert it to a number.");
  const throws =
    op === "/" || op === "%" ? "Division by zero" : op === "**" ? "Exponent must be non-negative" : null;
  if (throws === null || isSafe(op, right)) return bigintCall(b, node, name, [left, right]);
  const code = new CodeWriter(b, scope, node);
  const first = code.let("left", left);
  const second = code.let("right", right);
  const zero = bigintLiteral(b, node, 0n);
  code.if(code.compare(op === "**" ? "<" : "===", second(), zero), () => code.throw("RangeError", throws));
  return code.done(bigintCall(b, node, name, [first(), second()]));
}

function isSafe(op: ArithmeticOp, right: HirExpr): boolean {
  return right.kind === "bigint" && (op === "**" ? right.value >= 0n : right.value !== 0n);
}

/** `-value` */
export function negateBigint(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  return folded(b, node, negateBigints(constantRange(value))) ?? bigintCall(b, node, "bigintNegate", [value]);
}

/** `~value` */
export function invertBigint(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  return folded(b, node, invertBigints(constantRange(value))) ?? bigintCall(b, node, "bigintNot", [value]);
}

/** `1` or `1n`, as what `++` adds. */
export function stepFor(b: Builder, node: ts.Node, old: HirExpr, delta: 1 | -1): HirExpr {
  return old.type.kind === "bigint"
    ? bigintLiteral(b, node, BigInt(delta))
    : expression(b, node, { kind: "number", value: delta, type: types.number });
}

/** A bigint and a number, in either order; null: other operands. */
export function compareMixed(
  b: Builder,
  node: ts.Node,
  op: CompareOp,
  left: HirExpr,
  right: HirExpr,
): HirExpr | null {
  const kinds = [left.type.kind, right.type.kind];
  if (!kinds.includes("bigint") || !kinds.includes("number")) return null;
  const name = mixedNames.find((one) => mixedComparisons[one] === op);
  return name === undefined
    ? null
    : expression(b, node, { kind: "intrinsic", name, args: [left, right], type: types.boolean });
}

const mixedNames = Object.keys(mixedComparisons) as (keyof typeof mixedComparisons)[];

/** `target++` and `target--`. */
export function updateBigint(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  delta: 1 | -1,
  place: { readonly target: HirTarget; readonly type: HirType },
): HirExpr {
  const target = holdTarget(b, scope, node.operand, place.target, place.type);
  const arm = armOf(place.type, "bigint") ?? bigintType();
  const read = target.read();
  const old = hold(
    b,
    scope,
    node,
    "old",
    read.type.kind === "union" ? takeArms(b, node, read, [arm]) : read,
    false,
  );
  const sum = bigintCall(b, node, "bigintAdd", [old.read(), bigintLiteral(b, node, BigInt(delta))]);
  const next = hold(b, scope, node, "value", sum, false);
  const value = flow(b, next.read(), place.type, node);
  const store = expression(b, node, { kind: "assign", target: target.target(), value, type: value.type });
  const result = (ts.isPrefixUnaryExpression(node) ? next : old).read();
  const done = expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value: store, span: store.span }],
    value: result,
    type: result.type,
  });
  return after(b, node, [...target.held, old, next], done);
}
