/**
 * The arguments of a call, laid over the parameters: spreads of known length
 * become single arguments, what belongs to a rest parameter becomes an array of
 * the caller.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import { joinArguments } from "./array-spread.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { lowerIterable } from "./iterables.ts";
import { tupleField } from "./tuples.ts";

/** One argument; `lower` is called once, in the order of the arguments. */
export interface Argument {
  readonly at: ts.Expression;
  /** A spread whose length is not known at build time. */
  readonly isSpread: boolean;
  lower(): HirExpr;
}

export function listArguments(
  b: Builder,
  scope: Scope,
  nodes: readonly ts.Expression[],
): readonly Argument[] {
  return nodes.flatMap((node): readonly Argument[] => {
    if (!ts.isSpreadElement(node))
      return [{ at: node, isSpread: false, lower: () => lowerExpression(b, scope, node) }];
    const inner = plain(node.expression);
    if (ts.isArrayLiteralExpression(inner) && !inner.elements.some(ts.isOmittedExpression))
      return listArguments(b, scope, inner.elements);
    const length = tupleLength(b, inner);
    if (length !== null && length > 0) return elementsOf(b, scope, inner, length);
    return [{ at: node, isSpread: true, lower: () => lowerIterable(b, scope, inner) }];
  });
}

function plain(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) {
    if (ts.isAsExpression(at) && at.type.getText() !== "const") return at;
    at = at.expression;
  }
  return at;
}

/** The length that the type of a tuple gives. */
function tupleLength(b: Builder, node: ts.Expression): number | null {
  const type = b.checker.getTypeAtLocation(node);
  if (!b.checker.isTupleType(type)) return null;
  const { elementFlags } = (type as ts.TupleTypeReference).target;
  return elementFlags.every((element) => element === ts.ElementFlags.Required) ? elementFlags.length : null;
}

/** The tuple is evaluated where its first element stands. */
function elementsOf(b: Builder, scope: Scope, node: ts.Expression, length: number): readonly Argument[] {
  let holder: LocalId | null = null;
  const element = (array: LocalId, index: number): HirExpr => {
    const { type } = b.local(array);
    const self = expression(b, node, { kind: "local", local: array, type });
    const part = tupleField(b, node, self, index);
    if (part !== null) return part;
    if (type.kind !== "array") return b.unsupported(node, "Spreading this tuple is", "Write its elements.");
    const at = literal(b, node, index);
    return expression(b, node, { kind: "element", array: self, index: at, type: b.elementType(type.array) });
  };
  return Array.from({ length }, (_, index) => ({
    at: node,
    isSpread: false,
    lower: (): HirExpr => {
      if (holder !== null) return element(holder, index);
      const value = lowerExpression(b, scope, node);
      holder = b.addLocal(scope, "spread", value.type, node);
      const keep: HirStatement = { kind: "let", local: holder, value, span: value.span };
      const first = element(holder, index);
      return expression(b, node, { kind: "sequence", statements: [keep], value: first, type: first.type });
    },
  }));
}

/** The array that a rest parameter gets: always a new one, as in JavaScript. */
export function restArray(
  b: Builder,
  scope: Scope,
  type: HirType,
  rest: readonly Argument[],
  at: ts.Node,
): HirExpr {
  if (type.kind !== "array")
    return b.unsupported(at, "A rest parameter of this type is", "Give it an array type.");
  return joinArguments(b, scope, at, type, rest);
}

/** Whether the last parameter of a signature takes the rest of the arguments. */
export function hasRest(signature: ts.Signature | undefined): boolean {
  const parameters = signature?.getDeclaration()?.parameters;
  return parameters?.at(-1)?.dotDotDotToken !== undefined;
}
