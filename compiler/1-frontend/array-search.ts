/** Methods that look for an element: `some`, `every`, `find…`, `indexOf`, `lastIndexOf`, `includes`, `at`. */

import type { HirExpr } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import type { ArrayCall } from "./array-call.ts";
import { elementOrNothing } from "./array-call.ts";
import { callbackOf } from "./array-callback.ts";
import { asCondition, eachElement, open } from "./array-walk.ts";
import { expression, types } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";
import type { CodeWriter, Make } from "./code-writer.ts";
import { isArm } from "./equality.ts";
import { lowerExpression } from "./expressions.ts";
import { castTo } from "./instance-tests.ts";
import { takeArms } from "./narrowing.ts";
import { integerArgument, relativeIndex } from "./relative-index.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** `some` stops at the first true, `every` at the first false. */
function search(call: ArrayCall, isEvery: boolean): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const found = code.let("found", code.boolean(isEvery), { reassigned: true });
  eachElement(written, length, code.number(0), (element, index, jump) => {
    const result = asCondition(call, callback(element, index, array));
    const stops = isEvery
      ? expression(call.b, call.node, { kind: "not", value: result, type: types.boolean })
      : result;
    code.if(stops, () => {
      code.set(found.target, code.boolean(!isEvery));
      code.break(jump);
    });
  });
  return code.done(found());
}

export function lowerSome(call: ArrayCall): HirExpr {
  return search(call, false);
}

export function lowerEvery(call: ArrayCall): HirExpr {
  return search(call, true);
}

/** The index of the first (last) element the callback accepts, in a variable; -1 if there is none. */
function findIndex(call: ArrayCall, isLast: boolean) {
  const written = open(call);
  const { code, array } = written;
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const found = code.let("found", code.number(-1), { reassigned: true, type: types.number });
  const from = isLast ? code.minus(length(), code.number(1)) : code.number(0);
  eachElement(
    written,
    length,
    from,
    (element, index, jump) => {
      code.if(asCondition(call, callback(element, index, array)), () => {
        code.set(found.target, index());
        code.break(jump);
      });
    },
    isLast,
  );
  return { code, array, found };
}

function indexFound(call: ArrayCall, isLast: boolean): HirExpr {
  const { code, found } = findIndex(call, isLast);
  return code.done(found());
}

export function lowerFindIndex(call: ArrayCall): HirExpr {
  return indexFound(call, false);
}

export function lowerFindLastIndex(call: ArrayCall): HirExpr {
  return indexFound(call, true);
}

function elementFound(call: ArrayCall, isLast: boolean): HirExpr {
  const { code, array, found } = findIndex(call, isLast);
  const isMissing = code.compare("<", found(), code.number(0));
  return elementOrNothing(code, isMissing, () =>
    asFound(call, code.element(array(), found(), "unlessShrunk")),
  );
}

/** A callback that tells object types apart (`(o) => o.kind === "error"`) says which the found one is of. */
function asFound({ b, node }: ArrayCall, element: HirExpr): HirExpr {
  if (element.type.kind !== "object") return element;
  const found = b.checker.getNonNullableType(b.checker.getTypeAtLocation(node));
  const wanted = convertType(b, found, node);
  if (wanted.kind !== "object" || derivesFrom(b.info(element.type.class), wanted.class)) return element;
  return castTo(b, node, element, wanted.class, !b.doubts.hasTypeGuards);
}

export function lowerFind(call: ArrayCall): HirExpr {
  return elementFound(call, false);
}

export function lowerFindLast(call: ArrayCall): HirExpr {
  return elementFound(call, true);
}

export function lowerAt(call: ArrayCall): HirExpr {
  const { code, array } = open(call);
  const wanted = integerArgument(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const isNegative = code.compare("<", wanted(), code.number(0));
  const index = code.let("index", code.either(isNegative, code.plus(length(), wanted()), wanted()));
  const isMissing = expression(call.b, call.node, {
    kind: "logical",
    op: "||",
    left: code.compare("<", index(), code.number(0)),
    right: code.compare(">=", index(), length()),
    type: types.boolean,
  });
  return elementOrNothing(code, isMissing, () => code.element(array(), index(), "always"));
}

/** `includes` finds NaN, `indexOf` does not. */
export function lowerIncludes(call: ArrayCall): HirExpr {
  return lookUp(call, true);
}

export function lowerIndexOf(call: ArrayCall): HirExpr {
  return lookUp(call, false);
}

function lookUp(call: ArrayCall, isIncludes: boolean): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const wanted = wantedValue(call, code);
  const from = call.node.arguments[1];
  const start = from === undefined ? null : integerArgument(code, from);
  const length = code.let("length", code.length(array()));
  const first = start === null ? code.number(0) : relativeIndex(code, start, length)();
  const found = isIncludes
    ? code.let("found", code.boolean(false), { reassigned: true })
    : code.let("found", code.number(-1), { reassigned: true, type: types.number });
  eachElement(written, length, first, (element, index, jump) => {
    const isHit = isIncludes ? sameValueZero(code, element, wanted) : code.same(element(), wanted());
    code.if(isHit, () => {
      code.set(found.target, isIncludes ? code.boolean(true) : index());
      code.break(jump);
    });
  });
  return code.done(found());
}

function wantedValue(call: ArrayCall, code: CodeWriter): Make {
  const { b, node, element } = call;
  const wanted = node.arguments[0];
  if (wanted === undefined || node.arguments.length > 2)
    return b.unsupported(node, "This search with these arguments is", "Pass the value to look for.");
  if (element.kind === "closure")
    return b.unsupported(node, "Comparing functions is", "Search for a number or string.");
  const value = lowerExpression(b, code.scope, wanted);
  // A wanted number need not fit the elements: it is only compared.
  const type = element.kind === "number" ? types.number : element;
  return code.let("wanted", flow(b, value, type, wanted), { type });
}

function sameValueZero(code: CodeWriter, item: Make, wanted: Make): HirExpr {
  const { b, node } = code;
  const same = code.same(item(), wanted());
  if (!hasArm(wanted().type, "number")) return same;
  const left = isNaNumber(code, item);
  const right = isNaNumber(code, wanted);
  const both = expression(b, node, { kind: "logical", op: "&&", left, right, type: types.boolean });
  return expression(b, node, { kind: "logical", op: "||", left: same, right: both, type: types.boolean });
}

/** NaN, also as one of several types. */
function isNaNumber(code: CodeWriter, value: Make): HirExpr {
  const { b, node } = code;
  const first = value();
  if (first.type.kind !== "union") return code.intrinsic("numberIsNaN", first);
  const isNumber = isArm(b, node, first, ["number"]);
  const number = takeArms(b, node, value(), [types.number], true);
  const right = code.intrinsic("numberIsNaN", number);
  return expression(b, node, { kind: "logical", op: "&&", left: isNumber, right, type: types.boolean });
}
