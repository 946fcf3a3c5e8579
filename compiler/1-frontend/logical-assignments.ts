/** `??=`, `||=`, `&&=` on every target, and `op=`, `++`, `--` on targets whose type is a union. */

import { ts } from "ts-morph";
import type { ArithmeticOp, HirExpr, HirTarget, HirType } from "../ir/hir.ts";
import { numberPart } from "../ir/union-types.ts";
import { isMember, propertyOf } from "./accessors.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { literal, lowerExpression, toBoolean } from "./expressions.ts";
import { isDiscarded, narrow, takeArms } from "./narrowing.ts";
import { binary } from "./operators.ts";
import { unit } from "./short-circuit.ts";
import { after, hold, holdTarget } from "./temporaries.ts";
import { typedTarget } from "./typed-array-stores.ts";
import { flow } from "./unify-types.ts";

interface Place {
  readonly target: HirTarget;
  readonly type: HirType;
}

/** The right side runs, and the assignment happens, only where the old value asks for it. */
export function lowerLogicalAssignment(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  place: Place,
): HirExpr {
  if (typedTarget(b, place.target) !== null)
    return b.unsupported(node, "A logical assignment to an element of a typed array is", "Write an if.");
  const target = holdTarget(b, scope, node.left, place.target, place.type);
  const old = hold(b, scope, node.left, "old", target.read(), isDiscarded(node));
  const test = assignmentTest(b, node, old.read());
  const right = flow(b, lowerExpression(b, scope, node.right), place.type, node.right);
  const assigned = expression(b, node, {
    kind: "assign",
    target: target.target(),
    value: right,
    type: right.type,
  });
  const wants = node.operatorToken.kind !== ts.SyntaxKind.BarBarEqualsToken;
  const choose = (first: HirExpr, second: HirExpr, type: HirType): HirExpr =>
    expression(b, node, {
      kind: "conditional",
      test,
      whenTrue: wants ? first : second,
      whenFalse: wants ? second : first,
      type,
    });
  const value = isDiscarded(node)
    ? choose(discard(b, node, assigned), unit(b, node, "void"), types.void)
    : choose(assigned, old.read(), place.type);
  return after(b, node, [...target.held, old], value);
}

/** `object.x ??= v` with accessors: read, then set only where the old value asks for it. */
export function lowerAccessorLogical(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr | null {
  const { left } = node;
  if (!isMember(left)) return null;
  const property = propertyOf(b, scope, left);
  if (property === null) return null;
  if (!isDiscarded(node))
    return b.unsupported(
      node,
      "The value of an assignment to a setter is",
      "Assign in a statement of its own.",
    );
  const old = hold(b, scope, left, "old", property.read(), false);
  const test = assignmentTest(b, node, old.read());
  const value = flow(b, lowerExpression(b, scope, node.right), property.type, node.right);
  const store = discard(b, node, property.write(value));
  const nothing = unit(b, node, "void");
  const isOr = node.operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken;
  const choice = expression(b, node, {
    kind: "conditional",
    test,
    whenTrue: isOr ? nothing : store,
    whenFalse: isOr ? store : nothing,
    type: types.void,
  });
  const whole = after(b, node, [old], choice);
  return expression(b, node, {
    kind: "sequence",
    statements: property.before,
    value: whole,
    type: whole.type,
  });
}

function assignmentTest(b: Builder, node: ts.BinaryExpression, old: HirExpr): HirExpr {
  if (node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionEqualsToken)
    return toBoolean(b, node.left, old);
  return old.type.kind === "union"
    ? isArm(b, node.left, old, ["void", "null"])
    : literal(b, node.left, false);
}

/** The value is computed and thrown away. */
export function discard(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value, span: value.span }],
    value: unit(b, node, "void"),
    type: types.void,
  });
}

/** `target op= value` where the target may hold other types, but holds a number or text here. */
export function lowerUnionCompound(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  op: ArithmeticOp,
  place: Place,
): HirExpr {
  const target = holdTarget(b, scope, node.left, place.target, place.type);
  const old = hold(b, scope, node.left, "old", narrow(b, node.left, target.read()), false);
  const next = binary(b, scope, node, op, old.read(), lowerExpression(b, scope, node.right));
  const value = hold(b, scope, node, "value", next, false);
  const store = assign(b, node, target.target(), flow(b, value.read(), place.type, node));
  if (isDiscarded(node)) return after(b, node, [...target.held, old, value], store);
  return after(b, node, [...target.held, old, value], thenValue(b, node, store, value.read()));
}

/** `target++` and the like, where the target may hold other types. */
export function lowerUnionUpdate(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  delta: 1 | -1,
  place: Place,
): HirExpr {
  const target = holdTarget(b, scope, node.operand, place.target, place.type);
  const number = numberPart(place.type) ?? types.number;
  const old = hold(b, scope, node, "old", takeArms(b, node, target.read(), [number]), false);
  const next = hold(
    b,
    scope,
    node,
    "value",
    binary(b, scope, node, "+", old.read(), literal(b, node, delta)),
    false,
  );
  const store = assign(b, node, target.target(), flow(b, next.read(), place.type, node));
  const result = ts.isPrefixUnaryExpression(node) ? next : old;
  return after(b, node, [...target.held, old, next], thenValue(b, node, store, result.read()));
}

function assign(b: Builder, node: ts.Node, target: HirTarget, value: HirExpr): HirExpr {
  return expression(b, node, { kind: "assign", target, value, type: value.type });
}

function thenValue(b: Builder, node: ts.Node, store: HirExpr, value: HirExpr): HirExpr {
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "expression", value: store, span: store.span }],
    value,
    type: value.type,
  });
}
