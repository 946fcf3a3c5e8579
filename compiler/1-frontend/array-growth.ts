/** `push`, `pop`, `shift`, `unshift` and writes of `length`: what makes an array longer or shorter. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type ArrayCall, elementOrNothing } from "./array-call.ts";
import { hasSpread, lowerSpreadPush } from "./array-spread.ts";
import { open } from "./array-walk.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { flow } from "./unify-types.ts";

export function lowerPush(call: ArrayCall): HirExpr {
  const { b, node } = call;
  if (hasSpread(node.arguments)) return lowerSpreadPush(call);
  const values = argumentValues(call, node.arguments);
  return expression(b, node, { kind: "push", array: call.value, values, type: types.number });
}

function argumentValues(call: ArrayCall, nodes: readonly ts.Expression[]): HirExpr[] {
  const { b, scope, element } = call;
  return nodes.map((argument) => {
    if (ts.isSpreadElement(argument)) return b.unsupported(argument, "Spread is", "Write the elements.");
    return flow(b, lowerExpression(b, scope, argument), element, argument);
  });
}

export function lowerPop(call: ArrayCall): HirExpr {
  return takeOut(call, false);
}

export function lowerShift(call: ArrayCall): HirExpr {
  return takeOut(call, true);
}

/** Reads the element, closes the gap and cuts the last place. */
function takeOut(call: ArrayCall, isFirst: boolean): HirExpr {
  const { code, array } = open(call);
  const length = code.let("length", code.length(array()));
  const last = (): HirExpr => code.minus(length(), code.number(1));
  const isEmpty = code.compare("===", length(), code.number(0));
  const shorten = (): void => {
    if (isFirst) code.move(array(), code.number(0), code.number(1), last());
    code.setLength(array(), last());
  };
  if (isUnused(call.node)) {
    code.if(isEmpty, () => {}, shorten);
    return code.done(code.nothing());
  }
  return elementOrNothing(code, isEmpty, () => {
    const taken = code.let("taken", code.element(array(), isFirst ? code.number(0) : last(), "always"));
    shorten();
    return taken();
  });
}

/** The array becomes longer, then everything moves up, then the values are stored in front. */
export function lowerUnshift(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const values = argumentValues(call, call.node.arguments);
  const count = values.length;
  if (count === 0) return code.done(code.length(array()));
  const held = values.map((value) => code.let("value", value, { type: call.element }));
  const length = code.let("length", code.length(array()));
  const size = code.let("size", code.plus(length(), code.number(count)));
  code.setLength(array(), size(), count);
  code.move(array(), code.number(count), code.number(0), length());
  held.forEach((value, index) => {
    code.setElement(array(), code.number(index), value());
  });
  return code.done(size());
}

/** `xs.length = n`: the value of the assignment is `n`. */
export function lowerLengthWrite(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  target: HirExpr,
): HirExpr {
  const code = new CodeWriter(b, scope, node);
  const array = code.let("array", target);
  const value = lowerExpression(b, scope, node.right);
  if (value.type.kind !== "number")
    return b.unsupported(node.right, "A length that is no number is", "Convert it with Number().");
  const length = code.let("length", value);
  code.setLength(array(), length());
  return code.done(isUnused(node) ? code.nothing() : length());
}

/** Nobody sees the value of the expression. */
export function isUnused(node: ts.Expression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isVoidExpression(at.parent)) at = at.parent;
  const { parent } = at;
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.condition !== at);
}
