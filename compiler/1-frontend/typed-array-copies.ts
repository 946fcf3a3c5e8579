/** Methods of typed arrays that make arrays or order them: `map`, `filter`, `with`, `sort`, `toSorted`. */

import type { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { callbackOf } from "./array-callback.ts";
import { copyElements, copyOf, lowerWithValue } from "./array-copies.ts";
import { asCondition, eachElement, open, resultArray, type Written } from "./array-walk.ts";
import { types } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { toElement, typedArrayOfValue } from "./typed-arrays.ts";

/** A value as the array's elements hold it. */
function asElement(call: ArrayCall, value: HirExpr): HirExpr {
  const typed = typedArrayOfValue(call.b, call.value);
  return typed === null ? value : toElement(call.b, call.node, value, typed);
}

export function lowerTypedMap(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const out = code.let("mapped", code.newArray(resultArray(call), length()));
  code.count(code.number(0), length, (index) => {
    const value = callback(() => code.element(array(), index(), "always"), index, array);
    code.setElement(out(), index(), asElement(call, value));
  });
  return code.done(out());
}

/** What is kept is noted first: the result has a length of its own. */
export function lowerTypedFilter(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const kept = code.let("kept", code.newArray(call.value.type, length()));
  const count = code.let("count", code.number(0), { reassigned: true, type: types.number });
  eachElement(written, length, code.number(0), (element, index) => {
    const value = code.let("element", element());
    code.if(asCondition(call, callback(value, index, array)), () => {
      code.setElement(kept(), count(), value());
      code.set(count.target, code.plus(count(), code.number(1)));
    });
  });
  const size = code.let("size", code.intrinsic("mathMin", count(), length()));
  const out = code.let("filtered", code.newArray(resultArray(call), size()));
  copyElements(code, out, null, kept, null, size);
  return code.done(out());
}

export function lowerTypedWith(call: ArrayCall): HirExpr {
  const convert = (node: ts.Expression): HirExpr =>
    asElement(call, lowerExpression(call.b, call.scope, node));
  return lowerWithValue(call, "Invalid typed array index", convert);
}

/** Without a comparator: numbers in ascending order. */
export function lowerTypedSort(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  code.run(code.intrinsic("arraySort", array()));
  return code.done(array());
}

export function lowerTypedToSorted(call: ArrayCall): HirExpr {
  const written: Written = open(call);
  const copy = copyOf(call, written);
  written.code.run(written.code.intrinsic("arraySort", copy()));
  return written.code.done(copy());
}
