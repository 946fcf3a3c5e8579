/**
 * Sums and differences that go into a u32 or i32 place and may not fit. Computed in
 * 32 bits, where overflow shows in the result itself: no wider arithmetic is needed.
 */
import type { SizedName } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, isSimple } from "./numbers.ts";

const u32: MirType = { kind: "u32" };
const i32: MirType = { kind: "i32" };

/** The checked value, of the sized type; null where `value` is no such sum. */
export function checkedSum(f: FunctionBuilder, value: MirExpr, sized: SizedName): MirExpr | null {
  if (value.kind !== "binary" || value.type.kind !== "i64" || (value.op !== "+" && value.op !== "-"))
    return null;
  if (sized !== "u32" && sized !== "i32") return null;
  const left = narrow(value.left, sized);
  const right = narrow(value.right, sized);
  if (left === null || right === null) return null;
  const a = hold(f, left);
  const b = hold(f, right);
  const message = `RangeError: value does not fit in ${sized}`;
  if (sized === "u32") {
    if (value.op === "-") f.check(binary(">=", a, b, boolType), message);
    const result = f.hold(binary(value.op, a, b, u32), "sum");
    if (value.op === "+") f.check(binary(">=", result, a, boolType), message);
    return result;
  }
  const result = f.hold(cast(binary(value.op, cast(a, u32), cast(b, u32), u32), i32), "sum");
  f.check(keepsSign(value.op, a, b, result), message);
  return result;
}

/** An operand that the 32-bit type holds, before it was widened. */
function narrow(operand: MirExpr, sized: "u32" | "i32"): MirExpr | null {
  if (operand.kind === "constant") {
    const [lo, hi] = sized === "u32" ? [0, 4294967295] : [-2147483648, 2147483647];
    return operand.value >= lo && operand.value <= hi ? constant({ kind: sized }, operand.value) : null;
  }
  if (operand.kind !== "cast") return null;
  const { kind } = operand.value.type;
  const isUnsigned = kind === "u8" || kind === "u16" || kind === "u32";
  const fits = sized === "u32" ? isUnsigned : kind !== "u32" && (isUnsigned || /^i(8|16|32)$/.test(kind));
  return fits ? cast(operand.value, { kind: sized }) : null;
}

function hold(f: FunctionBuilder, value: MirExpr): MirExpr {
  return isSimple(value) ? value : f.hold(value);
}

/** Signed overflow turns the sign: of a sum against both operands, of a difference against the left one. */
function keepsSign(op: "+" | "-", a: MirExpr, b: MirExpr, result: MirExpr): MirExpr {
  const turned =
    op === "+"
      ? binary("&", binary("^", a, result, i32), binary("^", b, result, i32), i32)
      : binary("&", binary("^", a, b, i32), binary("^", a, result, i32), i32);
  return binary(">=", turned, constant(i32, 0), boolType);
}
