/**
 * `Max<string, N>`: what is stored in such a place is measured first (bytes of
 * UTF-8); a longer text throws a RangeError, so the place has room for N bytes.
 */

import type { ts } from "ts-morph";
import type { HirExpr, HirTarget, HirType } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { armOf, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { makeError } from "./errors.ts";
import { literal, template } from "./expressions.ts";
import { call } from "./known-calls.ts";

/** The text as a place with this bound takes it. */
export function limitText(b: Builder, text: HirExpr, max: number, at: ts.Node): HirExpr {
  if (text.type.kind !== "string") return text;
  if (text.type.max !== undefined && text.type.max <= max) return text;
  if (text.kind === "string") {
    const bytes = new TextEncoder().encode(text.value).length;
    return bytes <= max ? text : b.refuse("TSFW6013", at, { bytes: String(bytes), bound: String(max) });
  }
  const type = { kind: "string", max } as const;
  const { fn, scope, read } = identity(b, types.string, type, at);
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
  const args = [clampGrowth(b, text, max, at)];
  return expression(b, at, { kind: "call", function: fn.id, args, type });
}

/** The value as a place takes it whose text arm has a bound. */
export function limitTextOf(b: Builder, value: HirExpr, to: HirType, at: ts.Node): HirExpr {
  const wanted = armOf(to, "string");
  const given = armOf(value.type, "string");
  if (wanted?.kind !== "string" || wanted.max === undefined || given?.kind !== "string") return value;
  if (given.max !== undefined && given.max <= wanted.max) return value;
  if (value.type.kind !== "union") return limitText(b, value, wanted.max, at);
  const others = value.type.arms.filter((arm) => arm.kind !== "string");
  const type = unionOf([...others, wanted]);
  const { fn, read } = identity(b, value.type, type, at);
  const unwrap = (arm: HirType): HirExpr =>
    expression(b, at, { kind: "unwrap", value: read(), trusted: true, type: arm });
  const wrap = (inner: HirExpr): HirExpr => expression(b, at, { kind: "wrap", value: inner, type });
  const isText = expression(b, at, { kind: "isArm", value: read(), arms: ["string"], type: types.boolean });
  const span = b.span(at);
  const text = limitText(b, unwrap(types.string), wanted.max, at);
  if (text.kind === "call") b.callees.get(fn.id)?.add(text.function);
  fn.body = [
    {
      kind: "if",
      test: isText,
      whenTrue: [{ kind: "return", value: wrap(text), span }],
      whenFalse: [],
      span,
    },
    { kind: "return", value: wrap(unwrap(unionOf(others))), span },
  ];
  return expression(b, at, { kind: "call", function: fn.id, args: [value], type });
}

interface Identity {
  readonly fn: ReturnType<Builder["addFunction"]>;
  readonly scope: { readonly function: FunctionId };
  read(): HirExpr;
}

/** A function of one parameter whose body comes next. */
function identity(b: Builder, from: HirType, to: HirType, at: ts.Node): Identity {
  const fn = b.addFunction({
    name: "limitText",
    role: "function",
    isAsync: false,
    parameters: [],
    result: to,
    parent: null,
    span: b.span(at),
  });
  const scope = { function: fn.id };
  const given = b.addLocal(scope, "text", from, at, { parameter: true });
  fn.parameters = [given];
  b.uses.set(fn.id, new Set());
  b.callees.set(fn.id, new Set());
  return { fn, scope, read: () => expression(b, at, { kind: "local", local: given, type: from }) };
}

/**
 * A text that a number makes longer: past the bound it does not matter how
 * long, so the number need not be greater.
 */
function clampGrowth(b: Builder, text: HirExpr, max: number, at: ts.Node): HirExpr {
  if (text.kind === "template")
    return { ...text, parts: text.parts.map((part) => clampGrowth(b, part, max, at)) };
  if (text.kind === "sequence") return { ...text, value: clampGrowth(b, text.value, max, at) };
  if (text.kind === "conditional")
    return {
      ...text,
      whenTrue: clampGrowth(b, text.whenTrue, max, at),
      whenFalse: clampGrowth(b, text.whenFalse, max, at),
    };
  if (text.kind !== "intrinsic" || !growing.has(text.name)) return text;
  const [receiver, count, ...rest] = text.args;
  if (receiver === undefined || count === undefined || count.kind === "number") return text;
  const bytes = receiver.kind === "string" ? new TextEncoder().encode(receiver.value).length : 0;
  const isRepeat = text.name === "stringRepeat";
  const most = isRepeat && bytes > 0 ? Math.floor(max / bytes) + 1 : max + 1;
  return { ...text, args: [receiver, call(b, at, "mathMin", [count, literal(b, at, most)]), ...rest] };
}

/** Their second argument makes the text longer: each unit of it by a byte at least. */
const growing: ReadonlySet<string> = new Set(["stringRepeat", "stringPadStart", "stringPadEnd"]);

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
