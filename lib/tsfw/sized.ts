/**
 * Sized numbers: the types say how many bits a value takes, the functions of
 * the same names wrap a number into that size.
 *
 * The brands are optional, so a plain number (or a size whose every value fits)
 * is assignable and the narrowing direction is refused by stock TypeScript.
 * Storing a plain number that does not fit panics in firmware; in Node the
 * value is kept as it is.
 */

export type u8 = number & { readonly __sized?: "u8" };
export type i8 = number & { readonly __sized?: "i8" };
export type u16 = number & { readonly __sized?: "u8" | "u16" };
export type i16 = number & { readonly __sized?: "u8" | "i8" | "i16" };
export type u32 = number & { readonly __sized?: "u8" | "u16" | "u32" };
export type i32 = number & { readonly __sized?: "u8" | "i8" | "u16" | "i16" | "i32" };
export type f32 = number & { readonly __sized?: "u8" | "i8" | "u16" | "i16" | "f32" };
export type f64 = number & {
  readonly __sized?: "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64";
};
export type u64 = bigint & { readonly __sized?: "u64" };
export type i64 = bigint & { readonly __sized?: "i64" };

/** The lowest 8 bits of `value`, 0 to 255. */
export function u8(value: number): u8 {
  return value & 0xff;
}

/** The lowest 8 bits of `value` as a signed number, -128 to 127. */
export function i8(value: number): i8 {
  return (value << 24) >> 24;
}

/** The lowest 16 bits of `value`, 0 to 65535. */
export function u16(value: number): u16 {
  return value & 0xffff;
}

/** The lowest 16 bits of `value` as a signed number, -32768 to 32767. */
export function i16(value: number): i16 {
  return (value << 16) >> 16;
}

/** The lowest 32 bits of `value`, 0 to 4294967295 (as `value >>> 0`). */
export function u32(value: number): u32 {
  return value >>> 0;
}

/** The lowest 32 bits of `value` as a signed number (as `value | 0`). */
export function i32(value: number): i32 {
  return value | 0;
}

/** The lowest 64 bits of `value`, 0 to 2^64 - 1. */
export function u64(value: bigint): u64 {
  return BigInt.asUintN(64, value);
}

/** The lowest 64 bits of `value` as a signed number. */
export function i64(value: bigint): i64 {
  return BigInt.asIntN(64, value);
}

/** `value` rounded to the nearest single-precision number (as `Math.fround`). */
export function f32(value: number): f32 {
  return Math.fround(value);
}

/** `value` itself: a `number` already is double precision. */
export function f64(value: number): f64 {
  return value;
}
