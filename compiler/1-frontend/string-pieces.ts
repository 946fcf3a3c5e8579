/**
 * Arrays made of the parts of a text: `split`, `[...text]`, `Array.from(text)`.
 * The parts are counted, then the array is filled; how many there can be
 * follows from the size of the text and of the separator.
 */

import type { ts } from "ts-morph";
import type { TextOperationName } from "../intrinsics/strings.ts";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { literal } from "./expressions.ts";
import { lowerNumber } from "./operators.ts";
import { operation, textArgument } from "./string-methods.ts";
import { globalName } from "./symbols.ts";
import { flow } from "./unify-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

/** More parts than any text has: the limit that is left out. */
const NO_LIMIT = 4294967295;

/** null: another method. */
export function lowerSplit(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  if (method !== "split") return null;
  const code = new CodeWriter(b, scope, node);
  const text = heldText(code, receiver);
  const type = textArray(b, node);
  const [given, limitNode] = node.arguments;
  const hasSeparator = given !== undefined && globalName(b, given) !== "undefined";
  const separator = hasSeparator
    ? heldText(code, textArgument({ b, scope, node, receiver }, 0, ""), "separator")
    : null;
  const hasLimit = limitNode !== undefined && globalName(b, limitNode) !== "undefined";
  const limit = hasLimit ? code.let("limit", lowerNumber(b, scope, limitNode)) : null;
  if (separator === null) {
    if (limit !== null)
      return b.unsupported(node, "split without a separator and with a limit is", "Write `[text]`.");
    const site = b.addSite(scope, node, "array");
    return code.done(expression(b, node, { kind: "array", elements: [text()], site, type }));
  }
  const most = limit ?? (() => code.number(NO_LIMIT));
  return code.done(pieces(code, type, text, separator, most));
}

function pieces(code: CodeWriter, type: ArrayType, text: Make, separator: Make, limit: Make): HirExpr {
  const { b, node } = code;
  const count = operation(b, node, "stringPieces", [text(), separator(), limit()]);
  const out = code.let("pieces", code.newArray(type, count));
  const length = code.let("length", code.length(out()));
  walkPieces(code, text, separator, length, (piece, index) => {
    code.setElement(out(), index(), flow(b, piece(), b.elementType(type.array), node));
  });
  return out();
}

/** Runs `body` for each of the first `count` pieces; `piece` is used before anything else changes. */
export function walkPieces(
  code: CodeWriter,
  text: Make,
  separator: Make,
  count: Make,
  body: (piece: Make, index: Make) => void,
): void {
  const { b, node } = code;
  const isWhole = isWholeCharacters(separator());
  const piece: TextOperationName = isWhole ? "stringWholePiece" : "stringPiece";
  const after: TextOperationName = isWhole ? "stringAfterWholePiece" : "stringAfterPiece";
  const at = code.let("at", code.number(0), { reassigned: true, type: types.number });
  code.count(code.number(0), count, (index) => {
    body(() => operation(b, node, piece, [text(), separator(), at()]), index);
    code.set(at.target, operation(b, node, after, [text(), separator(), at()]));
  });
}

/** A separator that begins and ends with whole characters is found in the bytes, and cuts no character in two. */
function isWholeCharacters(separator: HirExpr): boolean {
  return separator.kind === "string" && separator.value !== "" && separator.value.isWellFormed();
}

/** `[...text]`: the characters, each a text of its own. */
export function charactersOf(b: Builder, scope: Scope, node: ts.Expression, text: HirExpr): HirExpr {
  const type = textArray(b, node);
  return eachCharacter(new CodeWriter(b, scope, node), text, type, (character) => character);
}

/** `Array.from(text, make)` into an array of this type. */
export function eachCharacter(
  code: CodeWriter,
  value: HirExpr,
  type: ArrayType,
  make: (character: HirExpr, index: Make) => HirExpr,
): HirExpr {
  const { b, node } = code;
  const text = heldText(code, value);
  const out = code.let("made", code.newArray(type, operation(b, node, "stringCharacters", [text()])));
  const length = code.let("length", code.length(out()));
  const at = code.let("at", code.number(0), { reassigned: true, type: types.number });
  code.count(code.number(0), length, (index) => {
    const character = code.let("character", operation(b, node, "stringCharacter", [text(), at()]));
    const made = make(character(), index);
    code.setElement(out(), index(), flow(b, made, b.elementType(type.array), node));
    code.set(at.target, code.plus(at(), operation(b, node, "stringCharacterBytes", [text(), at()])));
  });
  return code.done(out());
}

/** The text evaluated once: literals and variables that never change are read again instead of copied. */
export function heldText(code: CodeWriter, value: HirExpr, name = "text"): Make {
  const { b, node } = code;
  if (value.kind === "string") return () => literal(b, node, value.value);
  if (value.kind === "local" && value.type.kind === "string" && !b.local(value.local).reassigned) {
    const { local, type } = value;
    return () => expression(b, node, { kind: "local", local, type });
  }
  return code.let(name, value);
}

function textArray(b: Builder, node: ts.Node): ArrayType {
  const type = b.addArray(types.string);
  return type.kind === "array" ? type : b.unsupported(node, "An array of texts is", "Use a loop.");
}
