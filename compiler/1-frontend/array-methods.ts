/** The methods of arrays: a table from names to the files that write their code. */

import type { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ArrayCall } from "./array-call.ts";
import { lowerCopyWithin, lowerFill, lowerReverse, lowerSplice } from "./array-changes.ts";
import {
  lowerConcat,
  lowerFlat,
  lowerSlice,
  lowerToReversed,
  lowerToSpliced,
  lowerWith,
} from "./array-copies.ts";
import { lowerPop, lowerPush, lowerShift, lowerUnshift } from "./array-growth.ts";
import {
  lowerAt,
  lowerEvery,
  lowerFind,
  lowerFindIndex,
  lowerFindLast,
  lowerFindLastIndex,
  lowerIncludes,
  lowerIndexOf,
  lowerSome,
} from "./array-search.ts";
import { lowerSort, lowerToSorted } from "./array-sort.ts";
import { lowerJoin } from "./array-text.ts";
import {
  lowerFilter,
  lowerFlatMap,
  lowerForEach,
  lowerMap,
  lowerReduce,
  lowerReduceRight,
} from "./array-walk.ts";
import { arrayTypeOf } from "./bounds.ts";
import type { Builder, Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { typedArrayOf } from "./types.ts";

const methods: Readonly<Record<string, ((call: ArrayCall) => HirExpr) | undefined>> = {
  at: lowerAt,
  concat: lowerConcat,
  copyWithin: lowerCopyWithin,
  every: lowerEvery,
  fill: lowerFill,
  filter: lowerFilter,
  find: lowerFind,
  findIndex: lowerFindIndex,
  findLast: lowerFindLast,
  findLastIndex: lowerFindLastIndex,
  flat: lowerFlat,
  flatMap: lowerFlatMap,
  forEach: lowerForEach,
  includes: lowerIncludes,
  indexOf: lowerIndexOf,
  join: lowerJoin,
  map: lowerMap,
  pop: lowerPop,
  push: lowerPush,
  reduce: lowerReduce,
  reduceRight: lowerReduceRight,
  reverse: lowerReverse,
  shift: lowerShift,
  slice: lowerSlice,
  some: lowerSome,
  sort: lowerSort,
  splice: lowerSplice,
  toReversed: lowerToReversed,
  toSorted: lowerToSorted,
  toSpliced: lowerToSpliced,
  toString: lowerJoin,
  unshift: lowerUnshift,
  with: lowerWith,
};

/** null: not a method this file knows. */
export function lowerArrayMethod(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): HirExpr | null {
  const owner = b.checker.getNonNullableType(b.checker.getTypeAtLocation(callee.expression));
  if (arrayTypeOf(b, owner) === null && typedArrayOf(b, owner) === null) return null;
  const method = callee.name.text;
  const lower = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (lower === undefined) return null;
  const value = lowerExpression(b, scope, callee.expression);
  if (value.type.kind !== "array") return null;
  return lower({ b, scope, node, value, element: b.elementType(value.type.array) });
}
