/**
 * Values of unions where TypeScript knows more than the type of their place: the
 * use of a narrowed variable, field or element takes the arms it still may have.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { type ArmKind, armsOf, unionOf } from "../ir/union-types.ts";
import { arrayTypeOf, withoutBound } from "./bounds.ts";
import { type Builder, expression } from "./builder.ts";
import { askedPastEnd } from "./missing-elements.ts";
import { isMissingVariable } from "./missing-variables.ts";
import { isBigintLike, isNumeric, typedArrayOf } from "./types.ts";
import { absentValue, isUnknownPlace } from "./unknown-values.ts";

const flag = ts.TypeFlags;

/** The value is thrown away. */
export function isDiscarded(node: ts.Node): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isForStatement(parent)) return parent.incrementor === at || parent.initializer === at;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.CommaToken)
    return parent.left === at || isDiscarded(parent);
  return ts.isExpressionStatement(parent);
}

/** The value with the arms that TypeScript's type of the expression has. */
export function narrow(b: Builder, node: ts.Expression, value: HirExpr): HirExpr {
  const mayBeUnknown = value.type.kind === "union" || value.type.kind === "object";
  const isUnknown = mayBeUnknown && isUnknownPlace(b, node);
  if (value.type.kind !== "union" && !isUnknown) return value;
  if (isDiscarded(node) || askedPastEnd(b, node)) return value;
  const kinds = armKindsOf(b, b.checker.getTypeAtLocation(node));
  if (kinds === null || kinds.size === 0) return value;
  const arms = armsOf(value.type).filter((arm) => kinds.has(arm.kind as ArmKind));
  if (arms.length === 0) return isUnknown ? absentValue(b, node, value) : value;
  if (value.type.kind !== "union") return value;
  const taken = takeArms(b, node, value, arms, isTrusted(b, node));
  if (taken !== value) b.narrowings.add(taken.id);
  return taken;
}

function isTrusted(b: Builder, node: ts.Expression): boolean {
  return ts.isIdentifier(node) && !b.doubts.hasTypeGuards && !isMissingVariable(b, node);
}

/**
 * The value with all arms its place has, for uses that take any of them: TypeScript
 * keeps a narrowed type although a function that ran since may have assigned
 * another. A variable that nothing assigns again stays narrowed.
 */
export function widest(b: Builder, value: HirExpr): HirExpr {
  if (value.kind !== "unwrap" || !b.narrowings.has(value.id)) return value;
  const { value: place } = value;
  const isFixed = value.trusted && place.kind === "local" && !b.local(place.local).reassigned;
  return isFixed ? value : place;
}

/** The value, which must be of one of the arms. */
export function takeArms(
  b: Builder,
  node: ts.Node,
  value: HirExpr,
  arms: readonly HirType[],
  trusted = false,
): HirExpr {
  if (arms.length === armsOf(value.type).length) return value;
  const inner = trusted ? underTrusted(value) : value;
  return expression(b, node, { kind: "unwrap", value: inner, trusted, type: unionOf(arms) });
}

/** The variable itself, where TypeScript has already narrowed it: asking it again says no less. */
export function underTrusted(value: HirExpr): HirExpr {
  return value.kind === "unwrap" && value.trusted && value.value.kind === "local" ? value.value : value;
}

/** The value without undefined and null; panics where it is one of them. */
export function takePresent(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  if (value.type.kind !== "union") return value;
  const present = value.type.arms.filter((arm) => arm.kind !== "void" && arm.kind !== "null");
  return present.length === 0 ? value : takeArms(b, node, value, present);
}

/** The kinds a value of the type may be of; null: TypeScript does not know. */
function armKindsOf(b: Builder, written: ts.Type): ReadonlySet<ArmKind> | null {
  const type = b.concrete(written);
  if (type.isUnion()) {
    const kinds = type.types.map((part) => armKindsOf(b, part));
    if (kinds.some((one) => one === null)) return null;
    return new Set(kinds.flatMap((one) => [...(one ?? [])]));
  }
  if (type.flags & flag.Never) return new Set();
  if (type.flags & flag.NonPrimitive) return new Set(["object", "array", "closure"]);
  // One of elements of different types is an object.
  if (b.checker.isTupleType(type)) return new Set(["array", "object"]);
  const kind = armKindOf(b, type);
  return kind === null ? null : new Set([kind]);
}

function armKindOf(b: Builder, written: ts.Type): ArmKind | null {
  const type = withoutBound(written);
  const { flags } = type;
  if (flags & (flag.Undefined | flag.Void)) return "void";
  if (flags & flag.Null) return "null";
  if (flags & flag.BooleanLike) return "boolean";
  if (isNumeric(type)) return "number";
  if (isBigintLike(type)) return "bigint";
  if (flags & flag.StringLike) return "string";
  if (flags & flag.Intersection) {
    const isText = (type as ts.IntersectionType).types.some((part) => part.flags & flag.StringLike);
    return isText ? "string" : null;
  }
  if (!(flags & flag.Object) || isAnything(b, type)) return null;
  if (arrayTypeOf(b, type) !== null || typedArrayOf(b, type) !== null) return "array";
  return type.getCallSignatures().length > 0 ? "closure" : "object";
}

/** `{}`: whatever is neither null nor undefined. */
function isAnything(b: Builder, type: ts.Type): boolean {
  const isAnonymous = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Anonymous) !== 0;
  if (!isAnonymous || type.getCallSignatures().length > 0) return false;
  return b.checker.getPropertiesOfType(type).length === 0 && type.getStringIndexType() === undefined;
}

/** `x is T`, `asserts x`: what such a function says is not proven. */
export function containsTypeGuard(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isTypePredicateNode(node) || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return visit(file);
}
