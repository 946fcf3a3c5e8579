/**
 * The types of JavaScript's iteration: `Generator`, `Iterator` and `IterableIterator`
 * are classes that generators and the program's own iterators flow into, `Iterable`
 * one for what gives them, `IteratorResult` the class of what `next()` returns.
 */
import { ts } from "ts-morph";
import type { HirType } from "../../ir/hir.ts";
import type { ClassId } from "../../ir/ids.ts";
import { armsOf, isUnit, unionOf } from "../../ir/union-types.ts";
import { type Builder, type ClassInfo, types } from "../builder.ts";
import { globalName } from "../symbols.ts";
import { convertType, isDefaultLibrary } from "../types.ts";
import { joinTypes, typeKey, unifyTypes, withoutSize } from "../unify-types.ts";

/** The key of the method `[Symbol.iterator]`. */
export const ITERATOR = "[Symbol.iterator]";

/** Fields of iterators: what was yielded, returned, and sent by `next(v)`. */
export const VALUE = "%value";
export const RESULT = "%result";
export const SENT = "%sent";

const iteratorNames: readonly string[] = [
  "Generator",
  "Iterator",
  "IterableIterator",
  "IteratorObject",
  "ArrayIterator",
  "MapIterator",
  "SetIterator",
  "StringIterator",
];

/** What a generator or iterator yields, returns and takes. Types without a value are undefined. */
export interface IterationTypes {
  readonly yielded: HirType;
  readonly returned: HirType;
  readonly sent: HirType;
}

export function isIteratorSymbol(b: Builder, node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === "iterator" &&
    globalName(b, node.expression) === "Symbol"
  );
}

function libraryNameOf(b: Builder, type: ts.Type): string | null {
  const symbol = type.getSymbol();
  return symbol !== undefined && isDefaultLibrary(b, symbol) ? symbol.getName() : null;
}

/** The types of an iterator or iterable of TypeScript's library; null for any other type. */
export function iterationTypes(b: Builder, written: ts.Type, at: ts.Node): IterationTypes | null {
  const type = b.concrete(written);
  const name = libraryNameOf(b, type);
  if (name === null || !(iteratorNames.includes(name) || name === "Iterable")) return null;
  const [yielded, returned, sent] = b.checker.getTypeArguments(type as ts.TypeReference);
  return {
    yielded: partOf(b, yielded, at),
    returned: partOf(b, returned, at),
    sent: partOf(b, sent, at),
  };
}

/** What nobody can use without a type has none. */
function partOf(b: Builder, type: ts.Type | undefined, at: ts.Node): HirType {
  if (type === undefined || type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return types.void;
  return convertType(b, type, at);
}

/** `Generator<T>`, `Iterator<T>`, `Iterable<T>`; null for any other type. */
export function iteratorType(b: Builder, type: ts.Type, at: ts.Node): HirType | null {
  const name = libraryNameOf(b, type);
  if (name === null) return null;
  if (name !== "Iterable" && !iteratorNames.includes(name)) return null;
  const parts = iterationTypes(b, type, at);
  if (parts === null) return null;
  const iterator = iteratorClass(b, parts, at);
  return { kind: "object", class: name === "Iterable" ? iterableClass(b, iterator, at) : iterator };
}

export function iteratorClass(b: Builder, parts: IterationTypes, at: ts.Node): ClassId {
  const { generators } = b.families;
  const key = [parts.yielded, parts.returned, parts.sent].map((type) => typeKey(b, type)).join(";");
  const known = generators.types.get(key);
  if (known !== undefined) {
    unifyParts(b, b.info(known), parts);
    return known;
  }
  const info = b.addClass("Iterator", null, at);
  generators.types.set(key, info.id);
  generators.iterators.add(info.id);
  addIterationFields(b, info, parts, at);
  return info.id;
}

function iterableClass(b: Builder, iterator: ClassId, at: ts.Node): ClassId {
  const { generators } = b.families;
  const key = `Iterable ${iterator}`;
  const known = generators.types.get(key);
  if (known !== undefined) return known;
  const info = b.addClass("Iterable", null, at);
  generators.types.set(key, info.id);
  generators.iterables.set(info.id, iterator);
  return info.id;
}

/** Arrays and functions in equal types are the same arrays and functions. */
function unifyParts(b: Builder, info: ClassInfo, parts: IterationTypes): void {
  const value = info.fields.get(VALUE);
  const result = info.fields.get(RESULT);
  if (value !== undefined) unifyTypes(b, b.field(value).type, parts.yielded);
  if (result !== undefined && !isUnit(parts.returned))
    unifyTypes(b, b.field(result).type, orNothing(parts.returned));
}

export function addIterationFields(b: Builder, info: ClassInfo, parts: IterationTypes, at: ts.Node): void {
  if (!isUnit(parts.yielded)) b.addField(info, "value", parts.yielded, at, VALUE);
  addResultField(b, info, parts, at);
  if (!isUnit(parts.sent)) b.addField(info, "sent", orNothing(parts.sent), at, SENT);
}

/**
 * What is returned. Where the types name nothing, a program that calls `next()` may
 * still see a value beside `done: true`; it is of the type of the others.
 */
export function addResultField(
  b: Builder,
  info: ClassInfo,
  parts: Pick<IterationTypes, "yielded" | "returned">,
  at: ts.Node,
): void {
  const { generators } = b.families;
  generators.asksNext ??= b.loaded.userFiles.some((file) => /[.]next[(]/.test(file.text));
  const isNamed = !isUnit(parts.returned);
  if (!isNamed && (!generators.asksNext || isUnit(parts.yielded))) return;
  const type = orNothing(isNamed ? parts.returned : parts.yielded);
  b.addField(info, "result", type, at, RESULT);
}

/** `next()` without a value sends undefined; a generator that has ended returns it. */
export function orNothing(type: HirType): HirType {
  return unionOf([types.void, ...armsOf(withoutSize(type)).filter((arm) => arm.kind !== "void")]);
}

// IteratorResult

/** `IteratorResult<T, R>` and its two parts; null for any other type. */
export function iteratorResult(b: Builder, written: ts.Type, at: ts.Node): HirType | null {
  const type = b.concrete(written);
  const parts = type.isUnion() ? type.types : [type];
  const names = parts.map((part) => libraryNameOf(b, part));
  const isResult = names.every((name) => name === "IteratorYieldResult" || name === "IteratorReturnResult");
  if (!isResult) return null;
  const values = parts.map((part) => partOf(b, b.checker.getTypeArguments(part as ts.TypeReference)[0], at));
  return { kind: "object", class: resultClass(b, values, at) };
}

/** One class for results with values of these types; the value may be undefined, as it is when all is done. */
export function resultClass(b: Builder, values: readonly HirType[], at: ts.Node): ClassId {
  const { generators } = b.families;
  let value: HirType | null = types.void;
  for (const other of values)
    if (value !== null && typeKey(b, value) !== typeKey(b, other)) value = joinTypes(b, value, other);
  if (value === null)
    return b.unsupported(
      at,
      "An iterator that yields and returns values of these types is",
      "Let it return nothing, or what it yields.",
    );
  const key = `result ${typeKey(b, value)}`;
  const known = generators.types.get(key);
  if (known !== undefined) return known;
  const info = b.addClass("IteratorResult", null, at);
  generators.types.set(key, info.id);
  generators.results.add(info.id);
  b.addField(info, "value", value, at);
  b.addField(info, "done", types.boolean, at);
  return info.id;
}
