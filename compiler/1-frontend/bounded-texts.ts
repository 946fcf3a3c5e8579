/**
 * `Max<string, N>`: what is stored in such a place is measured first (bytes of
 * UTF-8); a longer text throws a RangeError, so the place has room for N bytes.
 */

import type { ts } from "ts-morph";
import type { HirExpr, HirTarget } from "../ir/hir.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { makeError } from "./errors.ts";
import { literal, template } from "./expressions.ts";
import { call } from "./known-calls.ts";

/** The text as a place with this bound takes it. */
export function limitText(b: Builder, text: HirExpr, max: number, at: ts.Node): HirExpr {
  if (text.type.kind !== "string") return text;
  if (text.type.max !== undefined && text.type.max <= max) return text;
  if (text.kind === "string" && new TextEncoder().encode(text.value).length <= max) return text;
  const type = { kind: "string", max } as const;
  const fn = b.addFunction({
    name: "limitText",
    role: "function",
    isAsync: false,
    parameters: [],
    result: type,
    parent: null,
    span: b.span(at),
  });
  const scope = { function: fn.id };
  const given = b.addLocal(scope, "text", types.string, at, { parameter: true });
  const read = (): HirExpr => expression(b, at, { kind: "local", local: given, type: types.string });
  fn.parameters = [given];
  b.uses.set(fn.id, new Set());
  b.callees.set(fn.id, new Set());
  const message = literal(b, at, `text is longer than ${max} bytes`);
  const tooLong = expression(b, at, {
    kind: "compare",
    op: ">",
    left: call(b, at, "stringBytes", [read()]),
    right: literal(b, at, max),
    type: types.boolean,
  });
  const error = makeError(b, scope, at, "RangeError", message);
  const span = b.span(at);
  fn.body = [
    {
      kind: "if",
      test: tooLong,
      whenTrue: [{ kind: "throw", value: error, span }],
      whenFalse: [],
      span,
    },
    { kind: "return", value: call(b, at, "stringWithin", [read(), literal(b, at, max)]), span },
  ];
  return expression(b, at, { kind: "call", function: fn.id, args: [text], type });
}

/** `target += value` where the target has a bound: the joined text is measured before it is stored. */
export function appendWithin(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  target: HirTarget,
  max: number,
  value: () => HirExpr,
): HirExpr {
  const type = { kind: "string", max } as const;
  const code = new CodeWriter(b, scope, node);
  const place = held(code, target);
  const old = readOf(code, place);
  const kept = code.let("old", old);
  const joined = limitText(b, template(b, node, [kept(), value()]), max, node);
  return code.done(expression(b, node, { kind: "assign", target: place(), value: joined, type }));
}

type MakeTarget = () => HirTarget;

/** The target with its object and index evaluated once. */
function held(code: CodeWriter, target: HirTarget): MakeTarget {
  switch (target.kind) {
    case "local":
    case "static":
      return () => target;
    case "field": {
      const object: Make = code.let("object", target.object);
      return () => ({ ...target, object: object() });
    }
    case "element": {
      const array: Make = code.let("array", target.array);
      const index: Make = code.let("index", target.index);
      return () => ({ ...target, array: array(), index: index() });
    }
  }
}

function readOf(code: CodeWriter, place: MakeTarget): HirExpr {
  const { b, node } = code;
  const target = place();
  const type = types.string;
  switch (target.kind) {
    case "local":
      return expression(b, node, { kind: "local", local: target.local, type });
    case "static":
      return expression(b, node, { kind: "static", static: target.static, type });
    case "field":
      return expression(b, node, { kind: "field", object: target.object, field: target.field, type });
    case "element":
      return code.element(target.array, target.index);
  }
}
