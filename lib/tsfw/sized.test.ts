/** Sized numbers: wrapping at run time, and at type-check time which size may be stored where. */

import { describe, expect, it } from "vitest";
import * as sized from "./sized.ts";
import {
  type f32,
  type f64,
  type i8,
  type i16,
  type i32,
  i64,
  u8,
  type u16,
  type u32,
  u64,
} from "./sized.ts";

const wraps = {
  u8,
  i8: sized.i8,
  u16: sized.u16,
  i16: sized.i16,
  u32: sized.u32,
  i32: sized.i32,
  f32: sized.f32,
  f64: sized.f64,
};

describe("functions", () => {
  it.each([
    ["u8", 256, 0],
    ["u8", -1, 255],
    ["i8", 128, -128],
    ["u16", 65537, 1],
    ["i16", 32768, -32768],
    ["u32", -1, 4294967295],
    ["u32", 4294967296, 0],
    ["i32", 2147483648, -2147483648],
    ["i32", -1.9, -1],
    ["f32", 0.1, 0.10000000149011612],
    ["f64", 0.1, 0.1],
  ] as const)("%s(%d) is %d", (name, value, expected) => {
    expect(wraps[name](value)).toBe(expected);
  });

  it("wrap 64 bits on bigint", () => {
    expect(u64(-1n)).toBe(18446744073709551615n);
    expect(i64(9223372036854775808n)).toBe(-9223372036854775808n);
  });
});

describe("types", () => {
  const byte: u8 = u8(5);
  const signedByte: i8 = -5;
  const word: u16 = 5;
  const signedLong: i32 = 5;
  const long: u32 = 5;

  it("take plain numbers and every size that fits", () => {
    const plain = 5 as number;
    const fromPlain: u8 = plain;
    const widened: [u16, u32, i16, i32, f32, f64] = [byte, word, signedByte, word, word, long];
    expect([fromPlain, ...widened]).toHaveLength(7);
  });

  it("refuse what may not fit", () => {
    // @ts-expect-error i32 to u8
    const a: u8 = signedLong;
    // @ts-expect-error i32 to u32
    const b: u32 = signedLong;
    // @ts-expect-error u16 to i16
    const c: i16 = word;
    // @ts-expect-error i8 to u16
    const d: u16 = signedByte;
    // @ts-expect-error u32 to f32
    const e: f32 = long;
    // @ts-expect-error u64 to i64
    const f: sized.i64 = u64(1n);
    expect([a, b, c, d, e, f]).toHaveLength(6);
  });
});
