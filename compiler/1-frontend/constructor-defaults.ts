/**
 * Constructors called without arguments whose defaults are computed: the caller
 * keeps the arguments in variables and computes the defaults from them, in the
 * order of the parameters.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import { type Builder, type Entity, expression, type Scope } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import { constantOf } from "./constants.ts";
import { givenArguments } from "./default-parameters.ts";
import { lowerExpression } from "./expressions.ts";
import { flow } from "./unify-types.ts";

export interface ComputedArguments {
  readonly statements: readonly HirStatement[];
  readonly args: readonly HirExpr[];
}

/** null: the call leaves out nothing that has to be computed. */
export function computeArguments(
  b: Builder,
  scope: Scope,
  callee: FunctionId,
  nodes: readonly ts.Expression[],
  at: ts.Node,
): ComputedArguments | null {
  const parameters = b.function(callee).parameters.slice(1);
  const written = givenArguments(b, nodes);
  const missing = parameters.slice(written.length).map((parameter) => b.defaults.get(parameter));
  const isComputed = missing.some((node) => node !== undefined && constantOf(b, node) === null);
  if (!isComputed || missing.some((node) => node === undefined)) return null;
  const given = listArguments(b, scope, written);
  if (given.length !== written.length || given.some((argument) => argument.isSpread)) return null;
  const instance = b.instanceOfFunction.get(callee) ?? null;
  const statements: HirStatement[] = [];
  const restore: (() => void)[] = [];
  const args = parameters.map((parameter, index): LocalId => {
    const argument = given[index];
    const node = argument === undefined ? b.defaults.get(parameter) : argument.at;
    const { type, name } = b.local(parameter);
    const value =
      argument !== undefined
        ? argument.lower()
        : b.within(instance, () => lowerDefault(b, scope, node as ts.Expression));
    const local = b.addLocal(scope, name, type, at);
    statements.push({ kind: "let", local, value: flow(b, value, type, node ?? at), span: b.span(at) });
    b.within(instance, () => bind(b, parameter, local, restore));
    return local;
  });
  b.within(instance, () => {
    for (const undo of restore.reverse()) undo();
  });
  const read = (local: LocalId): HirExpr =>
    expression(b, at, { kind: "local", local, type: b.local(local).type });
  return { statements, args: args.map(read) };
}

/** While the defaults are computed, the parameter's name stands for the caller's variable. */
function bind(b: Builder, parameter: LocalId, local: LocalId, restore: (() => void)[]): void {
  const symbol = b.parameterSymbols.get(parameter);
  if (symbol === undefined) return;
  const before: Entity | undefined = b.entities.get(symbol);
  b.entities.set(symbol, { kind: "local", local });
  restore.push(() => (before === undefined ? b.entities.delete(symbol) : b.entities.set(symbol, before)));
}

/** A function in a default would keep the variables of one call; `this` is not there yet. */
function lowerDefault(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  const isBound = (part: ts.Node): boolean =>
    part.kind === ts.SyntaxKind.ThisKeyword ||
    ts.isFunctionLike(part) ||
    (ts.forEachChild(part, (child) => isBound(child) || undefined) ?? false);
  if (isBound(node))
    return b.unsupported(node, "A constructor default with a function or 'this' is", "Pass the argument.");
  return lowerExpression(b, scope, node);
}
