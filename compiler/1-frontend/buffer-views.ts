/** `new Uint16Array(buffer, byteOffset, length)` and `new DataView(buffer, byteOffset, byteLength)`. */

import type { ts } from "ts-morph";
import type { HirExpr, TypedArrayName } from "../ir/hir.ts";
import { bytesOf, lowerBytes, namedPart, overlay } from "./array-buffers.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { literal, template } from "./expressions.ts";
import { lowerNumber } from "./operators.ts";
import { integerArgument, integerValue, isLeftOut } from "./relative-index.ts";
import { elementBytes, typedArrayOfValue } from "./typed-arrays.ts";
import { isWhole as isWholeArray } from "./whole-arrays.ts";

interface View {
  readonly typed: TypedArrayName;
  /** As in JavaScript's messages. */
  readonly name: string;
  readonly isDataView: boolean;
}

/** The first argument is a buffer. */
export function lowerOverBuffer(b: Builder, scope: Scope, node: ts.NewExpression, view: View): HirExpr {
  const [buffer, offset, length] = node.arguments ?? [];
  if (buffer === undefined) return b.unsupported(node, "A view of nothing is", "Pass a buffer.");
  const code = new CodeWriter(b, scope, node);
  const bytes = openBytes(code, view, buffer, offset, length);
  const wanted = isLeftOut(code, length) ? null : integerArgument(code, length);
  const size = elementBytes(view.typed);
  const all = code.let("all", code.length(bytes.array()));
  checkStart(code, view, bytes.start, all, size);
  const count = wanted === null ? restOf(code, view, bytes.start, all, size) : wanted;
  if (wanted !== null) checkCount(code, view, bytes.start, wanted, all, size);
  const isWhole = wanted === null && bytes.start().kind === "number" && isZero(bytes.start());
  const isSame = view.typed === "u8";
  if (isSame && isWhole) return code.done(bytes.array());
  if (!isSame) {
    const made = overlay(code, bytes.array, bytes.start(), count(), view.typed);
    if (!isWhole) notePart(b, made);
    return code.done(made);
  }
  const end = code.plus(bytes.start(), count());
  const part = expression(b, node, {
    kind: "view",
    array: bytes.array(),
    start: bytes.start(),
    end,
    type: bytes.array().type,
  });
  notePart(b, part);
  return code.done(part);
}

function isZero(value: HirExpr): boolean {
  return value.kind === "number" && value.value === 0;
}

export function notePart(b: Builder, part: HirExpr): void {
  if (part.type.kind === "array") b.collections.buffers.partial.push(part.type.array);
}

interface Bytes {
  readonly array: Variable;
  readonly start: Make;
}

/**
 * The bytes that the view is over, and where it begins in them. `x.buffer` with
 * `x.byteOffset` is a part of x: nothing has to be known of what is around x.
 */
function openBytes(
  code: CodeWriter,
  view: View,
  buffer: ts.Expression,
  offset: ts.Expression | undefined,
  length: ts.Expression | undefined,
): Bytes {
  const { b, scope } = code;
  const named = namedPart(buffer, offset);
  if (named === null) {
    const array = code.let("bytes", lowerBytes(b, scope, buffer));
    return { array, start: integerArgument(code, offset) };
  }
  const owner = lowerBytes(b, scope, named.node);
  const typed = typedArrayOfValue(b, owner) ?? "u8";
  const isRest = isLeftOut(code, length);
  const needsAll = !isWholeArray(b, named.node) && (isRest || elementBytes(view.typed) > 1);
  if (needsAll && owner.type.kind === "array")
    b.collections.buffers.whole.push({ array: owner.type.array, node: code.node });
  const held = code.let("owner", owner);
  const array = typed === "u8" ? held : code.let("bytes", bytesOf(code, held, typed));
  return { array, start: sumOf(code, named.offsets) };
}

/** The offset in the named array, as an integer. */
function sumOf(code: CodeWriter, offsets: readonly ts.Expression[]): Make {
  const [first, ...others] = offsets;
  if (first === undefined) return () => code.number(0);
  if (others.length === 0) return integerArgument(code, first);
  const { b, scope } = code;
  const sum = others.reduce<HirExpr>(
    (left, term) => code.plus(left, lowerNumber(b, scope, term)),
    lowerNumber(b, scope, first),
  );
  return integerValue(code, sum);
}

function fail(code: CodeWriter, isWrong: HirExpr, ...parts: readonly (string | HirExpr)[]): void {
  const { b, node } = code;
  const texts = parts.map((part) => (typeof part === "string" ? literal(b, node, part) : part));
  code.if(isWrong, () => code.throwText("RangeError", template(b, node, texts)));
}

function checkStart(code: CodeWriter, view: View, start: Make, all: Make, size: number): void {
  if (isZero(start())) return;
  const outside = (isWrong: HirExpr): void =>
    fail(code, isWrong, "Start offset ", start(), " is outside the bounds of the buffer");
  outside(code.compare("<", start(), code.number(0)));
  if (size > 1 && !view.isDataView) {
    const rest = code.arithmetic("%", start(), code.number(size));
    fail(
      code,
      code.compare("!==", rest, code.number(0)),
      `start offset of ${view.name} should be a multiple of ${size}`,
    );
  }
  if (view.isDataView) outside(code.compare(">", start(), all()));
}

/** The elements up to the end of the buffer. */
function restOf(code: CodeWriter, view: View, start: Make, all: Make, size: number): Make {
  if (size > 1) {
    const rest = code.arithmetic("%", all(), code.number(size));
    fail(
      code,
      code.compare("!==", rest, code.number(0)),
      `byte length of ${view.name} should be a multiple of ${size}`,
    );
  }
  if (isZero(start())) return code.let("count", divided(code, all(), size));
  if (!view.isDataView)
    fail(
      code,
      code.compare(">", start(), all()),
      "Start offset ",
      start(),
      " is outside the bounds of the buffer",
    );
  return code.let("count", divided(code, code.minus(all(), start()), size));
}

function divided(code: CodeWriter, bytes: HirExpr, size: number): HirExpr {
  return size === 1 ? bytes : code.arithmetic(">>", bytes, code.number(Math.log2(size)));
}

function checkCount(code: CodeWriter, view: View, start: Make, count: Make, all: Make, size: number): void {
  const what = view.isDataView ? "Invalid DataView length " : "Invalid typed array length: ";
  fail(code, code.compare("<", count(), code.number(0)), what, count());
  const bytes = size === 1 ? count() : code.arithmetic("*", count(), code.number(size));
  fail(code, code.compare(">", code.plus(start(), bytes), all()), what, count());
}
