/**
 * Optional chaining. A chain is lowered from its first `?.`: what stands before it
 * is evaluated once; where that is undefined or null the whole rest of the chain is
 * skipped and its value is undefined.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { armsOf, isUnit } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { lowerEffect } from "./expressions.ts";
import { isInstanceMember } from "./member-calls.ts";
import { mayBePastEnd } from "./missing-elements.ts";
import { takeArms } from "./narrowing.ts";
import { sequence, unit } from "./short-circuit.ts";
import { after, type Held, hold } from "./temporaries.ts";
import { flow, joinTypes } from "./unify-types.ts";
import { lowerHasMethod } from "./virtual-calls.ts";

type Link = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression;

/** The chain that ends with this node and still has a `?.` to look at; null: none. */
export function lowerOptionalChain(b: Builder, scope: Scope, node: ts.Expression): HirExpr | null {
  const chain = chainOf(node);
  if (chain === null || isContinued(chain)) return null;
  const link = firstLink(b, chain);
  if (link === null) return null;
  b.enteredLinks.add(link);
  try {
    return lowerFrom(b, scope, node, link);
  } finally {
    b.enteredLinks.delete(link);
  }
}

/** `await a?.b()` and `void a?.b()` wait or start only where the chain gets to the call. */
function chainOf(node: ts.Expression): ts.OptionalChain | null {
  let at = node;
  if (ts.isAwaitExpression(node) || ts.isVoidExpression(node)) {
    at = node.expression;
    while (ts.isParenthesizedExpression(at)) at = at.expression;
  }
  return ts.isOptionalChain(at) ? at : null;
}

/** A chain where only a plain call is understood. */
export function refuseOpenChain(b: Builder, node: ts.Expression): void {
  if (ts.isOptionalChain(node) && firstLink(b, node) !== null)
    b.unsupported(
      node,
      "Optional chaining to an async call here is",
      "Await the call, or test the value first.",
    );
}

/** The rest of the chain belongs to it. */
function isContinued(node: ts.Expression): boolean {
  const { parent } = node;
  return ts.isOptionalChain(parent) && parent.expression === node;
}

/** The leftmost `?.` of the chain that is not being lowered already. */
function firstLink(b: Builder, node: ts.Expression): Link | null {
  let found: Link | null = null;
  for (let at = node; ts.isOptionalChain(at); at = at.expression) {
    if (ts.isNonNullExpression(at)) continue;
    if (at.questionDotToken !== undefined && !b.enteredLinks.has(at)) found = at;
  }
  return found;
}

function lowerFrom(b: Builder, scope: Scope, node: ts.Expression, link: Link): HirExpr {
  const receiver = link.expression;
  const asked = lowerMethodThatMayBeMissing(b, scope, node, link);
  if (asked !== null) return asked;
  if (!mayBeMissing(b, receiver) && !mayBePastEnd(b, receiver)) return lowerEffect(b, scope, node);
  const value = lowerEffect(b, scope, receiver);
  const present = armsOf(value.type).filter((arm) => !isUnit(arm));
  if (present.length === 0) return sequence(b, node, value, unit(b, node, "void"));
  if (value.type.kind !== "union" || present.length === value.type.arms.length) {
    return substituting(
      b,
      receiver,
      () => value,
      () => lowerEffect(b, scope, node),
    );
  }
  const held = hold(b, scope, receiver, "value", value, false);
  const test = isArm(b, receiver, held.read(), ["void", "null"]);
  const rest = substituting(
    b,
    receiver,
    () => takeArms(b, receiver, held.read(), present, true),
    () => lowerEffect(b, scope, node),
  );
  const isThere = expression(b, receiver, { kind: "not", value: test, type: types.boolean });
  return orUndefined(b, node, [held], isThere, rest);
}

/** `object.method?.()` where some class has that method: asked first, then called. */
function lowerMethodThatMayBeMissing(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  link: Link,
): HirExpr | null {
  const callee = link.expression;
  if (!ts.isCallExpression(link) || !ts.isPropertyAccessExpression(callee)) return null;
  const symbol = b.checker.getSymbolAtLocation(callee.name);
  if (symbol === undefined || !isInstanceMember(b, symbol)) return null;
  const object = lowerEffect(b, scope, callee.expression);
  if (object.type.kind !== "object") return null;
  const held = hold(b, scope, callee.expression, "object", object, false);
  const test = lowerHasMethod(b, scope, callee, held.read());
  if (test === null) return null;
  const rest = substituting(b, callee.expression, held.read, () => lowerEffect(b, scope, node));
  return orUndefined(b, node, [held], test, rest);
}

/** The rest of the chain where the test holds, else undefined. */
function orUndefined(
  b: Builder,
  node: ts.Expression,
  held: readonly Held[],
  test: HirExpr,
  rest: HirExpr,
): HirExpr {
  const type = joinTypes(b, types.void, rest.type);
  if (type === null)
    return b.unsupported(node, "An optional chain to this value is", "Test the value first.");
  const whenFalse = flow(b, unit(b, node, "void"), type, node);
  const whenTrue = type.kind === "void" ? rest : flow(b, rest, type, node);
  const choice = expression(b, node, { kind: "conditional", test, whenTrue, whenFalse, type });
  return after(b, node, held, choice);
}

/** While the rest of the chain is lowered, its start is the value that is known to be there. */
function substituting(b: Builder, node: ts.Expression, value: () => HirExpr, lower: () => HirExpr): HirExpr {
  b.substitutes.set(node, value);
  try {
    return lower();
  } finally {
    b.substitutes.delete(node);
  }
}

function mayBeMissing(b: Builder, node: ts.Expression): boolean {
  const type = b.checker.getTypeAtLocation(node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void));
}
