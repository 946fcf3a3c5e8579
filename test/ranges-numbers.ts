/** JavaScript's number operations by their names in the HIR. */
import type { IntrinsicName } from "../compiler/intrinsics/table.ts";
import type { ArithmeticOp, CompareOp, SizedName } from "../compiler/ir/hir.ts";

export const operators: Record<ArithmeticOp, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
};

export const comparisons: Record<CompareOp, (a: unknown, b: unknown) => boolean> = {
  "<": (a, b) => Number(a) < Number(b),
  "<=": (a, b) => Number(a) <= Number(b),
  ">": (a, b) => Number(a) > Number(b),
  ">=": (a, b) => Number(a) >= Number(b),
  "===": (a, b) => a === b,
  "!==": (a, b) => a !== b,
};

export const wraps: Record<SizedName, (value: number) => number> = {
  i8: (value) => (value << 24) >> 24,
  u8: (value) => value & 0xff,
  i16: (value) => (value << 16) >> 16,
  u16: (value) => value & 0xffff,
  i32: (value) => value | 0,
  u32: (value) => value >>> 0,
  f32: Math.fround,
  f64: (value) => value,
};

const predicates: Partial<Record<IntrinsicName, (value: unknown) => boolean>> = {
  numberIsInteger: Number.isInteger,
  numberIsFinite: Number.isFinite,
  numberIsNaN: Number.isNaN,
  numberIsSafeInteger: Number.isSafeInteger,
};

/** `Math` and `Number` functions. */
export function callMath(name: IntrinsicName, args: readonly number[]): number | boolean {
  const predicate = predicates[name];
  if (predicate !== undefined) return predicate(args[0]);
  const method = name.slice(4, 5).toLowerCase() + name.slice(5);
  const run = (Math as unknown as Record<string, (...values: number[]) => number>)[method];
  if (run === undefined) throw new Error(`no function of Math is called ${name}`);
  return run(...args);
}

/** The sum of two integers is not rounded. */
export function isExactSum(op: ArithmeticOp, a: number, b: number): boolean {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return true;
  const sum = op === "-" ? BigInt(a) - BigInt(b) : BigInt(a) + BigInt(b);
  return sum >= -(2n ** 53n) && sum <= 2n ** 53n;
}
