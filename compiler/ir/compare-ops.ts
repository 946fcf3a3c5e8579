/** Comparisons seen from the other side, and turned into their opposite. */
import type { CompareOp } from "./hir.ts";

/** `a op b` is `b FLIPPED[op] a`. */
export const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "===": "===",
  "!==": "!==",
};

/** Where `a op b` is false, `a NEGATED[op] b` is true: of numbers that are not NaN. */
export const NEGATED: Readonly<Record<CompareOp, CompareOp>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "===": "!==",
  "!==": "===",
};
