/** Array literals, `new Array(n).fill(v)`. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { hasSpread, lowerSpreadLiteral } from "./array-spread.ts";
import { lowerComputedFill } from "./array-statics.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { constantNumber } from "./constants.ts";
import { evolvingType } from "./evolving-arrays.ts";
import { lowerExpression } from "./expressions.ts";
import { iteratorResult } from "./generators/iterator-types.ts";
import { isTuple, lowerTupleLiteral } from "./tuples.ts";
import { convertType, isLibraryObject } from "./types.ts";
import { flow } from "./unify-types.ts";

export function lowerArrayLiteral(b: Builder, scope: Scope, node: ts.ArrayLiteralExpression): HirExpr {
  const evolving = node.elements.length === 0 ? evolvingType(b, node) : null;
  const type = evolving === null ? literalType(b, node) : convertType(b, evolving, node);
  if (isTuple(b, type)) return lowerTupleLiteral(b, scope, node, type);
  if (type.kind !== "array")
    return b.unsupported(node, "An array of this type is", "Give it elements of one type.");
  if (hasSpread(node.elements)) return lowerSpreadLiteral(b, scope, node, type);
  const elements = node.elements.map((element) => {
    if (ts.isOmittedExpression(element))
      return b.unsupported(element, "A hole in an array is", "Write the element.");
    return lowerLiteralElement(b, scope, element, b.elementType(type.array));
  });
  return expression(b, node, { kind: "array", elements, site: b.addSite(scope, node, "array"), type });
}

/** An element of a literal; `[]` among arrays is one of them. */
function lowerLiteralElement(b: Builder, scope: Scope, node: ts.Expression, type: HirType): HirExpr {
  if (type.kind === "array" && ts.isArrayLiteralExpression(node) && node.elements.length === 0) {
    const site = b.addSite(scope, node, "array");
    return flow(b, expression(b, node, { kind: "array", elements: [], site, type }), type, node);
  }
  return flow(b, lowerExpression(b, scope, node), type, node);
}

/** The type the literal is wanted as, where there is one: `const p: Point = { … }`, `const xs: u8[] = [ … ]`. */
export function literalType(
  b: Builder,
  node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression,
): HirType {
  const contextual = b.checker.getContextualType(node);
  const result = contextual === undefined ? null : iteratorResult(b, contextual, node);
  if (result !== null) return result;
  const wanted = wantedType(b, node);
  const own = b.checker.getTypeAtLocation(node);
  const usable =
    wanted !== undefined &&
    !isPatternSource(node) &&
    !(
      wanted.flags &
      (ts.TypeFlags.Any |
        ts.TypeFlags.Unknown |
        ts.TypeFlags.TypeParameter |
        ts.TypeFlags.Union |
        ts.TypeFlags.NonPrimitive)
    ) &&
    !isOpen(b, wanted);
  return convertType(b, usable ? wanted : own, node);
}

/** The contextual type; of a union, the only part that such a literal can be. */
function wantedType(
  b: Builder,
  node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression,
): ts.Type | undefined {
  const contextual = b.checker.getContextualType(node);
  if (contextual === undefined || !contextual.isUnion()) return contextual;
  const parts = contextual.types.filter((part) => {
    if (arrayTypeOf(b, part) !== null) return ts.isArrayLiteralExpression(node);
    const isObject = (part.flags & ts.TypeFlags.Object) !== 0 && part.getCallSignatures().length === 0;
    return isObject && ts.isObjectLiteralExpression(node);
  });
  if (parts.length === 1) return parts[0];
  const own = b.checker.getTypeAtLocation(node);
  const fitting = parts.filter((part) => b.checker.isTypeAssignableTo(own, part));
  return fitting.length === 1 ? fitting[0] : contextual;
}

/** The wanted type of a destructured literal is the pattern, which is no layout. */
function isPatternSource(node: ts.Node): boolean {
  let at = node;
  while (
    ts.isPropertyAssignment(at.parent) ||
    ts.isObjectLiteralExpression(at.parent) ||
    ts.isArrayLiteralExpression(at.parent)
  )
    at = at.parent;
  return ts.isVariableDeclaration(at.parent) && !ts.isIdentifier(at.parent.name);
}

/** An inferred type argument or an iterable: not the layout that was meant. */
function isOpen(b: Builder, type: ts.Type): boolean {
  if (b.checker.isArrayType(type) || b.checker.isTupleType(type)) {
    const element = b.checker.getTypeArguments(type as ts.TypeReference)[0];
    return (
      element === undefined ||
      (element.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Unknown | ts.TypeFlags.Any)) !== 0
    );
  }
  if (type.getSymbol()?.getName() === "ErrorOptions") return false;
  return isLibraryObject(b, type);
}

/** `new Array<T>(n).fill(v)` and `Array(n).fill(v)`; null for any other call. */
export function lowerArrayFill(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  if (!ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== "fill") return null;
  const created = node.expression.expression;
  if (!ts.isNewExpression(created) && !ts.isCallExpression(created)) return null;
  if (!ts.isIdentifier(created.expression) || created.expression.text !== "Array") return null;
  const lengthNode = created.arguments?.[0];
  const valueNode = node.arguments[0];
  if (
    lengthNode === undefined ||
    valueNode === undefined ||
    node.arguments.length > 1 ||
    created.arguments?.length !== 1
  )
    return null;
  const length = constantLength(b, lengthNode);
  if (length === null)
    return lowerComputedFill(b, scope, node, lengthNode, valueNode, (filler) =>
      fillType(b, node, created, filler),
    );
  const filler = lowerExpression(b, scope, valueNode);
  const type = fillType(b, node, created, filler);
  const value = flow(b, filler, b.elementType(type.array), valueNode);
  return expression(b, node, {
    kind: "arrayFill",
    length,
    value,
    site: b.addSite(scope, node, "array"),
    type,
  });
}

/** The element type that is written, or wanted here, or else the filler's own. */
function fillType(
  b: Builder,
  node: ts.CallExpression,
  created: ts.NewExpression | ts.CallExpression,
  filler: HirExpr,
): Extract<HirType, { kind: "array" }> {
  const wanted =
    created.typeArguments !== undefined
      ? b.checker.getTypeAtLocation(node)
      : b.checker.getContextualType(node);
  const usable = wanted !== undefined && b.checker.isArrayType(wanted) && !isOpen(b, wanted);
  const type = usable
    ? convertType(b, wanted, node)
    : b.addArray(filler.type.kind === "number" ? types.number : filler.type);
  return type.kind === "array" ? type : b.unsupported(node, "This array is", "Give it elements of one type.");
}

function constantLength(b: Builder, node: ts.Expression): number | null {
  const constant = constantNumber(b, node);
  return typeof constant === "number" && Number.isInteger(constant) && constant >= 0 && constant <= 0xffff
    ? constant
    : null;
}
