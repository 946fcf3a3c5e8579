/** `"name" in object` where the type of the object says which names it has. */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, kindOf, type Scope } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { sequence } from "./short-circuit.ts";

export function lowerIn(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  if (!ts.isStringLiteralLike(node.left))
    return b.unsupported(node, "'in' with a computed name is", "Write the name.");
  const name = node.left.text;
  const object = lowerExpression(b, scope, node.right);
  if (object.type.kind !== "object")
    return b.unsupported(node, `'in' on ${kindOf(object.type)} is`, "Test the value itself.");
  const field = b.class(object.type.class).fields.find((id) => b.field(id).name === name);
  if (field === undefined)
    return b.unsupported(node, "'in' with a name that the type does not have is", "Declare the field.");
  if (hasArm(b.field(field).type, "void"))
    return b.unsupported(
      node,
      "'in' with a field that may be undefined is",
      "Compare the field with undefined: objects keep room for it either way.",
    );
  return sequence(b, node, object, literal(b, node, true));
}
