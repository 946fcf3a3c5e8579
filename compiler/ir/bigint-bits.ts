/**
 * Which operands of bigints are computed modulo 2^64, because nobody looks at
 * their other bits. One rule for the analysis of ranges and for the lowering.
 */
import type { BigintRange } from "./facts.ts";
import type { HirExpr } from "./hir.ts";

/** The operand of `value & mask` that needs only its low 64 bits: the other one is a mask that is not negative. */
export function maskedOperand(
  node: Extract<HirExpr, { kind: "intrinsic" }>,
  rangeOf: (operand: HirExpr) => BigintRange | null,
): HirExpr | null {
  const [left, right] = node.args;
  if (node.name !== "bigintAnd" || left === undefined || right === undefined) return null;
  const isMask = (operand: HirExpr): boolean => {
    const range = rangeOf(operand);
    return range !== null && range.lo >= 0n;
  };
  return isMask(right) ? left : isMask(left) ? right : null;
}
