/** `"name" in object`: whether the class of the object has such a field or member. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type Builder, expression, kindOf, type Scope, types } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";

export function lowerIn(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  if (!ts.isStringLiteralLike(node.left))
    return b.unsupported(node, "'in' with a computed name is", "Write the name.");
  const name = node.left.text;
  const object = lowerExpression(b, scope, node.right);
  if (object.type.kind !== "object")
    return b.unsupported(node, `'in' on ${kindOf(object.type)} is`, "Test the value itself.");
  const test = expression(b, node, { kind: "isInstance", value: object, classes: [], type: types.boolean });
  b.families.nameQuestions.set(test.id, { name, at: node });
  return test;
}
