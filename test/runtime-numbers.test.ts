/**
 * The runtime's numbers against Node's: decimal text, conversions, rounding, %
 * and **, over every exponent, the edges, and random bit patterns. The seed of a
 * run is printed; TSFW_TEST_SEED repeats it, TSFW_TEST_COUNT asks for more.
 */

import { describe, expect, it } from "vitest";
import { buildC, randomBits, runC } from "./runtime-c/build-c.ts";

const seed = BigInt(process.env.TSFW_TEST_SEED ?? Date.now());
const randomCount = Number(process.env.TSFW_TEST_COUNT ?? 200_000);
const TICKS_MAX = 1n << 62n;
const MS_MAX = 2 ** 40;

function doubleFromBits(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0] as number;
}

/** Bits in hexadecimal; all NaNs are one. */
function hexBits(v: number): string {
  const bits = new BigUint64Array(Float64Array.of(v).buffer)[0] as bigint;
  return Number.isNaN(v) ? "7ff8000000000000" : bits.toString(16);
}

const EDGES = [
  ...[0, 0.5, 1, 1.5, 2.5, 0.1, 0.2, 0.3, 1 / 3, 4.35, 0.05, 0.07, 5e-324, 1e21, 1e-6, 1e-7, 123456789],
  ...[999999999999999900000, 1e22, 1e23, 9007199254740994, 2 ** 53, 2 ** 52 + 0.5, 2 ** 31, 2 ** 32, 2 ** 63],
  ...[0.49999999999999994, 2251799813685249.5, 4503599627370495.5, 2 ** 31 - 0.5, 2 ** 32 + 1.9, 2 ** 84],
  ...[Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, 2.2250738585072014e-308, 2.225073858507201e-308],
  ...[Number.NaN, Number.POSITIVE_INFINITY, MS_MAX, MS_MAX - 0.25, 1e15, 0.0004, 17.0005],
].flatMap((v) => [v, -v]);

/** The value below, at and above each power of two. */
function* everyExponent(): Generator<number> {
  for (let exponent = 0n; exponent < 0x7ffn; exponent++) {
    const bits = exponent << 52n;
    yield doubleFromBits(bits);
    yield -doubleFromBits(bits + 1n);
    if (bits > 0n) yield doubleFromBits(bits - 1n);
  }
}

/** Random patterns, and the shapes that programs have: cents, thousandths, integers, decimals with exponent. */
function* randomDoubles(count: number): Generator<number> {
  const source = randomBits(seed);
  for (let i = 0; i < count; i++) {
    const bits = source.next().value;
    const any = doubleFromBits(bits);
    switch (i % 8) {
      case 1:
        yield Math.round((any % 1e6) * 100) / 100;
        break;
      case 2:
        yield Number(bits & 0xffffffn) / 1000;
        break;
      case 3:
        yield Number(bits >> 11n);
        break;
      case 4:
        yield Number(BigInt.asIntN(32, bits)) / 2;
        break;
      case 5:
        yield Number(`${bits % 100_000n}e${((bits >> 20n) % 640n) - 330n}`);
        break;
      default:
        yield any;
    }
  }
}

function compareLines(
  program: string,
  mode: string,
  values: readonly number[],
  expected: (index: number) => string,
): number {
  const input = new Uint8Array(Float64Array.from(values).buffer);
  const lines = runC(program, { input, env: { MODE: mode } }).split("\n");
  const wrong: string[] = [];
  for (let i = 0; i < lines.length - 1; i++) {
    const right = expected(i);
    if (lines[i] !== right && wrong.length < 10) wrong.push(`${i}: ${lines[i]} instead of ${right}`);
  }
  expect(wrong, `seed ${seed}`).toEqual([]);
  return lines.length - 1;
}

describe("runtime numbers", () => {
  const program = buildC({ source: "numbers_filter" });

  it("prints the shortest decimal text, as String(v) does", () => {
    const values = [...EDGES, ...everyExponent(), ...randomDoubles(randomCount)];
    const count = compareLines(program, "format", values, (i) => String(values[i]));
    expect(count).toBe(values.length);
    console.log(`format_f64: ${count} doubles equal to Node's, seed ${seed}`);
  });

  it("converts, rounds and makes ticks as JavaScript does", () => {
    const values = [...EDGES, ...everyExponent(), ...randomDoubles(randomCount / 4)];
    const ticks = (ms: number) =>
      !(ms > 0) ? 0n : !(ms < MS_MAX) ? TICKS_MAX : BigInt(Math.ceil(ms * 1000));
    const count = compareLines(program, "unary", values, (i) => {
      const v = values[i] as number;
      const rounded = [Math.round(v), Math.floor(v), Math.ceil(v), Math.trunc(v)].map(hexBits);
      return [v | 0, v >>> 0, ...rounded, ticks(v)].join(" ");
    });
    expect(count).toBe(values.length);
  });

  it("prints integers of 32 and 64 bits", () => {
    const source = randomBits(seed);
    const edges = [0n, 1n, 9n, 10n, 99n, 100n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 10n ** 19n].flatMap((v) => [
      v - 1n,
      v,
      -v,
    ]);
    const values = edges.map((v) => BigInt.asUintN(64, v));
    for (let i = 0n; i < randomCount / 8; i++) values.push(source.next().value >> (i % 64n));
    const input = new Uint8Array(BigUint64Array.from(values).buffer);
    const expected = values.map((v) =>
      [BigInt.asIntN(32, v), BigInt.asUintN(32, v), BigInt.asIntN(64, v), v].join(" "),
    );
    const lines = runC(program, { input, env: { MODE: "integers" } }).split("\n");
    expect(lines.slice(0, -1)).toEqual(expected);
  });

  it("takes remainders exactly and powers with JavaScript's special cases", () => {
    const source = randomBits(seed);
    const values = EDGES.flatMap((a) => EDGES.flatMap((b) => [a, b]));
    for (let i = 0; i < randomCount / 20; i++) {
      const any = doubleFromBits(source.next().value);
      const near = doubleFromBits((source.next().value % (1n << 56n)) | (0x3fn << 56n));
      values.push(any, i % 2 === 0 ? near : doubleFromBits(source.next().value));
    }
    const special = (v: number) => Number.isNaN(v) || !Number.isFinite(v) || v === 0 || Math.abs(v) === 1;
    const input = new Uint8Array(Float64Array.from(values).buffer);
    const lines = runC(program, { input, env: { MODE: "binary" } }).split("\n");
    const wrong: string[] = [];
    for (let i = 0; 2 * i < values.length; i++) {
      const [a, b] = [values[2 * i] as number, values[2 * i + 1] as number];
      const [mod, pow] = (lines[i] ?? "").split(" ");
      if (mod !== hexBits(a % b)) wrong.push(`${a} % ${b}: ${mod}`);
      /* Other powers may differ in the last bits. */
      if ((special(a) || (special(b) && b !== 1 && b !== -1)) && pow !== hexBits(a ** b))
        wrong.push(`${a} ** ${b}: ${pow}`);
    }
    expect(wrong.slice(0, 10), `seed ${seed}`).toEqual([]);
    expect(lines.length - 1).toBe(values.length / 2);
  });
});
