/**
 * Calls that leave out arguments. A literal default is passed by the caller; any
 * other is computed by a small function in front of the callee, so that it sees
 * the earlier parameters and runs in the callee's scope, as in JavaScript.
 */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { restArray } from "./call-arguments.ts";
import { constantOf } from "./constants.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { openScope } from "./functions.ts";
import { orDefault, unit } from "./short-circuit.ts";
import { globalName } from "./symbols.ts";
import { flow, joinTypes } from "./unify-types.ts";

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
  return { function: frontOf(b, callee, new Array<Given>(count).fill("given")), rest: [] };
}

/** How a call gives an argument: always, or perhaps undefined, so that the default may be wanted. */
export type Given = "given" | "maybe";

/** Whether the value asks for the parameter's default where it is undefined. */
export function mayWantDefault(b: Builder, parameter: LocalId | undefined, value: HirExpr): boolean {
  return parameter !== undefined && b.defaults.has(parameter) && hasArm(value.type, "void");
}

/** An argument that may be undefined, with a literal default; null: a front function has to compute the default. */
export function orLiteralDefault(
  b: Builder,
  scope: Scope,
  parameter: LocalId,
  value: HirExpr,
  at: ts.Expression,
): HirExpr | null {
  const node = b.defaults.get(parameter);
  const constant = node === undefined ? null : constantOf(b, node);
  return constant === null ? null : orDefault(b, scope, at, value, () => literal(b, at, constant));
}

/** The function as a value: its parameters with defaults may be undefined. */
export function valueFrontOf(b: Builder, callee: FunctionId): FunctionId {
  const { parameters } = b.function(callee);
  if (!parameters.some((parameter) => b.defaults.has(parameter))) return callee;
  return frontOf(
    b,
    callee,
    parameters.map((parameter): Given => (b.defaults.has(parameter) ? "maybe" : "given")),
  );
}

/** What the caller passes for a left-out argument; null: a front function has to compute it. */
function defaultValue(b: Builder, node: ts.Expression | undefined, at: ts.Node): HirExpr | null {
  if (node === undefined) return unit(b, at, "void");
  const constant = constantOf(b, node);
  return constant === null ? null : literal(b, at, constant);
}

/** A function that takes arguments so given, fills in the rest and calls `callee`. */
export function frontOf(b: Builder, callee: FunctionId, given: readonly Given[]): FunctionId {
  const instance = b.instanceOfFunction.get(callee) ?? null;
  return b.within(instance, () => declareFront(b, callee, given));
}

function declareFront(b: Builder, callee: FunctionId, given: readonly Given[]): FunctionId {
  const key = `${callee} ${given.join(" ")}`;
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
  b.later(() => fillFront(b, scope, front.id, callee, given));
  const parameters = given.flatMap((how, index) => {
    const id = target.parameters[index];
    return id === undefined ? [] : [copyParameter(b, scope, id, how)];
  });
  front.parameters = parameters;
  if (around?.thisLocal !== null && around?.thisLocal !== undefined)
    b.scopes.set(front.id, { ...scope, thisLocal: parameters[0] ?? null });
  return front.id;
}

function copyParameter(b: Builder, scope: Scope, id: LocalId, how: Given): LocalId {
  const original = b.local(id);
  const type = how === "given" ? original.type : (joinTypes(b, types.void, original.type) ?? original.type);
  const copy = b.addLocal(scope, original.name, type, b.nodeOfFront(id), { parameter: true });
  b.local(copy).span = original.span;
  return copy;
}

function fillFront(
  b: Builder,
  opened: Scope,
  id: FunctionId,
  callee: FunctionId,
  given: readonly Given[],
): void {
  const scope = b.scopes.get(id) ?? opened;
  const target = b.function(callee);
  const passed = b.function(id).parameters;
  const locals: LocalId[] = [];
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
    for (const [index, parameter] of target.parameters.entries()) {
      const own = passed[index];
      if (own !== undefined && given[index] === "given") {
        locals.push(own);
        rename(parameter, own);
        continue;
      }
      const written = b.defaults.get(parameter);
      const node = written ?? b.nodeOfFront(parameter);
      const { type } = b.local(parameter);
      const value = b.rests.has(parameter)
        ? restArray(b, scope, type, [], node)
        : flow(b, filledValue(b, scope, node, written, own ?? null), type, node);
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

/** What the function behind the front gets for a parameter: what was passed, or the default. */
function filledValue(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  written: ts.Expression | undefined,
  passed: LocalId | null,
): HirExpr {
  if (written === undefined) return unit(b, node, "void");
  if (passed === null) return lowerExpression(b, scope, written);
  scope.uses.add(passed);
  const value = expression(b, node, { kind: "local", local: passed, type: b.local(passed).type });
  return orDefault(b, scope, written, value, () => lowerExpression(b, scope, written));
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
