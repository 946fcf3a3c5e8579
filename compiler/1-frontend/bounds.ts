/** `Max<T, N>` of LANGUAGE.md section 5: the bound a type carries, and the type without it. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";

const BRAND = "__max";

/** N of `Max<T, N>`; null for any other type. */
export function boundOf(b: Builder, type: ts.Type): number | null {
  if (!type.isIntersection()) return null;
  const brand = type.getProperty(BRAND);
  if (brand === undefined) return null;
  const bounds = b.checker.getNonNullableType(b.checker.getTypeOfSymbol(brand));
  for (const alternative of bounds.isUnion() ? bounds.types : [bounds]) {
    const cap = alternative.getProperty("cap");
    const value = cap === undefined ? undefined : b.checker.getTypeOfSymbol(cap);
    if (value?.isNumberLiteral()) return value.value;
  }
  return null;
}

/** T of `Max<T, N>`; any other type is itself. */
export function withoutBound(type: ts.Type): ts.Type {
  if (!type.isIntersection()) return type;
  const isBrand = (part: ts.Type): boolean =>
    (part.flags & ts.TypeFlags.Object) !== 0 &&
    part.getProperties().length === 1 &&
    part.getProperty(BRAND) !== undefined;
  const parts = type.types.filter((part) => !isBrand(part));
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : type;
}

/** The array or tuple type behind a type, `Max` or not; null for what is no array. */
export function arrayTypeOf(b: Builder, type: ts.Type): ts.TypeReference | null {
  const plain = withoutBound(type);
  return b.checker.isArrayType(plain) || b.checker.isTupleType(plain) ? (plain as ts.TypeReference) : null;
}
