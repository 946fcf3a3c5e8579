/**
 * `Max<T, N>`: a string, array, map or set that never holds more than N (bytes
 * of text, elements, entries).
 *
 * The brand is optional and accepts every number, so the value is an ordinary
 * one in Node and values with different bounds can be assigned; the compiler
 * reads N and checks it. Growing past N throws a RangeError in firmware.
 */
export type Max<T, N extends number> = T & {
  readonly __max?: { readonly cap: N } | { readonly cap: number };
};
