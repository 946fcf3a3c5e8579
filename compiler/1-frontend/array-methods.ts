/**
 * Array methods that need no new array: the callback becomes a direct call
 * inside a loop. The result is a `sequence`: the loop, then the value.
 */

import { ts } from "ts-morph";
import type { CompareOp, HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { type ArrayCall, arrayCall, read } from "./array-call.ts";
import { lowerPop, lowerPush, lowerShift, lowerUnshift } from "./array-growth.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { literal, lowerExpression, toBoolean } from "./expressions.ts";
import { functionUsedAt } from "./generic-functions.ts";
import { inlineCallback } from "./inline-callback.ts";
import { entityOf } from "./names.ts";
import { symbolOf } from "./symbols.ts";
import { convertType, typedArrayOf } from "./types.ts";
import { flow } from "./unify-types.ts";

/** null: not a method this file knows. */
export function lowerArrayMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const owner = b.checker.getNonNullableType(b.checker.getTypeAtLocation(callee.expression));
  if (arrayTypeOf(b, owner) === null && typedArrayOf(b, owner) === null) return null;
  const lower = methods[callee.name.text];
  if (lower === undefined) return null;
  const call = arrayCall(b, scope, node, callee.expression, lowerExpression(b, scope, callee.expression));
  return call === null ? null : lower(call);
}

type Loop = ArrayCall;
type Lower = (loop: Loop) => HirExpr;
type Make = () => HirExpr;

const methods: Readonly<Record<string, Lower | undefined>> = {
  push: lowerPush,
  pop: lowerPop,
  shift: lowerShift,
  unshift: lowerUnshift,
  forEach: (loop) => {
    const { b, node } = loop;
    const nothing = expression(b, node, { kind: "undefined", type: types.void });
    return overElements(loop, [], nothing, (element, index) => [
      expressionStatement(callBack(loop, 0, [element, index, loop.array])),
    ]);
  },
  some: (loop) => search(loop, false),
  every: (loop) => search(loop, true),
  reduce: lowerReduce,
  includes: (loop) => lowerFind(loop, true),
  indexOf: (loop) => lowerFind(loop, false),
  join: lowerJoin,
};

function assignLocal(b: Builder, node: ts.Node, local: LocalId, value: HirExpr): HirStatement {
  return expressionStatement(
    expression(b, node, {
      kind: "assign",
      target: { kind: "local", local },
      value,
      type: b.local(local).type,
    }),
  );
}

/** `for (let index = 0; index < array.length; index++) body`, then `value`. */
function overElements(
  loop: Loop,
  setUp: readonly HirStatement[],
  value: HirExpr,
  body: (element: Make, index: Make, jump: ReturnType<Builder["nextJump"]>) => readonly HirStatement[],
): HirExpr {
  const { b, scope, node } = loop;
  const span = b.span(node);
  const index = b.addLocal(scope, "index", types.number, node, { reassigned: true });
  const jump = b.nextJump();
  const length = expression(b, node, { kind: "arrayLength", array: loop.array(), type: types.number });
  const element = (): HirExpr =>
    expression(b, node, {
      kind: "element",
      array: loop.array(),
      index: read(b, node, index),
      type: loop.element,
    });
  const statements: HirStatement[] = [
    ...loop.before(),
    ...setUp,
    { kind: "let", local: index, value: literal(b, node, 0), span },
    {
      kind: "loop",
      jump,
      test: expression(b, node, {
        kind: "compare",
        op: "<",
        left: read(b, node, index),
        right: length,
        type: types.boolean,
      }),
      testFirst: true,
      update: expression(b, node, {
        kind: "update",
        target: { kind: "local", local: index },
        delta: 1,
        prefix: false,
        type: types.number,
      }),
      body: body(element, () => read(b, node, index), jump),
      perIteration: [],
      span,
    },
  ];
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}

/** The callback, called with as many arguments as it takes. */
function callBack(loop: Loop, argument: number, args: readonly Make[]): HirExpr {
  const { b, scope, node } = loop;
  const callback = node.arguments[argument];
  if (callback === undefined)
    return b.unsupported(node, "This array method without a callback is", "Pass a function.");
  const inlined = inlineCallback(b, scope, callback, args);
  if (inlined !== null) return inlined;
  const id = callbackFunction(b, callback);
  if (id === null || b.function(id).isAsync)
    return b.unsupported(
      callback,
      "This callback of an array method is",
      "Write the function in place, or name one.",
    );
  scope.calls.add(id);
  const parameters = b.function(id).parameters;
  if (parameters.length > args.length)
    return b.unsupported(callback, "A callback with that many parameters is", "Use fewer parameters.");
  const given = parameters.map((parameter, index) => {
    const value = args[index];
    if (value === undefined) return b.unsupported(callback, "This callback is", "Use fewer parameters.");
    return flow(b, value(), b.local(parameter).type, callback);
  });
  return expression(b, node, { kind: "call", function: id, args: given, type: b.function(id).result });
}

function callbackFunction(b: Builder, callback: ts.Expression): FunctionId | null {
  if (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback))
    return functionUsedAt(b, callback, callback);
  if (!ts.isIdentifier(callback)) return null;
  const symbol = symbolOf(b, callback);
  if (symbol === null) return null;
  const entity = entityOf(b, symbol, callback);
  return entity.kind === "function" ? entity.function : null;
}

/** `some` stops at the first true, `every` at the first false. */
function search(loop: Loop, isEvery: boolean): HirExpr {
  const { b, scope, node } = loop;
  const found = b.addLocal(scope, "found", types.boolean, node, { reassigned: true });
  const start: HirStatement = {
    kind: "let",
    local: found,
    value: literal(b, node, isEvery),
    span: b.span(node),
  };
  return overElements(loop, [start], read(b, node, found), (element, index, jump) => {
    const result = toBoolean(b, node, callBack(loop, 0, [element, index, loop.array]));
    const stops = isEvery ? expression(b, node, { kind: "not", value: result, type: types.boolean }) : result;
    const end: HirStatement[] = [
      assignLocal(b, node, found, literal(b, node, !isEvery)),
      { kind: "break", jump, span: b.span(node) },
    ];
    return [{ kind: "if", test: stops, whenTrue: end, whenFalse: [], span: b.span(node) }];
  });
}

function lowerReduce(loop: Loop): HirExpr {
  const { b, scope, node } = loop;
  const initial = node.arguments[1];
  if (initial === undefined)
    return b.unsupported(node, "reduce without an initial value is", "Pass the initial value.");
  const type = convertType(b, b.checker.getTypeAtLocation(node), node);
  const total = b.addLocal(scope, "total", type, node, { reassigned: true });
  const value = flow(b, lowerExpression(b, scope, initial), type, initial);
  const start: HirStatement = { kind: "let", local: total, value, span: b.span(node) };
  return overElements(loop, [start], read(b, node, total), (element, index) => {
    const next = callBack(loop, 0, [() => read(b, node, total), element, index, loop.array]);
    return [assignLocal(b, node, total, flow(b, next, type, node))];
  });
}

/** `includes` finds NaN, `indexOf` does not. */
function lowerFind(loop: Loop, isIncludes: boolean): HirExpr {
  const { b, scope, node } = loop;
  const wantedNode = node.arguments[0];
  if (wantedNode === undefined || node.arguments.length > 1)
    return b.unsupported(node, "This search with these arguments is", "Pass the value to look for.");
  const { element } = loop;
  if (element.kind === "closure")
    return b.unsupported(node, "Comparing functions is", "Search for a number or string.");
  const wanted = b.addLocal(scope, "wanted", element, wantedNode);
  const found = b.addLocal(scope, "found", isIncludes ? types.boolean : types.number, node, {
    reassigned: true,
  });
  const span = b.span(node);
  const setUp: HirStatement[] = [
    {
      kind: "let",
      local: wanted,
      value: flow(b, lowerExpression(b, scope, wantedNode), element, wantedNode),
      span,
    },
    { kind: "let", local: found, value: literal(b, node, isIncludes ? false : -1), span },
  ];
  return overElements(loop, setUp, read(b, node, found), (item, index, jump) => {
    const hit = assignLocal(b, node, found, isIncludes ? literal(b, node, true) : index());
    const wantedValue = (): HirExpr => read(b, node, wanted);
    const test = isIncludes
      ? sameValueZero(b, node, item, wantedValue)
      : equal(b, node, "===", item(), wantedValue());
    return [{ kind: "if", test, whenTrue: [hit, { kind: "break", jump, span }], whenFalse: [], span }];
  });
}

function equal(b: Builder, node: ts.Node, op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

function sameValueZero(b: Builder, node: ts.Node, item: Make, wanted: Make): HirExpr {
  const same = equal(b, node, "===", item(), wanted());
  if (same.kind !== "compare" || same.left.type.kind !== "number") return same;
  const isNotANumber = (value: HirExpr): HirExpr =>
    expression(b, node, { kind: "intrinsic", name: "numberIsNaN", args: [value], type: types.boolean });
  const both = expression(b, node, {
    kind: "logical",
    op: "&&",
    left: isNotANumber(item()),
    right: isNotANumber(wanted()),
    type: types.boolean,
  });
  return expression(b, node, { kind: "logical", op: "||", left: same, right: both, type: types.boolean });
}

/** The text grows from itself, so its bound needs the array's length: printed piece by piece only inside console.log. */
function lowerJoin(loop: Loop): HirExpr {
  return loop.b.unsupported(loop.node, "The array method 'join' is", "Print the elements in a loop.");
}
