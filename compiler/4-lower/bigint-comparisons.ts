/** Comparisons of bigints, with each other and with numbers. */
import { bigintLimits, meetBigints } from "../ir/bigint-ranges.ts";
import type { BigintRange } from "../ir/facts.ts";
import type { CompareOp, HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { bitsAs, hold, i64, rangeOf, signed, u64 } from "./bigint-values.ts";
import { lowerOperands } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, compareOp, isSame, pure } from "./numbers.ts";
import { fits, isInt } from "./representation.ts";

type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;
type Range = BigintRange | null;

const i32: MirType = { kind: "i32" };
const f64: MirType = { kind: "f64" };

export function lowerCompareBigints(
  f: FunctionBuilder,
  op: CompareOp,
  left: HirExpr,
  right: HirExpr,
): MirExpr {
  const [a, c] = lowerOperands(f, [left, right]);
  return compareBigints(f, op, defined(a, "left"), defined(c, "right"), [
    rangeOf(f, left),
    rangeOf(f, right),
  ]);
}

export function compareBigints(
  f: FunctionBuilder,
  op: CompareOp,
  left: MirExpr,
  right: MirExpr,
  ranges: readonly [Range, Range],
): MirExpr {
  const [a, c] = ranges;
  const decided = decide(op, a, c);
  if (decided !== null) return constant(boolType, decided ? 1 : 0);
  if (left.type.kind === right.type.kind) {
    if (isSame(left, right)) return constant(boolType, op === "===" || op === "<=" || op === ">=" ? 1 : 0);
    return binary(compareOp(op), left, right, boolType);
  }
  const isPlain = [a, c].every((range) => range === null || range.lo >= 0n);
  if (isPlain) return binary(compareOp(op), bitsAs(left, u64), bitsAs(right, u64), boolType);
  /* One may be negative, the other beyond int64. */
  const x = hold(f, left);
  const y = hold(f, right);
  const order = pure("tsfw_bigint_order", signed(x, y), i32);
  return binary(compareOp(op), order, constant(i32, 0), boolType);
}

/** The outcome, where the ranges alone say it: C compilers warn about such comparisons. */
function decide(op: CompareOp, a: Range, c: Range): boolean | null {
  if (a === null || c === null) return null;
  const isApart = a.hi < c.lo || a.lo > c.hi;
  const isEqual = a.lo === a.hi && c.lo === c.hi && a.lo === c.lo;
  switch (op) {
    case "===":
      return isApart ? false : isEqual ? true : null;
    case "!==":
      return isApart ? true : isEqual ? false : null;
    case "<":
      return a.hi < c.lo ? true : a.lo >= c.hi ? false : null;
    case "<=":
      return a.hi <= c.lo ? true : a.lo > c.hi ? false : null;
    case ">":
      return a.lo > c.hi ? true : a.hi <= c.lo ? false : null;
    case ">=":
      return a.lo >= c.hi ? true : a.hi < c.lo ? false : null;
  }
}

const turned: Readonly<Record<"<" | "<=" | ">" | ">=", "<" | "<=" | ">" | ">=">> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A bigint and a number: by their exact values. */
export function lowerMixed(f: FunctionBuilder, node: Intrinsic, op: keyof typeof turned): MirExpr {
  const [left, right] = node.args;
  const first = defined(left, "left");
  const [a, c] = lowerOperands(f, node.args);
  const isTurned = first.type.kind === "number";
  const numberNode = defined(isTurned ? left : right, "number");
  const bigNode = defined(isTurned ? right : left, "bigint");
  const number = defined(isTurned ? a : c, "number");
  const big = defined(isTurned ? c : a, "bigint");
  const outcome = isTurned ? turned[op] : op;
  const fact = f.lowering.numbers.node(numberNode.id);
  if (isInt(number.type) && fits(fact, "i64") && fact.lo <= fact.hi) {
    const range = meetBigints({ lo: BigInt(fact.lo), hi: BigInt(fact.hi) }, bigintLimits.i64);
    return compareBigints(f, outcome, big, cast(number, i64), [rangeOf(f, bigNode), range]);
  }
  const value = hold(f, big);
  const order = pure("tsfw_bigint_order_f64", [...signed(value), cast(number, f64)], i32);
  /* 2 stands for NaN, which is neither. */
  const held = f.hold(order, "order");
  const isNumber = binary("!=", held, constant(i32, 2), boolType);
  return binary("&&", isNumber, binary(compareOp(outcome), held, constant(i32, 0), boolType), boolType);
}
