/**
 * Values of type `unknown`: a union of the plain values and of all objects that
 * reach a place of that type. They are narrowed by `typeof`, `instanceof` and
 * comparisons; what TypeScript narrows to something that cannot be there is code
 * that never runs.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armOf, armsOf, hasArm, isArmKind, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { literal } from "./expressions.ts";
import { takeArms } from "./narrowing.ts";
import { sequence, unit } from "./short-circuit.ts";
import { after, hold } from "./temporaries.ts";
import { convertType } from "./types.ts";

/** The type of places that TypeScript calls `unknown`. */
export function unknownType(b: Builder): HirType {
  const { families } = b;
  families.unknown ??= b.addClass("unknown", null, b.loaded.entry).id;
  const object = { kind: "object", class: families.unknown } as const;
  return unionOf([types.void, types.null, types.boolean, types.number, types.string, object]);
}

/** The expression names a place of type `unknown`, whatever TypeScript has narrowed it to. */
export function isUnknownPlace(b: Builder, node: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(name)) return false;
  const symbol = b.loaded.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return false;
  return (b.loaded.checker.getTypeOfSymbol(symbol).flags & ts.TypeFlags.Unknown) !== 0;
}

/** A value of the type that TypeScript expects where none can be: reading it would stop the program. */
export function absentValue(b: Builder, node: ts.Expression, value: HirExpr): HirExpr {
  const wanted = convertType(b, b.checker.getTypeAtLocation(node), node);
  const arms = armsOf(wanted).filter((arm) => arm.kind !== "void");
  if (arms.length === 0 || !arms.every((arm) => isArmKind(arm.kind))) return value;
  const missing = expression(b, node, {
    kind: "wrap",
    value: unit(b, node, "void"),
    type: unionOf([types.void, ...arms]),
  });
  return expression(b, node, {
    kind: "sequence",
    statements: [expressionStatement(value)],
    value: takeArms(b, node, missing, arms),
    type: unionOf(arms),
  });
}

/** A question about an object, asked of a value that may be none: then the answer is no. */
export function askObject(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  value: HirExpr,
  question: (object: HirExpr) => HirExpr,
): HirExpr {
  if (value.type.kind === "object") return question(value);
  if (!hasArm(value.type, "object")) return sequence(b, node, value, literal(b, node, false));
  const held = hold(b, scope, node, "value", value, true);
  const left = isArm(b, node, held.read(), ["object"]);
  const object = armOf(value.type, "object");
  const right = question(takeArms(b, node, held.read(), object === null ? [] : [object], true));
  const asked = expression(b, node, { kind: "logical", op: "&&", left, right, type: types.boolean });
  return after(b, node, [held], asked);
}
