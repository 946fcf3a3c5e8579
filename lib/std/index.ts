/**
 * The standard library as the compiler compiles it: a namespace for each built-in
 * object, a class for each built-in class, under the names JavaScript has. Only
 * what a program uses becomes code; in Node the built-in itself runs.
 */
export * as Array from "./array.ts";
export { OrderedMap as Map } from "./map.ts";
export { OrderedSet as Set } from "./set.ts";
export * as TypedArray from "./typed-array.ts";
