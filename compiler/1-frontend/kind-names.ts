/** The kinds of types in words, for diagnostics. */

import type { HirType } from "../ir/hir.ts";

const kindNames: Readonly<Record<HirType["kind"], string>> = {
  number: "a number",
  bigint: "a bigint",
  boolean: "a boolean",
  string: "a string",
  void: "undefined",
  object: "an object",
  array: "an array",
  closure: "a function",
  handle: "a driver object",
  null: "null",
  union: "a value of several types",
};

/** The kind of a type in words, with its article. */
export function kindOf(type: HirType): string {
  return kindNames[type.kind];
}
