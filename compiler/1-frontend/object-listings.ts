/**
 * `Object.keys`, `values`, `entries` and `for…in` over objects of known shape: calls of
 * a placeholder that gives a new array, filled once it is known which objects get there.
 */

import type { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { armsOf, hasArm, isArmKind, unionOf } from "../ir/union-types.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { fieldKeys } from "./class-members.ts";
import { CodeWriter } from "./code-writer.ts";
import { canFlow } from "./dispatched-values.ts";
import { isArm } from "./equality.ts";
import { literal, lowerExpression } from "./expressions.ts";
import type { ListKind, VirtualMember } from "./families.ts";
import { canonical } from "./families.ts";
import { isOrder, type KeyOrders } from "./key-orders.ts";
import { takeArms } from "./narrowing.ts";
import { isName } from "./own-property-checks.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";
import { virtualMember } from "./virtual-calls.ts";

/** `Object.keys(value)` and its relatives; null for other methods. */
export function lowerListing(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
): HirExpr | null {
  const [argument] = node.arguments;
  if (argument === undefined || (method !== "keys" && method !== "values" && method !== "entries"))
    return null;
  return listOf(b, scope, node, argument, method, convertType(b, b.checker.getTypeAtLocation(node), node));
}

/** The keys that `for (const key in value)` walks through. */
export function lowerKeysOf(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  return listOf(b, scope, node, node, "keys", b.addArray(types.string));
}

function listOf(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  node: ts.Expression,
  kind: ListKind,
  type: HirType,
): HirExpr {
  const object = lowerExpression(b, scope, node);
  if (object.type.kind !== "object" || b.tuples.has(object.type.class))
    return b.unsupported(
      node,
      `Listing the properties of ${kindOf(object.type)} is`,
      "Use an object with named fields.",
    );
  const signature = { parameters: [], result: type, isAsync: false };
  const placeholder = virtualMember(b, object.type.class, kind, kind, 0, at, () => signature);
  scope.calls.add(placeholder);
  const { result } = b.function(placeholder);
  return expression(b, at, { kind: "call", function: placeholder, args: [object], type: result });
}

/** The values of an object's fields flow into the array. */
export function connectListing(b: Builder, member: VirtualMember, id: ClassId): boolean {
  if (member.kind === "keys") return true;
  const value = valueType(b, member);
  if (value === null) return false;
  return [...fieldKeys(b.info(id))].every(([key, field]) => {
    if (!isName(key)) return true;
    const { type } = b.field(canonical(b, field));
    return canFlow(b, listedType(type, value), value);
  });
}

/** The type of a value in the array, or in its pairs. */
function valueType(b: Builder, member: VirtualMember): HirType | null {
  const element = elementOf(b, member);
  if (member.kind !== "entries") return element;
  if (element.kind === "array") return b.elementType(element.array);
  const field = element.kind === "object" ? fieldKeys(b.info(element.class)).get("1") : undefined;
  return field === undefined ? null : b.field(field).type;
}

function elementOf(b: Builder, member: VirtualMember): HirType {
  const { result } = b.function(member.function);
  return result.kind === "array" ? b.elementType(result.array) : types.void;
}

/** A property that may be absent is not listed where it is undefined. */
function listedType(type: HirType, wanted: HirType): HirType {
  return hasArm(wanted, "void") ? type : unionOf(armsOf(type).filter((arm) => arm.kind !== "void"));
}

/** What the placeholder does for objects of one class. */
export function listing(
  b: Builder,
  scope: Scope,
  member: VirtualMember,
  id: ClassId,
  self: () => HirExpr,
  orders: KeyOrders,
): HirExpr {
  const order = orders.of(id);
  const name = b.class(id).name;
  if (!isOrder(order))
    return b.unsupported(
      member.at,
      `Listing the properties of objects of '${name}', which ${order.reason}, is`,
      "Write the names in an array.",
    );
  const node = member.at as ts.Expression;
  const { result } = b.function(member.function);
  const fields = fieldKeys(b.info(id));
  const read = (key: string): HirExpr => {
    const field = fields.get(key);
    if (field === undefined)
      return b.unsupported(member.at, `The value of '${key}' here is`, "Read the fields one by one.");
    const known = canonical(b, field);
    return expression(b, node, { kind: "field", object: self(), field: known, type: b.field(known).type });
  };
  const element = (key: string): HirExpr => elementFor(b, scope, member, node, key, read);
  if (order.every(({ isSure }) => isSure)) {
    const elements = order.map(({ key }) => element(key));
    return expression(b, node, {
      kind: "array",
      elements,
      site: b.addSite(scope, node, "array"),
      type: result,
    });
  }
  const code = new CodeWriter(b, scope, node);
  const out = code.let("out", code.emptyArray(result));
  for (const { key, isSure } of order) {
    if (isSure) code.push(out(), element(key));
    else code.if(isPresent(b, node, read(key)), () => code.push(out(), element(key)));
  }
  return code.done(out());
}

function isPresent(b: Builder, node: ts.Node, value: HirExpr): HirExpr {
  const kinds = armsOf(value.type).flatMap(({ kind }) => (isArmKind(kind) && kind !== "void" ? [kind] : []));
  return isArm(b, node, value, kinds);
}

function elementFor(
  b: Builder,
  scope: Scope,
  member: VirtualMember,
  node: ts.Expression,
  key: string,
  read: (key: string) => HirExpr,
): HirExpr {
  const name = literal(b, node, key);
  if (member.kind === "keys") return name;
  const wanted = valueType(b, member) ?? types.void;
  const given = read(key);
  const listed = armsOf(listedType(given.type, wanted));
  const value = flow(b, takeArms(b, node, given, listed, true), wanted, node);
  if (member.kind === "values") return value;
  const type = elementOf(b, member);
  const site = b.addSite(scope, node, "array");
  if (type.kind === "array")
    return expression(b, node, { kind: "array", elements: [name, value], site, type });
  if (type.kind !== "object") return value;
  const pair = [name, value];
  const fields = b.class(type.class).fields.map((field, index) => ({ field, value: pair[index] ?? name }));
  b.families.allocated.add(type.class);
  return expression(b, node, { kind: "object", class: type.class, fields, site, type });
}

/** Which classes' properties may count as absent where they are undefined: to be checked. */
export function absentKeys(orders: KeyOrders, id: ClassId): readonly string[] {
  const order = orders.of(id);
  return isOrder(order) ? order.filter(({ isSure }) => !isSure).map(({ key }) => key) : [];
}
