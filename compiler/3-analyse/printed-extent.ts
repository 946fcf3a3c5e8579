/** How long the text of a value can be, whichever type of a union it is of. */
import type { NumberFacts } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import { armsOf } from "../ir/union-types.ts";
import { joinExtents, NO_TEXT, type TextExtent } from "./string-places.ts";
import { bigintTextBytes, fixedTextBytes, numberTextBytes } from "./text-size.ts";

/** `text`: the bound of the value where it is a text. */
export function printedExtent(value: HirExpr, text: TextExtent, facts: NumberFacts): TextExtent {
  const ofArms = armsOf(value.type).map(({ kind }): TextExtent => {
    if (kind === "string") return text;
    if (kind === "bigint") return { bytes: bigintTextBytes(facts.bigints.node(value.id)), isAscii: true };
    const bytes = kind === "number" ? numberTextBytes(facts.node(value.id)) : (fixedTextBytes[kind] ?? 0);
    return { bytes, isAscii: true };
  });
  return ofArms.reduce(joinExtents, NO_TEXT);
}
