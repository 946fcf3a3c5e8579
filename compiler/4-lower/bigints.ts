/** The intrinsics of bigints: operators and comparisons of other files, numbers and texts of this one. */
import { isBigintOperator, isMixedComparison, mixedComparisons } from "../intrinsics/bigints.ts";
import { isWithinBigints } from "../ir/bigint-ranges.ts";
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerMixed } from "./bigint-comparisons.ts";
import { lowerBigintOperator, lowerBigintUnary, lowerBigintWrap } from "./bigint-operators.ts";
import {
  bigintRepresentation,
  bitsAs,
  hold,
  i64,
  LEAVES,
  LEAVES_SIGNED,
  rangeOf,
  u64,
} from "./bigint-values.ts";
import { lowerExpression } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder } from "./function-builder.ts";
import { binary, cast, pure } from "./numbers.ts";
import { isInt, TWO_53, valueType } from "./representation.ts";

type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;

const f64: MirType = { kind: "f64" };

/** Operators and functions of bigints; null: another intrinsic. */
export function lowerBigintIntrinsic(f: FunctionBuilder, node: Intrinsic): MirExpr | null {
  if (isBigintOperator(node.name)) return lowerBigintOperator(f, node, node.name);
  if (isMixedComparison(node.name)) return lowerMixed(f, node, mixedComparisons[node.name]);
  const [first, second] = node.args;
  switch (node.name) {
    case "bigintNegate":
    case "bigintNot":
      return lowerBigintUnary(f, defined(first, "operand"), node.name === "bigintNot");
    case "bigintAsInt":
    case "bigintAsUint":
      return lowerBigintWrap(f, node, defined(first, "bits"), defined(second, "value"));
    case "bigintFromNumber":
      return lowerFromNumber(f, node, defined(first, "number"));
    case "bigintFromText":
      return lowerFromText(f, lowerExpression(f, defined(first, "text")));
    case "bigintIsText":
      return pure("tsfw_str_is_bigint", [lowerExpression(f, defined(first, "text"))], boolType);
    case "bigintToNumber":
      return lowerToNumber(f, node, defined(first, "bigint"));
    default:
      return null;
  }
}

function lowerFromNumber(f: FunctionBuilder, node: Intrinsic, operand: HirExpr): MirExpr {
  const value = lowerExpression(f, operand);
  const type = bigintRepresentation(rangeOf(f, node));
  if (isInt(value.type)) return cast(value, type);
  const fact = f.lowering.numbers.node(operand.id);
  const double = hold(f, cast(value, f64));
  const limit = type.kind === "u64" ? 2 ** 64 : 2 ** 63;
  const isInside = fact.lo >= (type.kind === "u64" ? 0 : -limit) && fact.hi < limit && !fact.nan;
  if (!isInside && f.lowering.checks === "all") {
    const above = binary("<", double, constant(f64, limit), boolType);
    const below = binary(">=", double, constant(f64, type.kind === "u64" ? 0 : -limit), boolType);
    f.check(binary("&&", above, below, boolType), LEAVES);
  }
  return cast(double, type);
}

function lowerFromText(f: FunctionBuilder, text: MirExpr): MirExpr {
  const held = hold(f, text);
  if (f.lowering.checks === "all") f.check(pure("tsfw_str_bigint_fits", [held], boolType), LEAVES_SIGNED);
  return bitsAs(pure("tsfw_str_bigint_bits", [held], u64), i64);
}

function lowerToNumber(f: FunctionBuilder, node: Intrinsic, operand: HirExpr): MirExpr {
  const value = lowerExpression(f, operand);
  const isExact = isWithinBigints(rangeOf(f, operand), { lo: -BigInt(TWO_53), hi: BigInt(TWO_53) });
  return cast(value, isExact ? valueType(f.lowering.numbers.node(node.id)) : f64);
}
