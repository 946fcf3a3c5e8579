/**
 * HIR expressions to MIR expressions. What has effects becomes instructions, in
 * JavaScript's order; an operand that a later operand could change is held in a
 * temporary first.
 */

import { hasEffects } from "../intrinsics/effects.ts";
import type { NumberFact } from "../ir/facts.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { partsOf } from "../ir/walk-hir.ts";
import { assertNever, defined } from "../source/assert.ts";
import { lowerArray, lowerArrayFill, lowerNew, lowerObject } from "./allocations.ts";
import { lowerAppend, lowerAssign, lowerCompound, lowerUpdate } from "./assignments.ts";
import { lowerAll, lowerAwait, lowerSpawn } from "./async.ts";
import { lowerCompareBigints } from "./bigint-comparisons.ts";
import { constantBigint, lowerBigint } from "./bigint-values.ts";
import { lowerCall, lowerCallClosure } from "./calls.ts";
import { lowerClosure } from "./closures.ts";
import { lowerConditional, lowerLogical } from "./conditions.ts";
import { lowerCast, lowerIsInstance } from "./families.ts";
import { boolType, constant, type FunctionBuilder, textType } from "./function-builder.ts";
import {
  lowerArrayNew,
  lowerHasIndex,
  lowerHasRoom,
  lowerMoveElements,
  lowerPush,
  lowerSetLength,
} from "./growing-arrays.ts";
import { lowerIntrinsic } from "./intrinsics.ts";
import {
  binary,
  cast,
  compareOp,
  isSame,
  isSimple,
  lowerArithmetic,
  lowerCompareNumbers,
  lowerTruthy,
  type Numeric,
  pure,
  toInt32,
  wrap,
} from "./numbers.ts";
import { arrayLength, elementPlace, fieldPlace, localPlace, read, stabilise, staticPlace } from "./places.ts";
import { lowerIsPoolFull } from "./pooled-room.ts";
import { lowerIntegerDivision } from "./quotients.ts";
import { isEmpty, isInt, valueType } from "./representation.ts";
import { lowerStatements } from "./statements.ts";
import { compareTexts, holdText, isView, lowerTemplate } from "./text.ts";
import { lowerIsArm, lowerUnionTruthy, lowerUnwrap, lowerWrap } from "./unions.ts";

/** The value of an expression. Void expressions give a constant that nobody reads. */
export function lowerExpression(f: FunctionBuilder, node: HirExpr): MirExpr {
  const known = constantNumber(f, node) ?? constantBigint(f, node);
  if (known !== null) return known;
  const outer = f.span;
  f.span = node.span;
  const value = lowerNode(f, node);
  f.span = outer;
  return value;
}

export function lowerNumeric(f: FunctionBuilder, node: HirExpr): Numeric {
  return { expr: lowerExpression(f, node), fact: f.lowering.numbers.node(node.id) };
}

export const nothing: MirExpr = constant({ kind: "i32" }, 0);

/** A number whose fact is one value needs no code. */
function constantNumber(f: FunctionBuilder, node: HirExpr): MirExpr | null {
  if (node.type.kind !== "number" || node.kind === "number") return null;
  const fact = f.lowering.numbers.node(node.id);
  if (fact.lo !== fact.hi || fact.nan || hasEffects(node) || mayCheck(node)) return null;
  if (containsUnwrap(node)) return null;
  if (!fact.integer && fact.lo === 0) return null;
  return constant(valueType(fact), fact.lo);
}

/** Taking a value out of a union may panic. */
function containsUnwrap(node: HirExpr): boolean {
  return node.kind === "unwrap" || partsOf(node).some(containsUnwrap);
}

/** Reading an element may panic, so it is not skipped. */
function mayCheck(node: HirExpr): boolean {
  return (
    node.kind === "element" ||
    node.kind === "conditional" ||
    node.kind === "logical" ||
    node.kind === "intrinsic"
  );
}

/** Operands in order: an earlier one is held when a later one has effects. */
export function lowerOperands(
  f: FunctionBuilder,
  nodes: readonly HirExpr[],
  lower: (node: HirExpr) => MirExpr = (node) => lowerExpression(f, node),
): MirExpr[] {
  const effects = nodes.map((node) => hasEffects(node));
  return nodes.map((node, index) => {
    const value = lower(node);
    const later = effects.slice(index + 1);
    if (isView(value) && later.some((effect) => effect)) return holdText(f, node, value);
    return stabilise(f, value, later);
  });
}

function lowerPair(f: FunctionBuilder, left: HirExpr, right: HirExpr): readonly [Numeric, Numeric] {
  const [a, c] = lowerOperands(f, [left, right]);
  const { numbers } = f.lowering;
  return [
    { expr: defined(a, "left operand"), fact: numbers.node(left.id) },
    { expr: defined(c, "right operand"), fact: numbers.node(right.id) },
  ];
}

function lowerNode(f: FunctionBuilder, node: HirExpr): MirExpr {
  const { numbers } = f.lowering;
  switch (node.kind) {
    case "number":
      return constant(valueType(factOfConstant(node.value)), node.value);
    case "boolean":
      return constant(boolType, node.value ? 1 : 0);
    case "bigint":
      return lowerBigint(f, node.value);
    case "string":
      return { kind: "textConstant", value: node.value, type: textType };
    case "undefined":
    case "null":
      return nothing;
    case "wrap":
      return lowerWrap(f, node);
    case "unwrap":
      return lowerUnwrap(f, node);
    case "isArm":
      return lowerIsArm(f, node);
    case "local":
      return read(localPlace(f, node.local));
    case "static":
      return readStatic(f, node.static);
    case "field":
      return read(fieldPlace(f, lowerExpression(f, node.object), node.field));
    case "element":
      return lowerElement(f, node);
    case "arrayLength":
      return lowerArrayLength(f, node);
    case "stringLength":
      return pure(
        f.lowering.strings.isAscii(node.value.id) ? "TSFW_STR_SIZE" : "tsfw_str_length",
        [lowerExpression(f, node.value)],
        {
          kind: "u32",
        },
      );
    case "assign":
      return lowerAssign(f, node);
    case "compound":
      return lowerCompound(f, node);
    case "append":
      return lowerAppend(f, node);
    case "update":
      return lowerUpdate(f, node);
    case "arithmetic": {
      const special = lowerIntegerDivision(f, node);
      if (special !== null) return special;
      const [left, right] = lowerPair(f, node.left, node.right);
      return lowerArithmetic(f, node.op, left, right, numbers.node(node.id), numbers.isCheckedSum(node.id));
    }
    case "compare":
      return lowerCompare(f, node);
    case "negate":
      return lowerNegate(lowerNumeric(f, node.value), numbers.node(node.id));
    case "bitNot":
      return { kind: "unary", op: "~", value: toInt32(lowerNumeric(f, node.value)), type: { kind: "i32" } };
    case "not":
      return { kind: "unary", op: "!", value: lowerExpression(f, node.value), type: boolType };
    case "truthy":
      return lowerToBoolean(f, node.value);
    case "logical":
      return lowerLogical(f, node);
    case "conditional":
      return lowerConditional(f, node);
    case "template":
      return lowerTemplate(f, node);
    case "convert":
      return wrap(f, lowerNumeric(f, node.value), node.to);
    case "call":
      return lowerCall(f, node);
    case "callClosure":
      return lowerCallClosure(f, node);
    case "intrinsic":
      return lowerIntrinsic(f, node);
    case "new":
      return lowerNew(f, node);
    case "object":
      return lowerObject(f, node);
    case "array":
      return lowerArray(f, node);
    case "arrayFill":
      return lowerArrayFill(f, node);
    case "view":
      return lowerView(f, node);
    case "overlay":
      return lowerOverlay(f, node);
    case "arrayNew":
      return lowerArrayNew(f, node);
    case "push":
      return lowerPush(f, node);
    case "setLength":
      return lowerSetLength(f, node);
    case "moveElements":
      return lowerMoveElements(f, node);
    case "hasIndex":
      return lowerHasIndex(f, node);
    case "isPoolFull":
      return lowerIsPoolFull(f, node);
    case "hasRoom":
      return lowerHasRoom(f, node);
    case "closure":
      return lowerClosure(f, node);
    case "await":
      return lowerAwait(f, node);
    case "awaitAll":
      return lowerAll(f, node);
    case "spawn":
      return lowerSpawn(f, node);
    case "cast":
      return lowerCast(f, node);
    case "isInstance":
      return lowerIsInstance(f, node);
    case "sequence":
      lowerStatements(f, node.statements);
      return lowerExpression(f, node.value);
    default:
      return assertNever(node);
  }
}

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

export function factOfConstant(value: number): NumberFact {
  return {
    lo: value,
    hi: value,
    integer: Number.isInteger(value) && !Object.is(value, -0),
    nan: Number.isNaN(value),
  };
}

/** A variable that always refers to the same object needs no load. */
function readStatic(f: FunctionBuilder, id: NodeOf<"static">["static"]): MirExpr {
  const place = staticPlace(f.lowering, id);
  const isFixed = f.lowering.program.statics[id]?.reassigned === false;
  const initial =
    place.place.kind === "static" ? f.lowering.statics[place.place.static]?.initial?.[0] : undefined;
  return isFixed && initial?.kind === "address" ? initial : read(place);
}

function lowerElement(f: FunctionBuilder, node: NodeOf<"element">): MirExpr {
  const [array, index] = lowerOperands(f, [node.array, node.index]);
  const held = holdArray(f, defined(array, "array"));
  const place = elementPlace(
    f,
    held,
    { expr: defined(index, "index"), fact: f.lowering.numbers.node(node.index.id) },
    f.lowering.numbers.isIndexInBounds(node.id),
    node.array,
  );
  return read(place);
}

/** A reference with a length is used twice by a checked access. */
export function holdArray(f: FunctionBuilder, array: MirExpr): MirExpr {
  return array.kind === "load" && array.place.kind !== "local" ? f.hold(array, "array") : array;
}

function lowerArrayLength(f: FunctionBuilder, node: NodeOf<"arrayLength">): MirExpr {
  const array = lowerExpression(f, node.array);
  if (node.array.type.kind !== "array") return nothing;
  return arrayLength(f, array, f.lowering.program.arrayOf(node.array.type.array));
}

function lowerView(f: FunctionBuilder, node: NodeOf<"view">): MirExpr {
  const [array, start, end] = lowerOperands(f, [node.array, node.start, node.end]);
  const u32: MirType = { kind: "u32" };
  const from = cast(defined(start, "start"), u32);
  return {
    kind: "view",
    array: defined(array, "array"),
    start: isSimple(from) ? from : f.hold(from, "start"),
    end: cast(defined(end, "end"), u32),
    type: arrayType(f, node),
  };
}

function lowerOverlay(f: FunctionBuilder, node: NodeOf<"overlay">): MirExpr {
  const [array, start, length] = lowerOperands(f, [node.array, node.start, node.length]);
  const u32: MirType = { kind: "u32" };
  const overlay: MirExpr = {
    kind: "overlay",
    array: holdArray(f, defined(array, "array")),
    start: cast(defined(start, "start"), u32),
    length: cast(defined(length, "length"), u32),
    type: arrayType(f, node),
  };
  return f.hold(overlay, "elements");
}

function arrayType(f: FunctionBuilder, node: HirExpr): MirType {
  return node.type.kind === "array"
    ? { kind: "array", array: f.lowering.program.arrayOf(node.type.array) }
    : { kind: "void" };
}

// Operators

function lowerNegate(value: Numeric, result: NumberFact): MirExpr {
  const type =
    isInt(value.expr.type) && !isEmpty(result)
      ? valueType({
          ...result,
          lo: Math.min(result.lo, value.fact.lo),
          hi: Math.max(result.hi, value.fact.hi),
        })
      : ({ kind: "f64" } as MirType);
  return { kind: "unary", op: "-", value: cast(value.expr, type), type };
}

function lowerCompare(f: FunctionBuilder, node: NodeOf<"compare">): MirExpr {
  const kind = node.left.type.kind;
  if (kind === "number") {
    const [left, right] = lowerPair(f, node.left, node.right);
    return lowerCompareNumbers(node.op, left, right);
  }
  if (kind === "bigint") return lowerCompareBigints(f, node.op, node.left, node.right);
  const [left, right] = lowerOperands(f, [node.left, node.right]);
  const a = defined(left, "left operand");
  const c = defined(right, "right operand");
  if (kind === "string") return compareTexts(node.op, a, c);
  if (isSame(a, c))
    return constant(boolType, node.op === "===" || node.op === "<=" || node.op === ">=" ? 1 : 0);
  if (kind === "array")
    return binary(
      compareOp(node.op),
      pure("TSFW_ARRAY_IDENTITY", [a], { kind: "u32" }),
      pure("TSFW_ARRAY_IDENTITY", [c], { kind: "u32" }),
      boolType,
    );
  return binary(compareOp(node.op), a, c, boolType);
}

function lowerToBoolean(f: FunctionBuilder, node: HirExpr): MirExpr {
  if (node.type.kind === "string") {
    const length = pure("TSFW_STR_SIZE", [lowerExpression(f, node)], { kind: "u32" });
    return binary("!=", length, constant({ kind: "u32" }, 0), boolType);
  }
  if (node.type.kind === "bigint") {
    const value = lowerExpression(f, node);
    return binary("!=", value, constant(value.type, 0), boolType);
  }
  if (node.type.kind === "union") return lowerUnionTruthy(f, node.type, lowerExpression(f, node));
  return lowerTruthy(f, lowerNumeric(f, node));
}
