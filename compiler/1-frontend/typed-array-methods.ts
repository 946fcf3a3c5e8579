/** Methods of typed arrays that write elements or make views: `fill`, `set`, `subarray`. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType, TypedArrayName } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import type { ArrayCall } from "./array-call.ts";
import { notePart } from "./buffer-views.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { call } from "./known-calls.ts";
import { lowerNumber } from "./operators.ts";
import { globalName } from "./symbols.ts";
import {
  lowerTypedFilter,
  lowerTypedMap,
  lowerTypedSort,
  lowerTypedToSorted,
  lowerTypedWith,
} from "./typed-array-copies.ts";
import { toElement, typedArrayOfValue } from "./typed-arrays.ts";
import { typedArrayOf } from "./types.ts";

/** Methods that mean the same for typed arrays and others. */
const shared: ReadonlySet<string> = new Set([
  "at",
  "copyWithin",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "forEach",
  "includes",
  "indexOf",
  "join",
  "lastIndexOf",
  "reduce",
  "reduceRight",
  "reverse",
  "slice",
  "some",
  "toReversed",
  "toString",
]);

/** null: not a method of a typed array, or one that all arrays have. */
export function lowerTypedArrayMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  if (typedArrayOf(b, b.checker.getTypeAtLocation(callee.expression)) === null) return null;
  const method = callee.name.text;
  if (shared.has(method)) return null;
  /* Without a comparison numbers are ordered as numbers here, as texts in other arrays. */
  if ((method === "sort" || method === "toSorted") && node.arguments.length > 0) {
    const [comparator] = node.arguments;
    if (comparator !== undefined && globalName(b, comparator) !== "undefined") return null;
  }
  const lower = methods[method];
  if (lower === undefined && copying[method] === undefined)
    return b.unsupported(callee.name, `The method '${method}' of typed arrays is`, "Write it with a loop.");
  const array = lowerExpression(b, scope, callee.expression);
  const typed = typedArrayOfValue(b, array);
  if (typed === null || array.type.kind !== "array") return null;
  const copies = copying[method];
  if (copies !== undefined)
    return copies({ b, scope, node, value: array, element: b.elementType(array.type.array) });
  if (lower === undefined) return null;
  return lower({ b, scope, node, typed, array: hold(b, scope, callee.expression, "array", array) });
}

interface Call {
  readonly b: Builder;
  readonly scope: Scope;
  readonly node: ts.CallExpression;
  readonly typed: TypedArrayName;
  readonly array: Held;
}

const copying: Readonly<Record<string, ((call: ArrayCall) => HirExpr) | undefined>> = {
  filter: lowerTypedFilter,
  map: lowerTypedMap,
  sort: lowerTypedSort,
  toSorted: lowerTypedToSorted,
  with: lowerTypedWith,
};

const methods: Readonly<Record<string, ((call: Call) => HirExpr) | undefined>> = {
  fill: lowerFill,
  set: lowerSet,
  subarray: lowerSubarray,
};

/** A value that is computed once. */
interface Held {
  readonly statement: HirStatement | null;
  read(): HirExpr;
}

function hold(b: Builder, scope: Scope, node: ts.Node, name: string, value: HirExpr): Held {
  if (value.kind === "static" && b.statics[value.static]?.reassigned === false)
    return { statement: null, read: () => expression(b, node, { ...value }) };
  if (value.kind === "local" && !b.local(value.local).reassigned)
    return { statement: null, read: () => expression(b, node, { ...value }) };
  if (value.kind === "number") return { statement: null, read: () => literal(b, node, value.value) };
  const local = b.addLocal(scope, name, value.type, node);
  return {
    statement: { kind: "let", local, value, span: value.span },
    read: () => expression(b, node, { kind: "local", local, type: value.type }),
  };
}

function statementsOf(...held: readonly Held[]): HirStatement[] {
  return held.flatMap(({ statement }) => (statement === null ? [] : [statement]));
}

function arithmetic(b: Builder, node: ts.Node, op: "+" | "-", left: HirExpr, right: HirExpr): HirExpr {
  return expression(b, node, { kind: "arithmetic", op, left, right, type: types.number });
}

function lengthOf(b: Builder, node: ts.Node, array: HirExpr): HirExpr {
  return expression(b, node, { kind: "arrayLength", array, type: types.number });
}

function compare(b: Builder, node: ts.Node, op: "<" | ">", left: HirExpr, right: HirExpr): HirExpr {
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

/** ToIntegerOrInfinity: NaN counts as 0. */
function wholeOf(b: Builder, node: ts.Node, given: HirExpr): HirExpr {
  return expression(b, node, {
    kind: "logical",
    op: "||",
    left: call(b, node, "mathTrunc", [given]),
    right: literal(b, node, 0),
    type: types.number,
  });
}

/** An index as `slice` and its like take it: from the end when negative, and within 0 … length. */
function relativeIndex(call_: Call, argument: ts.Expression | undefined, missing: () => HirExpr): Held {
  const { b, scope, node, array } = call_;
  if (argument === undefined) return { statement: null, read: missing };
  const given = lowerNumber(b, scope, argument);
  if (given.kind === "number" && given.value === 0)
    return { statement: null, read: () => literal(b, node, 0) };
  const length = (): HirExpr => lengthOf(b, node, array.read());
  if (given.kind === "number" && Number.isInteger(given.value) && given.value > 0)
    return hold(b, scope, argument, "at", call(b, node, "mathMin", [given, length()]));
  const truncated = hold(b, scope, argument, "given", wholeOf(b, argument, given));
  const fromEnd = call(b, node, "mathMax", [
    arithmetic(b, node, "+", truncated.read(), length()),
    literal(b, node, 0),
  ]);
  const fromStart = call(b, node, "mathMin", [truncated.read(), length()]);
  const clamped = expression(b, node, {
    kind: "conditional",
    test: compare(b, node, "<", truncated.read(), literal(b, node, 0)),
    whenTrue: fromEnd,
    whenFalse: fromStart,
    type: types.number,
  });
  const value = expression(b, node, {
    kind: "sequence",
    statements: statementsOf(truncated),
    value: clamped,
    type: types.number,
  });
  return hold(b, scope, argument, "at", value);
}

function lowerFill(call_: Call): HirExpr {
  const { b, scope, node, typed, array } = call_;
  const [valueNode, startNode, endNode] = node.arguments;
  if (valueNode === undefined) return b.unsupported(node, "fill without a value is", "Pass the value.");
  const filler = toElement(b, valueNode, lowerExpression(b, scope, valueNode), typed);
  const value = hold(b, scope, valueNode, "value", filler);
  const start = relativeIndex(call_, startNode, () => literal(b, node, 0));
  const end = relativeIndex(call_, endNode, () => lengthOf(b, node, array.read()));
  const index = b.addLocal(scope, "index", types.number, node, { reassigned: true });
  const store = storeAt(b, node, array.read(), readLocal(b, node, index), value.read());
  const loop = countLoop(b, node, index, start.read(), end.read(), [store]);
  return expression(b, node, {
    kind: "sequence",
    statements: [...statementsOf(array, value, start, end), ...loop],
    value: array.read(),
    type: array.read().type,
  });
}

function readLocal(b: Builder, node: ts.Node, local: LocalId): HirExpr {
  return expression(b, node, { kind: "local", local, type: types.number });
}

function storeAt(b: Builder, node: ts.Node, array: HirExpr, index: HirExpr, value: HirExpr): HirStatement {
  const target = { kind: "element", array, index } as const;
  const store = expression(b, node, { kind: "assign", target, value, type: value.type });
  return { kind: "expression", value: store, span: store.span };
}

/** `for (let index = from; index < to; index++) body` */
function countLoop(
  b: Builder,
  node: ts.Node,
  index: LocalId,
  from: HirExpr,
  to: HirExpr,
  body: readonly HirStatement[],
): HirStatement[] {
  const span = b.span(node);
  const update = expression(b, node, {
    kind: "update",
    target: { kind: "local", local: index },
    delta: 1,
    prefix: false,
    type: types.number,
  });
  return [
    { kind: "let", local: index, value: from, span },
    {
      kind: "loop",
      jump: b.nextJump(),
      test: compare(b, node, "<", readLocal(b, node, index), to),
      testFirst: true,
      update,
      body,
      perIteration: [],
      span,
    },
  ];
}

/** `target.set(source, offset)`; what does not fit throws. */
function lowerSet(call_: Call): HirExpr {
  const { b, scope, node, typed, array } = call_;
  const [sourceNode, offsetNode] = node.arguments;
  if (sourceNode === undefined) return b.unsupported(node, "set without a source is", "Pass an array.");
  const value = lowerExpression(b, scope, sourceNode);
  if (value.type.kind !== "array" || b.elementType(value.type.array).kind !== "number")
    return b.unsupported(sourceNode, "set from this value is", "Pass an array of numbers.");
  const source = hold(b, scope, sourceNode, "source", value);
  const given = offsetNode === undefined ? literal(b, node, 0) : lowerNumber(b, scope, offsetNode);
  const offset = hold(b, scope, node, "offset", given.kind === "number" ? given : wholeOf(b, node, given));
  const sum = arithmetic(b, node, "+", offset.read(), lengthOf(b, node, source.read()));
  const isOutside = expression(b, node, {
    kind: "logical",
    op: "||",
    left: compare(b, node, "<", offset.read(), literal(b, node, 0)),
    right: compare(b, node, ">", sum, lengthOf(b, node, array.read())),
    type: types.boolean,
  });
  const code = new CodeWriter(b, scope, node);
  for (const statement of statementsOf(array, source, offset)) code.emit(statement);
  code.if(isOutside, () => code.throw("RangeError", "offset is out of bounds"));
  const isSameKind = b.typedArray(value.type.array) === typed;
  for (const statement of copyElements(call_, source, offset, isSameKind)) code.emit(statement);
  return code.done(code.nothing());
}

/** Arrays of one kind may be views of the same elements, so they are moved as a whole. */
function copyElements(call_: Call, source: Held, offset: Held, isSameKind: boolean): HirStatement[] {
  const { b, scope, node, typed, array } = call_;
  if (isSameKind) {
    const move = call(b, node, "arrayMove", [array.read(), source.read(), offset.read()]);
    return [{ kind: "expression", value: move, span: move.span }];
  }
  const index = b.addLocal(scope, "index", types.number, node, { reassigned: true });
  const from = source.read();
  const element: HirType = from.type.kind === "array" ? b.elementType(from.type.array) : types.number;
  const item = expression(b, node, {
    kind: "element",
    array: from,
    index: readLocal(b, node, index),
    type: element,
  });
  const at = arithmetic(b, node, "+", offset.read(), readLocal(b, node, index));
  const store = storeAt(b, node, array.read(), at, toElement(b, node, item, typed));
  return countLoop(b, node, index, literal(b, node, 0), lengthOf(b, node, source.read()), [store]);
}

function lowerSubarray(call_: Call): HirExpr {
  const { b, scope, node, array } = call_;
  const start = relativeIndex(call_, node.arguments[0], () => literal(b, node, 0));
  const end = relativeIndex(call_, node.arguments[1], () => lengthOf(b, node, array.read()));
  const last = call(b, node, "mathMax", [end.read(), start.read()]);
  const until = hold(b, scope, node, "end", last);
  const view = expression(b, node, {
    kind: "view",
    array: array.read(),
    start: start.read(),
    end: until.read(),
    type: array.read().type,
  });
  notePart(b, view);
  return expression(b, node, {
    kind: "sequence",
    statements: statementsOf(array, start, end, until),
    value: view,
    type: view.type,
  });
}
