/** What the tests of the range analysis compare. */
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import type { NumberFact, NumberFacts } from "../compiler/ir/facts.ts";
import type { ProgramBuilder } from "./ranges-builder.ts";

export function infer(b: ProgramBuilder, checks: "all" | "none" = "all"): NumberFacts {
  return inferRanges(b.build(), { checks });
}

export const int = (lo: number, hi: number): NumberFact => ({ lo, hi, integer: true, nan: false });

/** 2^53. */
export const MAX = 9007199254740992;
