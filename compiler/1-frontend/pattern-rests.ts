/** `...rest` at the end of an array pattern: a new array of what is left. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { copyElements } from "./array-copies.ts";
import { type Builder, expression, kindOf, type Scope } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { isTuple, tupleField } from "./tuples.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** The elements of the source from `start` on. `source` is kept in a variable. */
export function restOfArray(b: Builder, scope: Scope, at: ts.Node, source: Make, start: number): HirExpr {
  const value = source();
  if (value.type.kind === "array") return restOfElements(b, scope, at, source, value.type, start);
  if (isTuple(b, value.type)) return restOfTuple(b, scope, at, source, value.type, start);
  return b.unsupported(at, `Taking apart ${kindOf(value.type)} is`, "Read the parts one by one.");
}

function restOfElements(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  source: Make,
  own: Extract<HirType, { kind: "array" }>,
  start: number,
): HirExpr {
  const code = new CodeWriter(b, scope, at);
  const wanted = isNested(at) ? null : convertType(b, b.checker.getTypeAtLocation(at), at);
  const type = wanted?.kind === "array" ? wanted : b.addArray(b.elementType(own.array));
  const left = code.minus(code.length(source()), code.number(start));
  const count = code.let("count", code.intrinsic("mathMax", left, code.number(0)));
  const out = code.let("rest", code.newArray(type, count()));
  copyElements(code, out, null, source, start === 0 ? null : () => code.number(start), count);
  return code.done(out());
}

/** `[a, ...[b, c]]`: a pattern, whose type is no layout. */
function isNested(at: ts.Node): boolean {
  return ts.isArrayBindingPattern(at) || ts.isArrayLiteralExpression(at) || ts.isObjectBindingPattern(at);
}

/** A tuple of fixed length leaves a tuple, or an array where what is left is of one type. */
function restOfTuple(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  source: Make,
  own: Extract<HirType, { kind: "object" }>,
  start: number,
): HirExpr {
  const parts = b.class(own.class).fields.flatMap((_, index) => {
    const part = index < start ? null : tupleField(b, at, source(), index);
    return part === null ? [] : [part];
  });
  const type = convertType(b, b.checker.getTypeAtLocation(at), at);
  const site = b.addSite(scope, at, "rest of a tuple");
  if (type.kind === "array") {
    const elements = parts.map((part) => flow(b, part, b.elementType(type.array), at));
    return expression(b, at, { kind: "array", elements, site, type });
  }
  if (!isTuple(b, type)) return b.unsupported(at, "The rest of this tuple is", "Read the parts one by one.");
  const fields = b.class(type.class).fields.flatMap((field, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ field, value: flow(b, part, b.field(field).type, at) }];
  });
  return expression(b, at, { kind: "object", class: type.class, fields, site, type });
}
