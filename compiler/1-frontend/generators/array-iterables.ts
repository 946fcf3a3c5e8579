/**
 * Arrays where an `Iterable<T>` is wanted: a small object around the array, which
 * makes iterators over it, each with an index of its own.
 */
import type { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../../ir/ids.ts";
import { type Builder, type ClassInfo, expression, expressionStatement, types } from "../builder.ts";
import { findField } from "../class-members.ts";
import { literal } from "../expressions.ts";
import { openScope } from "../functions.ts";
import { flow, typeKey, unifyTypes, withoutSize } from "../unify-types.ts";
import { choose, readField, readLocal, setField } from "./hir-shapes.ts";
import { addIterationFields, ITERATOR, VALUE } from "./iterator-types.ts";

type ArrayType = Extract<HirType, { kind: "array" }>;

/** The array as an object that iterates. */
export function iterableOf(b: Builder, at: ts.Node, array: HirExpr, type: ArrayType): HirExpr {
  const walk = walkOver(b, at, type);
  return expression(b, at, {
    kind: "call",
    function: walk.creator,
    args: [array],
    type: { kind: "object", class: walk.class },
  });
}

interface ArrayWalk {
  readonly class: ClassId;
  readonly creator: FunctionId;
}

function walkOver(b: Builder, at: ts.Node, type: ArrayType): ArrayWalk {
  const { made, types: known } = b.families.generators;
  const key = `walk ${typeKey(b, type)}`;
  const id = known.get(key);
  const creator = made.get(key);
  if (id !== undefined && creator !== undefined) {
    const field = b.info(id).fields.get("%array");
    if (field !== undefined) unifyTypes(b, b.field(field).type, type);
    return { class: id, creator };
  }
  const info = b.addClass("ArrayIterator", null, at);
  known.set(key, info.id);
  b.families.allocated.add(info.id);
  const array = b.addField(info, "array", { kind: "array", array: type.array }, at, "%array");
  const index = b.addField(info, "index", types.number, at, "%index");
  const yielded = withoutSize(b.elementType(type.array));
  addIterationFields(b, info, { yielded, returned: types.void, sent: types.void }, at);
  const make = (name: string, parameter: HirType): Written => declare(b, info, at, name, parameter);
  const parts = { info, array, index };
  const create = make("make", { kind: "array", array: type.array });
  create.fill({ kind: "object", class: info.id }, (given) => [
    answer(b, at, fresh(b, at, parts, create.id, given())),
  ]);
  const again = make("iterate", { kind: "object", class: info.id });
  again.fill({ kind: "object", class: info.id }, (self) => [
    answer(b, at, fresh(b, at, parts, again.id, readField(b, at, self(), array))),
  ]);
  const step = make("step", { kind: "object", class: info.id });
  step.fill(types.boolean, (self) => stepBody(b, at, parts, self));
  const close = make("return", { kind: "object", class: info.id });
  close.fill(types.boolean, (self) => [expressionStatement(self()), answer(b, at, literal(b, at, false))]);
  made.set(key, create.id);
  made.set(`${info.id} ${ITERATOR}`, again.id);
  made.set(`${info.id} %step`, step.id);
  made.set(`${info.id} %return`, close.id);
  b.families.generators.iterators.add(info.id);
  return { class: info.id, creator: create.id };
}

interface Parts {
  readonly info: ClassInfo;
  readonly array: FieldId;
  readonly index: FieldId;
}

interface Written {
  readonly id: FunctionId;
  fill(result: HirType, body: (parameter: () => HirExpr) => readonly HirStatement[]): void;
}

function declare(b: Builder, info: ClassInfo, at: ts.Node, name: string, type: HirType): Written {
  const fn = b.addFunction({
    name: `${b.class(info.id).name}.${name}`,
    role: "method",
    isAsync: false,
    parameters: [],
    result: types.void,
    parent: null,
    span: b.span(at),
  });
  const parameter = b.addLocal({ function: fn.id }, "of", type, at, { parameter: true });
  fn.parameters = [parameter];
  openScope(b, fn.id, null, null);
  return {
    id: fn.id,
    fill: (result, body) => {
      fn.result = result;
      fn.body = body(() => readLocal(b, at, parameter));
    },
  };
}

function answer(b: Builder, at: ts.Node, value: HirExpr): HirStatement {
  return { kind: "return", value, span: b.span(at) };
}

function fresh(
  b: Builder,
  at: ts.Node,
  { info, array, index }: Parts,
  owner: FunctionId,
  value: HirExpr,
): HirExpr {
  const scope = b.scopes.get(owner);
  if (scope === undefined) throw new Error("a written function has a scope");
  return expression(b, at, {
    kind: "object",
    class: info.id,
    fields: [
      { field: array, value },
      { field: index, value: literal(b, at, 0) },
    ],
    site: b.addSite(scope, at, "iterator"),
    type: { kind: "object", class: info.id },
  });
}

/** The array is asked for its length at each step, as in JavaScript; once past the end, always. */
function stepBody(
  b: Builder,
  at: ts.Node,
  { info, array, index }: Parts,
  self: () => HirExpr,
): HirStatement[] {
  const number = (value: number): HirExpr => literal(b, at, value);
  const read = (field: FieldId): HirExpr => readField(b, at, self(), field);
  const length = expression(b, at, { kind: "arrayLength", array: read(array), type: types.number });
  const compare = (op: "<" | ">=", left: HirExpr, right: HirExpr): HirExpr =>
    expression(b, at, { kind: "compare", op, left, right, type: types.boolean });
  const isInside = expression(b, at, {
    kind: "logical",
    op: "&&",
    left: compare(">=", read(index), number(0)),
    right: compare("<", read(index), length),
    type: types.boolean,
  });
  const { type } = b.field(array);
  const value = findField(b, info.id, VALUE);
  const element = expression(b, at, {
    kind: "element",
    array: read(array),
    index: read(index),
    type: type.kind === "array" ? b.elementType(type.array) : types.void,
  });
  const next = expression(b, at, {
    kind: "arithmetic",
    op: "+",
    left: read(index),
    right: number(1),
    type: types.number,
  });
  const take =
    value === undefined
      ? expressionStatement(element)
      : setField(b, at, self(), value, flow(b, element, b.field(value).type, at));
  return [
    choose(b, at, isInside, [
      take,
      setField(b, at, self(), index, next),
      answer(b, at, literal(b, at, true)),
    ]),
    setField(b, at, self(), index, number(-1)),
    answer(b, at, literal(b, at, false)),
  ];
}
