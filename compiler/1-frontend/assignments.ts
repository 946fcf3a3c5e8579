/** Assignments, compound assignments, `++` and `--`. */

import { ts } from "ts-morph";
import type { ArithmeticOp, HirExpr, HirStatement, HirTarget, HirType } from "../ir/hir.ts";
import { hasBigint, hasNumber } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { assignProperty, isMember, updateProperty } from "./accessors.ts";
import { lowerLengthWrite } from "./array-growth.ts";
import { stepFor, updateBigint } from "./bigints.ts";
import { appendWithin } from "./bounded-texts.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, expressionStatement, kindOf, type Scope, types } from "./builder.ts";
import { findField, memberKey } from "./class-members.ts";
import { lowerElementAccess, lowerExpression, printable } from "./expressions.ts";
import {
  lowerAccessorLogical,
  lowerLogicalAssignment,
  lowerUnionCompound,
  lowerUnionUpdate,
} from "./logical-assignments.ts";
import { entityOf, moduleMemberOf, refuseInheritedStatic, staticMemberOf } from "./names.ts";
import { binary } from "./operators.ts";
import { isPattern, lowerPattern, lowerPatternOf } from "./patterns.ts";
import { symbolOf } from "./symbols.ts";
import { stepTyped, storeTyped, typedTarget, updateTyped } from "./typed-array-stores.ts";
import { flow } from "./unify-types.ts";

interface Target {
  readonly target: HirTarget;
  readonly type: HirType;
}

const compoundOps = new Map<ts.SyntaxKind, ArithmeticOp>([
  [ts.SyntaxKind.PlusEqualsToken, "+"],
  [ts.SyntaxKind.MinusEqualsToken, "-"],
  [ts.SyntaxKind.AsteriskEqualsToken, "*"],
  [ts.SyntaxKind.SlashEqualsToken, "/"],
  [ts.SyntaxKind.PercentEqualsToken, "%"],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, "**"],
  [ts.SyntaxKind.AmpersandEqualsToken, "&"],
  [ts.SyntaxKind.BarEqualsToken, "|"],
  [ts.SyntaxKind.CaretEqualsToken, "^"],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ">>"],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>"],
]);

export function lowerAssignment(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) return lowerPlain(b, scope, node);
  const op = compoundOps.get(operator);
  if (op !== undefined) return lowerCompound(b, scope, node, op);
  if (
    operator === ts.SyntaxKind.BarBarEqualsToken ||
    operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    operator === ts.SyntaxKind.QuestionQuestionEqualsToken
  )
    return (
      lowerAccessorLogical(b, scope, node) ??
      lowerLogicalAssignment(b, scope, node, lowerTarget(b, scope, node.left))
    );
  return b.unsupported(node.operatorToken, `'${node.operatorToken.getText()}' is`, "Write an if.");
}

function lowerPlain(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  if (isPattern(node.left)) return lowerPatternAssignment(b, scope, node);
  const cut = arrayOfLength(b, scope, node.left);
  if (cut !== null) return lowerLengthWrite(b, scope, node, cut);
  const assigned = isMember(node.left) ? assignProperty(b, scope, node, node.left) : null;
  if (assigned !== null) return assigned;
  const place = lowerTarget(b, scope, node.left);
  const value = flow(b, lowerExpression(b, scope, node.right), place.type, node.right);
  const typed = typedTarget(b, place.target);
  if (typed !== null) return storeTyped(b, scope, node, typed, value);
  return expression(b, node, { kind: "assign", target: place.target, value, type: value.type });
}

/** `xs` of the target `xs.length`; null for any other target. */
function arrayOfLength(b: Builder, scope: Scope, target: ts.Expression): HirExpr | null {
  if (!ts.isPropertyAccessExpression(target) || target.name.text !== "length") return null;
  if (arrayTypeOf(b, b.checker.getTypeAtLocation(target.expression)) === null) return null;
  return lowerExpression(b, scope, target.expression);
}

/** `[a, this.b] = …`: each target's object and index are evaluated before its part is read. */
function lowerPatternAssignment(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const bind = (to: ts.Node, value: HirExpr): HirStatement[] => [
    expressionStatement(assignPart(b, scope, to, value)),
  ];
  if (isEffect(node)) {
    const statements = lowerPattern(b, scope, node.left, node.right, bind);
    const value = expression(b, node, { kind: "undefined", type: types.void });
    return expression(b, node, { kind: "sequence", statements, value, type: types.void });
  }
  const source = lowerExpression(b, scope, node.right);
  const local = b.addLocal(scope, "source", source.type, node.right);
  const read = (): HirExpr => expression(b, node.right, { kind: "local", local, type: source.type });
  const statements: HirStatement[] = [
    { kind: "let", local, value: source, span: b.span(node.right) },
    ...lowerPatternOf(b, scope, node.left, read(), bind),
  ];
  return expression(b, node, { kind: "sequence", statements, value: read(), type: source.type });
}

/** A place where nobody looks at the value of an expression. */
function isEffect(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isEffect(parent);
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.condition !== node);
}

/** Stores a part of a pattern in its target. */
export function assignPart(b: Builder, scope: Scope, to: ts.Node, value: HirExpr): HirExpr {
  if (!ts.isExpression(to)) return b.unsupported(to, "Assigning to this is", "Name a variable.");
  const place = lowerTarget(b, scope, to);
  const stored = flow(b, value, place.type, to);
  const typed = typedTarget(b, place.target);
  if (typed !== null) return storeTyped(b, scope, to, typed, stored);
  return expression(b, to, { kind: "assign", target: place.target, value: stored, type: stored.type });
}

function lowerCompound(b: Builder, scope: Scope, node: ts.BinaryExpression, op: ArithmeticOp): HirExpr {
  const { left } = node;
  const updated = isMember(left)
    ? updateProperty(
        b,
        scope,
        node,
        left,
        (old) => binary(b, scope, node, op, old, lowerExpression(b, scope, node.right)),
        "new",
      )
    : null;
  if (updated !== null) return updated;
  const place = lowerTarget(b, scope, node.left);
  if (place.type.kind === "union" || place.type.kind === "bigint")
    return lowerUnionCompound(b, scope, node, op, place);
  if (place.type.kind === "string" && place.type.max !== undefined && op === "+") {
    const added = (): HirExpr => printable(b, node.right, lowerExpression(b, scope, node.right), scope);
    return appendWithin(b, scope, node, place.target, place.type.max, added);
  }
  const value = lowerExpression(b, scope, node.right);
  if (place.type.kind === "string" && op === "+") {
    return expression(b, node, {
      kind: "append",
      target: place.target,
      value: printable(b, node.right, value, scope),
      type: types.string,
    });
  }
  if (place.type.kind !== "number" || value.type.kind !== "number") {
    return b.unsupported(
      node,
      `'${op}=' on ${place.type.kind} and ${value.type.kind} is`,
      "Convert both sides to numbers.",
    );
  }
  const typed = typedTarget(b, place.target);
  if (typed !== null) return updateTyped(b, scope, node, typed, op, value);
  return expression(b, node, { kind: "compound", target: place.target, op, value, type: types.number });
}

export function lowerUpdate(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
): HirExpr {
  const delta = node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
  const updated = updateByCalls(b, scope, node, delta);
  if (updated !== null) return updated;
  const place = lowerTarget(b, scope, node.operand);
  if (hasBigint(place.type)) {
    const { flags } = b.concrete(b.checker.getTypeAtLocation(node));
    if (flags & ts.TypeFlags.BigIntLike) return updateBigint(b, scope, node, delta, place);
    if (flags & ts.TypeFlags.Union)
      return b.unsupported(node, "'++' on a number or a bigint is", "Ask with typeof which one it is.");
  }
  if (hasNumber(place.type) && place.type.kind === "union")
    return lowerUnionUpdate(b, scope, node, delta, place);
  if (place.type.kind !== "number")
    return b.unsupported(node, `'++' on ${kindOf(place.type)} is`, "Use a number.");
  const typed = typedTarget(b, place.target);
  if (typed !== null) return stepTyped(b, scope, node, typed, delta);
  return expression(b, node, {
    kind: "update",
    target: place.target,
    delta,
    prefix: ts.isPrefixUnaryExpression(node),
    type: types.number,
  });
}

/** `object.count++` where count is an accessor. */
function updateByCalls(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  delta: 1 | -1,
): HirExpr | null {
  const { operand } = node;
  if (!isMember(operand)) return null;
  const sum = (old: HirExpr): HirExpr => binary(b, scope, node, "+", old, stepFor(b, node, old, delta));
  return updateProperty(b, scope, node, operand, sum, ts.isPrefixUnaryExpression(node) ? "new" : "old");
}

function lowerTarget(b: Builder, scope: Scope, node: ts.Expression): Target {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node))
    return lowerTarget(b, scope, node.expression);
  if (ts.isIdentifier(node)) return nameTarget(b, scope, node);
  if (ts.isPropertyAccessExpression(node)) return memberTarget(b, scope, node);
  if (ts.isElementAccessExpression(node)) {
    const element = lowerElementAccess(b, scope, node);
    if (element.kind === "field")
      return { target: { kind: "field", object: element.object, field: element.field }, type: element.type };
    if (element.kind !== "element")
      return b.unsupported(node, "Assigning to this is", "Assign to an array element.");
    return { target: { kind: "element", array: element.array, index: element.index }, type: element.type };
  }
  return b.unsupported(node, "Assigning to this is", "Assign to a variable, field or element.");
}

function nameTarget(b: Builder, scope: Scope, node: ts.Identifier): Target {
  const symbol = symbolOf(b, node);
  if (symbol === null) return b.unsupported(node, `Assigning to '${node.text}' is`, "Declare it.");
  const entity = entityOf(b, symbol, node);
  if (entity.kind === "local") {
    scope.uses.add(entity.local);
    return { target: entity, type: b.local(entity.local).type };
  }
  if (entity.kind === "static")
    return { target: entity, type: defined(b.statics[entity.static], "static").type };
  return b.unsupported(node, "Assigning to a function is", "Declare a variable with let.");
}

function memberTarget(b: Builder, scope: Scope, node: ts.PropertyAccessExpression): Target {
  const outside = moduleMemberOf(b, node);
  if (outside?.kind === "static")
    return { target: outside, type: defined(b.statics[outside.static], "static").type };
  const staticMember = staticMemberOf(b, node);
  if (staticMember !== null) refuseInheritedStatic(b, node);
  if (staticMember?.kind === "local") scope.uses.add(staticMember.local);
  if (staticMember?.kind === "local") return { target: staticMember, type: b.local(staticMember.local).type };
  if (staticMember !== null)
    return { target: staticMember, type: defined(b.statics[staticMember.static], "static").type };
  const object = lowerExpression(b, scope, node.expression);
  const name = node.name.text;
  if (object.type.kind === "array" && name === "length")
    return b.unsupported(node, "Changing an array's length so is", "Write `xs.length = n`.");
  if (object.type.kind !== "object")
    return b.unsupported(node, `Assigning to '.${name}' is`, "Assign to a field of a class or object.");
  const field = findField(b, object.type.class, memberKey(b, node.name));
  if (field === undefined)
    return b.unsupported(node, `Assigning to '.${name}' is`, "Assign to a declared field.");
  return { target: { kind: "field", object, field }, type: b.field(field).type };
}
