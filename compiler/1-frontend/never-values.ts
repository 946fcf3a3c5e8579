/** Values of type `never` where something is wanted: nothing gets there, and if it does, the program stops. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armsOf, isArmKind, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, types } from "./builder.ts";
import { takeArms } from "./narrowing.ts";
import { unit } from "./short-circuit.ts";

/** The value, then one of the wanted type that is never there; null: the value is no `never`. */
export function fromNever(b: Builder, value: HirExpr, to: HirType, at: ts.Node): HirExpr | null {
  if (!ts.isExpression(at) || !(b.checker.getTypeAtLocation(at).flags & ts.TypeFlags.Never)) return null;
  const arms = armsOf(to).filter((arm) => arm.kind !== "void");
  if (arms.length === 0 || !arms.every((arm) => isArmKind(arm.kind))) return null;
  const missing = expression(b, at, {
    kind: "wrap",
    value: unit(b, at, "void"),
    type: unionOf([types.void, ...arms]),
  });
  return expression(b, at, {
    kind: "sequence",
    statements: [expressionStatement(value)],
    value: takeArms(b, at, missing, arms),
    type: unionOf(arms),
  });
}
