/** `forEach`, `map`, `filter`, `flatMap`, `reduce` and `reduceRight`: one round for each element there was at the start. */

import type { HirExpr, HirType } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";
import { armsOf, hasArm } from "../ir/union-types.ts";
import type { ArrayCall } from "./array-call.ts";
import { callbackOf } from "./array-callback.ts";
import { boundOf } from "./bounds.ts";
import { expression, types } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { lowerExpression, toBoolean } from "./expressions.ts";
import { castTo } from "./instance-tests.ts";
import { takeArms } from "./narrowing.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** The written code of a method, with the array in a variable. */
export interface Written {
  readonly code: CodeWriter;
  readonly array: Variable;
}

export function open({ b, scope, node, value }: ArrayCall): Written {
  const code = new CodeWriter(b, scope, node);
  return { code, array: code.let("array", value) };
}

/** The array type that the call gives. */
export function resultArray({ b, node }: ArrayCall): Extract<HirType, { kind: "array" }> {
  const type = convertType(b, b.checker.getNonNullableType(b.checker.getTypeAtLocation(node)), node);
  if (type.kind !== "array")
    return b.unsupported(node, "The result of this method is", "Give it elements of one type.");
  const wanted = b.checker.getContextualType(node);
  const max = wanted === undefined ? null : boundOf(b, wanted);
  return max === null ? { kind: "array", array: type.array } : { kind: "array", array: type.array, max };
}

/**
 * The elements that were there at the start, in order, as far as they still are.
 * `backwards`: from the last one down.
 */
export function eachElement(
  { code, array }: Written,
  length: Make,
  from: HirExpr,
  body: (element: Make, index: Make, jump: JumpId) => void,
  backwards = false,
): void {
  const round = (index: Make, jump: JumpId): void => {
    const isThere = expression(code.b, code.node, {
      kind: "hasIndex",
      array: array(),
      index: index(),
      inside: "unlessShrunk",
      type: types.boolean,
    });
    code.if(isThere, () => body(() => code.element(array(), index(), "unlessShrunk"), index, jump));
  };
  if (backwards) code.count(from, () => code.number(0), round, -1);
  else code.count(from, length, round);
}

export function lowerForEach(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  eachElement(written, length, code.number(0), (element, index) => {
    code.run(callback(element, index, array));
  });
  return code.done(code.nothing());
}

export function lowerMap(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const type = resultArray(call);
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const out = code.let("mapped", code.newArray(type, length()));
  code.count(code.number(0), length, (index) => {
    const element = (): HirExpr => code.element(array(), index(), "unlessShrunk");
    const value = flow(
      call.b,
      valued(call, callback(element, index, array)),
      call.b.elementType(type.array),
      call.node,
    );
    code.setElement(out(), index(), value);
  });
  return code.done(out());
}

export function lowerFilter(call: ArrayCall): HirExpr {
  const written = open(call);
  const { code, array } = written;
  const type = resultArray(call);
  const callback = callbackOf(code, call.node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const out = code.let("filtered", code.emptyArray(type, length));
  eachElement(written, length, code.number(0), (element, index) => {
    const kept = code.let("element", element());
    code.if(asCondition(call, callback(kept, index, array)), () => {
      const wanted = call.b.elementType(type.array);
      code.pushWithin(out(), flow(call.b, onlyArms(call, kept(), wanted), wanted, call.node));
    });
  });
  return code.done(out());
}

/** What a type guard as the callback lets through. */
function onlyArms({ b, node }: ArrayCall, value: HirExpr, wanted: HirType): HirExpr {
  if (value.type.kind === "object" && wanted.kind === "object" && value.type.class !== wanted.class) {
    const isWider = derivesFrom(b.info(value.type.class), wanted.class);
    return isWider ? value : castTo(b, node, value, wanted.class, false);
  }
  const arms = armsOf(value.type).filter((arm) => hasArm(wanted, arm.kind));
  return value.type.kind === "union" && arms.length > 0 ? takeArms(b, node, value, arms) : value;
}

export function lowerFlatMap(call: ArrayCall): HirExpr {
  const written = open(call);
  const { b, node } = call;
  const { code, array } = written;
  const type = resultArray(call);
  const callback = callbackOf(code, node.arguments[0]);
  const length = code.let("length", code.length(array()));
  const out = code.let("mapped", code.emptyArray(type));
  const element = b.elementType(type.array);
  eachElement(written, length, code.number(0), (item, index) => {
    const value = valued(call, callback(item, index, array));
    if (value.type.kind !== "array" || element.kind === "array") {
      code.push(out(), flow(b, value, element, node));
      return;
    }
    const part = code.let("part", value);
    code.count(
      code.number(0),
      () => code.length(part()),
      (at) => {
        code.push(out(), flow(b, code.element(part(), at(), "always"), element, node));
      },
    );
  });
  return code.done(out());
}

/** Void where a value is wanted: the callback returns nothing. */
function valued({ b, node }: ArrayCall, value: HirExpr): HirExpr {
  if (value.type.kind !== "void") return value;
  return b.unsupported(node, "A callback that returns nothing is", "Return a value, or use forEach.");
}

export function asCondition({ b, node }: ArrayCall, value: HirExpr): HirExpr {
  return toBoolean(b, node, value);
}

export function lowerReduce(call: ArrayCall): HirExpr {
  return reduce(call, false);
}

export function lowerReduceRight(call: ArrayCall): HirExpr {
  return reduce(call, true);
}

function reduce(call: ArrayCall, backwards: boolean): HirExpr {
  const { b, node } = call;
  const written = open(call);
  const { code, array } = written;
  const initial = node.arguments[1];
  const type = convertType(b, b.checker.getTypeAtLocation(node), node);
  const callback = callbackOf(code, node.arguments[0]);
  const start =
    initial === undefined ? null : flow(b, lowerExpression(b, code.scope, initial), type, initial);
  const held = start === null ? null : code.let("total", start, { reassigned: true, type });
  const length = code.let("length", code.length(array()));
  const last = (): HirExpr => code.minus(length(), code.number(1));
  const total = held ?? firstTotal(call, written, length, backwards ? last() : code.number(0), type);
  const skipped = held === null ? 1 : 0;
  const from = backwards ? code.minus(length(), code.number(1 + skipped)) : code.number(skipped);
  eachElement(
    written,
    length,
    from,
    (element, index) => code.set(total.target, flow(b, callback(total, element, index, array), type, node)),
    backwards,
  );
  return code.done(total());
}

/** Without an initial value the first element is it. */
function firstTotal(
  { b, node }: ArrayCall,
  { code, array }: Written,
  length: Make,
  index: HirExpr,
  type: HirType,
): Variable {
  code.if(code.compare("===", length(), code.number(0)), () => {
    code.throw("TypeError", "Reduce of empty array with no initial value");
  });
  const first = flow(b, code.element(array(), index, "always"), type, node);
  return code.let("total", first, { reassigned: true, type });
}
