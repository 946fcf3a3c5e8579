/** `object[key]` where the key's type names the fields: one field, or a choice between fields of one type. */

import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { type Builder, expression, type Scope, types } from "./builder.ts";
import { findField } from "./class-members.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { unifyTypes } from "./unify-types.ts";

/** The read of a named field; `object` is lowered already. */
export function lowerKeyedAccess(
  b: Builder,
  scope: Scope,
  node: ts.ElementAccessExpression,
  object: HirExpr,
): HirExpr {
  const names = keysOf(b, node.argumentExpression);
  const fields = names?.map((name) => fieldNamed(b, object, name)) ?? [];
  const [first] = fields;
  if (names === null || first === undefined || fields.some((field) => field === null))
    return b.unsupported(node, "A key that is not known at build time is", "Use an array or a named field.");
  const key = lowerExpression(b, scope, node.argumentExpression);
  if (first !== null && fields.length === 1) return afterKey(b, node, object, key, first);
  return chooseField(b, scope, node, object, key, names, fields as readonly FieldId[]);
}

/** The string literals of a key's type; null when it is any string. */
function keysOf(b: Builder, key: ts.Expression): readonly string[] | null {
  const type = b.checker.getTypeAtLocation(key);
  const parts = type.isUnion() ? type.types : [type];
  const names = parts.map((part) => (part.isStringLiteral() ? part.value : null));
  return names.every((name) => name !== null) ? names : null;
}

function fieldNamed(b: Builder, object: HirExpr, name: string): FieldId | null {
  if (object.type.kind !== "object") return null;
  return findField(b, object.type.class, name) ?? null;
}

function fieldOf(b: Builder, node: ts.Node, object: HirExpr, field: FieldId): HirExpr {
  return expression(b, node, { kind: "field", object, field, type: b.field(field).type });
}

/** The key may be a call; a literal or a variable needs no evaluation. */
function afterKey(b: Builder, node: ts.Node, object: HirExpr, key: HirExpr, field: FieldId): HirExpr {
  if (key.kind === "string" || key.kind === "local" || key.kind === "static")
    return fieldOf(b, node, object, field);
  return b.unsupported(node, "A computed key is", "Keep the key in a variable.");
}

/** `key === "a" ? object.a : key === "b" ? … : object.z`, with object and key evaluated once. */
function chooseField(
  b: Builder,
  scope: Scope,
  node: ts.Node,
  object: HirExpr,
  key: HirExpr,
  names: readonly string[],
  fields: readonly FieldId[],
): HirExpr {
  const holder = b.addLocal(scope, "object", object.type, node);
  const wanted = b.addLocal(scope, "key", types.string, node);
  const statements: HirStatement[] = [
    { kind: "let", local: holder, value: object, span: object.span },
    { kind: "let", local: wanted, value: key, span: key.span },
  ];
  const self = (): HirExpr => expression(b, node, { kind: "local", local: holder, type: object.type });
  const read = (index: number): HirExpr => fieldOf(b, node, self(), fields[index] as FieldId);
  let value = read(fields.length - 1);
  for (let index = fields.length - 2; index >= 0; index -= 1) {
    const whenTrue = read(index);
    if (!unifyTypes(b, whenTrue.type, value.type))
      return b.unsupported(node, "A key that chooses between fields of different types is", "Use an if.");
    const test = expression(b, node, {
      kind: "compare",
      op: "===",
      left: expression(b, node, { kind: "local", local: wanted, type: types.string }),
      right: literal(b, node, names[index] ?? ""),
      type: types.boolean,
    });
    const isSame =
      whenTrue.type.kind !== "number" ||
      value.type.kind !== "number" ||
      whenTrue.type.sized === value.type.sized;
    const type = isSame ? whenTrue.type : types.number;
    value = expression(b, node, { kind: "conditional", test, whenTrue, whenFalse: value, type });
  }
  return expression(b, node, { kind: "sequence", statements, value, type: value.type });
}
