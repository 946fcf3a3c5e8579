/**
 * Types of objects that are no classes: interfaces and literal types (shapes), and
 * what several object types have in common (joins: unions, elements of arrays that
 * hold objects of different classes).
 */

import { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";
import { promise } from "./discriminants.ts";
import { addEdge } from "./families.ts";
import { isMethodOfType } from "./literal-members.ts";
import { convertType, isLibraryObject } from "./types.ts";
import { typeKey, unifyTypes } from "./unify-types.ts";

/** The class of an object literal type, an interface or an intersection of such. */
export function shapeOf(b: Builder, type: ts.Type, at: ts.Node): ClassInfo {
  const known = b.shapesByType.get(type);
  if (known !== undefined) return known;
  if (b.openShapes.has(type)) return openShape(b, type, at);
  b.openShapes.set(type, null);
  try {
    return declareShape(b, type, at);
  } finally {
    b.openShapes.delete(type);
  }
}

/** A shape that is named inside itself exists before its fields are known. */
function openShape(b: Builder, type: ts.Type, at: ts.Node): ClassInfo {
  const known = b.openShapes.get(type) ?? null;
  if (known !== null) return known;
  const created = b.addClass(shapeName(type), null, at);
  b.openShapes.set(type, created);
  return created;
}

interface ShapeField {
  readonly name: string;
  readonly type: HirType;
  readonly declared: ts.Type;
}

function declareShape(b: Builder, type: ts.Type, at: ts.Node): ClassInfo {
  const properties = b.checker.getPropertiesOfType(type);
  if (type.getStringIndexType() !== undefined || type.getNumberIndexType() !== undefined)
    return b.unsupported(at, "An object with computed keys is", "Use an array or named fields.");
  if (properties.length === 0)
    return b.unsupported(at, `The type '${b.checker.typeToString(type)}' is`, "Use a type with fields.");
  const isData = properties.every(isField);
  const fields = properties
    .filter((property) => !isMethodOfType(property))
    .map((property) => shapeField(b, property, at));
  const key = fields
    .map((field) => `${field.name}:${typeKey(b, field.type)}`)
    .sort()
    .join(",");
  const open = b.openShapes.get(type) ?? null;
  const existing = isData && open === null ? b.shapes.get(key) : undefined;
  if (existing !== undefined) {
    b.shapesByType.set(type, existing);
    for (const field of fields) {
      promise(b, existing.id, field.name, field.declared);
      const same = existing.fields.get(field.name);
      if (same !== undefined) unifyTypes(b, b.field(same).type, field.type);
    }
    return existing;
  }
  const created = open ?? b.addClass(shapeName(type), null, at);
  if (isData && open === null) b.shapes.set(key, created);
  b.shapesByType.set(type, created);
  for (const field of fields) {
    promise(b, created.id, field.name, field.declared);
    b.addField(created, field.name, field.type, at);
  }
  return created;
}

/** Neither a method nor an accessor. */
export function isField(property: ts.Symbol): boolean {
  return !isMethodOfType(property) && !(property.flags & ts.SymbolFlags.Accessor);
}

function shapeField(b: Builder, property: ts.Symbol, at: ts.Node): ShapeField {
  const declared = b.checker.getTypeOfSymbol(property);
  return { name: property.getName(), type: convertType(b, declared, at), declared };
}

function shapeName(type: ts.Type): string {
  const alias = type.aliasSymbol?.getName() ?? type.getSymbol()?.getName() ?? "";
  return alias === "" || alias.startsWith("__") ? "object" : alias;
}

/** A union of object types: one class that all of them reach. */
export function joinObjectTypes(b: Builder, type: ts.UnionType, at: ts.Node): HirType {
  const known = b.shapesByType.get(type);
  if (known !== undefined) return { kind: "object", class: known.id };
  if (b.openShapes.has(type)) return { kind: "object", class: openShape(b, type, at).id };
  b.openShapes.set(type, null);
  try {
    const ids = type.types.flatMap((part): readonly ClassId[] => {
      const converted = convertType(b, part, at);
      return converted.kind === "object" ? [converted.class] : [];
    });
    const open = b.openShapes.get(type) ?? null;
    const join = joinClasses(b, ids, open, shapeName(type));
    b.shapesByType.set(type, b.info(join));
    return { kind: "object", class: join };
  } finally {
    b.openShapes.delete(type);
  }
}

/** Whether a type is one of objects: of classes, interfaces, literals, and unions of them. */
export function isObjectUnion(b: Builder, type: ts.UnionType): boolean {
  return type.types.every((part) => isPlainObject(b, part));
}

function isPlainObject(b: Builder, type: ts.Type): boolean {
  if (type.isIntersection()) return type.types.every((part) => isPlainObject(b, part));
  if (!(type.flags & ts.TypeFlags.Object)) return false;
  if (b.checker.isArrayType(type) || b.checker.isTupleType(type)) return false;
  return !isLibraryObject(b, type) && type.getCallSignatures().length === 0;
}

/** The class of places that hold objects of any of the classes: one of them, if the others derive from it. */
export function joinClasses(
  b: Builder,
  ids: readonly ClassId[],
  open: ClassInfo | null = null,
  name = "object",
): ClassId {
  const parts = [...new Set(ids.flatMap((id) => partsOf(b, id)))].sort((x, y) => x - y);
  const top = parts.find((id) => parts.every((one) => derivesFrom(b.info(one), id)));
  if (top !== undefined && open === null) return top;
  const key = `| ${parts.join(" ")}`;
  const known = open === null ? b.shapes.get(key) : undefined;
  const first = parts[0];
  if (known !== undefined) return known.id;
  const at = first === undefined ? b.loaded.entry : (b.info(first).declaration ?? b.loaded.entry);
  const created = open ?? b.addClass(name, null, at);
  created.parts = parts.map((id) => b.info(id));
  b.shapes.set(key, created);
  for (const part of parts) addEdge(b.families, part, created.id);
  return created.id;
}

function partsOf(b: Builder, id: ClassId): readonly ClassId[] {
  const { parts } = b.info(id);
  return parts.length === 0 ? [id] : parts.map((part) => part.id);
}
