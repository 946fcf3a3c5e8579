/** `&&`, `||` and `?:`: an operator of C where both sides are pure, else real control flow. */
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { adaptBigint } from "./bigint-values.ts";
import { lowerExpression, nothing } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load } from "./function-builder.ts";
import { binary, convertTo, lowerTruthy, pure } from "./numbers.ts";
import { expressionType } from "./representation.ts";
import { holdText } from "./text.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

/** A branch that needs no instructions becomes an operator of C, else real control flow. */
export function lowerLogical(f: FunctionBuilder, node: NodeOf<"logical">): MirExpr {
  if (node.type.kind === "boolean") {
    const left = lowerExpression(f, node.left);
    const right = tryPure(f, () => lowerExpression(f, node.right));
    if (right !== null) return binary(node.op, left, right, boolType);
    const whenTrue = (): MirExpr => lowerExpression(f, node.right);
    const other = constant(boolType, node.op === "||" ? 1 : 0);
    return node.op === "&&"
      ? choose(f, left, boolType, whenTrue, () => other)
      : choose(f, left, boolType, () => other, whenTrue);
  }
  const type = mergeType(f, node);
  const left = lowerExpression(f, node.left);
  const held = node.type.kind === "string" ? holdText(f, node.left, left) : f.hold(left);
  const test =
    node.type.kind === "string"
      ? binary("!=", pure("TSFW_STR_SIZE", [held], { kind: "u32" }), constant({ kind: "u32" }, 0), boolType)
      : lowerTruthy(f, { expr: held, fact: f.lowering.numbers.node(node.left.id) });
  const keep = (): MirExpr => mergeValue(f, node.left, held, type);
  const other = (): MirExpr => mergeValue(f, node.right, lowerExpression(f, node.right), type);
  return node.op === "&&" ? choose(f, test, type, other, keep) : choose(f, test, type, keep, other);
}

export function lowerConditional(f: FunctionBuilder, node: NodeOf<"conditional">): MirExpr {
  const test = lowerExpression(f, node.test);
  const type = mergeType(f, node);
  const side = (value: HirExpr) => (): MirExpr => mergeValue(f, value, lowerExpression(f, value), type);
  const whenTrue = node.type.kind === "void" ? null : tryPure(f, side(node.whenTrue));
  const whenFalse = whenTrue === null ? null : tryPure(f, side(node.whenFalse));
  if (whenTrue !== null && whenFalse !== null) return { kind: "select", test, whenTrue, whenFalse, type };
  return choose(f, test, type, side(node.whenTrue), side(node.whenFalse));
}

/** The type both sides are brought to. */
function mergeType(f: FunctionBuilder, node: HirExpr): MirType {
  return expressionType(f.lowering, node);
}

function mergeValue(f: FunctionBuilder, node: HirExpr, value: MirExpr, type: MirType): MirExpr {
  if (node.type.kind === "bigint") return adaptBigint(f, node.type, type, value);
  if (node.type.kind !== "number") return value;
  return convertTo({ expr: value, fact: f.lowering.numbers.node(node.id) }, type);
}

/** Lowers into a scratch block; null (and no trace) when that took instructions or blocks. */
function tryPure(f: FunctionBuilder, lower: () => MirExpr): MirExpr | null {
  const { current } = f;
  const blocks = f.blocks.length;
  const locals = f.locals.length;
  const places = new Map(f.places);
  const scratch = f.newBlock();
  f.enter(scratch);
  const value = lower();
  const isPure =
    f.current === scratch &&
    scratch.instructions.length === 0 &&
    scratch.terminator === null &&
    f.locals.length === locals;
  f.enter(current);
  if (isPure) {
    f.blocks.length = blocks;
    return value;
  }
  f.blocks.length = blocks;
  f.locals.length = locals;
  f.places.clear();
  for (const [id, place] of places) f.places.set(id, place);
  return null;
}

/** `test ? whenTrue : whenFalse` with code on either side. */
export function choose(
  f: FunctionBuilder,
  test: MirExpr,
  type: MirType,
  whenTrue: () => MirExpr,
  whenFalse: () => MirExpr,
): MirExpr {
  const isVoid = type.kind === "void";
  const result = isVoid ? null : f.addLocal("t", type);
  const yes = f.newBlock();
  const no = f.newBlock();
  f.end({ kind: "branch", test, whenTrue: yes.id, whenFalse: no.id });
  const side = (block: typeof yes, lower: () => MirExpr): typeof yes => {
    f.enter(block);
    const value = lower();
    if (result !== null) f.set({ kind: "local", local: result }, value);
    return f.current;
  };
  const yesEnd = side(yes, whenTrue);
  const noEnd = side(no, whenFalse);
  const join = f.newBlock();
  for (const end of [yesEnd, noEnd]) {
    f.enter(end);
    f.goto(join);
  }
  f.enter(join);
  return result === null ? nothing : load({ kind: "local", local: result }, type);
}
