/** A call of an array method, and values that may be missing. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import { armsOf, unionOf } from "../ir/union-types.ts";
import { type Builder, type Scope, types } from "./builder.ts";
import type { CodeWriter } from "./code-writer.ts";
import { flow } from "./unify-types.ts";

export interface ArrayCall {
  readonly b: Builder;
  readonly scope: Scope;
  readonly node: ts.CallExpression;
  /** The array, evaluated once. */
  readonly value: HirExpr;
  readonly element: HirType;
}

/**
 * The value of a method that gives `undefined` in some cases. Where the program
 * asserts that it does not (`xs.pop()!`), the other case panics.
 */
export function elementOrNothing(code: CodeWriter, isMissing: HirExpr, value: () => HirExpr): HirExpr {
  const { b, node } = code;
  if (isAsserted(node)) {
    code.if(isMissing, () => {
      code.panic("TypeError: this value is undefined, but the program asserts (`!`) that it is not");
    });
    return code.done(value());
  }
  const present = code.block(value);
  const arms = armsOf(present.type).map((arm) => (arm.kind === "number" ? types.number : arm));
  const type = unionOf([types.void, ...arms]);
  const missing = flow(b, code.nothing(), type, node);
  return code.done(code.either(isMissing, missing, flow(b, present, type, node), type));
}

function isAsserted(node: ts.Node): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isNonNullExpression(at.parent);
}
