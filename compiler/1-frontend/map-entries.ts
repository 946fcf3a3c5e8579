/** `new Map([["a", 1], ["b", 2]])`: an empty map, then a `set` for each pair that is written. */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { ClassId, FunctionId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Builder, expression, expressionStatement, type Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { flow } from "./unify-types.ts";

export function lowerMapOfEntries(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression,
  owner: ts.Symbol,
  id: ClassId,
  constructorId: FunctionId,
): HirExpr {
  const pairs = pairsOf(b, node);
  scope.calls.add(constructorId);
  const type = { kind: "object", class: id } as const;
  const made = expression(b, node, {
    kind: "new",
    class: id,
    args: [],
    site: b.addSite(scope, node, "Map"),
    type,
  });
  const local = b.addLocal(scope, "map", type, node);
  const read = (): HirExpr => expression(b, node, { kind: "local", local, type });
  const statements: HirStatement[] = [{ kind: "let", local, value: made, span: b.span(node) }];
  const member = defined(owner.members?.get(ts.escapeLeadingUnderscores("set")), "set");
  const declaration = defined(member.declarations?.find(ts.isMethodDeclaration), "set");
  const callee = memberUsedAt(b, declaration, node, node);
  scope.calls.add(callee);
  const [, keyParameter, valueParameter] = b.function(callee).parameters;
  for (const [key, value] of pairs) {
    const args = [
      read(),
      flow(b, lowerExpression(b, scope, key), b.local(defined(keyParameter, "key")).type, key),
      flow(b, lowerExpression(b, scope, value), b.local(defined(valueParameter, "value")).type, value),
    ];
    const result = b.function(callee).result;
    statements.push(
      expressionStatement(expression(b, key, { kind: "call", function: callee, args, type: result })),
    );
  }
  return expression(b, node, { kind: "sequence", statements, value: read(), type });
}

function pairsOf(b: Builder, node: ts.NewExpression): (readonly [ts.Expression, ts.Expression])[] {
  const [list] = node.arguments ?? [];
  if (list === undefined || !ts.isArrayLiteralExpression(list)) return refuse(b, list ?? node);
  return list.elements.map((pair) => {
    if (!ts.isArrayLiteralExpression(pair)) return refuse(b, pair);
    const [key, value] = pair.elements;
    if (key === undefined || value === undefined || pair.elements.length !== 2) return refuse(b, pair);
    return ts.isSpreadElement(key) || ts.isSpreadElement(value) ? refuse(b, pair) : [key, value];
  });
}

function refuse(b: Builder, node: ts.Node): never {
  return b.unsupported(
    node,
    "A Map made of entries that are not written out is",
    "Make an empty Map and call `set` in a loop.",
  );
}
