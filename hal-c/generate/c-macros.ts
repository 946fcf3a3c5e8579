/** Small pieces of C preprocessor text that the chip header is made of. */

/** 0x…u, eight digits. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}u`;
}

export function define(name: string, value: string | number): string {
  return `#define ${name} ${typeof value === "number" ? `${value}u` : value}`;
}

export function flag(name: string, value: boolean): string {
  return `#define ${name} ${value ? 1 : 0}`;
}

/**
 * A macro of one argument as a chain of conditions; with a constant argument it
 * is a constant. The last value also answers for numbers that do not exist.
 */
export function lookup(name: string, cases: readonly (readonly [key: number, value: string])[]): string {
  const last = cases.at(-1);
  const tests = cases.slice(0, -1).map(([key, value]) => `(n) == ${key}u ? ${value} : `);
  return `#define ${name}(n) (${tests.join("")}${last?.[1] ?? "0u"})`;
}

/** A list macro: `#define NAME(X) X(a) X(b)`. */
export function list(name: string, items: readonly string[]): string {
  return `#define ${name}(X)${items.map((item) => ` X(${item})`).join("")}`;
}

export function orOf(bits: readonly number[]): number {
  return bits.reduce((value, bit) => (value | (1 << bit)) >>> 0, 0);
}

export function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
