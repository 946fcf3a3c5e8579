/**
 * `new Map(entries)` and `new Set(values)`: an empty collection, then a `set` or
 * `add` for each item. Pairs that are written out, or that a callback of `map`
 * writes out, are never made; nobody can see the collection before it is complete.
 */
import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ClassId, FunctionId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import { inlineStart, isInlined } from "./inline-callback.ts";
import { isArray, itemsOf, itemsOfGenerator } from "./iterables.ts";
import { partsOfPair } from "./pairs.ts";
import { globalName } from "./symbols.ts";
import { flow } from "./unify-types.ts";

interface Filling {
  readonly code: CodeWriter;
  /** Calls `set` or `add`. */
  add(parts: readonly { readonly value: HirExpr; readonly at: ts.Node }[]): void;
  readonly isMap: boolean;
}

export function lowerFilledCollection(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression,
  owner: ts.Symbol,
  id: ClassId,
  constructorId: FunctionId,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const isMap = owner.getName() === "OrderedMap";
  scope.calls.add(constructorId);
  const site = b.addSite(scope, node, isMap ? "Map" : "Set");
  const type = { kind: "object", class: id } as const;
  const made = code.let(
    isMap ? "map" : "set",
    expression(b, node, { kind: "new", class: id, args: [], site, type }),
  );
  const member = defined(
    owner.members?.get(ts.escapeLeadingUnderscores(isMap ? "set" : "add")),
    "set or add",
  );
  const declaration = defined(member.declarations?.find(ts.isMethodDeclaration), "set or add");
  const callee = memberUsedAt(b, declaration, node, node);
  scope.calls.add(callee);
  const { parameters, result } = b.function(callee);
  const [source] = node.arguments ?? [];
  const add: Filling["add"] = (parts) => {
    const args = parts.map(({ value, at }, index) =>
      flow(b, value, b.local(defined(parameters[index + 1], "parameter")).type, at),
    );
    code.run(expression(b, node, { kind: "call", function: callee, args: [made(), ...args], type: result }));
  };
  if (source !== undefined && !isNothing(b, source)) fill({ code, add, isMap }, source);
  return code.done(made());
}

function isNothing(b: Builder, node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || globalName(b, node) === "undefined";
}

function fill(filling: Filling, source: ts.Expression): void {
  const { code } = filling;
  const { b } = code;
  if (ts.isParenthesizedExpression(source)) return fill(filling, source.expression);
  if (ts.isArrayLiteralExpression(source)) {
    for (const item of source.elements) {
      if (ts.isSpreadElement(item)) fill(filling, item.expression);
      else addItem(filling, item);
    }
    return;
  }
  if (fillFromCallback(filling, source)) return;
  const items = itemsOf(code, source) ?? itemsOfGenerator(code, source);
  if (items === null)
    return b.unsupported(
      source,
      `A collection made of ${b.checker.typeToString(b.checker.getTypeAtLocation(source))} is`,
      "Make it empty and add the items in a loop.",
    );
  const length = code.let("length", items.length());
  code.count(code.number(0), length, (index) => {
    const pair = filling.isMap ? items.pair : null;
    if (pair !== null) addPair(filling, pair(index), source);
    else addValue(filling, items.item(index), source);
  });
}

/** An item that is written where the collection is made. */
function addItem(filling: Filling, item: ts.Expression): void {
  const { b, scope } = filling.code;
  const written = filling.isMap ? writtenPair(item) : null;
  if (written === null) return addValue(filling, lowerExpression(b, scope, item), item);
  filling.add(written.map((part) => ({ value: lowerExpression(b, scope, part), at: part })));
}

function addValue(filling: Filling, value: HirExpr, at: ts.Node): void {
  if (!filling.isMap) filling.add([{ value, at }]);
  else addPair(filling, partsOfPair(filling.code, filling.code.let("entry", value)), at);
}

function addPair(filling: Filling, [key, value]: readonly [Make, Make], at: ts.Node): void {
  filling.add([
    { value: key(), at },
    { value: value(), at },
  ]);
}

/** `[key, value]` */
function writtenPair(node: ts.Expression): readonly [ts.Expression, ts.Expression] | null {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return writtenPair(node.expression);
  if (!ts.isArrayLiteralExpression(node) || node.elements.length !== 2) return null;
  const [key, value] = node.elements;
  if (key === undefined || value === undefined || ts.isSpreadElement(key) || ts.isSpreadElement(value))
    return null;
  return [key, value];
}

/** `new Map(items.map((item) => [item.id, item]))`: the callback becomes part of the loop. */
function fillFromCallback(filling: Filling, source: ts.Expression): boolean {
  const { code } = filling;
  const { b } = code;
  if (!ts.isCallExpression(source) || !ts.isPropertyAccessExpression(source.expression)) return false;
  const { expression: receiver, name } = source.expression;
  const [callback, other] = source.arguments;
  if (name.text !== "map" || callback === undefined || other !== undefined || !isArray(b, receiver))
    return false;
  if (!ts.isArrowFunction(callback) || ts.isBlock(callback.body) || !isInlined(callback, 2)) return false;
  const items = itemsOf(code, receiver);
  if (items === null) return false;
  const length = code.let("length", items.length());
  const { body } = callback;
  code.count(code.number(0), length, (index) => {
    for (const statement of inlineStart(b, code.scope, callback, [() => items.item(index), index]))
      code.emit(statement);
    addItem(filling, body);
  });
  return true;
}
