/**
 * The standard library that is compiled from TypeScript (`lib/std/`): which of its
 * functions and classes stand for the built-ins of JavaScript.
 */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { countMembers } from "./class-members.ts";
import { instantiateType } from "./instances.ts";
import { findReassigned } from "./reassigned.ts";
import { isDefaultLibrary } from "./types.ts";

export type LibraryFunction = ts.FunctionDeclaration & { readonly body: ts.Block };

/** Built-ins that share the functions of another. */
const sameAs: Readonly<Record<string, string>> = {
  ReadonlyArray: "Array",
  ReadonlyMap: "Map",
  ReadonlySet: "Set",
  Int8Array: "TypedArray",
  Uint8Array: "TypedArray",
  Uint8ClampedArray: "TypedArray",
  Int16Array: "TypedArray",
  Uint16Array: "TypedArray",
  Int32Array: "TypedArray",
  Uint32Array: "TypedArray",
  Float32Array: "TypedArray",
  Float64Array: "TypedArray",
};

/** The function of `lib/std/` for a method of a value: its first parameter is `self`. */
export function libraryMethod(b: Builder, method: ts.Symbol): LibraryFunction | null {
  const owner = ownerName(b, method);
  const found = owner === null ? null : functionNamed(b, owner, method.getName());
  return found !== null && takesSelf(found) ? found : null;
}

/** The function of `lib/std/` for `Array.of` and the like. */
export function libraryStatic(b: Builder, owner: string, name: string): LibraryFunction | null {
  const found = functionNamed(b, owner, name);
  return found === null || takesSelf(found) ? null : found;
}

/** The class of `lib/std/` that stands for a built-in one. */
export function libraryClass(b: Builder, symbol: ts.Symbol): ts.Symbol | null {
  if (!isDefaultLibrary(b, symbol)) return null;
  const name = symbol.getName();
  const found = exported(b, b.loaded.standardLibrary, sameAs[name] ?? name);
  return found !== null && found.flags & ts.SymbolFlags.Class ? found : null;
}

/** `Map<string, u8>` of TypeScript's library as the type of the class of `lib/std/`; null for other types. */
export function libraryType(b: Builder, type: ts.Type): ts.Type | null {
  const symbol = type.getSymbol();
  const found = symbol === undefined ? null : libraryClass(b, symbol);
  if (found === null) return null;
  const declared = b.loaded.checker.getDeclaredTypeOfSymbol(found) as ts.InterfaceType;
  const given = b.checker.getTypeArguments(type as ts.TypeReference);
  return instantiateType(b.checker, declared, declared.typeParameters ?? [], given);
}

/** A member of a built-in class as the member of the class of `lib/std/`; any other symbol as it is. */
export function libraryMember(b: Builder, member: ts.Symbol): ts.Symbol {
  const owner = ownerName(b, member);
  const found = owner === null ? null : exported(b, b.loaded.standardLibrary, owner);
  return found?.members?.get(ts.escapeLeadingUnderscores(member.getName())) ?? member;
}

function takesSelf(node: LibraryFunction): boolean {
  return node.parameters[0]?.name.getText() === "self";
}

/** `Array` for a member of the interface `Array<T>` that TypeScript's own library declares. */
function ownerName(b: Builder, member: ts.Symbol): string | null {
  const declaration = member.declarations?.[0];
  if (declaration === undefined || !isDefaultLibrary(b, member)) return null;
  if (!ts.isInterfaceDeclaration(declaration.parent)) return null;
  const name = declaration.parent.name.text;
  return sameAs[name] ?? name;
}

function functionNamed(b: Builder, owner: string, name: string): LibraryFunction | null {
  const namespace = exported(b, b.loaded.standardLibrary, owner);
  if (namespace === null || !(namespace.flags & ts.SymbolFlags.ValueModule)) return null;
  const file = namespace.declarations?.[0];
  const found = file !== undefined && ts.isSourceFile(file) ? exported(b, file, name) : null;
  const declaration = found?.declarations?.find(
    (node) => ts.isFunctionDeclaration(node) && node.body !== undefined,
  );
  return (declaration as LibraryFunction | undefined) ?? null;
}

function exported(b: Builder, file: ts.SourceFile, name: string): ts.Symbol | null {
  const module = b.loaded.checker.getSymbolAtLocation(file);
  const found = module?.exports?.get(ts.escapeLeadingUnderscores(name));
  if (found === undefined) return null;
  return found.flags & ts.SymbolFlags.Alias ? b.loaded.checker.getAliasedSymbol(found) : found;
}

export function isLibraryFile(b: Builder, file: ts.SourceFile): boolean {
  return b.loaded.libraryFiles.includes(file);
}

/** Prepares the library's code for being lowered, and shows what is found in it at the call that needs it. */
export function useLibrary(b: Builder, used: ts.Node, call: ts.Node): void {
  const site = b.span(call);
  b.reporter.attribute(b.span(used), site);
  if (b.libraryIsUsed) return;
  b.libraryIsUsed = true;
  for (const file of b.loaded.libraryFiles) {
    findReassigned(b, file);
    countMembers(b, file);
    b.reporter.attribute(b.span(file), site);
  }
}
