/** `at` and `codePointAt`: what a string has at a position, or undefined where it has nothing. */

import type { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { unionOf } from "../ir/union-types.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { literal } from "./expressions.ts";
import { integerArgument } from "./relative-index.ts";
import { operation } from "./string-methods.ts";
import { flow } from "./unify-types.ts";

/** null: another method. */
export function lowerStringPosition(
  b: Builder,
  scope: Scope,
  node: ts.CallExpression,
  method: string,
  receiver: HirExpr,
): HirExpr | null {
  if (method !== "at" && method !== "codePointAt") return null;
  const code = new CodeWriter(b, scope, node);
  const text = code.let("text", receiver);
  const position = integerArgument(code, node.arguments[0]);
  return method === "at" ? unitFromEitherEnd(code, text, position) : pointAt(code, text, position);
}

/** Outside the string `charAt` gives the empty text, and nowhere else. */
function unitFromEitherEnd(code: CodeWriter, text: Make, position: Make): HirExpr {
  const { b, node } = code;
  const known = position();
  const length = (): HirExpr =>
    expression(b, node, { kind: "stringLength", value: text(), type: types.number });
  const fromEnd = (): HirExpr => code.plus(length(), position());
  const isNegative = code.compare("<", position(), code.number(0));
  const index =
    known.kind !== "number"
      ? code.let("at", code.either(isNegative, fromEnd(), position()))
      : known.value < 0
        ? code.let("at", fromEnd())
        : position;
  const unit = code.let("unit", operation(b, node, "stringCharAt", [text(), index()]));
  return orNothing(code, code.same(unit(), literal(b, node, "")), unit);
}

/** The operation gives -1 outside the string. */
function pointAt(code: CodeWriter, text: Make, position: Make): HirExpr {
  const point = code.let("point", operation(code.b, code.node, "stringPointAt", [text(), position()]));
  return orNothing(code, code.compare("<", point(), code.number(0)), point);
}

function orNothing(code: CodeWriter, isMissing: HirExpr, value: Make): HirExpr {
  const { b, node } = code;
  const type = unionOf([types.void, value().type]);
  const missing = flow(b, code.nothing(), type, node);
  return code.done(code.either(isMissing, missing, flow(b, value(), type, node), type));
}
