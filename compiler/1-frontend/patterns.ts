/**
 * Destructuring, in declarations, parameters, loop heads and assignments: one
 * list of parts for both kinds of pattern, taken apart in JavaScript's order.
 *
 * The source is evaluated once; then for each part: read, default, bind.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { lowerAllInto } from "./async.ts";
import { type Builder, expression, expressionStatement, type Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { takeValues } from "./generators/take-apart.ts";
import { lowerFreshList } from "./iterables.ts";
import { type PatternPart, partsOf } from "./pattern-parts.ts";
import { defaultTo, lowerOwnedPart, readPart } from "./pattern-reads.ts";

/** Gives the value of a part to its name or target; never called with a pattern. */
export type Bind = (to: ts.Node, value: HirExpr) => HirStatement[];

/** Takes apart what `initializer` gives. */
export function lowerPattern(
  b: Builder,
  scope: Scope,
  pattern: ts.Node,
  initializer: ts.Expression,
  bind: Bind,
): HirStatement[] {
  const parts = partsOf(b, pattern);
  const all = lowerAllInto(b, scope, initializer);
  if (all !== null && parts.every((part) => part.from.kind === "index")) {
    const results = all.results;
    const reads = parts.flatMap((part) => {
      const result = part.from.kind === "index" ? (results[part.from.index] ?? null) : null;
      if (result === null) return [];
      return finishPart(b, scope, part, readLocal(b, part.to, result), bind);
    });
    return [expressionStatement(all.value), ...reads];
  }
  const taken = takeValues(b, scope, pattern, initializer);
  if (taken !== null) {
    const reads = parts.flatMap((part) => {
      const isIndex = part.from.kind === "index";
      const value = isIndex ? taken.read(part.from.index, part.to, part.default !== null) : null;
      return value === null ? [] : finishPart(b, scope, part, value, bind);
    });
    return [...taken.statements, ...reads];
  }
  return (
    takeLiteralApart(b, scope, parts, initializer, bind) ??
    takeApart(b, scope, parts, lowerSource(b, scope, parts, initializer), initializer, bind)
  );
}

/** Takes apart a value that is at hand: a parameter, an element of a loop, a part of a larger pattern. */
export function lowerPatternOf(
  b: Builder,
  scope: Scope,
  pattern: ts.Node,
  value: HirExpr,
  bind: Bind,
): HirStatement[] {
  return takeApart(b, scope, partsOf(b, pattern), value, pattern, bind);
}

/** What iterates without being an array is listed first. */
function lowerSource(
  b: Builder,
  scope: Scope,
  parts: readonly PatternPart[],
  initializer: ts.Expression,
): HirExpr {
  const isArrayPattern = parts.some(({ from }) => from.kind === "index" || from.kind === "elements");
  const list = isArrayPattern ? lowerFreshList(b, scope, initializer, null) : null;
  return list ?? lowerExpression(b, scope, initializer);
}

function takeApart(
  b: Builder,
  scope: Scope,
  parts: readonly PatternPart[],
  value: HirExpr,
  at: ts.Node,
  bind: Bind,
): HirStatement[] {
  const holder = b.addLocal(scope, "source", value.type, at);
  const keep: HirStatement = { kind: "let", local: holder, value, span: b.span(at) };
  return [
    keep,
    ...parts.flatMap((part) => {
      const source = (): HirExpr => readLocal(b, part.to, holder);
      const owned = lowerOwnedPart(b, scope, part, source);
      return owned !== null
        ? finishPart(b, scope, { ...part, default: null }, owned, bind)
        : finishPart(b, scope, part, readPart(b, scope, part, source()), bind);
    }),
  ];
}

/** `[a, b] = [b, a]` needs no array: each element is kept on its own. Null when the source is no such literal. */
function takeLiteralApart(
  b: Builder,
  scope: Scope,
  parts: readonly PatternPart[],
  initializer: ts.Expression,
  bind: Bind,
): HirStatement[] | null {
  const literal = ts.isParenthesizedExpression(initializer) ? initializer.expression : initializer;
  if (!ts.isArrayLiteralExpression(literal)) return null;
  const isPlain = literal.elements.every(
    (element) => !ts.isSpreadElement(element) && !ts.isOmittedExpression(element),
  );
  const isCovered = parts.every(
    (part) => part.from.kind === "index" && part.from.index < literal.elements.length,
  );
  if (!isPlain || !isCovered) return null;
  const kept: LocalId[] = [];
  const head = literal.elements.map((element): HirStatement => {
    const value = lowerExpression(b, scope, element);
    const local = b.addLocal(scope, "part", value.type, element);
    kept.push(local);
    return { kind: "let", local, value, span: b.span(element) };
  });
  const tail = parts.flatMap((part) => {
    const local = part.from.kind === "index" ? kept[part.from.index] : undefined;
    return local === undefined ? [] : finishPart(b, scope, part, readLocal(b, part.to, local), bind);
  });
  return [...head, ...tail];
}

/** An array pattern whose parts are at hand, one value each. */
export function lowerPartsOf(
  b: Builder,
  scope: Scope,
  pattern: ts.Node,
  values: readonly HirExpr[],
  bind: Bind,
): HirStatement[] {
  return partsOf(b, pattern).flatMap((part) => {
    const value = part.from.kind === "index" ? values[part.from.index] : undefined;
    if (value === undefined) return b.unsupported(part.to, "This part of a pair is", "Name the two parts.");
    return finishPart(b, scope, part, value, bind);
  });
}

function finishPart(b: Builder, scope: Scope, part: PatternPart, read: HirExpr, bind: Bind): HirStatement[] {
  const value = part.default === null ? read : defaultTo(b, scope, read, part.default);
  return isPattern(part.to) ? lowerPatternOf(b, scope, part.to, value, bind) : bind(part.to, value);
}

export function isPattern(node: ts.Node): boolean {
  return (
    ts.isObjectBindingPattern(node) ||
    ts.isArrayBindingPattern(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node)
  );
}

function readLocal(b: Builder, at: ts.Node, local: LocalId): HirExpr {
  return expression(b, at, { kind: "local", local, type: b.local(local).type });
}
