/** The transfer functions of the range analysis against JavaScript itself: no result may leave its fact. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { narrowSides, narrowTruthy } from "../compiler/3-analyse/ranges/compare.ts";
import {
  contains,
  describeFact,
  EMPTY,
  isWithin,
  join,
  makeFact,
  meet,
  STANDARD_THRESHOLDS,
  widen,
} from "../compiler/3-analyse/ranges/fact.ts";
import { arithmetic, storedFact } from "../compiler/3-analyse/ranges/transfer.ts";
import { negate } from "../compiler/3-analyse/ranges/transfer-arithmetic.ts";
import { bitNot, convertTo } from "../compiler/3-analyse/ranges/transfer-bits.ts";
import { intrinsicFact } from "../compiler/3-analyse/ranges/transfer-math.ts";
import type { NumberFact } from "../compiler/ir/facts.ts";
import type { ArithmeticOp, CompareOp, SizedName } from "../compiler/ir/hir.ts";
import { comparisons, operators, wraps } from "./ranges-numbers.ts";

const RUNS = { numRuns: 4000 };

const edges = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2,
  3,
  7,
  31,
  32,
  33,
  127,
  128,
  255,
  256,
  -128,
  -129,
  32767,
  65535,
  2147483647,
  2147483648,
  -2147483648,
  -2147483649,
  4294967295,
  4294967296,
  9007199254740991,
  9007199254740992,
  9007199254740994,
  -9007199254740992,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Infinity,
  -Infinity,
];

const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...edges) },
  { weight: 3, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: -4294967300, max: 4294967300 }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
);

interface Sample {
  readonly fact: NumberFact;
  readonly value: number;
}

/** A fact and one of its values. */
const sample: fc.Arbitrary<Sample> = fc
  .record({
    a: number,
    b: number,
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    pick: fc.constantFrom("lo", "hi", "inside", "nan", "zero"),
    integer: fc.boolean(),
    nan: fc.boolean(),
  })
  .map(({ a, b, at, pick, integer, nan }) => {
    const whole = integer && Math.floor(a) === a && Math.floor(b) === b;
    const fact = makeFact(Math.min(a, b), Math.max(a, b), whole, nan);
    const between = Number.isFinite(fact.lo + fact.hi) ? fact.lo + (fact.hi - fact.lo) * at : fact.hi;
    const inside = whole ? Math.floor(between) : between;
    const wanted = { lo: fact.lo, hi: fact.hi, inside, nan: NaN, zero: -0 }[pick];
    return { fact, value: contains(fact, wanted) ? wanted : fact.lo };
  });

function expectContained(result: NumberFact, value: number): void {
  if (!contains(result, value)) throw new Error(`${value} is not in ${describeFact(result)}`);
}

describe("operators contain every result", () => {
  for (const [op, run] of Object.entries(operators) as [ArithmeticOp, (a: number, b: number) => number][]) {
    it(op, () => {
      fc.assert(
        fc.property(sample, sample, (a, b) => {
          expectContained(arithmetic(op, a.fact, b.fact), run(a.value, b.value));
        }),
        RUNS,
      );
    });
  }

  it("negate and bitNot", () => {
    fc.assert(
      fc.property(sample, (a) => {
        expectContained(negate(a.fact), -a.value);
        expectContained(bitNot(a.fact), ~a.value);
      }),
      RUNS,
    );
  });
});

const sizedNames = Object.keys(wraps) as SizedName[];

it("conversions contain every result", () => {
  fc.assert(
    fc.property(fc.constantFrom(...sizedNames), sample, (to, a) => {
      expectContained(convertTo(to, a.fact), wraps[to](a.value));
    }),
    RUNS,
  );
});

it("a sized place holds what fits, or what wraps without checks", () => {
  fc.assert(
    fc.property(fc.constantFrom(...sizedNames), sample, (sized, a) => {
      const type = { kind: "number", sized } as const;
      const wrapped = wraps[sized](a.value);
      expectContained(storedFact(type, a.fact, "none"), wrapped);
      if (wrapped === a.value) expectContained(storedFact(type, a.fact, "all"), a.value);
    }),
    RUNS,
  );
});

const unary = {
  mathAbs: Math.abs,
  mathFloor: Math.floor,
  mathCeil: Math.ceil,
  mathTrunc: Math.trunc,
  mathRound: Math.round,
  mathSign: Math.sign,
  mathClz32: Math.clz32,
  mathFround: Math.fround,
  mathSqrt: Math.sqrt,
  mathCbrt: Math.cbrt,
  mathSin: Math.sin,
  mathCos: Math.cos,
  mathTan: Math.tan,
  mathAsin: Math.asin,
  mathAcos: Math.acos,
  mathAtan: Math.atan,
  mathExp: Math.exp,
  mathLog: Math.log,
  mathLog2: Math.log2,
  mathLog10: Math.log10,
} as const;

describe("Math contains every result", () => {
  for (const [name, run] of Object.entries(unary) as [keyof typeof unary, (value: number) => number][]) {
    it(name, () => {
      fc.assert(
        fc.property(sample, (a) => expectContained(intrinsicFact(name, [a.fact]), run(a.value))),
        RUNS,
      );
    });
  }

  it("min, max, hypot, imul, atan2", () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 3 }), sample, sample, (list, a, b) => {
        const values = list.map((each) => each.value);
        const facts = list.map((each) => each.fact);
        expectContained(intrinsicFact("mathMin", facts), Math.min(...values));
        expectContained(intrinsicFact("mathMax", facts), Math.max(...values));
        expectContained(intrinsicFact("mathHypot", facts), Math.hypot(...values));
        expectContained(intrinsicFact("mathImul", [a.fact, b.fact]), Math.imul(a.value, b.value));
        expectContained(intrinsicFact("mathAtan2", [a.fact, b.fact]), Math.atan2(a.value, b.value));
      }),
      RUNS,
    );
  });
});

describe("conditions keep what passes them", () => {
  for (const [op, run] of Object.entries(comparisons) as [CompareOp, (a: number, b: number) => boolean][]) {
    it(op, () => {
      fc.assert(
        fc.property(sample, sample, (a, b) => {
          const sides = narrowSides(op, { left: a.fact, right: b.fact }, run(a.value, b.value));
          if (sides === null) throw new Error("a possible outcome is held impossible");
          expectContained(sides.left, a.value);
          expectContained(sides.right, b.value);
        }),
        RUNS,
      );
    });
  }

  it("truthiness", () => {
    fc.assert(
      fc.property(sample, (a) => expectContained(narrowTruthy(a.fact, Boolean(a.value)), a.value)),
      RUNS,
    );
  });
});

it("join, meet and widening keep members", () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const both = join(a.fact, b.fact);
      expectContained(both, a.value);
      expectContained(both, b.value);
      expect(isWithin(a.fact, both) && isWithin(b.fact, both)).toBe(true);
      if (contains(b.fact, a.value)) expectContained(meet(a.fact, b.fact), a.value);
      expect(isWithin(both, widen(a.fact, b.fact, STANDARD_THRESHOLDS))).toBe(true);
      expect(join(EMPTY, a.fact)).toEqual(a.fact);
    }),
    RUNS,
  );
});

describe("facts are as tight as people expect", () => {
  const int = (lo: number, hi: number): NumberFact => makeFact(lo, hi, true);
  const any = makeFact(-Infinity, Infinity, false, true);
  it.each([
    ["x & 0xff", arithmetic("&", any, int(255, 255)), int(0, 255)],
    ["x >>> 0", arithmetic(">>>", any, int(0, 0)), int(0, 4294967295)],
    ["x | 0", arithmetic("|", any, int(0, 0)), int(-2147483648, 2147483647)],
    ["[0,9] * [0,9]", arithmetic("*", int(0, 9), int(0, 9)), int(0, 81)],
    ["x % 10", arithmetic("%", int(0, 1000), int(10, 10)), int(0, 9)],
    ["-x % 10", arithmetic("%", int(-1000, 5), int(10, 10)), int(-9, 5)],
    ["[13,17] % 10", arithmetic("%", int(13, 17), int(10, 10)), int(3, 7)],
    ["[1,4] << 4", arithmetic("<<", int(1, 4), int(4, 4)), int(16, 64)],
    ["x >> 4", arithmetic(">>", int(0, 4095), int(4, 4)), int(0, 255)],
    ["[1,2] | [4,5]", arithmetic("|", int(1, 2), int(4, 5)), int(4, 7)],
    ["trunc(x / 2)", intrinsicFact("mathTrunc", [arithmetic("/", int(0, 99), int(2, 2))]), int(0, 49)],
    ["2 ** [0,10]", arithmetic("**", int(2, 2), int(0, 10)), int(1, 1024)],
    ["u8(-1)", convertTo("u8", int(-1, -1)), int(255, 255)],
    ["i8([250,260])", convertTo("i8", int(250, 260)), int(-6, 4)],
  ])("%s", (_, result, expected) => {
    expect(result).toEqual(expected);
  });
});
