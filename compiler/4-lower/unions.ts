/** Values of unions: into one, out of one, and the questions about their arms. */
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { type ArmKind, armOf, armsOf, isUnit, type UnionType } from "../ir/union-types.ts";
import { defined, invariant } from "../source/assert.ts";
import { adaptBigint } from "./bigint-values.ts";
import { lowerExpression } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, isSimple, lowerTruthy, pure } from "./numbers.ts";
import { valueType } from "./representation.ts";
import { isMutableView } from "./text.ts";
import { payloadType, shapeOf, unionValueType } from "./union-shapes.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

const u8: MirType = { kind: "u8" };

export function lowerWrap(f: FunctionBuilder, node: NodeOf<"wrap">): MirExpr {
  return convertUnion(f, node.value.type, node.type, lowerExpression(f, node.value));
}

export function lowerUnwrap(f: FunctionBuilder, node: NodeOf<"unwrap">): MirExpr {
  const { value } = node;
  if (value.type.kind !== "union") return lowerExpression(f, value);
  const held = holdUnion(f, lowerExpression(f, value));
  if (!isProven(f, node) && f.lowering.checks === "all") {
    const kinds = armsOf(node.type).map((arm) => arm.kind as ArmKind);
    f.check(testArms(f, value.type, held, kinds), wrongArm(value.type, node.type));
  }
  const converted = convertUnion(f, value.type, node.type, held);
  if (node.type.kind !== "number" || converted.type.kind !== "f64") return converted;
  return cast(converted, valueType(f.lowering.numbers.node(node.id)));
}

/** TypeScript followed the variable, and no other function can have written it since. */
export function isProven(f: FunctionBuilder, node: NodeOf<"unwrap">): boolean {
  if (!node.trusted || node.value.kind !== "local") return false;
  const local = f.lowering.program.locals[node.value.local];
  return local !== undefined && !(local.captured && local.reassigned);
}

const armNames: Readonly<Record<ArmKind, string>> = {
  void: "undefined",
  null: "null",
  boolean: "a boolean",
  number: "a number",
  string: "a string",
  object: "an object",
  array: "an array",
  closure: "a function",
  bigint: "a bigint",
};

/** `TypeError: the value is undefined or null` where only those are left out, else what it should be. */
function wrongArm(from: HirType, to: HirType): string {
  const names = (types: readonly HirType[]): string =>
    types.map((arm) => armNames[arm.kind as ArmKind]).join(" or ");
  const others = armsOf(from).filter((arm) => armOf(to, arm.kind) === null);
  if (others.every(isUnit)) return `TypeError: the value is ${names(others)}`;
  return `TypeError: the value is not ${names(armsOf(to))}`;
}

export function lowerIsArm(f: FunctionBuilder, node: NodeOf<"isArm">): MirExpr {
  const { value } = node;
  invariant(value.type.kind === "union", "isArm of a union");
  return testArms(f, value.type, lowerExpression(f, value), node.arms);
}

/** ToBoolean. */
export function lowerUnionTruthy(f: FunctionBuilder, type: UnionType, value: MirExpr): MirExpr {
  const shape = shapeOf(f.lowering, type);
  if (shape.kind === "reference") return { kind: "unary", op: "!", value: isNothing(value), type: boolType };
  const held = holdUnion(f, value);
  const tests = type.arms.flatMap((arm): MirExpr[] => {
    const kind = arm.kind as ArmKind;
    if (isUnit(arm)) return [];
    const isIt = testArms(f, type, held, [kind]);
    const content = payload(f, shape.union, kind, held);
    const test =
      kind === "string"
        ? binary(
            "!=",
            pure("TSFW_STR_SIZE", [content], { kind: "u32" }),
            constant({ kind: "u32" }, 0),
            boolType,
          )
        : kind === "number" || kind === "boolean" || kind === "bigint"
          ? lowerTruthy(f, { expr: content, fact: { lo: 0, hi: 0, integer: false, nan: true } })
          : null;
    return [test === null ? isIt : binary("&&", isIt, test, boolType)];
  });
  return tests.length === 0
    ? constant(boolType, 0)
    : tests.reduce((left, right) => binary("||", left, right, boolType));
}

/** Whether a union's value is of one of the arms. `value` may be evaluated several times: the caller holds it. */
export function testArms(
  f: FunctionBuilder,
  type: UnionType,
  value: MirExpr,
  wanted: readonly ArmKind[],
): MirExpr {
  const kinds = wanted.filter((kind) => armOf(type, kind) !== null);
  if (kinds.length === 0) return constant(boolType, 0);
  if (kinds.length === type.arms.length) return constant(boolType, 1);
  const shape = shapeOf(f.lowering, type);
  if (shape.kind === "reference") {
    const test = isNothing(value);
    if (value.kind === "address") return constant(boolType, kinds[0] === shape.empty ? 0 : 1);
    return kinds[0] === shape.empty ? test : { kind: "unary", op: "!", value: test, type: boolType };
  }
  const others = type.arms.map((arm) => arm.kind as ArmKind).filter((kind) => !kinds.includes(kind));
  if (value.kind === "wrap") return constant(boolType, kinds.includes(value.arm) ? 1 : 0);
  const isShort = kinds.length <= others.length;
  const held = Math.min(kinds.length, others.length) > 1 ? holdUnion(f, value) : value;
  const tests = (isShort ? kinds : others).map((arm): MirExpr => {
    const test: MirExpr = { kind: "hasTag", arm, value: held, type: boolType };
    return isShort ? test : { kind: "unary", op: "!", value: test, type: boolType };
  });
  return tests.reduce((left, right) => binary(isShort ? "||" : "&&", left, right, boolType));
}

function isNothing(value: MirExpr): MirExpr {
  return { kind: "isNothing", value, type: boolType };
}

/** Simple enough to be written several times. A view of a place that may change stays one, so that others see it is. */
export function holdUnion(f: FunctionBuilder, value: MirExpr): MirExpr {
  const isCheap = isSimple(value) || value.kind === "load" || value.kind === "address";
  return isCheap || value.kind === "nothing" || isMutableView(f, value) ? value : f.hold(value);
}

function payload(f: FunctionBuilder, union: number, arm: ArmKind, value: MirExpr): MirExpr {
  if (value.kind === "wrap" && value.arm === arm && value.value !== null) return value.value;
  const type = defined(payloadType(f.lowering, union, arm) ?? undefined, "the arm holds a value");
  return { kind: "payload", arm, value, type };
}

/** A value that passes between a call and a function whose types share a signature: their unions may differ. */
export function passThrough(f: FunctionBuilder, from: HirType, to: HirType, value: MirExpr): MirExpr {
  if (from.kind !== "union" && to.kind !== "union") return value;
  if (from.kind !== "union") return convertUnion(f, from, to, value);
  const held = holdUnion(f, value);
  const kinds = armsOf(to).map((arm) => arm.kind as ArmKind);
  if (f.lowering.checks === "all" && from.arms.some((arm) => armOf(to, arm.kind) === null))
    f.check(testArms(f, from, held, kinds), wrongArm(from, to));
  return convertUnion(f, from, to, held);
}

/**
 * A value of one type in the representation of another that shares arms with it.
 * Where `to` lacks arms of `from`, the value is known to be of none of them.
 */
export function convertUnion(f: FunctionBuilder, from: HirType, to: HirType, value: MirExpr): MirExpr {
  if (from.kind !== "union") return to.kind === "union" ? intoUnion(f, to, from, value) : value;
  if (to.kind !== "union") return outOf(f, from, to.kind as ArmKind, value);
  const target = unionValueType(f.lowering, to);
  if (JSON.stringify(unionValueType(f.lowering, from)) === JSON.stringify(target)) return value;
  const held = holdUnion(f, value);
  const common = from.arms.filter((arm) => armOf(to, arm.kind) !== null);
  const converted = common.map((arm) => ({
    test: testArms(f, from, held, [arm.kind as ArmKind]),
    value: intoUnion(f, to, arm, outOf(f, from, arm.kind as ArmKind, held)),
  }));
  const last = converted.pop();
  if (last === undefined) return { kind: "nothing", type: target };
  return converted.reduceRight(
    (whenFalse, one): MirExpr => ({
      kind: "select",
      test: one.test,
      whenTrue: one.value,
      whenFalse,
      type: target,
    }),
    last.value,
  );
}

/** `arm`: the type of the value, one arm of the union. */
function intoUnion(f: FunctionBuilder, union: UnionType, arm: HirType, value: MirExpr): MirExpr {
  const shape = shapeOf(f.lowering, union);
  if (shape.kind === "reference") return isUnit(arm) ? { kind: "nothing", type: shape.type } : value;
  const kind = arm.kind as ArmKind;
  const stored = payloadType(f.lowering, shape.union, kind);
  const type: MirType = { kind: "union", union: shape.union };
  if (stored === null) return { kind: "wrap", arm: kind, value: null, type };
  const held =
    kind === "number"
      ? cast(value, stored)
      : kind === "bigint"
        ? adaptBigint(f, { kind: "bigint", sized: null }, stored, value)
        : value;
  return { kind: "wrap", arm: kind, value: held, type };
}

function outOf(f: FunctionBuilder, union: UnionType, arm: ArmKind, value: MirExpr): MirExpr {
  if (arm === "void" || arm === "null") return constant(u8, 0);
  const shape = shapeOf(f.lowering, union);
  return shape.kind === "reference" ? value : payload(f, shape.union, arm, value);
}
