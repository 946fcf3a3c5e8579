/**
 * Object literals. One that only has the fields of the type it is wanted as is an
 * object of that type; any other has a class of its own (literal-classes.ts).
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId, FieldId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { literalType } from "./allocations.ts";
import { type Builder, type ClassInfo, expression, type Scope } from "./builder.ts";
import { fieldKeys, memberKey } from "./class-members.ts";
import { closureOf, literal, lowerExpression } from "./expressions.ts";
import { functionOf } from "./functions.ts";
import { keptMembers, literalClass } from "./literal-classes.ts";
import { memberOfLiteral } from "./literal-members.ts";
import { lowerIdentifier } from "./names.ts";
import { hasObjectSpread, lowerSpreadProperties, type SpreadProperties } from "./object-spread.ts";
import { isField } from "./object-types.ts";
import { unit } from "./short-circuit.ts";
import { flow } from "./unify-types.ts";

export function lowerObjectLiteral(b: Builder, scope: Scope, node: ts.ObjectLiteralExpression): HirExpr {
  const info = classOfLiteral(b, node);
  const keys = fieldKeys(info);
  if (hasObjectSpread(node)) {
    const spread = lowerSpreadProperties(b, scope, node, [], keys);
    const fields = [...spread.fields, ...keptMembers(b, scope, info)];
    return makeObject(b, scope, node, info, { ...spread, fields });
  }
  const fields = [...lowerProperties(b, scope, node, keys), ...keptMembers(b, scope, info)];
  const order = node.properties.map((property) => ({ key: propertyKey(b, property), isSure: true }));
  return makeObject(b, scope, node, info, { statements: [], fields, order });
}

/** `Object.assign({ … }, a, b)`: as `{ …, ...a, ...b }`. */
export function lowerCopies(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  literal: ts.ObjectLiteralExpression,
  sources: readonly ts.Expression[],
  info: ClassInfo,
): HirExpr {
  if (literal.properties.some((property) => memberOfLiteral(b, property) !== null))
    return b.unsupported(literal, "Object.assign to a literal with methods is", "Spread into the literal.");
  const spread = lowerSpreadProperties(b, scope, literal, sources, fieldKeys(info));
  return makeObject(b, scope, node, info, spread);
}

function makeObject(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  info: ClassInfo,
  { statements, fields, order }: SpreadProperties,
): HirExpr {
  const complete = withMissing(b, node, info, fields);
  b.families.allocated.add(info.id);
  const type: HirType = { kind: "object", class: info.id };
  const site = b.addSite(scope, node, "object");
  b.families.keyOrders.set(site, order);
  const value = expression(b, node, { kind: "object", class: info.id, fields: complete, site, type });
  return statements.length === 0 ? value : expression(b, node, { kind: "sequence", statements, value, type });
}

export interface FieldValue {
  readonly field: FieldId;
  readonly value: HirExpr;
}

/** The class that the literal is an object of: the one that is wanted, or its own. */
function classOfLiteral(b: Builder, node: ts.ObjectLiteralExpression): ClassInfo {
  const known = b.literalClasses.get(node);
  if (known !== undefined) return known;
  if (node.properties.some((property) => memberOfLiteral(b, property) !== null)) return literalClass(b, node);
  const type = literalType(b, node);
  if (type.kind !== "object")
    return b.unsupported(node, "An object literal of this type is", "Give it named fields.");
  return isPlain(b, node, type.class) ? b.info(type.class) : literalClass(b, node);
}

/** The literal gives the fields of the class and nothing else. */
function isPlain(b: Builder, node: ts.ObjectLiteralExpression, id: ClassId): boolean {
  const info = b.info(id);
  if (info.declaration !== null || info.literal !== null || info.parts.length > 0 || id === b.errors?.class)
    return false;
  const wanted = b.checker.getContextualType(node);
  const present = wanted === undefined ? undefined : b.checker.getNonNullableType(wanted);
  if (present !== undefined && !present.isUnion() && !b.checker.getPropertiesOfType(present).every(isField))
    return false;
  const own = b.checker.getPropertiesOfType(b.checker.getTypeAtLocation(node));
  return own.every((property) => info.fields.has(property.getName()));
}

function lowerProperties(
  b: Builder,
  scope: Scope,
  node: ts.ObjectLiteralExpression,
  keys: ReadonlyMap<string, FieldId>,
): readonly FieldValue[] {
  return node.properties.flatMap((property) => {
    if (memberOfLiteral(b, property) !== null) return [];
    const field = keys.get(propertyKey(b, property));
    if (field === undefined) return b.unsupported(property, "This property is", "Declare it in the type.");
    return [{ field, value: flow(b, propertyValue(b, scope, property), b.field(field).type, property) }];
  });
}

/** Fields that the literal leaves out are undefined. */
function withMissing(
  b: Builder,
  node: ts.Node,
  info: ClassInfo,
  given: readonly FieldValue[],
): readonly FieldValue[] {
  const named = new Set<FieldId>(given.map((entry) => entry.field));
  const missing = [...fieldKeys(info).values()].filter((field) => !named.has(field));
  const left = missing.map((field) => {
    const { type } = b.field(field);
    if (type.kind === "boolean" && b.families.generators.results.has(info.id))
      return { field, value: literal(b, node, false) };
    if (!hasArm(type, "void"))
      return b.refuse("TSFW2008", node, { from: "object literal", to: b.class(info.id).name });
    const absent = unit(b, node, "void");
    b.families.absent.add(absent.id);
    return { field, value: flow(b, absent, type, node) };
  });
  if (named.size !== given.length)
    return b.unsupported(node, "A property that is given twice is", "Give it once.");
  return [...given, ...left];
}

export function propertyKey(b: Builder, property: ts.ObjectLiteralElementLike): string {
  const { name } = property;
  if (name === undefined) return b.unsupported(property, "This property is", "Write its name.");
  if (ts.isComputedPropertyName(name) && !isConstantName(name.expression))
    return b.unsupported(name, "A computed property name is", "Write the name, or use a Map.");
  return memberKey(b, name);
}

/** Evaluating the name does nothing. */
function isConstantName(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return isConstantName(node.expression);
  return ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isNumericLiteral(node);
}

export function propertyValue(b: Builder, scope: Scope, property: ts.ObjectLiteralElementLike): HirExpr {
  if (ts.isPropertyAssignment(property)) return lowerExpression(b, scope, property.initializer);
  if (ts.isShorthandPropertyAssignment(property)) return lowerIdentifier(b, scope, property.name);
  if (ts.isMethodDeclaration(property)) return closureOf(b, scope, property, functionOf(b, property));
  return b.unsupported(property, "This property is", "Write its name and value.");
}
