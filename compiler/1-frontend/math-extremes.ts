/** `Math.max(...values)` and `Math.min`: a loop over each array that is spread. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import { literal } from "./expressions.ts";

type Extreme = "mathMin" | "mathMax";

/** Only for calls with at least one spread. The arguments are compared one by one, in their order. */
export function lowerExtremeOfSpread(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  name: Extreme,
): HirExpr {
  const statements: HirStatement[] = [];
  const read = (local: LocalId): HirExpr =>
    expression(b, node, { kind: "local", local, type: b.local(local).type });
  const keep = (label: string, value: HirExpr, reassigned: boolean): LocalId => {
    const local = b.addLocal(scope, label, value.type, node, { reassigned });
    statements.push({ kind: "let", local, value, span: value.span });
    return local;
  };
  let total: LocalId | null = null;
  for (const argument of listArguments(b, scope, node.arguments)) {
    const value = argument.lower();
    if (!argument.isSpread) {
      if (value.type.kind !== "number") return refuse(b, argument.at);
      if (total === null) total = keep("extreme", widen(b, node, value), true);
      else statements.push(expressionStatement(better(b, node, name, total, value)));
      continue;
    }
    if (value.type.kind !== "array" || b.elementType(value.type.array).kind !== "number")
      return refuse(b, argument.at);
    const array = keep("values", value, false);
    total ??= keep(
      "extreme",
      firstOf(b, node, name, read(array), () => read(array)),
      true,
    );
    statements.push(loopOver(b, scope, node, name, total, read(array)));
  }
  if (total === null) return literal(b, node, emptyExtreme(name));
  return expression(b, node, { kind: "sequence", statements, value: read(total), type: types.number });
}

function refuse(b: Builder, at: ts.Node): never {
  return b.unsupported(at, "The extreme of values that are no numbers is", "Pass numbers.");
}

/** The variable is a plain number, whatever the size of what it starts with. */
function widen(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  return value.type.kind === "number" && value.type.sized !== null
    ? expression(b, node, { kind: "intrinsic", name: "mathMax", args: [value], type: types.number })
    : value;
}

function emptyExtreme(name: Extreme): number {
  return name === "mathMin" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** `values.length === 0 ? -Infinity : values[0]`: an array that is known not to be empty stays an integer. */
function firstOf(b: Builder, node: ts.Node, name: Extreme, array: HirExpr, again: () => HirExpr): HirExpr {
  if (array.type.kind !== "array") return refuse(b, node);
  const test = expression(b, node, {
    kind: "compare",
    op: "===",
    left: expression(b, node, { kind: "arrayLength", array, type: types.number }),
    right: literal(b, node, 0),
    type: types.boolean,
  });
  const whenFalse = widen(
    b,
    node,
    expression(b, node, {
      kind: "element",
      array: again(),
      index: literal(b, node, 0),
      type: b.elementType(array.type.array),
    }),
  );
  const whenTrue = literal(b, node, emptyExtreme(name));
  return expression(b, node, { kind: "conditional", test, whenTrue, whenFalse, type: types.number });
}

function better(b: Builder, node: ts.Node, name: Extreme, total: LocalId, value: HirExpr): HirExpr {
  const old = expression(b, node, { kind: "local", local: total, type: types.number });
  const next = expression(b, node, { kind: "intrinsic", name, args: [old, value], type: types.number });
  return expression(b, node, {
    kind: "assign",
    target: { kind: "local", local: total },
    value: next,
    type: types.number,
  });
}

function loopOver(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  name: Extreme,
  total: LocalId,
  array: HirExpr,
): HirStatement {
  if (array.type.kind !== "array") return refuse(b, node);
  const element = b.elementType(array.type.array);
  const local = b.addLocal(scope, "value", element, node);
  const value = expression(b, node, { kind: "local", local, type: element });
  const body = [expressionStatement(better(b, node, name, total, value))];
  return { kind: "forOf", jump: b.nextJump(), local, array, body, span: b.span(node) };
}
