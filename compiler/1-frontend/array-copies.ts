/** Methods that make a new array from old ones: `slice`, `concat`, `with`, `toReversed`, `toSpliced`, `flat`. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { holdArguments, spliceArguments, storeArguments } from "./array-items.ts";
import { open, resultArray, type Written } from "./array-walk.ts";
import { expression, types } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import type { CodeWriter, Make, Variable } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { lowerExpression } from "./expressions.ts";
import { integerArgument, rangeArguments, relativeIndex } from "./relative-index.ts";
import { flow } from "./unify-types.ts";

/** Copies `count` elements from one array into another; both have them. */
export function copyElements(
  code: CodeWriter,
  to: Variable,
  toIndex: Make | null,
  from: Make,
  fromIndex: Make | null,
  count: Make,
): void {
  const shifted = (base: Make | null, index: Make): HirExpr =>
    base === null ? index() : code.plus(base(), index());
  const element = to().type;
  code.count(code.number(0), count, (index) => {
    const value = code.element(from(), shifted(fromIndex, index), "always");
    const type = element.kind === "array" ? code.b.elementType(element.array) : value.type;
    code.setElement(to(), shifted(toIndex, index), flow(code.b, value, type, code.node));
  });
}

export function lowerSlice(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const [start, end] = call.node.arguments;
  const last = start === undefined || end !== undefined ? null : constantNumber(call.b, start);
  if (typeof last === "number" && Number.isInteger(last) && last < 0) return lastElements(call, -last);
  const { from, to } = rangeArguments(code, array, start, end);
  const isWhole = start === undefined;
  const count = isWhole
    ? to
    : code.let("count", code.intrinsic("mathMax", code.minus(to(), from()), code.number(0)));
  const out = code.let("part", code.newArray(resultArray(call), count()));
  copyElements(code, out, null, array, isWhole ? null : from, count);
  return code.done(out());
}

/** `slice(-n)`: its length has a bound of its own. */
function lastElements(call: ArrayCall, most: number): HirExpr {
  const { code, array } = open(call);
  const length = code.let("length", code.length(array()));
  const count = code.let("count", code.intrinsic("mathMin", length(), code.number(most)));
  const from = code.let("from", code.minus(length(), count()));
  const out = code.let("part", code.newArray(resultArray(call), count()));
  copyElements(code, out, null, array, from, count);
  return code.done(out());
}

/** A copy of the whole array, for methods that change the copy. */
export function copyOf(call: ArrayCall, { code, array }: Written): Variable {
  const length = code.let("length", code.length(array()));
  const out = code.let("copy", code.newArray(resultArray(call), length()));
  copyElements(code, out, null, array, null, length);
  return out;
}

export function lowerToReversed(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const length = code.let("length", code.length(array()));
  const out = code.let("reversed", code.newArray(resultArray(call), length()));
  code.count(code.number(0), length, (index) => {
    const from = code.minus(code.minus(length(), code.number(1)), index());
    code.setElement(out(), index(), code.element(array(), from, "always"));
  });
  return code.done(out());
}

export function lowerWith(call: ArrayCall): HirExpr {
  const { b, element } = call;
  const convert = (node: ts.Expression): HirExpr =>
    flow(b, lowerExpression(b, call.scope, node), element, node);
  return lowerWithValue(call, "Invalid index", convert);
}

/** `with(index, value)`; `convert` gives the value as an element. */
export function lowerWithValue(
  call: ArrayCall,
  message: string,
  convert: (node: ts.Expression) => HirExpr,
): HirExpr {
  const { b, node } = call;
  const written = open(call);
  const { code, array } = written;
  const [position, value] = node.arguments;
  if (position === undefined || value === undefined)
    return b.unsupported(node, "with() without index and value is", "Pass both.");
  const wanted = integerArgument(code, position);
  const held = code.let("value", convert(value), { type: call.element });
  const length = code.let("length", code.length(array()));
  const isNegative = code.compare("<", wanted(), code.number(0));
  const index = code.let("index", code.either(isNegative, code.plus(length(), wanted()), wanted()));
  const isOutside = expression(b, node, {
    kind: "logical",
    op: "||",
    left: code.compare("<", index(), code.number(0)),
    right: code.compare(">=", index(), length()),
    type: types.boolean,
  });
  code.if(isOutside, () => code.throw("RangeError", message));
  const out = copyOf(call, written);
  code.setElement(out(), index(), held());
  return code.done(out());
}

export function lowerConcat(call: ArrayCall): HirExpr {
  const { b, node } = call;
  const { code, array } = open(call);
  const type = resultArray(call);
  const element = b.elementType(type.array);
  const given = node.arguments.filter((argument) => !isEmptyLiteral(argument));
  const parts = listArguments(b, code.scope, given).map(({ at, isSpread, lower }) => {
    const value = lower();
    const isArray = value.type.kind === "array";
    return { isSpread, isArray, held: code.let("part", isArray ? value : flow(b, value, element, at)) };
  });
  const pieces = [{ isSpread: false, isArray: true, held: array }, ...parts];
  if (!pieces.some(({ isSpread }) => isSpread)) return code.done(joinPieces(code, type, pieces)());
  const out = code.let("joined", code.emptyArray(type));
  for (const { isSpread, isArray, held } of pieces)
    pushPiece(code, out, held, isSpread ? 2 : isArray ? 1 : 0);
  return code.done(out());
}

/** Appends a value, or what a list holds: `depth` lists deep, where that many are. */
function pushPiece(code: CodeWriter, out: Variable, value: Make, depth: number): void {
  const { type } = out();
  const { b, node } = code;
  if (depth === 0 || value().type.kind !== "array") {
    const wanted = type.kind === "array" ? b.elementType(type.array) : type;
    code.push(out(), flow(b, value(), wanted, node));
    return;
  }
  const length = code.let("length", code.length(value()));
  code.count(code.number(0), length, (index) => {
    const item = code.let("item", code.element(value(), index(), "always"));
    pushPiece(code, out, item, depth - 1);
  });
}

function isEmptyLiteral(node: ts.Expression): boolean {
  return ts.isArrayLiteralExpression(node) && node.elements.length === 0;
}

/** An array of what the pieces hold, arrays and single values, in order. */
export function joinPieces(
  code: CodeWriter,
  type: ReturnType<typeof resultArray>,
  pieces: readonly { readonly isArray: boolean; readonly held: Make }[],
): Variable {
  const { b } = code;
  const element = b.elementType(type.array);
  const singles = pieces.filter((piece) => !piece.isArray).length;
  const lengths = pieces.map(({ isArray, held }) =>
    isArray ? code.let("length", code.length(held())) : () => code.number(1),
  );
  const total = pieces.reduce<HirExpr>(
    (sum, { isArray }, index) => (isArray ? code.plus(sum, lengths[index]?.() ?? sum) : sum),
    code.number(singles),
  );
  const out = code.let("joined", code.newArray(type, total));
  const at = code.let("at", code.number(0), { reassigned: true, type: types.number });
  pieces.forEach(({ isArray, held }, index) => {
    const length = lengths[index] ?? (() => code.number(0));
    if (isArray) copyElements(code, out, at, held, null, length);
    else code.setElement(out(), at(), flow(b, held(), element, code.node));
    if (index < pieces.length - 1) code.set(at.target, code.plus(at(), length()));
  });
  return out;
}

/** `toSpliced(start, count, …items)`. */
export function lowerToSpliced(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const [start, count, ...rest] = spliceArguments(call);
  const first = integerArgument(code, start);
  const wanted = count === undefined ? null : integerArgument(code, count);
  const items = holdArguments(call, code, rest, true);
  const length = code.let("length", code.length(array()));
  const from = relativeIndex(code, first, length);
  const gone = removedCount(code, start, wanted, length, from);
  const after = code.let("after", code.plus(from(), gone()));
  const size = code.plus(code.minus(length(), gone()), items.count());
  const out = code.let("spliced", code.newArray(resultArray(call), size));
  copyElements(code, out, null, array, null, from);
  storeArguments(code, out, from, items);
  const tail = code.let("tail", code.minus(length(), after()));
  const to = code.let("to", code.plus(from(), items.count()));
  copyElements(code, out, to, array, after, tail);
  return code.done(out());
}

/** How many elements a splice takes out. */
export function removedCount(
  code: CodeWriter,
  start: ts.Expression | undefined,
  wanted: Make | null,
  length: Make,
  from: Make,
): Make {
  if (start === undefined) return () => code.number(0);
  const most = code.minus(length(), from());
  if (wanted === null) return code.let("gone", most);
  const positive = code.intrinsic("mathMax", wanted(), code.number(0));
  return code.let("gone", code.intrinsic("mathMin", positive, most));
}

/** `flat(depth)` with a depth that is written: as many nested loops. */
export function lowerFlat(call: ArrayCall): HirExpr {
  const { b, node } = call;
  const { code, array } = open(call);
  const given = node.arguments[0];
  const depth = given === undefined ? 1 : constantNumber(b, given);
  if (typeof depth !== "number")
    return b.unsupported(node, "flat with a depth that is not a constant is", "Write the depth as a number.");
  const type = resultArray(call);
  const out = code.let("flat", code.emptyArray(type));
  const element = b.elementType(type.array);
  const add = (source: Make, left: number): void => {
    const length = code.let("length", code.length(source()));
    code.count(code.number(0), length, (index) => {
      const item = code.element(source(), index(), "always");
      if (item.type.kind === "array" && left > 0) add(code.let("part", item), left - 1);
      else code.push(out(), flow(b, item, element, node));
    });
  };
  add(array, depth);
  return code.done(out());
}
