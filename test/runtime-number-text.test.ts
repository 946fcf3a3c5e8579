/**
 * Numbers in other forms of text, and text to numbers, against Node's: edges,
 * random doubles and random texts, among them exact halves between doubles. The
 * seed of a run is printed on failure; TSFW_TEST_SEED repeats it.
 */

import { describe, expect, it } from "vitest";
import { buildC, randomBits, runC } from "./runtime-c/build-c.ts";

const seed = BigInt(process.env.TSFW_TEST_SEED ?? Date.now());
const count = Number(process.env.TSFW_TEST_COUNT ?? 20_000);

function doubleFromBits(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0] as number;
}

function bitsOf(v: number): bigint {
  return new BigUint64Array(Float64Array.of(v).buffer)[0] as bigint;
}

function hexBits(v: number): string {
  return Number.isNaN(v) ? "7ff8000000000000" : bitsOf(v).toString(16);
}

const EDGES = [
  ...[0, -0, 0.5, 1.5, 2.5, 0.05, 1.005, 1.45, 8.345, 123.456, 1e21, -1e21, 1e20, 1e-6, 1e-7, 5e-324],
  ...[9.5, 99.95, 9.999, 0.6, 0.4, 9e22, 1e23, 255, -255.5, 0.1, 1 / 3, 2 ** 53, 2 ** 53 + 2, 2 ** 60],
  ...[Number.MAX_VALUE, Number.NaN, Infinity, -Infinity, 4294967295, -2147483648, 0.9999999999999999],
];

function randomDoubles(): number[] {
  const source = randomBits(seed);
  const values = [...EDGES];
  for (let i = 0; i < count; i++) {
    const bits = source.next().value;
    const any = doubleFromBits(bits);
    values.push(
      [
        any,
        Math.round((any % 1e6) * 100) / 100,
        Number(bits & 0xffffffn) / 1000,
        Number(bits % 10n ** 17n) / 1e4,
      ][i % 4] as number,
    );
  }
  return values;
}

/** The decimal text of the middle between a double and the next. */
function halfAbove(v: number): string {
  const bits = bitsOf(v);
  const exponent = Number(bits >> 52n);
  const significand = (bits & ((1n << 52n) - 1n)) | (exponent === 0 ? 0n : 1n << 52n);
  const power = Math.max(1, exponent) - 1076;
  const double = 2n * significand + 1n;
  return power >= 0 ? (double << BigInt(power)).toString() : `${double * 5n ** BigInt(-power)}e${power}`;
}

function randomTexts(): string[] {
  const source = randomBits(seed);
  const texts = [
    "",
    ".",
    "1.",
    ".5",
    "1e",
    "0x",
    "0x1F",
    "0b2",
    "-0",
    " 7\ufeff",
    "1_0",
    "--1",
    "Infinity",
    "1e400",
  ];
  while (texts.length < count) {
    const bits = source.next().value;
    const v = doubleFromBits(bits & ~(1n << 63n));
    const half = Number.isFinite(v) ? halfAbove(v) : "1";
    const kinds = [
      String(doubleFromBits(bits)),
      half,
      half.includes("e") ? half.replace("e", "0001e") : `${half}.0000001`,
      `${bits % 10n ** 7n}.${bits % 9973n}`,
      `${bits}${bits}.${bits}e${Number(bits % 640n) - 330}`,
      `0x${bits.toString(16)}${(bits >> 40n).toString(16)}`,
      (bits * bits * bits).toString(36),
      bits.toString(7),
    ];
    texts.push(kinds[texts.length % kinds.length] as string);
  }
  return texts;
}

function differences(
  lines: readonly string[],
  expected: (index: number) => readonly string[],
  size: number,
): string[] {
  const wrong: string[] = [];
  for (let i = 0; i < size; i++) {
    const right = expected(i).join(" ");
    if (lines[i] !== right && wrong.length < 10) wrong.push(`${i}: ${lines[i]} instead of ${right}`);
  }
  return wrong;
}

describe("numbers and text", () => {
  const program = buildC({ source: "number_text_filter" });

  it("prints numbers with decimals and in a radix as V8 does", () => {
    const values = randomDoubles();
    const input = new Uint8Array(Float64Array.from(values).buffer);
    const lines = runC(program, { input, env: { MODE: "text" } }).split("\n");
    const forms = (i: number): string[] => {
      const v = values[i] as number;
      const decimals = (i % 102) - 1;
      return [
        v.toFixed(i % 101),
        v.toFixed(i % 7),
        decimals < 0 ? v.toExponential() : v.toExponential(decimals),
        v.toPrecision(1 + (i % 100)),
        v.toPrecision(1 + (i % 9)),
        v.toString(2 + (i % 35)),
        (v | 0).toString(2 + (i % 35)),
        (v >>> 0).toString(2 + (i % 35)),
      ];
    };
    expect(differences(lines, forms, values.length), `seed ${seed}`).toEqual([]);
  });

  it("reads numbers correctly rounded", () => {
    const texts = randomTexts();
    const input = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
    const lines = runC(program, { input, env: { MODE: "parse" } }).split("\n");
    const meanings = (i: number): string[] => {
      const text = texts[i] as string;
      return [
        Number(text),
        Number.parseFloat(text),
        Number.parseInt(text, 0),
        Number.parseInt(text, i % 37),
      ].map(hexBits);
    };
    expect(differences(lines, meanings, texts.length), `seed ${seed}`).toEqual([]);
  });
});
