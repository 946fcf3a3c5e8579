/** Assignments, compound assignments, `++` and `--`. */

import { ts } from "ts-morph";
import type { ArithmeticOp, HirExpr, HirStatement, HirTarget, HirType } from "../ir/hir.ts";
import { hasNumber } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { lowerLengthWrite } from "./array-growth.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, expressionStatement, kindOf, type Scope, types } from "./builder.ts";
import { lowerElementAccess, lowerExpression, printable } from "./expressions.ts";
import { memberUsedAt } from "./generic-classes.ts";
import {
  lowerAccessorLogical,
  lowerLogicalAssignment,
  lowerUnionCompound,
  lowerUnionUpdate,
} from "./logical-assignments.ts";
import { accessorOf, entityOf, moduleMemberOf, staticMemberOf } from "./names.ts";
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
  const setter = ts.isPropertyAccessExpression(node.left) ? accessorOf(b, node.left, ts.isSetAccessor) : null;
  if (setter !== null && ts.isPropertyAccessExpression(node.left))
    return callSetter(b, scope, node, node.left, setter);
  const cut = arrayOfLength(b, scope, node.left);
  if (cut !== null) return lowerLengthWrite(b, scope, node, cut);
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

function callSetter(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  left: ts.PropertyAccessExpression,
  setter: ts.SetAccessorDeclaration,
): HirExpr {
  if (!ts.isExpressionStatement(node.parent))
    return b.unsupported(
      node,
      "The value of an assignment to a setter is",
      "Assign in a statement of its own.",
    );
  const object = lowerExpression(b, scope, left.expression);
  const callee = memberUsedAt(b, setter, left.expression, left);
  scope.calls.add(callee);
  const parameter = b.local(defined(b.function(callee).parameters[1], "setter parameter"));
  const value = flow(b, lowerExpression(b, scope, node.right), parameter.type, node.right);
  return expression(b, node, { kind: "call", function: callee, args: [object, value], type: types.void });
}

function lowerCompound(b: Builder, scope: Scope, node: ts.BinaryExpression, op: ArithmeticOp): HirExpr {
  const accessor = ts.isPropertyAccessExpression(node.left)
    ? lowerAccessorUpdate(b, scope, node, node.left, op)
    : null;
  if (accessor !== null) return accessor;
  const place = lowerTarget(b, scope, node.left);
  if (place.type.kind === "union") return lowerUnionCompound(b, scope, node, op, place);
  const value = lowerExpression(b, scope, node.right);
  if (place.type.kind === "string" && op === "+") {
    return expression(b, node, {
      kind: "append",
      target: place.target,
      value: printable(b, node.right, value),
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

/** `object.x += v` with accessors: the object is evaluated once, then read, then set. */
function lowerAccessorUpdate(
  b: Builder,
  scope: Scope,
  node: ts.BinaryExpression,
  left: ts.PropertyAccessExpression,
  op: ArithmeticOp,
): HirExpr | null {
  const getter = accessorOf(b, left, ts.isGetAccessor);
  const setter = accessorOf(b, left, ts.isSetAccessor);
  if (getter === null || setter === null) return null;
  if (!ts.isExpressionStatement(node.parent))
    return b.unsupported(
      node,
      "The value of an assignment to a setter is",
      "Assign in a statement of its own.",
    );
  const object = lowerExpression(b, scope, left.expression);
  const holder = b.addLocal(scope, "object", object.type, left.expression);
  const self = (): HirExpr => expression(b, left, { kind: "local", local: holder, type: object.type });
  const get = memberUsedAt(b, getter, left.expression, left);
  const set = memberUsedAt(b, setter, left.expression, left);
  scope.calls.add(get);
  scope.calls.add(set);
  const old = expression(b, left, {
    kind: "call",
    function: get,
    args: [self()],
    type: b.function(get).result,
  });
  const parameter = b.local(defined(b.function(set).parameters[1], "setter parameter"));
  const value = flow(
    b,
    binary(b, node, op, old, lowerExpression(b, scope, node.right)),
    parameter.type,
    node,
  );
  const call = expression(b, node, { kind: "call", function: set, args: [self(), value], type: types.void });
  return expression(b, node, {
    kind: "sequence",
    statements: [{ kind: "let", local: holder, value: object, span: object.span }],
    value: call,
    type: types.void,
  });
}

export function lowerUpdate(
  b: Builder,
  scope: Scope,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
): HirExpr {
  const place = lowerTarget(b, scope, node.operand);
  if (hasNumber(place.type) && place.type.kind === "union")
    return lowerUnionUpdate(b, scope, node, node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1, place);
  if (place.type.kind !== "number")
    return b.unsupported(node, `'++' on ${kindOf(place.type)} is`, "Use a number.");
  const delta = node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1;
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
  if (staticMember !== null)
    return {
      target: { kind: "static", static: staticMember },
      type: defined(b.statics[staticMember], "static").type,
    };
  if (accessorOf(b, node, ts.isSetAccessor) !== null || accessorOf(b, node, ts.isGetAccessor) !== null) {
    return b.unsupported(node, "A compound assignment to an accessor is", "Read and assign in two steps.");
  }
  const object = lowerExpression(b, scope, node.expression);
  const name = node.name.text;
  if (object.type.kind === "array" && name === "length")
    return b.unsupported(node, "Changing an array's length so is", "Write `xs.length = n`.");
  if (object.type.kind !== "object")
    return b.unsupported(node, `Assigning to '.${name}' is`, "Assign to a field of a class or object.");
  const field = b.class(object.type.class).fields.find((id) => b.field(id).name === name);
  if (field === undefined)
    return b.unsupported(node, `Assigning to '.${name}' is`, "Assign to a declared field.");
  return { target: { kind: "field", object, field }, type: b.field(field).type };
}
