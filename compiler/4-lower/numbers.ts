/**
 * JavaScript arithmetic in machine types. Operands come with the facts that
 * prove their range; the result's fact decides whether an integer operation is
 * exact. Everything else is done in double, as JavaScript does.
 */
import type { NumberFact } from "../ir/facts.ts";
import type { ArithmeticOp, CompareOp, SizedName } from "../ir/hir.ts";
import type { BinaryOp, IntName, MirExpr, MirType } from "../ir/mir.ts";
import { checkedSum } from "./checked-sum.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { fits, isEmpty, isInt, rangeOf, TWO_53 } from "./representation.ts";

/** A lowered number with what is known about it. */
export interface Numeric {
  readonly expr: MirExpr;
  readonly fact: NumberFact;
}

const f64: MirType = { kind: "f64" };
const i32: MirType = { kind: "i32" };
const u32: MirType = { kind: "u32" };

export function cast(value: MirExpr, type: MirType): MirExpr {
  if (value.type.kind === type.kind) return value;
  if (value.kind === "constant") return { ...value, value: constantIn(type, value.value), type };
  const isThereAndBack = value.kind === "cast" && value.value.type.kind === type.kind;
  if (isThereAndBack && isWord(type) && isWord(value.type)) return value.value;
  return { kind: "cast", value, type };
}

/** Conversions between these keep every bit. */
function isWord(type: MirType): boolean {
  return type.kind === "i32" || type.kind === "u32";
}

const bits: Readonly<Record<IntName, number>> = {
  i8: 8,
  u8: 8,
  i16: 16,
  u16: 16,
  i32: 32,
  u32: 32,
  i64: 64,
  u64: 64,
};

/** What the C conversion of a constant gives, so that C has nothing left to convert (and to warn about). */
function constantIn(type: MirType, value: number): number {
  if (type.kind === "f32") return Math.fround(value);
  if (!isInt(type)) return value;
  if (!Number.isFinite(value)) return 0;
  const whole = BigInt(Math.trunc(value));
  const size = bits[type.kind];
  return Number(type.kind.startsWith("u") ? BigInt.asUintN(size, whole) : BigInt.asIntN(size, whole));
}

/** Whether two expressions are the same reads of the same places. */
export function isSame(a: MirExpr, c: MirExpr): boolean {
  return JSON.stringify(a) === JSON.stringify(c);
}

export function binary(op: BinaryOp, left: MirExpr, right: MirExpr, type: MirType): MirExpr {
  return { kind: "binary", op, left, right, type };
}

export function pure(symbol: string, args: readonly MirExpr[], type: MirType): MirExpr {
  return { kind: "pure", symbol, args, type };
}

/** The exact range of an integer sum, difference or product; null when it is not one. */
export function exactRange(op: ArithmeticOp, a: NumberFact, b: NumberFact): NumberFact | null {
  if (isEmpty(a) || isEmpty(b)) return { lo: 0, hi: 0, integer: true, nan: false };
  if (!a.integer || !b.integer || a.nan || b.nan) return null;
  const ends =
    op === "+"
      ? [a.lo + b.lo, a.hi + b.hi]
      : op === "-"
        ? [a.lo - b.hi, a.hi - b.lo]
        : op === "*"
          ? [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]
          : null;
  /* At 2^53 the end itself may be a rounded one: only below it the sum is known to be exact. */
  if (ends === null || ends.some((end) => !(Math.abs(end) < TWO_53))) return null;
  return { lo: Math.min(...ends), hi: Math.max(...ends), integer: true, nan: false };
}

/** An integer type in which both operands and the exact result are representable; null: use double. */
function commonInt(facts: readonly NumberFact[]): IntName | null {
  const inhabited = facts.filter((fact) => !isEmpty(fact));
  const every = (name: IntName): boolean => inhabited.every((fact) => fits(fact, name));
  if (every("i32")) return "i32";
  if (every("u32")) return "u32";
  return every("i64") ? "i64" : null;
}

/**
 * `left op right`. `result` is the fact of the node; `isChecked` marks a sum
 * that is kept in int64 and must panic beyond ±2^53.
 */
export function lowerArithmetic(
  f: FunctionBuilder,
  op: ArithmeticOp,
  left: Numeric,
  right: Numeric,
  result: NumberFact,
  isChecked: boolean,
): MirExpr {
  switch (op) {
    case "+":
    case "-":
    case "*":
      return lowerLinear(f, op, left, right, isChecked);
    case "/":
      return lowerQuotient(left, right);
    case "%":
      return lowerRemainder(left, right, result);
    case "**":
      return pure("tsfw_f64_pow", [cast(left.expr, f64), cast(right.expr, f64)], f64);
    case "&":
    case "|":
    case "^":
      return lowerBits(op, toInt32(left), toInt32(right));
    case "<<":
      return cast(binary("<<", toUint32(left), shiftCount(right), u32), i32);
    case ">>":
      return binary(">>", toInt32(left), shiftCount(right), i32);
    case ">>>":
      return binary(">>", toUint32(left), shiftCount(right), u32);
  }
}

/** `x & x` and the like are folded here: C compilers fold them too, with conversions they then warn about. */
function lowerBits(op: "&" | "|" | "^", left: MirExpr, right: MirExpr): MirExpr {
  if (isSame(left, right)) return op === "^" ? constant(i32, 0) : left;
  return binary(op, left, right, i32);
}

function lowerLinear(
  f: FunctionBuilder,
  op: "+" | "-" | "*",
  left: Numeric,
  right: Numeric,
  isChecked: boolean,
): MirExpr {
  if (isChecked && isInt(left.expr.type) && isInt(right.expr.type)) {
    const type: MirType = { kind: "i64" };
    const sum = f.hold(binary(op, cast(left.expr, type), cast(right.expr, type), type), "sum");
    const inRange = binary(
      "&&",
      binary("<=", constant(type, -TWO_53), sum, boolType),
      binary("<=", sum, constant(type, TWO_53), boolType),
      boolType,
    );
    f.check(inRange, "RangeError: a counter left the exact range of number (2^53)");
    return sum;
  }
  const exact = exactRange(op, left.fact, right.fact);
  const name = exact === null ? null : commonInt([left.fact, right.fact, exact]);
  const type: MirType = name === null ? f64 : { kind: name };
  return binary(op, cast(left.expr, type), cast(right.expr, type), type);
}

function lowerQuotient(left: Numeric, right: Numeric): MirExpr {
  return binary("/", cast(left.expr, f64), cast(right.expr, f64), f64);
}

/** Integer `left / right` cut towards zero, as `Math.trunc(a / b)` and `(a / b) | 0` mean; null when zero may divide. */
export function lowerTruncatedQuotient(left: Numeric, right: Numeric): MirExpr | null {
  if (!excludesZero(right.fact)) return null;
  const name = commonInt([
    left.fact,
    right.fact,
    {
      lo: -Math.abs(left.fact.lo),
      hi: Math.max(Math.abs(left.fact.lo), Math.abs(left.fact.hi)),
      integer: true,
      nan: false,
    },
  ]);
  if (name === null) return null;
  const type: MirType = { kind: name };
  return binary("/", cast(left.expr, type), cast(right.expr, type), type);
}

function excludesZero(fact: NumberFact): boolean {
  return !isEmpty(fact) && fact.integer && !fact.nan && (fact.lo > 0 || fact.hi < 0);
}

function lowerRemainder(left: Numeric, right: Numeric, result: NumberFact): MirExpr {
  const name = excludesZero(right.fact) && !result.nan ? commonInt([left.fact, right.fact]) : null;
  if (name === null) return pure("tsfw_f64_mod", [cast(left.expr, f64), cast(right.expr, f64)], f64);
  const overflows =
    name === "i32" && left.fact.lo === -2147483648 && right.fact.lo <= -1 && right.fact.hi >= -1;
  const type: MirType = { kind: overflows ? "i64" : name };
  return binary("%", cast(left.expr, type), cast(right.expr, type), type);
}

/** ToInt32. */
export function toInt32(value: Numeric): MirExpr {
  if (!isInt(value.expr.type) && !fits(value.fact, "i32"))
    return pure("tsfw_f64_to_i32", [cast(value.expr, f64)], i32);
  if (isEmpty(value.fact) || fits(value.fact, "i32")) return cast(value.expr, i32);
  return cast(cast(value.expr, u32), i32);
}

/** ToUint32. */
export function toUint32(value: Numeric): MirExpr {
  if (isInt(value.expr.type)) return cast(value.expr, u32);
  if (fits(value.fact, "u32")) return cast(value.expr, u32);
  return pure("tsfw_f64_to_u32", [cast(value.expr, f64)], u32);
}

function shiftCount(value: Numeric): MirExpr {
  const { expr, fact } = value;
  if (expr.kind === "constant" && Number.isInteger(expr.value)) return constant(u32, expr.value & 31);
  if (!isEmpty(fact) && fits(fact, "u8") && fact.hi <= 31) return cast(expr, u32);
  return binary("&", toUint32(value), constant(u32, 31), u32);
}

const compareOps: Readonly<Record<CompareOp, BinaryOp>> = {
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "===": "==",
  "!==": "!=",
};

export function compareOp(op: CompareOp): BinaryOp {
  return compareOps[op];
}

export function lowerCompareNumbers(op: CompareOp, left: Numeric, right: Numeric): MirExpr {
  const decided = decide(op, left.fact, right.fact);
  if (decided !== null) return constant(boolType, decided ? 1 : 0);
  const bothInt = isInt(left.expr.type) && isInt(right.expr.type);
  const name = bothInt ? commonInt([left.fact, right.fact]) : null;
  const type: MirType = name === null ? f64 : { kind: name };
  if (name !== null && isImpossibleMask(left.expr, right.expr) && (op === "===" || op === "!==")) {
    return constant(boolType, op === "!==" ? 1 : 0);
  }
  if (name !== null && isSame(left.expr, right.expr))
    return constant(boolType, op === "===" || op === "<=" || op === ">=" ? 1 : 0);
  return binary(compareOps[op], cast(left.expr, type), cast(right.expr, type), boolType);
}

/** `(x & mask) === value` with bits in `value` that the mask clears: never equal. */
function isImpossibleMask(left: MirExpr, right: MirExpr): boolean {
  if (left.kind !== "binary" || right.kind !== "constant" || left.left.kind === "constant") return false;
  const mask = left.right;
  if (mask.kind !== "constant") return false;
  if (left.op === "&") return (right.value & ~mask.value) !== 0;
  return left.op === "|" && (mask.value & ~right.value) !== 0;
}

/** The outcome, where the ranges alone say it; C compilers warn about comparisons that are always true. */
function decide(op: CompareOp, a: NumberFact, c: NumberFact): boolean | null {
  if (isEmpty(a) || isEmpty(c) || a.nan || c.nan) return null;
  const isLess = a.hi < c.lo ? true : a.lo >= c.hi ? false : null;
  const isGreater = a.lo > c.hi ? true : a.hi <= c.lo ? false : null;
  const isApart = a.hi < c.lo || a.lo > c.hi;
  const isEqual = isApart ? false : a.lo === a.hi && c.lo === c.hi && a.lo === c.lo ? true : null;
  const opposite = (value: boolean | null): boolean | null => (value === null ? null : !value);
  switch (op) {
    case "<":
      return isLess;
    case ">=":
      return opposite(isLess);
    case ">":
      return isGreater;
    case "<=":
      return opposite(isGreater);
    case "===":
      return isEqual;
    case "!==":
      return opposite(isEqual);
  }
}

/** False for 0 and NaN. `value` is used twice when it is a double. */
export function lowerTruthy(f: FunctionBuilder, value: Numeric): MirExpr {
  if (value.expr.type.kind === "bool") return value.expr;
  if (isInt(value.expr.type)) return binary("!=", value.expr, constant(value.expr.type, 0), boolType);
  const held = isSimple(value.expr) ? value.expr : f.hold(value.expr);
  const notZero = binary("!=", held, constant(held.type, 0), boolType);
  return binary("&&", notZero, binary("==", held, held, boolType), boolType);
}

export function isSimple(expr: MirExpr): boolean {
  return (
    expr.kind === "constant" ||
    expr.kind === "textConstant" ||
    (expr.kind === "load" && expr.place.kind === "local")
  );
}

/** Adapts a value to a representation that its fact says can hold it. */
export function convertTo(value: Numeric, type: MirType): MirExpr {
  return cast(value.expr, type);
}

/** A value about to be stored where the type has a size: checked unless its fact proves that it fits. */
export function convertSized(f: FunctionBuilder, value: Numeric, sized: SizedName): MirExpr {
  if (sized === "f64") return cast(value.expr, f64);
  if (sized === "f32") return convertSingle(f, value);
  if (isEmpty(value.fact) || fits(value.fact, sized)) return convertTo(value, { kind: sized });
  if (f.lowering.checks === "none") return wrap(f, value, sized);
  const sum = checkedSum(f, value.expr, sized);
  if (sum !== null) return sum;
  const held = isSimple(value.expr) ? value.expr : f.hold(value.expr);
  const [lo, hi] = rangeOf(sized);
  const isInside = binary(
    "&&",
    bound(held, ">=", lo, value.fact.lo >= lo),
    bound(held, "<=", hi, value.fact.hi <= hi),
    boolType,
  );
  const ok =
    isInt(held.type) || value.fact.integer
      ? isInside
      : binary(
          "&&",
          isInside,
          binary("==", pure("tsfw_f64_trunc", [cast(held, f64)], f64), cast(held, f64), boolType),
          boolType,
        );
  f.check(ok, `RangeError: value does not fit in ${sized}`);
  return cast(held, { kind: sized });
}

function bound(value: MirExpr, op: ">=" | "<=", limit: number, isProven: boolean): MirExpr {
  if (isProven && isInt(value.type)) return constant(boolType, 1);
  const type = value.type;
  if (isInt(type)) {
    const [lo, hi] = rangeOf(type.kind);
    if ((op === ">=" && limit <= lo) || (op === "<=" && limit >= hi)) return constant(boolType, 1);
  }
  return binary(op, value, constant(type, limit), boolType);
}

function convertSingle(f: FunctionBuilder, value: Numeric): MirExpr {
  const single: MirType = { kind: "f32" };
  if (value.expr.type.kind === "f32") return value.expr;
  const exact =
    isEmpty(value.fact) ||
    (value.fact.integer && !value.fact.nan && value.fact.lo >= -16777216 && value.fact.hi <= 16777216);
  if (exact || f.lowering.checks === "none") return cast(value.expr, single);
  if (
    value.expr.kind === "constant" &&
    (Number.isNaN(value.expr.value) || Math.fround(value.expr.value) === value.expr.value)
  )
    return cast(value.expr, single);
  const held = f.hold(cast(value.expr, f64));
  const same = binary("==", cast(cast(held, single), f64), held, boolType);
  f.check(
    binary("||", same, binary("!=", held, held, boolType), boolType),
    "RangeError: value does not fit in f32",
  );
  return cast(held, single);
}

/** `u8(x)`, `i32(x)`, …: the low bits, as JavaScript's operators give them. */
export function wrap(f: FunctionBuilder, value: Numeric, sized: SizedName): MirExpr {
  if (sized === "f64") return cast(value.expr, f64);
  if (sized === "f32") return cast(value.expr, { kind: "f32" });
  if (isEmpty(value.fact) || fits(value.fact, sized)) return convertTo(value, { kind: sized });
  const bits32 = toUint32(value);
  /* gcc narrows the arithmetic under a narrowing cast, and warns about the conversions it adds itself. */
  const isArithmetic = sized !== "i32" && sized !== "u32" && !isSimple(bits32);
  return cast(isArithmetic ? f.hold(bits32, "bits") : bits32, { kind: sized });
}
