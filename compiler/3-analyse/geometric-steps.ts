/** Loops whose counter is multiplied or divided in every round: `k *= 2`, `n >>= 1`, `n = Math.floor(n / 10)`. */
import type { CompareOp, HirExpr } from "../ir/hir.ts";
import { isSameVariable, isVariable, type Variable } from "./counter-variables.ts";
import type { TripWorld } from "./trip-count.ts";

/** Infinity when the write is no such step, or does not lead to the limit. */
export function countByFactor(
  { facts }: TripWorld,
  counter: Variable,
  op: CompareOp,
  limit: HirExpr,
  write: HirExpr,
): number {
  const known = counter.kind === "local" ? facts.local(counter.local) : facts.static(counter.static);
  const to = facts.node(limit.id);
  const factor = factorOf(write, counter);
  if (factor === null || known.nan) return Number.POSITIVE_INFINITY;
  if (factor > 1) {
    const isUpwards = (op === "<" || op === "<=") && known.lo >= 1;
    return isUpwards && Number.isFinite(to.hi) ? rounds(to.hi / known.lo, factor) : Number.POSITIVE_INFINITY;
  }
  // Down to 0 in whole numbers: `n > 0`, `n >= 1`, `n !== 0`, and greater limits.
  const isDownwards =
    (op === ">" && to.lo >= 0) || (op === ">=" && to.lo > 0) || (op === "!==" && to.lo === 0 && to.hi === 0);
  const isCounted = known.integer && (known.lo >= 0 || op !== "!==") && Number.isFinite(known.hi);
  return isDownwards && isCounted ? rounds(known.hi, 1 / factor) : Number.POSITIVE_INFINITY;
}

function rounds(ratio: number, factor: number): number {
  return ratio < 1 ? 1 : Math.floor(Math.log(ratio) / Math.log(factor)) + 2;
}

/** By what the counter is multiplied; a division rounds down. */
function factorOf(write: HirExpr, counter: Variable): number | null {
  if (write.kind === "compound") return factorBy(write.op, write.value, write);
  if (write.kind !== "assign") return null;
  return factorOfValue(write.value, counter);
}

function factorBy(op: string, value: HirExpr, whole: HirExpr | null): number | null {
  if (value.kind !== "number") return null;
  const by = value.value;
  if (op === "*" && by >= 2) return by;
  if ((op === ">>" || op === ">>>") && by >= 1 && by < 31) return 1 / 2 ** by;
  // Without rounding, halves never come to nothing.
  return op === "/" && by >= 2 && whole === null ? 1 / by : null;
}

function factorOfValue(value: HirExpr, counter: Variable): number | null {
  if (value.kind === "sequence") return null;
  const isRounded = value.kind === "intrinsic" && (value.name === "mathFloor" || value.name === "mathTrunc");
  if (isRounded) {
    const [inner] = value.args;
    return inner === undefined ? null : factorInside(inner, counter, true);
  }
  // `(n / 10) | 0`
  if (
    value.kind === "arithmetic" &&
    value.op === "|" &&
    value.right.kind === "number" &&
    value.right.value === 0
  )
    return factorInside(value.left, counter, true);
  return factorInside(value, counter, false);
}

function factorInside(value: HirExpr, counter: Variable, isRounded: boolean): number | null {
  if (value.kind !== "arithmetic" || !isVariable(value.left) || !isSameVariable(value.left, counter))
    return null;
  return factorBy(value.op, value.right, isRounded ? null : value);
}
