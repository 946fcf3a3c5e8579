/**
 * Finds the arguments of type parameters by laying a type that uses them over a
 * concrete one: for functions used as values and for implementations behind
 * overloads, where the checker has no call signature to ask.
 */

import { ts } from "ts-morph";

const DEPTH_MAX = 20;

/** Puts what `pattern` says about type parameters when it stands for `type` into `found`; the first finding counts. */
export function inferFrom(
  checker: ts.TypeChecker,
  pattern: ts.Type,
  type: ts.Type,
  found: Map<ts.Type, ts.Type>,
  depth = 0,
): void {
  if (pattern === type || depth > DEPTH_MAX) return;
  if (pattern.flags & ts.TypeFlags.TypeParameter) {
    if (!found.has(pattern)) found.set(pattern, type);
    return;
  }
  const into = (inner: ts.Type, outer: ts.Type): void => inferFrom(checker, inner, outer, found, depth + 1);
  if (pattern.isUnion()) {
    inferFromUnion(pattern, type, into);
    return;
  }
  if (!(pattern.flags & ts.TypeFlags.Object) || !(type.flags & ts.TypeFlags.Object)) return;
  if (inferFromReferences(checker, pattern, type, into)) return;
  inferFromSignatures(checker, pattern, type, into);
  for (const property of pattern.getProperties()) {
    const other = checker.getPropertyOfType(type, property.getName());
    if (other !== undefined) into(checker.getTypeOfSymbol(property), checker.getTypeOfSymbol(other));
  }
}

/** `T | undefined` over `number | undefined`: what both name is left out. */
function inferFromUnion(
  pattern: ts.UnionType,
  type: ts.Type,
  into: (inner: ts.Type, outer: ts.Type) => void,
): void {
  const others = type.isUnion() ? type.types : [type];
  const open = pattern.types.filter((part) => !others.includes(part));
  const left = others.filter((part) => !pattern.types.includes(part));
  const [only] = open;
  if (open.length === 1 && only !== undefined && left.length === others.length) {
    into(only, type);
    return;
  }
  for (const part of open) for (const other of left) into(part, other);
}

function inferFromReferences(
  checker: ts.TypeChecker,
  pattern: ts.Type,
  type: ts.Type,
  into: (inner: ts.Type, outer: ts.Type) => void,
): boolean {
  if (checker.isArrayType(pattern) && checker.isArrayLikeType(type)) {
    const [element] = checker.getTypeArguments(pattern as ts.TypeReference);
    const other = type.getNumberIndexType();
    if (element !== undefined && other !== undefined) into(element, other);
    return true;
  }
  const from = pattern as Partial<ts.TypeReference>;
  const to = type as Partial<ts.TypeReference>;
  if (from.target === undefined || from.target !== to.target) return false;
  const others = checker.getTypeArguments(type as ts.TypeReference);
  checker.getTypeArguments(pattern as ts.TypeReference).forEach((argument, index) => {
    const other = others[index];
    if (other !== undefined) into(argument, other);
  });
  return true;
}

function inferFromSignatures(
  checker: ts.TypeChecker,
  pattern: ts.Type,
  type: ts.Type,
  into: (inner: ts.Type, outer: ts.Type) => void,
): void {
  const from = pattern.getCallSignatures()[0];
  const to = type.getCallSignatures()[0];
  if (from === undefined || to === undefined) return;
  inferFromParameters(checker, from, to, into);
  into(from.getReturnType(), to.getReturnType());
}

export function inferFromParameters(
  checker: ts.TypeChecker,
  from: ts.Signature,
  to: ts.Signature,
  into: (inner: ts.Type, outer: ts.Type) => void,
): void {
  const others = to.getParameters();
  from.getParameters().forEach((parameter, index) => {
    const other = others[index];
    if (other !== undefined) into(checker.getTypeOfSymbol(parameter), checker.getTypeOfSymbol(other));
  });
}
