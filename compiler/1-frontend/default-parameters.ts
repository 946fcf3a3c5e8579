/**
 * Calls that leave out arguments. A literal default is passed by the caller; any
 * other is computed by a small function in front of the callee, so that it sees
 * the earlier parameters and runs in the callee's scope, as in JavaScript.
 */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, type Scope } from "./builder.ts";
import { restArray } from "./call-arguments.ts";
import { constantOf } from "./constants.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { openScope } from "./functions.ts";
import { unit } from "./short-circuit.ts";
import { globalName } from "./symbols.ts";
import { flow } from "./unify-types.ts";

/** The arguments that are given: a trailing `undefined` asks for the default. */
export function givenArguments(b: Builder, nodes: readonly ts.Expression[]): readonly ts.Expression[] {
  let count = nodes.length;
  for (
    let last = nodes[count - 1];
    last !== undefined && globalName(b, last) === "undefined";
    last = nodes[count - 1]
  )
    count -= 1;
  return nodes.slice(0, count);
}

/** `undefined` in the middle of the arguments asks for a literal default. */
export function literalDefault(
  b: Builder,
  parameter: LocalId | undefined,
  argument: ts.Expression,
): HirExpr | null {
  const node = parameter === undefined ? undefined : b.defaults.get(parameter);
  if (node === undefined || globalName(b, argument) !== "undefined") return null;
  const constant = constantOf(b, node);
  return constant === null ? null : literal(b, argument, constant);
}

/** The callee for `count` parameters, and the literals that still have to be passed. */
export function completeCall(
  b: Builder,
  scope: Scope,
  callee: FunctionId,
  count: number,
  at: ts.Node,
): { readonly function: FunctionId; readonly rest: readonly HirExpr[] } {
  const missing = b.function(callee).parameters.slice(count);
  const defaults = missing.map((parameter) => b.defaults.get(parameter));
  missing.forEach((parameter, index) => {
    const isOptional = b.rests.has(parameter) || hasArm(b.local(parameter).type, "void");
    if (defaults[index] === undefined && !isOptional)
      b.unsupported(at, `Leaving out the argument '${b.local(parameter).name}' is`, "Pass every argument.");
  });
  const values = defaults.map((node) => defaultValue(b, node, at));
  if (values.every((value) => value !== null)) {
    const rest = values.map((value, index) => {
      const parameter = missing[index] as LocalId;
      const { type } = b.local(parameter);
      return b.rests.has(parameter) ? restArray(b, scope, type, [], at) : flow(b, value, type, at);
    });
    return { function: callee, rest };
  }
  const instance = b.instanceOfFunction.get(callee) ?? null;
  return { function: b.within(instance, () => frontOf(b, callee, count)), rest: [] };
}

/** What the caller passes for a left-out argument; null: a front function has to compute it. */
function defaultValue(b: Builder, node: ts.Expression | undefined, at: ts.Node): HirExpr | null {
  if (node === undefined) return unit(b, at, "void");
  const constant = constantOf(b, node);
  return constant === null ? null : literal(b, at, constant);
}

function frontOf(b: Builder, callee: FunctionId, count: number): FunctionId {
  const key = `${callee} ${count}`;
  const known = b.fronts.get(key);
  if (known !== undefined) return known;
  const target = b.function(callee);
  const role = target.parent === null ? "function" : "lambda";
  const front = b.addFunction({
    name: target.name,
    role,
    isAsync: target.isAsync,
    parameters: [],
    result: target.result,
    parent: target.parent,
    span: target.span,
  });
  b.fronts.set(key, front.id);
  const around = b.scopes.get(callee);
  const scope = openScope(b, front.id, around?.parent ?? null, null);
  b.later(() => fillFront(b, scope, front.id, callee, count));
  const parameters = target.parameters.slice(0, count).map((id) => copyParameter(b, scope, id));
  front.parameters = parameters;
  if (around?.thisLocal !== null && around?.thisLocal !== undefined)
    b.scopes.set(front.id, { ...scope, thisLocal: parameters[0] ?? null });
  return front.id;
}

function copyParameter(b: Builder, scope: Scope, id: LocalId): LocalId {
  const original = b.local(id);
  const copy = b.addLocal(scope, original.name, original.type, b.nodeOfFront(id), { parameter: true });
  b.local(copy).span = original.span;
  return copy;
}

function fillFront(b: Builder, opened: Scope, id: FunctionId, callee: FunctionId, count: number): void {
  const scope = b.scopes.get(id) ?? opened;
  const target = b.function(callee);
  const locals: LocalId[] = [...b.function(id).parameters];
  const restore: (() => void)[] = [];
  const body: HirStatement[] = [];
  const rename = (parameter: LocalId, local: LocalId): void => {
    const symbol = b.parameterSymbols.get(parameter);
    const before = symbol === undefined ? undefined : b.entities.get(symbol);
    if (symbol === undefined || before === undefined) return;
    b.entities.set(symbol, { kind: "local", local });
    restore.push(() => b.entities.set(symbol, before));
  };
  try {
    target.parameters.slice(0, count).forEach((parameter, index) => {
      rename(parameter, locals[index] as LocalId);
    });
    for (const parameter of target.parameters.slice(count)) {
      const written = b.defaults.get(parameter);
      const node = written ?? b.nodeOfFront(parameter);
      const { type } = b.local(parameter);
      const given = (): HirExpr =>
        written === undefined ? unit(b, node, "void") : lowerExpression(b, scope, written);
      const value = b.rests.has(parameter)
        ? restArray(b, scope, type, [], node)
        : flow(b, given(), type, node);
      const local = b.addLocal(scope, b.local(parameter).name, b.local(parameter).type, node);
      locals.push(local);
      body.push({ kind: "let", local, value, span: b.span(node) });
      rename(parameter, local);
    }
    body.push(...passOn(b, scope, id, callee, locals));
    b.function(id).body = body;
  } finally {
    for (const undo of restore) undo();
  }
}

/** `return callee(…)`. */
function passOn(
  b: Builder,
  scope: Scope,
  id: FunctionId,
  callee: FunctionId,
  locals: readonly LocalId[],
): HirStatement[] {
  const target = b.function(callee);
  const at = b.nodeOfFront(target.parameters.at(-1) as LocalId);
  const args = locals.map((local) => {
    scope.uses.add(local);
    return expression(b, at, { kind: "local", local, type: b.local(local).type });
  });
  scope.calls.add(callee);
  const span = b.span(at);
  const call = target.isAsync
    ? expression(b, at, {
        kind: "await",
        operand: { kind: "call", function: callee, args, span },
        type: target.result,
      })
    : expression(b, at, { kind: "call", function: callee, args, type: target.result });
  if (b.function(id).result.kind === "void") return [expressionStatement(call)];
  return [{ kind: "return", value: call, span }];
}
