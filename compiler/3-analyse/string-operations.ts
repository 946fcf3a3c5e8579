/** How long the texts that methods of strings make can be, from the bounds of their arguments. */
import { isTextOperation, type TextOperationName, textOperation } from "../intrinsics/strings.ts";
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import { defined } from "../source/assert.ts";
import { exponentialBytes, fixedBytes, precisionBytes, radixBytes } from "./number-forms.ts";
import { limitUnits, NO_TEXT, type TextBound, type TextExtent } from "./string-places.ts";
import type { StringWorld } from "./string-world.ts";
import { bigintTextBytes, utf8Size } from "./text-size.ts";

type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;

interface Operands {
  readonly node: Intrinsic;
  readonly facts: NumberFacts;
  /** The bounds of the arguments; NO_TEXT for those that are no text. */
  readonly bounds: readonly TextBound[];
  textLength(limit: HirExpr): number;
}

/** The bound of the result; NO_TEXT where it is no text. */
export function operationBound(
  { facts, lengthBehind }: Pick<StringWorld, "facts" | "lengthBehind">,
  node: Intrinsic,
  bounds: readonly TextBound[],
): TextBound {
  if (node.type.kind !== "string" || !isTextOperation(node.name)) return NO_TEXT;
  const operands = { node, facts, bounds, textLength: lengthBehind };
  const extent = extentOf(node.name, operands);
  return { ...extent, computed: isView(node.name, receiver(operands)) ? receiver(operands).computed : true };
}

/** The result is a part of the receiver that needs no bytes of its own. */
export function isView(name: TextOperationName, text: { readonly isAscii: boolean }): boolean {
  const { ascii, view, result } = textOperation(name);
  return result === "string" && (view !== undefined || (ascii !== undefined && text.isAscii));
}

/** The operation joins texts, so its result may be longer than each of them. */
export function isGrowing(node: HirExpr): boolean {
  return node.kind === "intrinsic" && growing.has(node.name);
}

const growing: ReadonlySet<string> = new Set<TextOperationName>([
  "stringPadStart",
  "stringPadEnd",
  "stringRepeat",
  "stringReplace",
  "stringReplacePattern",
  "jsonQuote",
]);

function extentOf(name: TextOperationName, operands: Operands): TextExtent {
  const text = receiver(operands);
  switch (name) {
    case "stringSlice":
    case "stringSubstring":
    case "stringSubstr":
      return limitUnits(text, unitsOfPart(name, number(operands, 1), number(operands, 2)));
    case "stringCharAt":
    case "stringElement":
      return limitUnits(text, 1);
    case "stringWithin":
      return { bytes: number(operands, 1).hi, isAscii: text.isAscii };
    case "stringPiece":
      return isEmptyText(operands.node.args[1])
        ? limitUnits(text, 1)
        : { bytes: text.bytes, isAscii: text.isAscii };
    case "stringComposed":
      return composed(operands);
    case "stringCharacter":
      return { bytes: Math.min(text.bytes, text.isAscii ? 1 : 4), isAscii: text.isAscii };
    case "jsonString":
      return { bytes: text.bytes, isAscii: false };
    case "jsonQuote":
      return { bytes: text.bytes * ESCAPE_BYTES + 2, isAscii: text.isAscii };
    case "stringPadStart":
    case "stringPadEnd":
      return padded(text, number(operands, 1), argument(operands, 2));
    case "stringRepeat":
      return { bytes: times(text.bytes, atLeastZero(number(operands, 1).hi)), isAscii: text.isAscii };
    case "stringReplace":
    case "stringReplacePattern":
      return replaced(operands, name === "stringReplacePattern");
    case "numberToFixed":
      return ascii(fixedBytes(raw(operands, 0), number(operands, 1)));
    case "numberToExponential":
      return ascii(exponentialBytes(number(operands, 1)));
    case "numberToPrecision":
      return ascii(precisionBytes(number(operands, 1)));
    case "numberToRadix":
      return ascii(radixBytes(raw(operands, 0), number(operands, 1)));
    case "bigintToRadix":
      return ascii(bigintRadixBytes(operands));
    case "stringFromUnit":
      return character(number(operands, 0), 3);
    case "stringFromPoint":
      return character(number(operands, 0), 4);
    default:
      return { bytes: text.bytes, isAscii: text.isAscii };
  }
}

/** `\\u001f` for one byte. */
const ESCAPE_BYTES = 6;

function receiver(operands: Operands): TextBound {
  return argument(operands, 0);
}

function argument({ bounds }: Operands, index: number): TextBound {
  return bounds[index] ?? NO_TEXT;
}

function ascii(bytes: number): TextExtent {
  return { bytes, isAscii: true };
}

function raw({ node, facts }: Operands, index: number): NumberFact {
  return facts.node(defined(node.args[index], "a number").id);
}

function number({ node, facts }: Operands, index: number): NumberFact {
  const fact = facts.node(defined(node.args[index], "a position").id);
  // NaN counts as 0.
  return fact.nan ? { ...fact, lo: Math.min(0, fact.lo), hi: Math.max(0, fact.hi) } : fact;
}

function bigintRadixBytes(operands: Operands): number {
  const range = operands.facts.bigints.node(defined(operands.node.args[0], "a bigint").id);
  const radix = number(operands, 1);
  return radix.lo > radix.hi ? 0 : bigintTextBytes(range, Math.max(2, Math.min(36, Math.trunc(radix.lo))));
}

function atLeastZero(value: number): number {
  return Math.max(0, value);
}

/** 0 times anything is nothing. */
function times(bytes: number, count: number): number {
  return bytes === 0 || count === 0 ? 0 : bytes * Math.ceil(count);
}

/** How many units a part between two positions can have. */
function unitsOfPart(name: TextOperationName, from: NumberFact, to: NumberFact): number {
  if (from.lo > from.hi || to.lo > to.hi) return 0;
  if (name === "stringSubstr") return Math.min(atLeastZero(to.hi), fromEnd(from));
  if (name === "stringSubstring") {
    const lo = atLeastZero(Math.min(from.lo, to.lo));
    return atLeastZero(Math.max(from.hi, to.hi) - lo);
  }
  // Positions are cut to whole numbers, towards zero.
  const between = from.lo >= 0 && to.hi >= 0 ? Math.trunc(to.hi) - Math.trunc(from.lo) : Infinity;
  const bothFromEnd =
    from.lo < 0 && from.hi < 0 && to.hi < 0 ? Math.trunc(to.hi) - Math.trunc(from.lo) : Infinity;
  const isOrdered = to.lo >= 0 || to.hi < 0;
  return atLeastZero(Math.min(isOrdered ? Math.min(between, bothFromEnd) : Infinity, fromEnd(from)));
}

/** A part that begins at most so far from the end. */
function fromEnd(from: NumberFact): number {
  return from.hi < 0 && Math.trunc(from.hi) < 0 ? -Math.trunc(from.lo) : Infinity;
}

function padded(text: TextBound, length: NumberFact, fill: TextBound): TextExtent {
  const units = atLeastZero(Math.trunc(length.hi));
  const isAscii = text.isAscii && fill.isAscii;
  if (fill.bytes === 0) return { bytes: text.bytes, isAscii: text.isAscii };
  if (isAscii) return { bytes: Math.max(text.bytes, units), isAscii };
  return { bytes: text.bytes + units * (fill.isAscii ? 1 : 3), isAscii };
}

function replaced(operands: Operands, expands: boolean): TextExtent {
  const text = receiver(operands);
  const part = argument(operands, 1);
  const by = argument(operands, 2);
  const all = operands.node.args[3];
  const partNode = operands.node.args[1];
  const partBytes = partNode?.kind === "string" ? utf8Size(partNode.value) : 0;
  const isAll = all?.kind !== "boolean" || all.value;
  // Halves of characters can be parts as well, hence one place a byte.
  const places = !isAll
    ? 1
    : partBytes === 0
      ? text.bytes + 1
      : Math.floor(text.bytes / Math.min(partBytes, isHalf(partNode) ? 2 : partBytes));
  const each = expands ? expandedBytes(operands.node.args[2], by, text, part) : by.bytes;
  return { bytes: text.bytes + times(each, places), isAscii: text.isAscii && by.isAscii };
}

function composed(operands: Operands): TextExtent {
  const text = receiver(operands);
  const count = operands.textLength(defined(operands.node.args[3], "a count"));
  // The empty text is found once more than there are pieces.
  const bytes = argument(operands, 1).bytes + times(argument(operands, 2).bytes, count + 1);
  return { bytes: Math.min(text.bytes, bytes), isAscii: text.isAscii };
}

function isEmptyText(part: HirExpr | undefined): boolean {
  return part?.kind === "string" && part.value === "";
}

function isHalf(part: HirExpr | undefined): boolean {
  return part?.kind === "string" && /[\ud800-\udfff]/u.test(part.value);
}

/** `$&` and the like become a part of the text. */
function expandedBytes(node: HirExpr | undefined, by: TextBound, text: TextBound, part: TextBound): number {
  const signs =
    node?.kind === "string" ? (node.value.match(/\$[$&`']/g)?.length ?? 0) : Math.floor(by.bytes / 2);
  return by.bytes + times(Math.max(text.bytes, part.bytes), signs);
}

function character({ lo, hi, integer, nan }: NumberFact, most: number): TextExtent {
  const isKnown = !nan && integer && lo >= 0;
  const bytes = isKnown && hi < 0x80 ? 1 : isKnown && hi < 0x800 ? 2 : isKnown && hi < 0x10000 ? 3 : most;
  return { bytes, isAscii: bytes === 1 };
}
