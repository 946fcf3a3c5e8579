/** `[...a, x, ...b]` and `push(...xs)`: arrays whose length shows at run time. */

import { ts } from "ts-morph";
import { hasEffects } from "../intrinsics/effects.ts";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { joinPieces } from "./array-copies.ts";
import { holdArguments } from "./array-items.ts";
import { open } from "./array-walk.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { type Argument, listArguments } from "./call-arguments.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { lowerFreshList } from "./iterables.ts";
import { flow } from "./unify-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

export function lowerSpreadLiteral(
  b: Builder,
  scope: Scope,
  node: ts.ArrayLiteralExpression,
  type: ArrayType,
): HirExpr {
  const [only] = node.elements;
  if (node.elements.length === 1 && only !== undefined && ts.isSpreadElement(only)) {
    const list = lowerFreshList(b, scope, only.expression, type);
    if (list !== null) return list;
  }
  return joinArguments(b, scope, node, type, listArguments(b, scope, node.elements));
}

/** A new array of what the arguments give, in order. */
export function joinArguments(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  type: ArrayType,
  given: readonly Argument[],
): HirExpr {
  const element = b.elementType(type.array);
  const spread = given.find((argument) => argument.isSpread)?.at;
  if (spread === undefined) {
    const elements = given.map((argument) => flow(b, argument.lower(), element, argument.at));
    return expression(b, at, { kind: "array", elements, site: b.addSite(scope, at, "array"), type });
  }
  const code = new CodeWriter(b, scope, ts.isExpression(at) ? at : spread);
  const values = given.map((argument) => ({ argument, value: lowerPiece(b, argument, element) }));
  const firstArray = values.findIndex(({ argument }) => argument.isSpread);
  const later = values.slice(firstArray + 1);
  if (!later.some(({ value }) => hasEffects(value))) {
    const pieces = values.map(({ argument, value }) => ({
      isArray: argument.isSpread,
      held: argument.isSpread ? code.let("part", value) : code.let("part", value, { type: element }),
    }));
    return code.done(joinPieces(code, type, pieces)());
  }
  // What comes later may change what was spread before: everything is copied in its turn.
  const out = code.let("spread", code.emptyArray(type));
  for (const { argument, value } of values) {
    if (argument.isSpread) pushAll(code, out, code.let("part", value));
    else code.push(out(), value);
  }
  return code.done(out());
}

function lowerPiece(b: Builder, argument: Argument, element: HirType): HirExpr {
  const value = argument.lower();
  if (!argument.isSpread) return flow(b, value, element, argument.at);
  return value;
}

function pushAll(code: CodeWriter, to: Make, from: Variable): void {
  const length = code.let("length", code.length(from()));
  code.count(code.number(0), length, (index) => {
    const value = code.element(from(), index(), "unlessShrunk");
    const { type } = to();
    const wanted = type.kind === "array" ? code.b.elementType(type.array) : value.type;
    code.push(to(), flow(code.b, value, wanted, code.node));
  });
}

/** All arguments are evaluated before the first is pushed. */
export function lowerSpreadPush(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const { parts } = holdArguments(call, code, call.node.arguments, true);
  for (const { held, length } of parts) {
    if (length === null) code.push(array(), held());
    else
      code.count(code.number(0), length, (index) => {
        const value = code.element(held(), index(), "unlessShrunk");
        code.push(array(), flow(call.b, value, call.element, call.node));
      });
  }
  return code.done(code.length(array()));
}

export function hasSpread(nodes: readonly ts.Expression[]): boolean {
  return nodes.some(ts.isSpreadElement);
}
