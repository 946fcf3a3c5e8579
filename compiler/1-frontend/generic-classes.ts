/** Generic classes: the class of each list of type arguments, and the instance in which a member is lowered. */

import type { ts } from "ts-morph";
import type { FunctionId } from "../ir/ids.ts";
import { withoutBound } from "./bounds.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import { classOfSymbol } from "./classes.ts";
import type { FunctionNode } from "./functions.ts";
import { functionUsedAt, instanceFor, typeParametersOf } from "./generic-functions.ts";
import { type Instance, instantiateType, surroundingInstance } from "./instances.ts";
import { libraryType } from "./standard-library.ts";

/** The class that a type names: of a generic class, the one for its type arguments. */
export function classOfType(b: Builder, type: ts.Type, symbol: ts.Symbol, at: ts.Node): ClassInfo {
  const declaration = symbol.valueDeclaration as ts.ClassLikeDeclaration | undefined;
  if (declaration === undefined) return classOfSymbol(b, symbol, at);
  return b.within(classInstance(b, type, declaration, at), () => classOfSymbol(b, symbol, at));
}

/** The instance of a class for a type that names it; of a class that is not generic, what surrounds it. */
function classInstance(
  b: Builder,
  type: ts.Type,
  declaration: ts.ClassLikeDeclaration,
  at: ts.Node,
): Instance | null {
  const around = surroundingInstance(b.instance, declaration);
  const count = typeParametersOf(declaration).length;
  if (count === 0) return around;
  const { target } = type as ts.TypeReference;
  const outer = target.outerTypeParameters?.length ?? 0;
  const given = b.checker.getTypeArguments(type as ts.TypeReference).slice(outer, outer + count);
  return instanceFor(b, declaration, given, around, at, { thisType: target.thisType, type });
}

/** A member that runs with `this`: a method or accessor of the class the receiver has. */
export function memberUsedAt(
  b: Builder,
  member: FunctionNode,
  receiver: ts.Expression,
  at: ts.Node,
): FunctionId {
  const owner = member.parent as ts.ClassLikeDeclaration;
  const around = surroundingInstance(b.instance, member);
  if (typeParametersOf(owner).length === 0) return functionUsedAt(b, member, at, around);
  const given = withoutBound(b.checker.getNonNullableType(b.checker.getTypeAtLocation(receiver)));
  const type = baseNamed(b, libraryType(b, given) ?? given, owner);
  if (type === null) return functionUsedAt(b, member, at, around);
  return functionUsedAt(b, member, at, classInstance(b, type, owner, at));
}

/** The type itself, or the one of its bases that the class declares. */
function baseNamed(b: Builder, type: ts.Type, owner: ts.ClassLikeDeclaration): ts.Type | null {
  if (type.getSymbol()?.valueDeclaration === owner) return type;
  const target = (type as Partial<ts.TypeReference>).target ?? (type as ts.InterfaceType);
  if (!target.isClassOrInterface()) return null;
  for (const base of b.loaded.checker.getBaseTypes(target)) {
    const given = b.checker.getTypeArguments(type as ts.TypeReference);
    const concrete = instantiateType(b.checker, base, target.typeParameters ?? [], given);
    const found = baseNamed(b, concrete, owner);
    if (found !== null) return found;
  }
  return null;
}
