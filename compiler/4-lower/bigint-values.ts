/**
 * Bigints as values of int64 and uint64: which of the two, constants, and what
 * a place does to a value on its way in.
 */
import { bigintLimits, bigintTypeOf, I64_MAX, isWithinBigints } from "../ir/bigint-ranges.ts";
import type { BigintRange } from "../ir/facts.ts";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, isSimple } from "./numbers.ts";
import { TWO_53 } from "./representation.ts";

export const i64: MirType = { kind: "i64" };
export const u64: MirType = { kind: "u64" };

export const LEAVES = "RangeError: the bigint does not fit in 64 bits";
export const LEAVES_SIGNED = "RangeError: the bigint, which may be negative, does not fit in int64";

/** How bigints of this range are kept. */
export function bigintRepresentation(range: BigintRange | null): MirType & { kind: "i64" | "u64" } {
  return { kind: bigintTypeOf(range) };
}

export function bigintConstant(value: bigint, type: MirType): MirExpr {
  const isExact = value >= -BigInt(TWO_53) && value <= BigInt(TWO_53);
  return isExact ? constant(type, Number(value)) : { kind: "wideConstant", value: String(value), type };
}

export function knownValue(expr: MirExpr): bigint | null {
  if (expr.kind === "constant") return BigInt(expr.value);
  return expr.kind === "wideConstant" ? BigInt(expr.value) : null;
}

export function rangeOf(f: FunctionBuilder, node: HirExpr): BigintRange | null {
  return f.lowering.numbers.bigints.node(node.id);
}

/** A value in one of the two types, as the other: its bits stay. */
export function bitsAs(value: MirExpr, type: MirType): MirExpr {
  if (value.type.kind === type.kind) return value;
  const known = knownValue(value);
  if (known !== null)
    return bigintConstant(type.kind === "u64" ? BigInt.asUintN(64, known) : BigInt.asIntN(64, known), type);
  if (value.kind === "cast" && value.value.type.kind === type.kind) return value.value;
  return { kind: "cast", value, type };
}

/** A value on its way into a place, checked where the place's type may not hold it. */
export function adaptBigint(f: FunctionBuilder, to: HirType, type: MirType, value: MirExpr): MirExpr {
  if (value.type.kind === type.kind || (type.kind !== "i64" && type.kind !== "u64")) return value;
  const known = knownValue(value);
  if (known !== null && isWithinBigints({ lo: known, hi: known }, bigintLimits[type.kind]))
    return bitsAs(value, type);
  const isSized = to.kind === "bigint" && to.sized !== null;
  /* A plain place is unsigned only where nothing negative is ever stored. */
  if (type.kind === "u64" && !isSized) return bitsAs(value, type);
  if (f.lowering.checks === "none") return bitsAs(value, type);
  const held = hold(f, value);
  const ok =
    type.kind === "u64"
      ? binary(">=", held, constant(i64, 0), boolType)
      : binary("<=", held, bigintConstant(I64_MAX, u64), boolType);
  f.check(ok, isSized ? `RangeError: value does not fit in ${type.kind}` : LEAVES_SIGNED);
  return bitsAs(held, type);
}

export function hold(f: FunctionBuilder, value: MirExpr): MirExpr {
  return isSimple(value) || value.kind === "wideConstant" ? value : f.hold(value);
}

/** `5n` */
export function lowerBigint(f: FunctionBuilder, value: bigint): MirExpr {
  const range = { lo: value, hi: value };
  const type = bigintRepresentation(range);
  if (isWithinBigints(range, bigintLimits[type.kind])) return bigintConstant(value, type);
  if (f.lowering.checks === "all") f.check(constant(boolType, 0), LEAVES);
  return bitsAs(bigintConstant(BigInt.asUintN(64, value), u64), type);
}

/** A variable whose range is one value needs no load. */
export function constantBigint(f: FunctionBuilder, node: HirExpr): MirExpr | null {
  if (node.type.kind !== "bigint" || (node.kind !== "local" && node.kind !== "static")) return null;
  const range = rangeOf(f, node);
  return range !== null && range.lo === range.hi
    ? bigintConstant(range.lo, bigintRepresentation(range))
    : null;
}

/** A value as its bits and whether it is negative. */
export function signed(...values: readonly MirExpr[]): MirExpr[] {
  return values.flatMap((value) => [bitsAs(value, u64), isNegative(value)]);
}

export function isNegative(value: MirExpr): MirExpr {
  const known = knownValue(value);
  if (value.type.kind === "u64") return constant(boolType, 0);
  if (known !== null) return constant(boolType, known < 0n ? 1 : 0);
  return binary("<", value, constant(i64, 0), boolType);
}
