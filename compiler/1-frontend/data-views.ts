/** `DataView`: numbers at any byte of a buffer, in either byte order. Positions outside throw as in JavaScript. */

import type { ts } from "ts-morph";
import { type ByteType, byteAccess, bytesOf, isByteAccess } from "../intrinsics/bytes.ts";
import type { HirExpr } from "../ir/hir.ts";
import { lowerNewArrayBuffer } from "./array-buffers.ts";
import { lowerSlice } from "./array-copies.ts";
import { lowerOverBuffer } from "./buffer-views.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { literal, lowerExpression, toBoolean } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { integerArgument } from "./relative-index.ts";
import { toElement } from "./typed-arrays.ts";
import { isBuffer } from "./types.ts";

/** `new ArrayBuffer(…)`, `new DataView(…)`; null: another class. */
export function lowerNewBuffer(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression,
  name: string,
): HirExpr | null {
  if (name === "ArrayBuffer") return lowerNewArrayBuffer(b, scope, node);
  if (name !== "DataView") return null;
  return lowerOverBuffer(b, scope, node, { typed: "u8", name, isDataView: true });
}

/** Methods of buffers and DataViews; null: a method of something else. */
export function lowerDataViewMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const method = callee.name.text;
  if (method !== "slice" && !isByteAccess(method)) {
    if (!isBuffer(b, b.checker.getTypeAtLocation(callee.expression))) return null;
    return b.unsupported(callee.name, `The method '${method}' of buffers is`, "See docs/language.md.");
  }
  const type = b.checker.getTypeAtLocation(callee.expression);
  const parts = type.isUnion() ? type.types : [type];
  if (!parts.every((part) => isBuffer(b, part))) return null;
  const value = lowerExpression(b, scope, callee.expression);
  if (value.type.kind !== "array") return null;
  if (method === "slice")
    return lowerSlice({ b, scope, node, value, element: b.elementType(value.type.array) });
  return lowerAccess(b, scope, node, value, method);
}

/** All arguments are evaluated and converted before the position is checked. */
function lowerAccess(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  value: HirExpr,
  method: Parameters<typeof call>[2],
): HirExpr | null {
  const access = byteAccess(method);
  if (access === null) return null;
  const { arguments: given } = node;
  const code = new CodeWriter(b, scope, node);
  const bytes = code.let("bytes", value);
  const position = integerArgument(code, given[0]);
  const stored = access.isStore ? storedValue(code, given[1], access.type) : null;
  const order = given[access.isStore ? 2 : 1];
  const isLittle = byteOrder(code, order);
  const size = bytesOf(access.type);
  const isOutside = expression(b, node, {
    kind: "logical",
    op: "||",
    left: code.compare("<", position(), code.number(0)),
    right: code.compare(">", code.plus(position(), code.number(size)), code.length(bytes())),
    type: types.boolean,
  });
  code.if(isOutside, () => code.throw("RangeError", "Offset is outside the bounds of the DataView"));
  const args = [bytes(), position(), ...(stored === null ? [] : [stored()]), isLittle()];
  if (stored !== null) {
    code.run(call(b, node, method, args));
    return code.done(code.nothing());
  }
  return code.done(call(b, node, method, args));
}

function storedValue(code: CodeWriter, node: ts.Expression | undefined, type: ByteType): Make {
  const { b, scope } = code;
  if (node === undefined) return b.unsupported(code.node, "A store without a value is", "Pass the value.");
  return code.let("value", toElement(b, node, lowerExpression(b, scope, node), type), { type: types.number });
}

function byteOrder(code: CodeWriter, node: ts.Expression | undefined): Make {
  const { b, scope } = code;
  if (node === undefined) return () => literal(b, code.node, false);
  const value = toBoolean(b, node, lowerExpression(b, scope, node));
  if (value.kind === "boolean") return () => literal(b, node, value.value);
  return code.let("isLittle", value);
}
