/** Integer divisions: cut, or rounded down, up or to the nearest, without a double. */
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import { integerDivision, type QuotientRounding } from "../ir/integer-division.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerOperands } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, isSimple, lowerTruncatedQuotient, type Numeric } from "./numbers.ts";
import { valueType } from "./representation.ts";

/** `Math.trunc(a / b)`, `(a / b) | 0`, `Math.round(a / b)` and the like; null: another expression, or one that needs a double. */
export function lowerIntegerDivision(f: FunctionBuilder, node: HirExpr): MirExpr | null {
  const { numbers } = f.lowering;
  const found = integerDivision(node, (id) => numbers.node(id));
  if (found === null) return null;
  const { left, right } = found.division;
  const [a, b] = lowerOperands(f, [left, right]);
  const dividend: Numeric = { expr: defined(a, "dividend"), fact: numbers.node(left.id) };
  const divisor: Numeric = { expr: defined(b, "divisor"), fact: numbers.node(right.id) };
  const quotient = rounded(f, found.rounding, dividend, divisor);
  if (quotient === null) return null;
  return found.wraps ? cast(cast(quotient, { kind: "u32" }), { kind: "i32" }) : quotient;
}

/** The divisor is positive, but for a cut quotient. */
function rounded(f: FunctionBuilder, rounding: QuotientRounding, a: Numeric, b: Numeric): MirExpr | null {
  if (rounding === "cut") return lowerTruncatedQuotient(a, b);
  const divisor = { ...b, expr: isSimple(b.expr) ? b.expr : f.hold(b.expr, "divisor") };
  if (rounding === "round") {
    /* floor(a / b + 1/2) = floor((2a + b) / 2b) */
    const twice = scaled(divisor, 2);
    return rounded(f, "floor", sum(scaled(a, 2), divisor), twice);
  }
  if (rounding === "floor" && a.fact.lo >= 0) return lowerTruncatedQuotient(a, divisor);
  return lowerTruncatedQuotient(moved(f, rounding, a, divisor), divisor);
}

/** The dividend, moved so that cutting rounds down (what is negative) or up (what is positive). */
function moved(f: FunctionBuilder, rounding: "floor" | "ceil", a: Numeric, b: Numeric): Numeric {
  const isUp = rounding === "ceil";
  const most = b.fact.hi - 1;
  const fact: NumberFact = {
    ...a.fact,
    lo: isUp ? a.fact.lo : a.fact.lo - most,
    hi: isUp ? a.fact.hi + most : a.fact.hi,
  };
  const type = typeFor(a.fact, b.fact, fact);
  const held = cast(isSimple(a.expr) ? a.expr : f.hold(a.expr, "dividend"), type);
  const step = binary("-", cast(b.expr, type), constant(type, 1), type);
  const shifted = binary(isUp ? "+" : "-", held, step, type);
  const isPlain = isUp ? a.fact.lo > 0 : a.fact.hi < 0;
  if (isPlain) return { expr: shifted, fact };
  const test = binary(isUp ? ">" : "<", held, constant(type, 0), boolType);
  return { expr: { kind: "select", test, whenTrue: shifted, whenFalse: held, type }, fact };
}

function scaled(value: Numeric, by: number): Numeric {
  const fact = { ...value.fact, lo: value.fact.lo * by, hi: value.fact.hi * by };
  const type = typeFor(value.fact, fact);
  return { expr: binary("*", cast(value.expr, type), constant(type, by), type), fact };
}

function sum(a: Numeric, b: Numeric): Numeric {
  const fact = { ...a.fact, lo: a.fact.lo + b.fact.lo, hi: a.fact.hi + b.fact.hi };
  const type = typeFor(a.fact, b.fact, fact);
  return { expr: binary("+", cast(a.expr, type), cast(b.expr, type), type), fact };
}

/** A type that holds them all. */
function typeFor(...facts: readonly NumberFact[]): MirType {
  const lo = Math.min(...facts.map((fact) => fact.lo));
  const hi = Math.max(...facts.map((fact) => fact.hi));
  return valueType({ lo, hi, integer: true, nan: false });
}
