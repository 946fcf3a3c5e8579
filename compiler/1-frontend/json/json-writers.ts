/**
 * Writers: functions that give the JSON text of an object. Which classes' objects
 * reach a writer, and in which order objects got their fields, shows at the end of
 * the front end; until then a writer is an empty function.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import { type Builder, expression, Refused, types } from "../builder.ts";
import { derivesFrom, implementationOf } from "../class-members.ts";
import { CodeWriter, type Make } from "../code-writer.ts";
import { isArm } from "../equality.ts";
import { literal, template } from "../expressions.ts";
import { openScope } from "../functions.ts";
import type { KeyOrders } from "../key-orders.ts";
import { takeArms } from "../narrowing.ts";
import { isLibraryFile } from "../standard-library.ts";
import type { FieldOrders } from "./json-order.ts";
import { findFieldOrders } from "./json-order.ts";
import type { JsonLayout, JsonWriter } from "./json-state.ts";
import { inner, jsonText, lineAt, presentArms, readField } from "./json-text.ts";

/** Objects inside objects of their own class are written as deep as they are; their indentation is not. */
const DEPTH_MAX = 20;

/** The writer for objects of a class; made on first use. */
export function writerFor(b: Builder, id: ClassId, layout: JsonLayout, at: ts.Node): FunctionId {
  const depth = layout.indent === "" ? 0 : layout.depth;
  if (depth > DEPTH_MAX)
    return b.unsupported(
      at,
      "Indented JSON of a type that contains itself is",
      "Leave out the third argument of JSON.stringify.",
    );
  const key = `${id} ${depth} ${layout.indent}`;
  const { writers } = b.collections.json;
  const known = writers.get(key);
  if (known !== undefined) return known.function;
  const fn = b.addFunction({
    name: `JSON.stringify_${b.class(id).name}`,
    role: "function",
    isAsync: false,
    parameters: [],
    result: types.string,
    parent: null,
    span: b.span(at),
  });
  const self = b.addLocal({ function: fn.id }, "value", { kind: "object", class: id }, at, {
    parameter: true,
  });
  openScope(b, fn.id, null, null);
  fn.parameters = [self];
  writers.set(key, { function: fn.id, class: id, layout: { indent: layout.indent, depth }, at });
  return fn.id;
}

/** Makes the bodies of all writers. */
export function fillJsonWriters(b: Builder, known: KeyOrders): void {
  const { writers } = b.collections.json;
  if (writers.size === 0) return;
  const orders = findFieldOrders(b, known);
  const filled = new Set<JsonWriter>();
  for (let more = true; more; ) {
    more = false;
    for (const writer of [...writers.values()]) {
      if (filled.has(writer)) continue;
      filled.add(writer);
      more = true;
      try {
        b.function(writer.function).body = bodyOf(b, writer, known.membersOf(writer.class), orders);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
  }
}

function bodyOf(
  b: Builder,
  writer: JsonWriter,
  members: readonly ClassId[],
  orders: FieldOrders,
): readonly HirStatement[] {
  const scope = defined(b.scopes.get(writer.function), "the scope of a writer");
  const self = defined(b.function(writer.function).parameters[0], "the value");
  const code = new CodeWriter(b, scope, writer.at);
  const span = b.span(writer.at);
  const value = (): HirExpr =>
    expression(b, writer.at, { kind: "local", local: self, type: b.local(self).type });
  const give = (id: ClassId): void => {
    const text = objectText(code, () => seenAs(b, writer, value(), id), id, writer.layout, orders);
    code.emit({ kind: "return", value: text, span });
  };
  const last = members.at(-1);
  if (last === undefined) return [{ kind: "return", value: literal(b, writer.at, "{}"), span }];
  for (const id of members.slice(0, -1)) {
    const classes = [id];
    const test = expression(b, writer.at, {
      kind: "isInstance",
      value: value(),
      classes,
      type: types.boolean,
    });
    code.if(test, () => give(id));
  }
  give(last);
  return code.statements();
}

/** The object as one of the class it is of. */
function seenAs(b: Builder, writer: JsonWriter, value: HirExpr, id: ClassId): HirExpr {
  if (id === writer.class) return value;
  const cast = expression(b, writer.at, {
    kind: "cast",
    value,
    classes: null,
    type: { kind: "object", class: id },
  });
  b.families.casts.set(cast.id, { to: id, isProven: true });
  return cast;
}

function objectText(
  code: CodeWriter,
  value: Make,
  id: ClassId,
  layout: JsonLayout,
  orders: FieldOrders,
): HirExpr {
  const { b, node } = code;
  const info = b.info(id);
  if (b.errors !== null && derivesFrom(info, b.errors.class))
    return b.unsupported(
      node,
      "JSON.stringify of an error is",
      "Pass `{ name: e.name, message: e.message }`.",
    );
  if (hasMember(b, id, "toJSON"))
    return b.unsupported(
      node,
      "An object with toJSON is",
      "Call toJSON yourself: `JSON.stringify(x.toJSON())`.",
    );
  if (info.literal?.properties.some(ts.isAccessor))
    return b.unsupported(
      node,
      "JSON.stringify of a literal with accessors is",
      "Use a class: its accessors are not written.",
    );
  const { declaration } = info;
  if (declaration !== null && isLibraryFile(b, declaration.getSourceFile())) return literal(b, node, "{}");
  return fieldsText(code, value, orders.of(id, node), layout);
}

function hasMember(b: Builder, id: ClassId, name: string): boolean {
  const { kind } = implementationOf(b, id, "method", name);
  return kind !== "missing" || b.info(id).fields.has(name);
}

interface WrittenField {
  readonly id: FieldId;
  readonly key: string;
  /** Whether the object has it; null: always. */
  readonly isPresent: Make | null;
}

function fieldsText(code: CodeWriter, value: Make, fields: readonly FieldId[], layout: JsonLayout): HirExpr {
  const { b, node } = code;
  const within = inner(layout);
  const written = fields.flatMap((id) => writtenField(code, value, id));
  const parts: HirExpr[] = [literal(b, node, "{")];
  written.forEach((field, index) => {
    const before = written.slice(0, index);
    const separator = separatorBefore(code, before);
    const key = literal(
      b,
      node,
      `${lineAt(within)}${JSON.stringify(field.key)}:${layout.indent === "" ? "" : " "}`,
    );
    const text = code.block(() => jsonText(code, () => presentValue(code, value(), field.id), within));
    const all = [...separator, key, text];
    if (field.isPresent === null) parts.push(...all);
    else {
      const whole = template(b, node, all);
      parts.push(code.either(field.isPresent(), whole, literal(b, node, ""), types.string));
    }
  });
  parts.push(...closing(code, written, layout));
  return template(b, node, parts);
}

function writtenField(code: CodeWriter, value: Make, id: FieldId): WrittenField[] {
  const { b, node } = code;
  const { type, name: key } = b.field(id);
  const present = presentArms(type);
  if (present.length === 0) return [];
  if (type.kind !== "union" || present.length === type.arms.length) return [{ id, key, isPresent: null }];
  const kinds = present.flatMap(({ kind }) => (kind === "union" || kind === "handle" ? [] : [kind]));
  return [{ id, key, isPresent: () => isArm(b, node, readField(code, value(), id), kinds) }];
}

function presentValue(code: CodeWriter, object: HirExpr, id: FieldId): HirExpr {
  const read = readField(code, object, id);
  return read.type.kind === "union" ? takeArms(code.b, code.node, read, presentArms(read.type), true) : read;
}

/** A comma where something stands before. */
function separatorBefore(code: CodeWriter, before: readonly WrittenField[]): HirExpr[] {
  const { b, node } = code;
  if (before.length === 0) return [];
  const some = someOf(code, before);
  const comma = literal(b, node, ",");
  return [some === null ? comma : code.either(some, comma, literal(b, node, ""), types.string)];
}

/** Whether any of the fields is there; null: for sure. */
function someOf(code: CodeWriter, fields: readonly WrittenField[]): HirExpr | null {
  const { b, node } = code;
  let some: HirExpr | null = null;
  for (const { isPresent } of fields) {
    if (isPresent === null) return null;
    some =
      some === null
        ? isPresent()
        : expression(b, node, {
            kind: "logical",
            op: "||",
            left: some,
            right: isPresent(),
            type: types.boolean,
          });
  }
  return some;
}

/** An object without fields is written on one line. */
function closing(code: CodeWriter, written: readonly WrittenField[], layout: JsonLayout): HirExpr[] {
  const { b, node } = code;
  if (layout.indent === "" || written.length === 0) return [literal(b, node, "}")];
  const some = someOf(code, written);
  const line = literal(b, node, lineAt(layout));
  return [
    some === null ? line : code.either(some, line, literal(b, node, ""), types.string),
    literal(b, node, "}"),
  ];
}
