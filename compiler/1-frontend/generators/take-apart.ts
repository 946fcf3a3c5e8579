/** `const [a, b] = gen()`: takes as many values as the pattern names, then closes the iterator. */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import { armsOf, hasArm } from "../../ir/union-types.ts";
import { iteratedArray } from "../array-iterators.ts";
import { type Builder, expressionStatement, type Scope, types } from "../builder.ts";
import { walkOf } from "../collection-walks.ts";
import { literal, lowerExpression } from "../expressions.ts";
import { takeArms } from "../narrowing.ts";
import { unit } from "../short-circuit.ts";
import { convertType } from "../types.ts";
import { flow } from "../unify-types.ts";
import { isIterable } from "./collect.ts";
import { choose, keep, readLocal, setLocal } from "./hir-shapes.ts";
import { callMember, iteratorOf, keepIterator, yieldedBy } from "./iteration.ts";
import { orNothing } from "./iterator-types.ts";

export interface Taken {
  readonly statements: readonly HirStatement[];
  /** The value at a position: undefined where there were fewer and something takes that, else a panic. */
  read(index: number, to: ts.Node, hasDefault: boolean): HirExpr | null;
}

/** null: the source is no iterator, or the pattern is no plain list. */
export function takeValues(b: Builder, scope: Scope, pattern: ts.Node, source: ts.Expression): Taken | null {
  if (!(ts.isArrayBindingPattern(pattern) || ts.isArrayLiteralExpression(pattern))) return null;
  if (!isIterable(b, source) || walkOf(b, source) !== null || iteratedArray(b, source) !== null) return null;
  if (pattern.elements.some((element) => isRest(element)))
    return b.unsupported(pattern, "A rest element of an iterator is", "Write `[...values]` first.");
  if (!pattern.elements.every((element) => isQuiet(element)))
    return b.unsupported(
      pattern,
      "Taking an iterator apart into this is",
      "Name variables, then assign them.",
    );
  const iterator = iteratorOf(b, scope, source, lowerExpression(b, scope, source));
  if (iterator === null) return null;
  const kept = keepIterator(b, scope, source, iterator);
  const more = keep(b, scope, source, "more", literal(b, source, true), true);
  const step = (name: string): HirExpr => callMember(b, scope, source, kept.read(), name, [], types.boolean);
  const statements: HirStatement[] = [kept.declaration, more.declaration];
  const values = pattern.elements.map((element) => {
    const given = yieldedBy(b, source, kept.read());
    const type = orNothing(given.type);
    const local = b.addLocal(scope, "value", type, element, { reassigned: true });
    const nothing = flow(b, unit(b, element, "void"), type, element);
    statements.push(
      { kind: "let", local, value: nothing, span: b.span(element) },
      choose(b, element, more.read(), [setLocal(b, element, more.local, step("%step"))]),
      choose(b, element, more.read(), [setLocal(b, element, local, flow(b, given, type, element))]),
    );
    return local;
  });
  statements.push(choose(b, source, more.read(), [expressionStatement(step("%return"))]));
  const given = yieldedBy(b, source, kept.read()).type;
  const read = (index: number, to: ts.Node, hasDefault: boolean): HirExpr | null => {
    const local = values[index];
    if (local === undefined) return null;
    const value = readLocal(b, to, local);
    const takesNothing = hasDefault || hasArm(convertType(b, b.checker.getTypeAtLocation(to), to), "void");
    return takesNothing ? value : takeArms(b, to, value, armsOf(given));
  };
  return { statements, read };
}

/** Nothing runs between two values but the iterator itself. */
function isQuiet(element: ts.Node): boolean {
  if (ts.isOmittedExpression(element) || ts.isIdentifier(element)) return true;
  if (!ts.isBindingElement(element)) return false;
  return element.initializer === undefined || ts.isLiteralExpression(element.initializer);
}

function isRest(element: ts.Node): boolean {
  return (
    ts.isSpreadElement(element) || (ts.isBindingElement(element) && element.dotDotDotToken !== undefined)
  );
}
