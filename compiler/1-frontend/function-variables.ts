/**
 * `var` inside functions and blocks: one variable of the whole function, declared
 * at its start and assigned where the declaration stands. Reads before that are
 * found by TypeScript, and by the check of captured variables.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope } from "./builder.ts";
import { flow } from "./unify-types.ts";

/** Whether a name is declared by `var`. */
export function isFunctionVariable(name: ts.Node): boolean {
  let at: ts.Node = name.parent;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at))
    at = at.parent;
  return (
    ts.isVariableDeclaration(at) &&
    ts.isVariableDeclarationList(at.parent) &&
    (at.parent.flags & ts.NodeFlags.BlockScoped) === 0
  );
}

/** The assignment of a `var`; without a value there is nothing to do, whatever the variable holds. */
export function lowerFunctionVariable(
  b: Builder,
  scope: Scope,
  name: ts.Identifier,
  symbol: ts.Symbol,
  type: HirType,
  value: HirExpr | null,
): HirStatement {
  const local = hoisted(b, scope, name, symbol, type);
  const span = b.span(name);
  if (value === null) return { kind: "block", statements: [], breakId: null, span };
  const stored = flow(b, value, b.local(local).type, name);
  return expressionStatement(
    expression(b, name, {
      kind: "assign",
      target: { kind: "local", local },
      value: stored,
      type: stored.type,
    }),
  );
}

function hoisted(b: Builder, scope: Scope, name: ts.Identifier, symbol: ts.Symbol, type: HirType): LocalId {
  const known = b.entities.get(symbol);
  if (known?.kind === "local") return known.local;
  const declaration = b.declarations.get(scope.function);
  const owner = ts.findAncestor(name, (node) => ts.isFunctionLike(node) || ts.isSourceFile(node));
  if (owner !== undefined && !ts.isSourceFile(owner) && owner !== declaration)
    return b.unsupported(name, "'var' here is", "Use let or const.");
  const local = b.addLocal(scope, name.text, type, name, { reassigned: true });
  b.entities.set(symbol, { kind: "local", local });
  const start = b.hoisted.get(scope.function) ?? [];
  b.hoisted.set(scope.function, [...start, { kind: "let", local, value: null, span: b.span(name) }]);
  return local;
}

/** The declarations at the start of each function; once all bodies are lowered. */
export function declareFunctionVariables(b: Builder): void {
  for (const [id, start] of b.hoisted) {
    const fn = b.function(id);
    fn.body = [...start, ...fn.body];
  }
}
