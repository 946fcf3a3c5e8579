/**
 * `for…of` over a Map or Set and over their keys, values and entries: a cursor
 * that finds the next entry by its serial number, so the body may change the
 * collection as JavaScript allows.
 */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { loopJump } from "./loops.ts";
import { libraryClass, useLibrary } from "./standard-library.ts";
import { inside, lowerStatements } from "./statements.ts";

/** What each round of a walk gives. */
type Given = "key" | "value" | "entry";

export interface Walk {
  /** The collection, as written. */
  readonly node: ts.Expression;
  /** The class of lib/std. */
  readonly owner: ts.Symbol;
  readonly given: Given;
}

/** The walk that an expression in a `for…of` head stands for; null for anything else. */
export function walkOf(b: Builder, node: ts.Expression): Walk | null {
  const whole = collectionOf(b, node);
  if (whole !== null)
    return { node, owner: whole, given: whole.getName() === "OrderedMap" ? "entry" : "key" };
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { expression: receiver, name } = node.expression;
  const owner = collectionOf(b, receiver);
  if (owner === null) return null;
  switch (name.text) {
    case "keys":
      return { node: receiver, owner, given: "key" };
    case "values":
      return { node: receiver, owner, given: "value" };
    case "entries":
      return { node: receiver, owner, given: "entry" };
    default:
      return null;
  }
}

function collectionOf(b: Builder, node: ts.Expression): ts.Symbol | null {
  const symbol = b.checker.getNonNullableType(b.checker.getTypeAtLocation(node)).getSymbol();
  const plain = symbol ?? brandedSymbol(b, node);
  return plain === undefined ? null : libraryClass(b, plain);
}

/** `Max<Map<K, V>, N>` is an intersection: the symbol of its first part. */
function brandedSymbol(b: Builder, node: ts.Expression): ts.Symbol | undefined {
  const type = b.checker.getTypeAtLocation(node);
  return type.isIntersection() ? type.types[0]?.getSymbol() : undefined;
}

/** `bind` gives the parts of a round to the loop's variables. */
export function lowerWalk(
  b: Builder,
  scope: Scope,
  node: ts.ForOfStatement,
  label: string | null,
  walk: Walk,
  bind: (key: HirExpr, value: HirExpr) => HirStatement[],
): HirStatement[] {
  const at = node.expression;
  const span = b.span(at);
  const collection = lowerExpression(b, scope, walk.node);
  const source = b.addLocal(scope, "collection", collection.type, at);
  const cursor = b.addLocal(scope, "cursor", types.number, at, { reassigned: true });
  const last = b.addLocal(scope, "last", types.number, at, { reassigned: true });
  const read = (local: LocalId): HirExpr => readLocal(b, at, local);
  const ask = (name: string, ...args: readonly HirExpr[]): HirExpr =>
    askCollection(b, scope, walk, name, [read(source), ...args]);
  const jump = loopJump(b, label);
  const head: HirStatement[] = [
    { kind: "let", local: source, value: collection, span },
    { kind: "let", local: cursor, value: literal(b, at, -1), span },
    { kind: "let", local: last, value: literal(b, at, -1), span },
  ];
  const next = assign(b, at, cursor, ask("after", read(cursor), read(last)));
  const test = expression(b, at, {
    kind: "compare",
    op: ">=",
    left: next,
    right: literal(b, at, 0),
    type: types.boolean,
  });
  const bound = bind(ask("keyAt", read(cursor)), ask("valueAt", read(cursor)));
  const body = inside(scope, jump, () => lowerStatements(b, scope, [node.statement]));
  const remember = expressionStatement(assign(b, at, last, ask("serialAt", read(cursor))));
  const loop: HirStatement = {
    kind: "loop",
    jump: jump.id,
    test,
    testFirst: true,
    update: null,
    body: [remember, ...bound, ...body],
    perIteration: [],
    span: b.span(node),
  };
  return [{ kind: "block", statements: [...head, loop], breakId: null, span: b.span(node) }];
}

function readLocal(b: Builder, at: ts.Node, local: LocalId): HirExpr {
  return expression(b, at, { kind: "local", local, type: b.local(local).type });
}

function assign(b: Builder, at: ts.Node, local: LocalId, value: HirExpr): HirExpr {
  return expression(b, at, {
    kind: "assign",
    target: { kind: "local", local },
    value,
    type: b.local(local).type,
  });
}

/** A call of a method that only lib/std has. */
export function askCollection(
  b: Builder,
  scope: Scope,
  walk: Walk,
  name: string,
  args: readonly HirExpr[],
): HirExpr {
  const member = walk.owner.members?.get(ts.escapeLeadingUnderscores(name));
  const declaration = member?.declarations?.find(ts.isMethodDeclaration);
  if (declaration === undefined) throw new Error(`lib/std lacks ${name}`);
  useLibrary(b, declaration, walk.node);
  const id = memberUsedAt(b, declaration, walk.node, walk.node);
  scope.calls.add(id);
  const result: HirType = b.function(id).result;
  return expression(b, walk.node, { kind: "call", function: id, args, type: result });
}
