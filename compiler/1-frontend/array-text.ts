/** `join` and `toString` of arrays. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { armsOf, hasArm, isUnit } from "../ir/union-types.ts";
import type { ArrayCall } from "./array-call.ts";
import { open } from "./array-walk.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { CodeWriter, type Make } from "./code-writer.ts";
import { isArm } from "./equality.ts";
import { literal, lowerExpression, printable } from "./expressions.ts";
import { takeArms } from "./narrowing.ts";
import { isLeftOut } from "./relative-index.ts";

export function lowerJoin(call: ArrayCall): HirExpr {
  const { b, node } = call;
  const { code, array } = open(call);
  const given = node.arguments[0];
  let separator: Make = () => literal(b, node, ",");
  if (!isLeftOut(code, given)) {
    const value = lowerExpression(b, code.scope, given);
    if (value.type.kind !== "string")
      return b.unsupported(given, "A separator that is no text is", "Use a string.");
    separator = ts.isStringLiteralLike(given)
      ? () => literal(b, node, given.text)
      : code.let("separator", value);
  }
  return code.done(joinElements(code, array, separator));
}

/** `${xs}` and `String(xs)`: the elements with commas between them. */
export function textOfArray(b: Builder, scope: Scope, node: ts.Expression, array: HirExpr): HirExpr {
  const code = new CodeWriter(b, scope, node);
  return code.done(joinElements(code, code.let("array", array), () => literal(b, node, ",")));
}

function joinElements(code: CodeWriter, array: Make, separator: Make): HirExpr {
  const { b, node } = code;
  const length = code.let("length", code.length(array()));
  const text = code.let("text", literal(b, node, ""), { reassigned: true });
  const append = (value: HirExpr): void => {
    code.run(expression(b, node, { kind: "append", target: text.target, value, type: types.string }));
  };
  code.count(code.number(0), length, (index) => {
    code.if(code.compare(">", index(), code.number(0)), () => append(separator()));
    const element = code.element(array(), index(), "always");
    if (!hasArm(element.type, "void") && !hasArm(element.type, "null")) {
      append(printable(b, node, element, code.scope));
      return;
    }
    const held = code.let("element", element);
    const present = armsOf(element.type).filter((arm) => !isUnit(arm));
    code.if(
      isArm(b, node, held(), ["void", "null"]),
      () => {},
      () => append(printable(b, node, takeArms(b, node, held(), present, true), code.scope)),
    );
  });
  return text();
}
