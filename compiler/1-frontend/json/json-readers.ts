/** Readers: a function for each object type that JSON.parse gives. Fields that the type does not name are skipped. */

import { ts } from "ts-morph";
import type { HirExpr } from "../../ir/hir.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { hasArm } from "../../ir/union-types.ts";
import { type Builder, expression, types } from "../builder.ts";
import type { CodeWriter, Make } from "../code-writer.ts";
import { literal } from "../expressions.ts";
import { unit } from "../short-circuit.ts";
import { convertType } from "../types.ts";
import { flow } from "../unify-types.ts";
import { declareHelper, expectKind, findField } from "./json-kinds.ts";
import { type Reading, readValue } from "./json-values.ts";

export function readObject(reading: Reading, at: Make, type: ts.Type): HirExpr {
  const { code, text } = reading;
  const { b, node } = code;
  const fn = readerFor(code, type);
  code.scope.calls.add(fn);
  expectKind(reading, at, "object");
  const args = [text(), at()];
  return expression(b, node, { kind: "call", function: fn, args, type: b.function(fn).result });
}

function readerFor(code: CodeWriter, type: ts.Type): FunctionId {
  const { b, node } = code;
  const { readersByType } = b.collections.json;
  const known = readersByType.get(type);
  if (known !== undefined) return known;
  const converted = convertType(b, type, node);
  if (converted.kind !== "object" || isNotPlain(b, type, converted.class))
    return b.unsupported(
      node,
      `JSON.parse into '${b.checker.typeToString(type)}' is`,
      "Use an interface or a type of named fields that are no functions.",
    );
  const made = declareHelper(
    b,
    node,
    `JSON.parse_${b.class(converted.class).name}`,
    { text: types.string, at: types.number },
    converted,
  );
  readersByType.set(type, made.id);
  const [text, at] = made.parameters as [Make, Make];
  const what = b.class(converted.class).name === "object" ? "the object" : b.class(converted.class).name;
  const value = fieldsOf({ code: made.code, text, what }, at, type, converted.class);
  made.code.emit({ kind: "return", value, span: b.span(node) });
  b.function(made.id).body = made.code.statements();
  return made.id;
}

/** Of a class, or with methods: the text holds no object of it. */
function isNotPlain(b: Builder, type: ts.Type, id: Parameters<Builder["info"]>[0]): boolean {
  if (b.info(id).declaration !== null || b.info(id).parts.length > 0) return true;
  return b.checker
    .getPropertiesOfType(type)
    .some((property) => (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0);
}

function fieldsOf(reading: Reading, at: Make, type: ts.Type, id: Parameters<Builder["info"]>[0]): HirExpr {
  const { code } = reading;
  const { b, node } = code;
  const { fields } = b.class(id);
  const made = b.checker.getPropertiesOfType(type).map((property) => {
    const name = property.getName();
    const field = fields.find((one) => b.field(one).name === name);
    if (field === undefined) return b.unsupported(node, `'${name}' of JSON is`, "Declare it as a field.");
    const wanted = b.field(field).type;
    const declared = b.checker.getTypeOfSymbol(property);
    const inner: Reading = { ...reading, what: `'${name}'` };
    const value = hasArm(wanted, "void")
      ? optional(reading, inner, at, name, declared, field)
      : flow(b, readValue(inner, findField(reading, at, name), declared), wanted, node);
    const held = value.kind === "local" ? () => value : code.let(safeName(name), value, { type: wanted });
    return { field, value: held() };
  });
  b.families.allocated.add(id);
  const site = b.addSite(code.scope, node, "object");
  b.families.keyOrders.set(
    site,
    made.map(({ field }) => ({ key: b.field(field).name, isSure: !hasArm(b.field(field).type, "void") })),
  );
  return expression(b, node, {
    kind: "object",
    class: id,
    fields: made,
    site,
    type: { kind: "object", class: id },
  });
}

function safeName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : "value";
}

function optional(
  { code, text }: Reading,
  inner: Reading,
  at: Make,
  name: string,
  declared: ts.Type,
  field: Parameters<Builder["field"]>[0],
): HirExpr {
  const { b, node } = code;
  const { type } = b.field(field);
  const place = code.let("place", code.intrinsic("jsonFind", text(), at(), literal(b, node, name)));
  const present = withoutUndefined(b, declared);
  const absent = unit(b, node, "void");
  b.families.absent.add(absent.id);
  const missing = flow(b, absent, type, node);
  if (present === null) return missing;
  const read = code.block(() => flow(b, readValue(inner, place, present), type, node));
  return code.either(code.compare(">=", place(), code.number(0)), read, missing, type);
}

/** null: nothing else. */
function withoutUndefined(b: Builder, type: ts.Type): ts.Type | null {
  if (!type.isUnion()) return type.flags & ts.TypeFlags.Undefined ? null : type;
  const filtered = (
    b.loaded.checker as ts.TypeChecker & {
      filterType?: (type: ts.Type, test: (t: ts.Type) => boolean) => ts.Type;
    }
  ).filterType?.(type, (part) => !(part.flags & ts.TypeFlags.Undefined));
  if (filtered !== undefined) return filtered;
  return type.types.some((part) => part.flags & ts.TypeFlags.Null)
    ? type
    : b.checker.getNonNullableType(type);
}
