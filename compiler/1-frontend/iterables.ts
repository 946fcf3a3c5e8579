/**
 * What can be iterated at once, where no code of the program runs in between:
 * spread, `Array.from`, `new Map(…)`, `new Set(…)`, patterns. Arrays, maps, sets,
 * their keys, values and entries, and the iterators of arrays know how many items
 * they have.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { iteratedArray } from "./array-iterators.ts";
import { arrayTypeOf } from "./bounds.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { CodeWriter, type Make, type Variable } from "./code-writer.ts";
import { askCollection, type Walk, walkOf } from "./collection-walks.ts";
import { lowerExpression } from "./expressions.ts";
import { collectValues } from "./generators/collect.ts";
import { makePair, pairType } from "./pairs.ts";
import { charactersOf } from "./string-pieces.ts";
import { typedArrayOf } from "./types.ts";
import { flow, unifyTypes } from "./unify-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

/** Items by position; the source has been evaluated. */
export interface Items {
  readonly length: Make;
  /** The type of the items. */
  type(): HirType;
  item(index: Make): HirExpr;
  /** Both parts of an item that is a pair, without making the pair; null where items are no pairs. */
  readonly pair: ((index: Make) => readonly [Make, Make]) | null;
}

/** null: an expression that has no items this file knows. */
export function itemsOf(code: CodeWriter, node: ts.Expression): Items | null {
  const { b, scope } = code;
  const walk = walkOf(b, node);
  if (walk !== null) return itemsOfCollection(code, walk);
  const iterated = iteratedArray(b, node);
  if (iterated !== null) return itemsOfIterator(code, iterated);
  if (!isArray(b, node) && !isText(b, node)) return null;
  const value = isText(b, node)
    ? charactersOf(b, scope, node, lowerExpression(b, scope, node))
    : lowerExpression(b, scope, node);
  return value.type.kind === "array" ? itemsOfArray(code, code.let("items", value)) : null;
}

/** What a generator or another iterator gives, listed first: nothing sees the collection meanwhile. */
export function itemsOfGenerator(code: CodeWriter, node: ts.Expression): Items | null {
  const list = collectValues(code.b, code.scope, node, null);
  return list === null ? null : itemsOfArray(code, code.let("items", list));
}

export function itemsOfArray(code: CodeWriter, array: Make): Items {
  return singles(
    code,
    () => code.length(array()),
    (index) => code.element(array(), index(), "unlessShrunk"),
  );
}

function singles(code: CodeWriter, length: Make, item: (index: Make) => HirExpr): Items {
  return { length, item, type: () => item(() => code.number(0)).type, pair: null };
}

function itemsOfCollection(code: CodeWriter, walk: Walk): Items {
  const { b, scope } = code;
  const collection = code.let("collection", lowerExpression(b, scope, walk.node));
  const ask = (name: string, ...args: readonly HirExpr[]): HirExpr =>
    askCollection(b, scope, walk, name, [collection(), ...args]);
  const key = (index: Make): HirExpr => ask("keyAt", index());
  const value = (index: Make): HirExpr => ask("valueAt", index());
  const length = (): HirExpr => lengthOfCollection(code, collection());
  switch (walk.given) {
    case "key":
      return singles(code, length, key);
    case "value":
      return singles(code, length, value);
    case "entry":
      return pairs(code, length, key, walk.owner.getName() === "OrderedMap" ? value : key);
  }
}

/** Read from the array inside, so that the analyses see whose length it is. */
function lengthOfCollection(code: CodeWriter, collection: HirExpr): HirExpr {
  const { b, node } = code;
  const { type } = collection;
  const fields = type.kind === "object" ? b.class(type.class).fields : [];
  const field = fields.find((id) => b.field(id).type.kind === "array");
  if (field === undefined) throw new Error("lib/std: a collection without an array");
  return code.length(
    expression(b, node, { kind: "field", object: collection, field, type: b.field(field).type }),
  );
}

function itemsOfIterator(
  code: CodeWriter,
  { array: source, method }: NonNullable<ReturnType<typeof iteratedArray>>,
): Items {
  const { b, scope } = code;
  const array = code.let("items", lowerExpression(b, scope, source));
  const element = (index: Make): HirExpr => code.element(array(), index(), "unlessShrunk");
  const length = (): HirExpr => code.length(array());
  switch (method) {
    case "keys":
      return singles(code, length, (index) => index());
    case "values":
      return singles(code, length, element);
    case "entries":
      return pairs(code, length, (index) => index(), element);
  }
}

function pairs(
  code: CodeWriter,
  length: Make,
  first: (index: Make) => HirExpr,
  second: (index: Make) => HirExpr,
): Items {
  const typeOf = (left: HirExpr, right: HirExpr): HirType =>
    pairType(code.b, left.type, right.type, code.node);
  return {
    length,
    type: () =>
      typeOf(
        first(() => code.number(0)),
        second(() => code.number(0)),
      ),
    item: (index) => {
      const [left, right] = [first(index), second(index)];
      return makePair(code, typeOf(left, right), left, right);
    },
    pair: (index) => [() => first(index), () => second(index)],
  };
}

/** A new array of the items; `type` where the elements have a type that is wanted. */
export function listItems(code: CodeWriter, items: Items, wanted: ArrayType | null): Variable {
  const length = code.let("length", items.length());
  const type = wanted ?? arrayOfItems(code, items);
  const out = code.let("list", code.newArray(type, length()));
  code.count(code.number(0), length, (index) => {
    code.setElement(
      out(),
      index(),
      flow(code.b, items.item(index), code.b.elementType(type.array), code.node),
    );
  });
  return out;
}

function arrayOfItems(code: CodeWriter, items: Items): ArrayType {
  const { b } = code;
  const type = b.addArray(items.type());
  return type.kind === "array" ? type : b.unsupported(code.node, "A list of this is", "Use a loop.");
}

/** The items of any iterable as an array: an array is itself, of others a list is made. */
export function lowerIterable(b: Builder, scope: Scope, node: ts.Expression): HirExpr {
  if (isArray(b, node)) return lowerExpression(b, scope, node);
  return lowerFreshList(b, scope, node, null) ?? refuseIterable(b, node);
}

/** A new array of the items of what is no array; null where this file knows no items. */
export function lowerFreshList(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  wanted: ArrayType | null,
): HirExpr | null {
  if (isArray(b, node)) return null;
  if (isText(b, node)) return listCharacters(b, scope, node, wanted);
  const code = new CodeWriter(b, scope, node);
  const items = itemsOf(code, node);
  return items === null ? collectValues(b, scope, node, wanted) : code.done(listItems(code, items, wanted)());
}

function listCharacters(
  b: Builder,
  scope: Scope,
  node: ts.Expression,
  wanted: ArrayType | null,
): HirExpr | null {
  const list = charactersOf(b, scope, node, lowerExpression(b, scope, node));
  return wanted === null || unifyTypes(b, list.type, wanted) ? list : null;
}

function isText(b: Builder, node: ts.Expression): boolean {
  return (b.checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;
}

export function isArray(b: Builder, node: ts.Expression): boolean {
  const type = b.checker.getNonNullableType(b.checker.getTypeAtLocation(node));
  return arrayTypeOf(b, type) !== null || typedArrayOf(b, type) !== null;
}

function refuseIterable(b: Builder, node: ts.Expression): never {
  return b.unsupported(
    node,
    `Spreading ${b.checker.typeToString(b.checker.getTypeAtLocation(node))} is`,
    "Write the elements in a loop.",
  );
}
