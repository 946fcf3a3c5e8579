/** `===`, `!==`, `==`, `!=`: of plain values, of unions arm by arm, and `typeof x === "…"`. */

import { ts } from "ts-morph";
import type { CompareOp, HirExpr, HirType } from "../ir/hir.ts";
import { type ArmKind, armOf, armsOf, hasArm, isUnit } from "../ir/union-types.ts";
import { compareMixed } from "./bigints.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { literal, lowerEffect, lowerExpression } from "./expressions.ts";
import { takeArms, underTrusted, widest } from "./narrowing.ts";
import { sequence } from "./short-circuit.ts";
import { after, hold } from "./temporaries.ts";
import { typeOfKinds } from "./type-of.ts";
import { unifyTypes } from "./unify-types.ts";

export function lowerCompare(b: Builder, scope: Scope, node: ts.BinaryExpression, op: CompareOp): HirExpr {
  const asked = lowerTypeTest(b, scope, node, op);
  if (asked !== null) return asked;
  const left = lowerExpression(b, scope, node.left);
  const right = lowerExpression(b, scope, node.right);
  if (op === "===" || op === "!==") {
    const isLoose =
      node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken ||
      node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken;
    return equality(b, scope, node, left, right, isLoose, op);
  }
  return order(b, node, op, left, right);
}

function order(b: Builder, node: ts.Node, op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
  const mixed = compareMixed(b, node, op, left, right);
  if (mixed !== null) return mixed;
  if (left.type.kind !== right.type.kind)
    return b.unsupported(
      node,
      `Comparing ${kindOf(left.type)} with ${kindOf(right.type)} is`,
      "Compare values of one type.",
    );
  if (!["number", "bigint", "string", "boolean"].includes(left.type.kind))
    return b.unsupported(node, `Ordering ${kindOf(left.type)} is`, "Compare numbers or strings.");
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

/** Whether two values are the same; `op` `!==`: whether they are not. */
export function equality(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  narrowedLeft: HirExpr,
  narrowedRight: HirExpr,
  isLoose: boolean,
  op: "===" | "!==" = "===",
): HirExpr {
  const left = widest(b, narrowedLeft);
  const right = widest(b, narrowedRight);
  if (left.type.kind === right.type.kind && left.type.kind !== "union" && !isUnit(left.type))
    return comparePlain(b, node, op, left, right);
  const same = isUnit(right.type)
    ? sameAsUnit(b, node, left, right, isLoose)
    : isUnit(left.type)
      ? sameAsUnit(b, node, right, left, isLoose)
      : sameArms(b, scope, node, left, right, isLoose);
  return op === "===" ? same : expression(b, node, { kind: "not", value: same, type: types.boolean });
}

function comparePlain(b: Builder, node: ts.Node, op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
  if (left.type.kind === "closure")
    return b.unsupported(node, "Comparing functions is", "Compare a number or string that stands for them.");
  if (left.type.kind === "array" && b.typedArray(left.type.array) !== null)
    return b.unsupported(
      node,
      "Comparing typed arrays and buffers as objects is",
      "Compare their elements, or an index that stands for them.",
    );
  if (left.type.kind === "object" && right.type.kind === "object")
    b.families.compared.push([left.type.class, right.type.class]);
  else if (!unifyTypes(b, left.type, right.type))
    return b.unsupported(node, "Comparing objects of two classes is", "They are never the same object.");
  return expression(b, node, { kind: "compare", op, left, right, type: types.boolean });
}

/** `value === undefined`: loosely, undefined and null are the same and nothing else is. */
function sameAsUnit(b: Builder, node: ts.Node, value: HirExpr, unit: HirExpr, isLoose: boolean): HirExpr {
  const wanted: readonly ArmKind[] = isLoose ? ["void", "null"] : [unit.type.kind as ArmKind];
  const isLiteral = unit.kind === "undefined" || unit.kind === "null";
  const test =
    value.type.kind === "union"
      ? isArm(b, node, value, wanted)
      : sequence(b, node, value, literal(b, node, wanted.includes(value.type.kind as ArmKind)));
  return isLiteral ? test : sequence(b, node, unit, test);
}

export function isArm(b: Builder, node: ts.Node, value: HirExpr, wanted: readonly ArmKind[]): HirExpr {
  const arms = wanted.filter((kind) => hasArm(value.type, kind));
  return expression(b, node, { kind: "isArm", value: underTrusted(value), arms, type: types.boolean });
}

/** Equal where both are of the same arm and equal as such. */
function sameArms(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  left: HirExpr,
  right: HirExpr,
  isLoose: boolean,
): HirExpr {
  if (isLoose) refuseLoose(b, node, left.type, right.type);
  const quiet = isPlainRead(left) && isPlainRead(right);
  const first = hold(b, scope, node, "left", left, quiet);
  const second = hold(b, scope, node, "right", right, quiet);
  const both = (arm: ArmKind, other: ArmKind): HirExpr[] => [
    ...(left.type.kind === "union" ? [isArm(b, node, first.read(), [arm])] : []),
    ...(right.type.kind === "union" ? [isArm(b, node, second.read(), [other])] : []),
  ];
  const terms: HirExpr[] = [];
  for (const arm of armsOf(left.type)) {
    const other = armOf(right.type, arm.kind);
    if (other !== null) {
      const tests = both(arm.kind as ArmKind, arm.kind as ArmKind);
      if (!isUnit(arm)) {
        const a = takeArm(b, node, first.read(), arm);
        tests.push(comparePlain(b, node, "===", a, takeArm(b, node, second.read(), other)));
      }
      terms.push(join(b, node, "&&", tests));
    }
    if (isLoose && isUnit(arm)) {
      const opposite = arm.kind === "void" ? "null" : "void";
      if (hasArm(right.type, opposite)) terms.push(join(b, node, "&&", both(arm.kind as ArmKind, opposite)));
    }
  }
  const value = terms.length === 0 ? literal(b, node, false) : join(b, node, "||", terms);
  const held = [first, second];
  if (terms.length > 0 && held.some((one) => one.statements.length > 0)) return after(b, node, held, value);
  return terms.length > 0 ? value : sequence(b, node, left, sequence(b, node, right, value));
}

function takeArm(b: Builder, node: ts.Node, value: HirExpr, arm: HirType): HirExpr {
  return value.type.kind === "union" ? takeArms(b, node, value, [arm], true) : value;
}

function join(b: Builder, node: ts.Node, op: "&&" | "||", tests: readonly HirExpr[]): HirExpr {
  const [first, ...others] = tests;
  if (first === undefined) return literal(b, node, op === "&&");
  return others.reduce(
    (left, right) => expression(b, node, { kind: "logical", op, left, right, type: types.boolean }),
    first,
  );
}

function isPlainRead(value: HirExpr): boolean {
  if (value.kind === "unwrap" || value.kind === "wrap") return isPlainRead(value.value);
  return ["number", "bigint", "boolean", "string", "undefined", "null", "local"].includes(value.kind);
}

/** `==` converts between types; only undefined and null are compared here as Node does. */
function refuseLoose(b: Builder, node: ts.Node, left: HirType, right: HirType): void {
  const converts = armsOf(left).some((arm) =>
    armsOf(right).some((other) => arm.kind !== other.kind && !isUnit(arm) && !isUnit(other)),
  );
  if (converts)
    b.unsupported(
      node,
      `Comparing ${kindOf(left)} with ${kindOf(right)} by '==' is`,
      "Use '===': it does not convert.",
    );
}

/** `typeof x === "number"` asks for arms. */
function lowerTypeTest(b: Builder, scope: Scope, node: ts.BinaryExpression, op: CompareOp): HirExpr | null {
  if (op !== "===" && op !== "!==") return null;
  const sides = [node.left, node.right].map((side) => {
    let at = side;
    while (ts.isParenthesizedExpression(at)) at = at.expression;
    return at;
  });
  const question = sides.find(ts.isTypeOfExpression);
  const answer = sides.find(ts.isStringLiteralLike);
  if (question === undefined || answer === undefined) return null;
  const value = widest(b, lowerEffect(b, scope, question.expression));
  const kinds = typeOfKinds(answer.text);
  const test =
    value.type.kind === "union"
      ? isArm(b, node, value, kinds)
      : sequence(b, node, value, literal(b, node, kinds.includes(value.type.kind as ArmKind)));
  return op === "===" ? test : expression(b, node, { kind: "not", value: test, type: types.boolean });
}
