/** `push`, `pop`, `shift`, `unshift` and writes of `length`: what makes an array longer or shorter. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type ArrayCall, elementOrNothing } from "./array-call.ts";
import { holdArguments, storeArguments } from "./array-items.ts";
import { hasSpread, lowerSpreadPush } from "./array-spread.ts";
import { open } from "./array-walk.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { flow } from "./unify-types.ts";

export function lowerPush(call: ArrayCall): HirExpr {
  const { b, node } = call;
  if (hasSpread(node.arguments)) return lowerSpreadPush(call);
  const values = node.arguments.map((argument) =>
    flow(b, lowerExpression(b, call.scope, argument), call.element, argument),
  );
  return expression(b, node, { kind: "push", array: call.value, values, type: types.number });
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
  const values = holdArguments(call, code, call.node.arguments);
  if (call.node.arguments.length === 0) return code.done(code.length(array()));
  const length = code.let("length", code.length(array()));
  const size = code.let("size", code.plus(length(), values.count()));
  code.setLength(array(), size(), values.singles, values.lengths);
  code.move(array(), values.count(), code.number(0), length());
  storeArguments(code, array, () => code.number(0), values);
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
