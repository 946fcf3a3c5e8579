/** What the functions of `Math` do to number facts. */
import { isByteAccess } from "../../intrinsics/bytes.ts";
import { isTextOperation } from "../../intrinsics/strings.ts";
import { type IntrinsicName, intrinsic } from "../../intrinsics/table.ts";
import type { NumberFact } from "../../ir/facts.ts";
import {
  ANY,
  containsZero,
  EMPTY,
  hasNoNumber,
  isEmpty,
  join,
  joinAll,
  makeFact,
  ONLY_NAN,
  withNan,
} from "./fact.ts";
import { outward } from "./transfer-arithmetic.ts";
import { leadingZeros, multiplyInt32, roundToFloat } from "./transfer-bits.ts";

type Unary = (a: NumberFact) => NumberFact;

const unary: Partial<Record<IntrinsicName, Unary>> = {
  mathAbs: absolute,
  mathFloor: rounding(Math.floor),
  mathCeil: rounding(Math.ceil),
  mathTrunc: rounding(Math.trunc),
  mathRound: rounding(Math.round),
  mathSign: (a) => monotonic(a, Math.sign, true),
  mathClz32: leadingZeros,
  mathFround: roundToFloat,
  mathSqrt: (a) => onDomain(a, 0, Infinity, Math.sqrt, 0),
  mathCbrt: (a) => onDomain(a, -Infinity, Infinity, Math.cbrt, 1),
  mathSin: (a) => bounded(a, -1, 1),
  mathCos: (a) => bounded(a, -1, 1),
  mathTan: (a) => bounded(a, -Infinity, Infinity),
  mathAsin: (a) => onDomain(a, -1, 1, Math.asin, 1),
  mathAcos: (a) =>
    isEmpty(a) ? EMPTY : makeFact(0, outward(Math.PI, 1), false, a.nan || a.lo < -1 || a.hi > 1),
  mathAtan: (a) => onDomain(a, -Infinity, Infinity, Math.atan, 1),
  mathExp: (a) => notNegative(onDomain(a, -Infinity, Infinity, Math.exp, 1)),
  mathSinh: (a) => onDomain(a, -Infinity, Infinity, Math.sinh, 1),
  mathCosh: (a) => (isEmpty(a) ? EMPTY : makeFact(outward(1, -1), Infinity, false, a.nan)),
  mathTanh: (a) => onDomain(a, -Infinity, Infinity, Math.tanh, 1),
  mathAsinh: (a) => onDomain(a, -Infinity, Infinity, Math.asinh, 1),
  mathAcosh: (a) => onDomain(a, 1, Infinity, Math.acosh, 1),
  mathAtanh: (a) => onDomain(a, -1, 1, Math.atanh, 1),
  mathExpm1: (a) => onDomain(a, -Infinity, Infinity, Math.expm1, 1),
  mathLog1p: (a) => onDomain(a, -1, Infinity, Math.log1p, 1),
  mathLog: (a) => onDomain(a, 0, Infinity, Math.log, 1),
  mathLog2: (a) => onDomain(a, 0, Infinity, Math.log2, 1),
  mathLog10: (a) => onDomain(a, 0, Infinity, Math.log10, 1),
};

/** The value of a number-valued intrinsic. */
export function intrinsicFact(name: IntrinsicName, args: readonly NumberFact[]): NumberFact {
  if (name === "stringParseInt") return makeFact(-Infinity, Infinity, true, true);
  if (isTextOperation(name) || isByteAccess(name)) return fromTable(name);
  if (args.some(isEmpty)) return EMPTY;
  const one = unary[name];
  const [first = ONLY_NAN, second = ONLY_NAN] = args;
  if (one !== undefined) return one(first);
  switch (name) {
    case "mathMin":
      return extreme(args, Math.min, Infinity);
    case "mathMax":
      return extreme(args, Math.max, -Infinity);
    case "mathImul":
      return multiplyInt32(first, second);
    case "mathHypot":
      return hypotenuse(args);
    case "mathAtan2":
      return withNan(makeFact(outward(-Math.PI, -1), outward(Math.PI, 1), false), first.nan || second.nan);
    default:
      return fromTable(name);
  }
}

/** The value of an intrinsic or a wait whose range the table states. */
function fromTable(name: IntrinsicName): NumberFact {
  const { range } = intrinsic(name).result;
  return range === undefined ? ANY : makeFact(range.lo, range.hi, range.integer);
}

function absolute(a: NumberFact): NumberFact {
  if (hasNoNumber(a)) return a;
  const ends = [Math.abs(a.lo), Math.abs(a.hi)];
  return makeFact(containsZero(a) ? 0 : Math.min(...ends), Math.max(...ends), a.integer, a.nan);
}

function monotonic(a: NumberFact, op: (value: number) => number, integer: boolean): NumberFact {
  return hasNoNumber(a) ? a : makeFact(op(a.lo), op(a.hi), integer, a.nan);
}

function rounding(op: (value: number) => number): Unary {
  return (a) => (a.integer ? a : monotonic(a, op, true));
}

/** A rising function; NaN outside [lo, hi]. `slack` 1: the C library may differ in the last bits. */
function onDomain(
  a: NumberFact,
  lo: number,
  hi: number,
  op: (value: number) => number,
  slack: 0 | 1,
): NumberFact {
  if (hasNoNumber(a)) return a;
  const nan = a.nan || a.lo < lo || a.hi > hi;
  const from = Math.max(a.lo, lo);
  const to = Math.min(a.hi, hi);
  if (from > to) return nan ? ONLY_NAN : EMPTY;
  const low = op(from);
  const high = op(to);
  if (slack === 0) return makeFact(low, high, false, nan);
  // Near an overflow a library may round to Infinity a little earlier.
  return makeFact(outward(low, -1), high > 1e308 ? Infinity : outward(high, 1), false, nan);
}

function notNegative(a: NumberFact): NumberFact {
  return hasNoNumber(a) ? a : makeFact(Math.max(0, a.lo), a.hi, a.integer, a.nan);
}

/** Periodic functions: NaN for infinities. */
function bounded(a: NumberFact, lo: number, hi: number): NumberFact {
  if (hasNoNumber(a)) return a;
  return makeFact(lo, hi, false, a.nan || a.lo === -Infinity || a.hi === Infinity);
}

function extreme(args: readonly NumberFact[], op: (...values: number[]) => number, none: number): NumberFact {
  if (args.length === 0) return makeFact(none, none, true);
  if (args.some(hasNoNumber)) return ONLY_NAN;
  const lo = op(...args.map((a) => a.lo));
  const hi = op(...args.map((a) => a.hi));
  return makeFact(lo, hi, chosenIsInteger(args, lo, hi), joinAll(args).nan);
}

/** Arguments that can never be chosen do not count: `Math.max(0, …)` of a whole and a negative fraction. */
function chosenIsInteger(args: readonly NumberFact[], lo: number, hi: number): boolean {
  return args.every((a) => a.integer || a.hi < lo || a.lo > hi);
}

function hypotenuse(args: readonly NumberFact[]): NumberFact {
  const sizes = args.map(absolute);
  const nan = sizes.some((size) => size.nan);
  if (sizes.some(hasNoNumber)) return join(makeFact(Infinity, Infinity, true), ONLY_NAN);
  const lo = Math.hypot(...sizes.map((size) => size.lo));
  const hi = Math.hypot(...sizes.map((size) => size.hi));
  // hypot(Infinity, NaN) is Infinity.
  const high = nan ? Infinity : hi > 1e308 ? Infinity : outward(hi, 1);
  return makeFact(Math.max(0, outward(lo, -1)), high, false, nan);
}
