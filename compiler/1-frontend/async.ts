/** `await`, tasks, `Promise.all` and `every`: the forms in which an async call may appear. */

import { ts } from "ts-morph";
import { suspends } from "../intrinsics/table.ts";
import type { HirAwaitable, HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, type Jump, type Scope, types } from "./builder.ts";
import { lowerDirectCall } from "./calls.ts";
import { driverMethod } from "./drivers.ts";
import { literal, lowerEffect, lowerExpression } from "./expressions.ts";
import { moduleFunction, resultType } from "./known-calls.ts";
import { loopJump } from "./loops.ts";
import { lowerNumber } from "./operators.ts";
import { lowerStatements } from "./statements.ts";
import { globalName, libraryName, symbolOf } from "./symbols.ts";
import { promiseResult } from "./types.ts";
import { typeKey } from "./unify-types.ts";

export function lowerAwait(b: Builder, scope: Scope, node: ts.AwaitExpression): HirExpr {
  if (!scope.isAsync) return b.unsupported(node, "await here is", "Make the function async.");
  if (promiseResult(b, b.checker.getTypeAtLocation(node.expression)) === null)
    return lowerEffect(b, scope, node.expression);
  return lowerAwaitedCall(b, scope, node.expression, node);
}

export function lowerAwaitedCall(b: Builder, scope: Scope, operandNode: ts.Expression, at: ts.Node): HirExpr {
  const node = unwrap(operandNode);
  if (ts.isAwaitExpression(node)) return lowerAwait(b, scope, node);
  const all = lowerAllInto(b, scope, at === operandNode ? node : operandNode);
  if (all !== null) return allAsValue(b, scope, at, all);
  const { operand, type } = lowerAwaitable(b, scope, node);
  return expression(b, at, { kind: "await", operand, type });
}

function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at)) at = at.expression;
  return at;
}

/** A call that starts an operation: of an async function, of `delay`, or of a driver. */
function lowerAwaitable(
  b: Builder,
  scope: Scope,
  operandNode: ts.Expression,
): { operand: HirAwaitable; type: HirType } {
  const node = unwrap(operandNode);
  if (!ts.isCallExpression(node))
    return b.unsupported(node, "Awaiting a promise that was kept is", "Await the call where it is made.");
  const span = b.span(node);
  const wait = lowerWait(b, scope, node);
  if (wait !== null) return wait;
  const direct = lowerDirectCall(b, scope, node);
  if (direct === null)
    return b.unsupported(
      node,
      "Awaiting this call is",
      "Await an async function, `delay` or a driver method.",
    );
  const callee = b.function(direct.function);
  if (!callee.isAsync)
    return b.unsupported(node, "Awaiting a function that is not async is", "Make it async.");
  return { operand: { kind: "call", ...direct, span }, type: callee.result };
}

function lowerWait(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
): { operand: HirAwaitable; type: HirType } | null {
  const span = b.span(node);
  const callee = node.expression;
  const symbol = ts.isIdentifier(callee) ? symbolOf(b, callee) : null;
  const member = ts.isPropertyAccessExpression(callee) ? moduleFunction(b, callee) : null;
  const name = symbol === null ? member : libraryName(b, symbol);
  if (name === "delay") {
    const duration = node.arguments[0];
    const ms = duration === undefined ? literal(b, node, 0) : lowerNumber(b, scope, duration);
    return { operand: { kind: "suspend", name: "delay", args: [ms], span }, type: types.void };
  }
  if (name === "yieldNow")
    return { operand: { kind: "suspend", name: "yieldNow", args: [], span }, type: types.void };
  if (name !== null)
    return b.unsupported(node, `'${name}' is`, "See docs/language.md for what this version has.");
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const found = driverMethod(b, callee);
  if (found === null || found.method.kind !== "async") return null;
  const args = [lowerExpression(b, scope, callee.expression)];
  for (const argument of node.arguments) args.push(lowerExpression(b, scope, argument));
  for (const value of found.method.extra ?? []) args.push(literal(b, node, value));
  const operand: HirAwaitable = { kind: "suspend", name: found.method.suspend, args, span };
  return { operand, type: resultType(suspends[found.method.suspend].result.kind) };
}

// Tasks

export function lowerVoid(b: Builder, scope: Scope, node: ts.VoidExpression): HirExpr {
  if (promiseResult(b, b.checker.getTypeAtLocation(node.expression)) !== null)
    return spawnCall(b, scope, node.expression, node);
  const value = lowerEffect(b, scope, node.expression);
  const nothing = expression(b, node, { kind: "undefined", type: types.void });
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value, span: value.span }],
    value: nothing,
    type: types.void,
  });
}

export function lowerSpawn(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr {
  const [work, options] = node.arguments;
  if (work === undefined) return b.unsupported(node, "spawn without a call is", "Write `spawn(f())`.");
  if (options !== undefined)
    return b.unsupported(options, "Options of spawn are", "Leave them out: one instance at thread priority.");
  if (!ts.isExpressionStatement(node.parent) && !ts.isVoidExpression(node.parent))
    return b.unsupported(node, "Using the task that spawn returns is", "Write `spawn(f())` as a statement.");
  return spawnCall(b, scope, work, node);
}

function spawnCall(b: Builder, scope: Scope, work: ts.Expression, at: ts.Node): HirExpr {
  const { operand } = lowerAwaitable(b, scope, work);
  if (operand.kind !== "call")
    return b.unsupported(work, "Detaching a wait is", "Detach an async function that waits.");
  return expression(b, at, {
    kind: "spawn",
    function: operand.function,
    args: operand.args,
    type: types.void,
  });
}

/** A promise that is made here but neither awaited nor detached. */
export function refuseFloating(b: Builder, node: ts.CallExpression): never {
  if (ts.isExpressionStatement(node.parent)) {
    return b.refuse("TSFW4001", node, { callee: node.expression.getText().slice(0, 60) });
  }
  return b.unsupported(
    node,
    "A promise kept as a value is",
    "Await it where it is made, or detach it with `void f()` or `spawn(f())`.",
  );
}

// Promise.all

export interface AllBranches {
  readonly value: HirExpr;
  /** One per branch; null for a branch without a result. */
  readonly results: readonly (LocalId | null)[];
}

/** `await Promise.all([f(), g()])` or `Promise.all([…])` in await position; null for anything else. */
export function lowerAllInto(b: Builder, scope: Scope, node: ts.Expression): AllBranches | null {
  const inner = unwrap(node);
  const call = ts.isAwaitExpression(inner) ? unwrap(inner.expression) : inner;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  if (globalName(b, call.expression.expression) !== "Promise") return null;
  if (
    !ts.isAwaitExpression(inner) &&
    !ts.isAwaitExpression(inner.parent) &&
    !ts.isReturnStatement(inner.parent) &&
    !ts.isParenthesizedExpression(inner.parent)
  )
    return null;
  const method = call.expression.name.text;
  if (method === "race")
    return b.reject(
      call,
      "Promise.race",
      "Await the calls with Promise.all, or let the slower one test a variable.",
    );
  if (method !== "all") return b.unsupported(call, `Promise.${method} is`, "Use Promise.all.");
  const list = call.arguments[0];
  if (list === undefined || !ts.isArrayLiteralExpression(list))
    return b.unsupported(list ?? call, "Promise.all of a computed list is", "Write the calls in the array.");
  if (list.elements.length > 255)
    return b.unsupported(list, "Promise.all of more than 255 calls is", "Use several.");
  const branches = list.elements.map((element, index) => {
    if (index > 0 && containsAwait(element))
      b.unsupported(
        element,
        "await inside a later call of Promise.all is",
        "Await the value before, and pass it.",
      );
    if (ts.isSpreadElement(element) || ts.isOmittedExpression(element))
      return b.unsupported(element, "Spread in Promise.all is", "Write the calls.");
    const { operand, type } = lowerAwaitable(b, scope, element);
    const result =
      type.kind === "void" ? null : b.addLocal(scope, "result", type, element, { reassigned: true });
    return { operand, result };
  });
  const value = expression(b, call, { kind: "awaitAll", branches, type: types.void });
  return { value, results: branches.map((branch) => branch.result) };
}

/** Whether evaluating the node waits; nested functions do so later. */
function containsAwait(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => containsAwait(child) || undefined) ?? false;
}

/** The results as an array, when all have one type; nothing when no branch has a result. */
function allAsValue(b: Builder, scope: Scope, at: ts.Node, all: AllBranches): HirExpr {
  if (all.results.every((result) => result === null) || isUnused(at)) return all.value;
  const elements = all.results.map((result) => {
    if (result === null)
      return b.unsupported(
        at,
        "A list of results with undefined in it is",
        "Await the calls without a result apart.",
      );
    return expression(b, at, { kind: "local", local: result, type: b.local(result).type });
  });
  const first = elements[0];
  if (
    first === undefined ||
    elements.some((element) => typeKey(b, element.type) !== typeKey(b, first.type))
  ) {
    return b.unsupported(
      at,
      "A list of results of different types is",
      "Destructure it: `const [a, b] = await Promise.all([…])`.",
    );
  }
  const type = b.addArray(first.type);
  const array = expression(b, at, { kind: "array", elements, site: b.addSite(scope, at, "array"), type });
  return expression(b, at, {
    kind: "sequence",
    statements: [{ kind: "expression", value: all.value, span: all.value.span }],
    value: array,
    type,
  });
}

function isUnused(at: ts.Node): boolean {
  let node = at;
  while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
  return ts.isExpressionStatement(node.parent);
}

// for await (const n of every(ms))

export function lowerEveryLoop(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
  inside: <T>(scope: Scope, jump: Jump, lower: () => T) => T,
): HirStatement[] {
  const source = unwrap(node.expression);
  const symbol =
    ts.isCallExpression(source) && ts.isIdentifier(source.expression) ? symbolOf(b, source.expression) : null;
  if (!ts.isCallExpression(source) || symbol === null || libraryName(b, symbol) !== "every") {
    return b.unsupported(
      node.expression,
      "for await over this is",
      "Loop over `every(ms)`, or await in a plain loop.",
    );
  }
  if (!scope.isAsync) return b.unsupported(node, "for await here is", "Make the function async.");
  const period = source.arguments[0];
  if (period === undefined)
    return b.unsupported(source, "every() without a period is", "Pass the period in milliseconds.");
  const periodMs = lowerNumber(b, scope, period);
  const local = everyVariable(b, scope, node);
  const jump = loopJump(b, label);
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  return [{ kind: "forEvery", jump: jump.id, local, periodMs, body, span: b.span(node) }];
}

function everyVariable(b: Builder, scope: Scope, node: ts.ForOfStatement): LocalId | null {
  if (!ts.isVariableDeclarationList(node.initializer))
    return b.unsupported(
      node.initializer,
      "A loop over an existing variable is",
      "Declare the variable in the loop.",
    );
  const name = node.initializer.declarations[0]?.name;
  if (name === undefined || !ts.isIdentifier(name))
    return b.unsupported(node.initializer, "Destructuring a tick is", "Name the tick.");
  const symbol = b.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return null;
  const local = b.addLocal(scope, name.text, types.number, name, { reassigned: b.reassigned.has(symbol) });
  b.entities.set(symbol, { kind: "local", local });
  return local;
}
