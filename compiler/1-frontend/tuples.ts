/**
 * Tuples whose elements differ in type: objects with the fields 0 to n - 1.
 * (Tuples of one type are arrays of fixed length.) An element that may be left
 * out is a field that may be undefined.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { listArguments } from "./call-arguments.ts";
import { constantNumber } from "./constants.ts";
import { literal } from "./expressions.ts";
import { unit } from "./short-circuit.ts";
import { flow, typeKey, unifyTypes } from "./unify-types.ts";

export function tupleType(b: Builder, elements: readonly HirType[], at: ts.Node): HirType {
  const key = `[${elements.map((element) => typeKey(b, element)).join(",")}]`;
  const known = b.shapes.get(key);
  if (known !== undefined) {
    elements.forEach((element, index) => {
      const field = known.fields.get(String(index));
      if (field !== undefined) unifyTypes(b, b.field(field).type, element);
    });
    return { kind: "object", class: known.id };
  }
  const created = b.addClass("tuple", null, at);
  b.shapes.set(key, created);
  b.tuples.add(created.id);
  elements.forEach((element, index) => {
    b.addField(created, String(index), element, at);
  });
  return { kind: "object", class: created.id };
}

export function isTuple(b: Builder, type: HirType): type is Extract<HirType, { kind: "object" }> {
  return type.kind === "object" && b.tuples.has(type.class);
}

export function lowerTupleLiteral(
  b: Builder,
  scope: Scope,
  node: ts.ArrayLiteralExpression,
  type: { readonly kind: "object"; readonly class: ClassId },
): HirExpr {
  const given = listArguments(b, scope, node.elements);
  const fields = b.class(type.class).fields.map((field, index) => {
    const wanted = b.field(field).type;
    const argument = given[index];
    if (argument === undefined) {
      if (!hasArm(wanted, "void")) return b.refuse("TSFW2008", node, { from: "array literal", to: "tuple" });
      return { field, value: flow(b, unit(b, node, "void"), wanted, node) };
    }
    if (argument.isSpread || ts.isOmittedExpression(argument.at))
      return b.unsupported(argument.at, "This element of a tuple is", "Write the elements.");
    return { field, value: flow(b, argument.lower(), wanted, argument.at) };
  });
  return expression(b, node, {
    kind: "object",
    class: type.class,
    fields,
    site: b.addSite(scope, node, "tuple"),
    type,
  });
}

/** The element at an index that is known; null: no tuple, or it has no such element. */
export function tupleField(b: Builder, node: ts.Node, object: HirExpr, index: number): HirExpr | null {
  if (!isTuple(b, object.type)) return null;
  const field = b.class(object.type.class).fields.find((id) => b.field(id).name === String(index));
  return field === undefined
    ? null
    : expression(b, node, { kind: "field", object, field, type: b.field(field).type });
}

/** `tuple[1]`; null: no tuple, or an index that is computed. */
export function tupleElement(b: Builder, node: ts.ElementAccessExpression, object: HirExpr): HirExpr | null {
  if (!isTuple(b, object.type)) return null;
  const index = constantNumber(b, node.argumentExpression);
  const read = typeof index === "number" ? tupleField(b, node, object, index) : null;
  if (read !== null) return read;
  return b.unsupported(
    node,
    "Indexing a tuple of different types with a computed index is",
    "Write the index as a number.",
  );
}

/** `tuple.length`: a constant, unless elements may be left out. */
export function tupleLength(b: Builder, node: ts.PropertyAccessExpression, object: HirExpr): HirExpr | null {
  if (!isTuple(b, object.type) || node.name.text !== "length") return null;
  const { fields } = b.class(object.type.class);
  if (fields.some((field) => hasArm(b.field(field).type, "void")))
    return b.unsupported(node, "The length of a tuple with optional elements is", "Test the elements.");
  return literal(b, node, fields.length);
}
