/**
 * Operators of bigints. One whose exact result is proven to fit is plain C;
 * others are checked first. What only needs its low 64 bits is computed in
 * uint64 without checks.
 */
import { type BigintOperatorName, bigintOperators } from "../intrinsics/bigints.ts";
import { maskedOperand } from "../ir/bigint-bits.ts";
import {
  bigintLimits,
  bigintOperation,
  I64_MAX,
  invertBigints,
  isWithinBigints,
  negateBigints,
} from "../ir/bigint-ranges.ts";
import type { BigintRange } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import {
  bigintConstant,
  bigintRepresentation,
  bitsAs,
  hold,
  i64,
  isNegative,
  LEAVES,
  LEAVES_SIGNED,
  rangeOf,
  signed,
  u64,
} from "./bigint-values.ts";
import { choose } from "./conditions.ts";
import { lowerExpression, lowerOperands } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, isSame, pure } from "./numbers.ts";
import { lowerStatements } from "./statements.ts";

type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;
type Range = BigintRange | null;

const i32: MirType = { kind: "i32" };

const names: Readonly<Record<BigintOperatorName, string>> = {
  bigintAdd: "add",
  bigintSubtract: "subtract",
  bigintMultiply: "multiply",
  bigintDivide: "divide",
  bigintRemainder: "remainder",
  bigintPower: "power",
  bigintAnd: "and",
  bigintOr: "or",
  bigintXor: "xor",
  bigintShiftLeft: "shift",
  bigintShiftRight: "shift",
};

export function lowerBigintOperator(f: FunctionBuilder, node: Intrinsic, name: BigintOperatorName): MirExpr {
  const [left, right] = node.args;
  const a = defined(left, "left operand");
  const c = defined(right, "right operand");
  const masked = maskedOperand(node, (operand) => rangeOf(f, operand));
  if (masked !== null) return lowerMasked(f, node, a, c, masked);
  return operate(f, name, a, c, false);
}

/** `isModular`: nobody looks at more than the low 64 bits of the result. */
function operate(
  f: FunctionBuilder,
  name: BigintOperatorName,
  a: HirExpr,
  c: HirExpr,
  isModular: boolean,
): MirExpr {
  const ranges = [rangeOf(f, a), rangeOf(f, c)];
  const exact = bigintOperation(bigintOperators[name], ranges[0] ?? null, ranges[1] ?? null);
  const type = isModular ? ({ kind: "u64" } as const) : bigintRepresentation(exact);
  const fitsResult = isModular || isWithinBigints(exact, bigintLimits[type.kind]);
  const within = (limits: BigintRange): boolean => ranges.every((range) => isWithinBigints(range, limits));
  const common = within(bigintLimits.i64) ? i64 : within(bigintLimits.u64) ? u64 : null;
  const isChecked = !fitsResult && f.lowering.checks === "all";
  const operands = lowerOperands(f, [a, c]);
  const isWritten = isChecked || common === null || calls.has(name);
  const [x, y] = isWritten ? operands.map((one) => hold(f, one)) : operands;
  const left = defined(x, "left");
  const right = defined(y, "right");
  switch (name) {
    case "bigintAdd":
    case "bigintSubtract":
    case "bigintMultiply":
      if (isChecked)
        checkFits(f, `TSFW_BIGINT_${names[name]}_fits_${type.kind}`.toUpperCase(), [left, right], exact);
      return fitsResult && common !== null && common.kind === type.kind
        ? binary(bigintOperators[name], bitsAs(left, type), bitsAs(right, type), type)
        : bitsAs(binary(bigintOperators[name], bitsAs(left, u64), bitsAs(right, u64), u64), type);
    case "bigintAnd":
    case "bigintOr":
    case "bigintXor":
      if (isChecked) checkFits(f, `tsfw_bigint_${names[name]}_fits`, signed(left, right), exact);
      return bitwise(bigintOperators[name], bitsAs(left, type), bitsAs(right, type), type);
    case "bigintDivide":
    case "bigintRemainder":
      return divide(f, name, left, right, { type, common, isChecked, exact, ranges });
    case "bigintShiftLeft":
    case "bigintShiftRight":
      return shift(f, name === "bigintShiftLeft", left, right, {
        counts: ranges[1] ?? null,
        type,
        isChecked,
        exact,
      });
    case "bigintPower":
      if (isChecked) checkFits(f, `tsfw_bigint_power_fits_${type.kind}`, signed(left, right), exact);
      return bitsAs(pure("tsfw_bigint_power", [bitsAs(left, u64), bitsAs(right, u64)], u64), type);
  }
}

/** Operators that are functions of C: their operands are written several times. */
const calls: ReadonlySet<BigintOperatorName> = new Set<BigintOperatorName>([
  "bigintShiftLeft",
  "bigintShiftRight",
  "bigintPower",
]);

/** C compilers fold `x & x` with conversions they then warn about. */
function bitwise(op: "&" | "|" | "^", left: MirExpr, right: MirExpr, type: MirType): MirExpr {
  if (isSame(left, right)) return op === "^" ? constant(type, 0) : left;
  return binary(op, left, right, type);
}

function checkFits(f: FunctionBuilder, symbol: string, args: readonly MirExpr[], exact: Range): void {
  f.check(pure(symbol, args, boolType), messageFor(exact));
}

function messageFor(exact: Range): string {
  return exact !== null && exact.lo < 0n && exact.hi > I64_MAX ? LEAVES_SIGNED : LEAVES;
}

interface Division {
  readonly type: MirType & { kind: "i64" | "u64" };
  readonly common: MirType | null;
  readonly isChecked: boolean;
  readonly exact: Range;
  readonly ranges: readonly Range[];
}

/** The divisor is not zero: the front end has asked. */
function divide(
  f: FunctionBuilder,
  name: "bigintDivide" | "bigintRemainder",
  left: MirExpr,
  right: MirExpr,
  { type, common, isChecked, exact, ranges }: Division,
): MirExpr {
  const op = bigintOperators[name];
  const [dividends, divisors] = ranges;
  /* The one quotient of int64 that is none. */
  const mayOverflow =
    common?.kind === "i64" &&
    isWithinBigints({ lo: bigintLimits.i64.lo, hi: bigintLimits.i64.lo }, dividends ?? NEVER) &&
    isWithinBigints({ lo: -1n, hi: -1n }, divisors ?? NEVER);
  if (common !== null && !mayOverflow) {
    const result = binary(op, bitsAs(left, common), bitsAs(right, common), common);
    return bitsAs(result, type);
  }
  const args = signed(left, right);
  if (isChecked) checkFits(f, `tsfw_bigint_${names[name]}_fits_${type.kind}`, args, exact);
  return bitsAs(pure(`tsfw_bigint_${names[name]}`, args, u64), type);
}

const NEVER: BigintRange = { lo: 0n, hi: 0n };

interface Shift {
  readonly counts: Range;
  readonly type: MirType & { kind: "i64" | "u64" };
  readonly isChecked: boolean;
  readonly exact: Range;
}

function shift(
  f: FunctionBuilder,
  isLeft: boolean,
  value: MirExpr,
  count: MirExpr,
  { counts, type, isChecked, exact }: Shift,
): MirExpr {
  const isPlain = counts !== null && counts.lo >= 0n && counts.hi <= 63n;
  const by = cast(count.kind === "wideConstant" ? constant(i64, 63) : count, i32);
  if (isPlain && !isLeft) return bitsAs(binary(">>", value, by, value.type), type);
  const word = isLeft ? "left" : "right";
  const args = [...signed(value), bitsAs(count, u64), isNegative(count)];
  if (isChecked) checkFits(f, `tsfw_bigint_shift_${word}_fits_${type.kind}`, args, exact);
  if (isPlain) return bitsAs(binary("<<", bitsAs(value, u64), by, u64), type);
  return bitsAs(pure(`tsfw_bigint_shift_${word}`, args, u64), type);
}

export function lowerBigintUnary(f: FunctionBuilder, operand: HirExpr, isNot: boolean): MirExpr {
  const range = rangeOf(f, operand);
  const exact = isNot ? invertBigints(range) : negateBigints(range);
  const type = bigintRepresentation(exact);
  const isChecked = !isWithinBigints(exact, bigintLimits[type.kind]) && f.lowering.checks === "all";
  const value = lowerExpression(f, operand);
  const held = isChecked ? hold(f, value) : value;
  const zero = constant(i64, 0);
  if (isChecked && !isNot)
    checkFits(f, `TSFW_BIGINT_SUBTRACT_FITS_${type.kind.toUpperCase()}`, [zero, held], exact);
  /* Of the values that are not negative, those beyond int64 have no inverse in 64 bits. */
  if (isChecked && isNot && held.type.kind === "u64")
    f.check(binary("<=", held, bigintConstant(I64_MAX, u64), boolType), LEAVES);
  const bits = bitsAs(held, u64);
  const result: MirExpr = isNot
    ? { kind: "unary", op: "~", value: bits, type: u64 }
    : binary("-", constant(u64, 0), bits, u64);
  return bitsAs(result, type);
}

// The low 64 bits

/** `value & mask` where the mask is not negative. */
function lowerMasked(f: FunctionBuilder, node: Intrinsic, a: HirExpr, c: HirExpr, masked: HirExpr): MirExpr {
  const [left, right] = lowerBits(f, [a, c], (operand) => operand === masked);
  return bitsAs(
    bitwise("&", bitsAs(defined(left, "left"), u64), bitsAs(defined(right, "right"), u64), u64),
    bigintRepresentation(rangeOf(f, node)),
  );
}

/** Operands in order, some of them only as their low bits. */
function lowerBits(
  f: FunctionBuilder,
  nodes: readonly HirExpr[],
  isModular: (node: HirExpr) => boolean,
): MirExpr[] {
  return lowerOperands(f, nodes, (node) =>
    isModular(node) ? lowerModular(f, node) : lowerExpression(f, node),
  );
}

/** The low 64 bits of an expression, as uint64. */
function lowerModular(f: FunctionBuilder, node: HirExpr): MirExpr {
  if (node.kind === "bigint") return bigintConstant(BigInt.asUintN(64, node.value), u64);
  if (node.kind === "sequence") {
    lowerStatements(f, node.statements);
    return lowerModular(f, node.value);
  }
  if (node.kind === "conditional") {
    const side = (value: HirExpr) => (): MirExpr => lowerModular(f, value);
    return choose(f, lowerExpression(f, node.test), u64, side(node.whenTrue), side(node.whenFalse));
  }
  if (node.kind !== "intrinsic") return bitsAs(lowerExpression(f, node), u64);
  const { name } = node;
  switch (name) {
    case "bigintAdd":
    case "bigintSubtract":
    case "bigintMultiply":
    case "bigintAnd":
    case "bigintOr":
    case "bigintXor": {
      const [left, right] = lowerBits(f, node.args, () => true);
      const op = bigintOperators[name];
      const [x, y] = [defined(left, "left"), defined(right, "right")];
      return op === "&" || op === "|" || op === "^" ? bitwise(op, x, y, u64) : binary(op, x, y, u64);
    }
    case "bigintShiftLeft": {
      const [value, count] = node.args;
      if (value === undefined || count === undefined) break;
      if (count.kind !== "bigint" || count.value < 0n) return operate(f, name, value, count, true);
      const bits = lowerModular(f, value);
      return count.value > 63n
        ? constant(u64, 0)
        : binary("<<", bits, constant(i32, Number(count.value)), u64);
    }
    case "bigintShiftRight":
    case "bigintDivide":
    case "bigintRemainder":
      return operate(f, name, defined(node.args[0], "left"), defined(node.args[1], "right"), true);
    case "bigintNegate":
      return binary("-", constant(u64, 0), lowerModular(f, defined(node.args[0], "operand")), u64);
    case "bigintNot":
      return { kind: "unary", op: "~", value: lowerModular(f, defined(node.args[0], "operand")), type: u64 };
    case "bigintFromText":
      return pure("tsfw_str_bigint_bits", [lowerExpression(f, defined(node.args[0], "text"))], u64);
    default:
      break;
  }
  return bitsAs(lowerExpression(f, node), u64);
}

/** `asIntN`, `asUintN`: nothing is left to do where the value is one of them. */
export function lowerBigintWrap(f: FunctionBuilder, node: Intrinsic, size: HirExpr, value: HirExpr): MirExpr {
  const bits = size.kind === "number" ? size.value : 64;
  const type = bigintRepresentation(rangeOf(f, node));
  const low = lowerModular(f, value);
  if (bits === 0) return constant(type, 0);
  if (bits === 64) return bitsAs(low, type);
  if (node.name === "bigintAsUint")
    return bitsAs(binary("&", low, bigintConstant(2n ** BigInt(bits) - 1n, u64), u64), type);
  const up = constant(i32, 64 - bits);
  return bitsAs(binary(">>", bitsAs(binary("<<", low, up, u64), i64), up, i64), type);
}
