/** How many parts a text can have: its characters, or the pieces between separators. */
import type { HirExpr } from "../ir/hir.ts";
import { defined } from "../source/assert.ts";
import type { StringWorld } from "./string-world.ts";
import { utf8Size } from "./text-size.ts";

/** Infinity for what counts no parts. */
export function countParts({ tables, facts }: Pick<StringWorld, "tables" | "facts">, count: HirExpr): number {
  if (count.kind !== "intrinsic") return Number.POSITIVE_INFINITY;
  const [text, separator, limit] = count.args;
  const { bytes } = tables.ofNode(defined(text, "a text").id);
  if (count.name === "stringCharacters") return bytes;
  if (count.name !== "stringPieces") return Number.POSITIVE_INFINITY;
  const { lo, hi, nan } = facts.node(defined(limit, "a limit").id);
  const most = lo >= 0 && !nan ? Math.trunc(hi) : Number.POSITIVE_INFINITY;
  const size = separator?.kind === "string" ? utf8Size(separator.value) : 0;
  // Half a character takes two units of its four bytes, though three alone.
  const each = separator?.kind === "string" && !separator.value.isWellFormed() ? 2 : size;
  return Math.min(most, size === 0 ? bytes + 1 : Math.floor(bytes / each) + 1);
}
