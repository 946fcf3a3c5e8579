/** Methods that change an array in place: `reverse`, `fill`, `copyWithin`, `splice`. */

import type { HirExpr } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { copyElements, removedCount } from "./array-copies.ts";
import { isUnused } from "./array-growth.ts";
import { holdArguments, spliceArguments, storeArguments } from "./array-items.ts";
import { open, resultArray } from "./array-walk.ts";
import type { CodeWriter, Make, Variable } from "./code-writer.ts";
import { lowerExpression } from "./expressions.ts";
import { integerArgument, rangeArguments, relativeIndex } from "./relative-index.ts";
import { flow } from "./unify-types.ts";

export function lowerReverse(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const length = code.let("length", code.length(array()));
  reverseRange(code, array, length);
  return code.done(array());
}

/** The first `count` elements in the opposite order. */
export function reverseRange(code: CodeWriter, array: Variable, count: Make): void {
  const half = code.let("half", code.arithmetic(">>", count(), code.number(1)));
  code.count(code.number(0), half, (index) => {
    const opposite = code.let("opposite", code.minus(code.minus(count(), code.number(1)), index()));
    const kept = code.let("kept", code.element(array(), index(), "always"));
    code.setElement(array(), index(), code.element(array(), opposite(), "always"));
    code.setElement(array(), opposite(), kept());
  });
}

export function lowerFill(call: ArrayCall): HirExpr {
  const { b, node, element } = call;
  const { code, array } = open(call);
  const [value, start, end] = node.arguments;
  if (value === undefined) return b.unsupported(node, "fill() without a value is", "Pass the value.");
  const held = code.let("value", flow(b, lowerExpression(b, code.scope, value), element, value), {
    type: element,
  });
  const { from, to } = rangeArguments(code, array, start, end);
  code.count(from(), to, (index) => code.setElement(array(), index(), held()));
  return code.done(array());
}

export function lowerCopyWithin(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const [target, start, end] = call.node.arguments;
  const position = integerArgument(code, target);
  const { from, to, length } = rangeArguments(code, array, start, end);
  const at = relativeIndex(code, position, length);
  const wanted = code.intrinsic("mathMin", code.minus(to(), from()), code.minus(length(), at()));
  const count = code.let("count", code.intrinsic("mathMax", wanted, code.number(0)));
  code.move(array(), at(), from(), count());
  return code.done(array());
}

export function lowerSplice(call: ArrayCall): HirExpr {
  const { node } = call;
  const { code, array } = open(call);
  const [start, count, ...rest] = spliceArguments(call);
  const first = integerArgument(code, start);
  const wanted = count === undefined ? null : integerArgument(code, count);
  const items = holdArguments(call, code, rest);
  const length = code.let("length", code.length(array()));
  const from = relativeIndex(code, first, length);
  const gone = removedCount(code, start, wanted, length, from);
  const removed = isUnused(node) ? null : code.let("removed", code.newArray(resultArray(call), gone()));
  if (removed !== null) copyElements(code, removed, null, array, from, gone);
  const size = code.let("size", code.plus(code.minus(length(), gone()), items.count()));
  if (rest.length > 0) {
    const longest = code.intrinsic("mathMax", size(), length());
    code.setLength(array(), longest, items.singles, items.lengths);
  }
  const after = code.plus(from(), gone());
  const tail = code.minus(code.minus(length(), from()), gone());
  code.move(array(), code.plus(from(), items.count()), after, tail);
  storeArguments(code, array, from, items);
  code.setLength(array(), size());
  return code.done(removed === null ? code.nothing() : removed());
}
