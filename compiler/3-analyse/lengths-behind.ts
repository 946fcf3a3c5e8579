/** What the last round found about single arrays, as bounds of the lengths that this round counts with. */
import type { NumberFacts, StringFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import { arraysOf, type SizeInput } from "./array-sizes.ts";
import type { LengthsBehind } from "./execution-counts.ts";
import { HeldArrays, keyOfArray } from "./inline-arrays.ts";
import { findLengthForms } from "./length-forms.ts";

/** `last`: the references of the last round; null in the first. */
export function lengthsBehind(
  program: HirProgram,
  numbers: NumberFacts,
  strings: StringFacts,
  last: Pick<SizeInput, "allocations" | "references"> | null,
  sizes: ReadonlyMap<string, number>,
): LengthsBehind {
  if (last === null) return { ofArray: () => Number.POSITIVE_INFINITY, ofLength: strings.textLength };
  const arrays = new HeldArrays();
  const forms = findLengthForms(program, numbers, strings);
  const ofArray = (array: HirExpr): number => {
    const found = arraysOf({ program, ...last }, arrays, array);
    if (found.length === 0) return Number.POSITIVE_INFINITY;
    return Math.max(...found.map((one) => sizes.get(keyOfArray(one)) ?? Number.POSITIVE_INFINITY));
  };
  const ofLength = (length: HirExpr): number =>
    Math.min(
      strings.textLength(length),
      Math.max(
        ...forms.of(length).map(({ terms, plus }) => terms.reduce((sum, term) => sum + ofArray(term), plus)),
      ),
    );
  return { ofArray, ofLength };
}
