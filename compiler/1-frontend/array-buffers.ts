/**
 * `ArrayBuffer`, and `buffer`, `byteOffset` of arrays. A buffer is an array of
 * bytes; so are Uint8Array and DataView, which share it without a node between.
 */

import { ts } from "ts-morph";
import type { HirExpr, TypedArrayName } from "../ir/hir.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { integerArgument } from "./relative-index.ts";
import { elementBytes, typedArrayOfValue, typedArrayType, zeros } from "./typed-arrays.ts";
import { isBuffer } from "./types.ts";
import { isWhole } from "./whole-arrays.ts";

/** `new ArrayBuffer(bytes)` and `new DataView(buffer, …)`; null: another class. */
export function lowerNewArrayBuffer(b: Builder, scope: Scope, node: ts.NewExpression): HirExpr {
  const [size, options] = node.arguments ?? [];
  if (size === undefined || options !== undefined)
    return b.unsupported(node, "A buffer that can be resized is", "Pass the number of bytes.");
  const bytes = constantNumber(b, size);
  if (bytes !== null && Number.isInteger(bytes) && bytes > 0 && bytes <= BYTES_MAX) {
    const site = b.addSite(scope, node, "buffer");
    const type = typedArrayType(b, "u8");
    return expression(b, node, { kind: "arrayFill", length: bytes, value: literal(b, node, 0), site, type });
  }
  const code = new CodeWriter(b, scope, node);
  const length = integerArgument(code, size);
  code.if(code.compare("<", length(), code.number(0)), () => {
    code.throw("RangeError", "Invalid array buffer length");
  });
  return code.done(zeros(code, "u8", length)());
}

const BYTES_MAX = 0xff_ffff;

/** Of type ArrayBuffer, SharedArrayBuffer, or both. */
export function isBufferValue(b: Builder, node: ts.Expression): boolean {
  const type = b.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => isBuffer(b, part) && part.getSymbol()?.getName() !== "DataView");
}

/** `array.buffer` and `array.byteOffset`; null: another member. */
export function lowerBufferMember(
  b: Builder,
  scope: Scope,
  node: ts.PropertyAccessExpression,
  array: HirExpr,
): HirExpr | null {
  const name = node.name.text;
  const typed = typedArrayOfValue(b, array);
  if (typed === null || array.type.kind !== "array" || (name !== "buffer" && name !== "byteOffset"))
    return null;
  if (!isWhole(b, node.expression)) b.collections.buffers.whole.push({ array: array.type.array, node });
  const code = new CodeWriter(b, scope, node);
  if (name === "buffer" && typed === "u8") return array;
  const held = code.let("array", array);
  return code.done(name === "buffer" ? bytesOf(code, held, typed) : code.number(0));
}

/** The bytes of an array. */
export function bytesOf(code: CodeWriter, array: Make, typed: TypedArrayName): HirExpr {
  const length = code.arithmetic("*", code.length(array()), code.number(elementBytes(typed)));
  return overlay(code, array, code.number(0), length, "u8");
}

/** `length` elements from byte `start` on. */
export function overlay(
  code: CodeWriter,
  array: Make,
  start: HirExpr,
  length: HirExpr,
  typed: TypedArrayName,
): HirExpr {
  const type = typedArrayType(code.b, typed);
  code.b.collections.buffers.overlays.push(type.array);
  return expression(code.b, code.node, { kind: "overlay", array: array(), start, length, type });
}

/** The array of which the program writes `array.buffer`, so that a part of it needs no whole buffer. */
export interface Named {
  readonly node: ts.Expression;
  /** What is added to `array.byteOffset`. */
  readonly offsets: readonly ts.Expression[];
}

/** `bytes.buffer, bytes.byteOffset + at + 4`; null for any other arguments. */
export function namedPart(buffer: ts.Expression, offset: ts.Expression | undefined): Named | null {
  if (offset === undefined || !ts.isPropertyAccessExpression(buffer) || buffer.name.text !== "buffer")
    return null;
  const owner = buffer.expression;
  if (!isName(owner)) return null;
  const text = owner.getText();
  const isOffset = (node: ts.Expression): boolean =>
    ts.isPropertyAccessExpression(node) &&
    node.name.text === "byteOffset" &&
    node.expression.getText() === text;
  const terms = termsOf(offset);
  const own = terms.filter(isOffset);
  return own.length === 1 ? { node: owner, offsets: terms.filter((term) => !isOffset(term)) } : null;
}

/** The terms of a sum. */
function termsOf(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return termsOf(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return [...termsOf(node.left), ...termsOf(node.right)];
  return [node];
}

function isName(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  return ts.isPropertyAccessExpression(node) && isName(node.expression);
}

/** The array over whose bytes a view is made. */
export function lowerBytes(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const value = lowerExpression(b, scope, node);
  if (typedArrayOfValue(b, value) === null)
    return b.unsupported(node, "A view of this is", "Pass an ArrayBuffer, or `array.buffer`.");
  return value;
}
