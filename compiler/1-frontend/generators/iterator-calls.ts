/** `it.next(v)`, `it.return(v)` and `it.throw(e)` by hand, and `xs[Symbol.iterator]()`. */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { ClassId, FunctionId } from "../../ir/ids.ts";
import { type Builder, expression, type Scope, types } from "../builder.ts";
import { unwrap } from "../calls.ts";
import { findField } from "../class-members.ts";
import { literal, lowerExpression } from "../expressions.ts";
import { openScope } from "../functions.ts";
import { unit } from "../short-circuit.ts";
import { thrownType } from "../thrown-values.ts";
import { flow } from "../unify-types.ts";
import { choose, keep, not, readField, readLocal, sequenceOf, setField, setLocal } from "./hir-shapes.ts";
import { callMember, iteratorOf, yieldedBy } from "./iteration.ts";
import { isIteratorSymbol, RESULT, resultClass, SENT, VALUE } from "./iterator-types.ts";
import { stepFields } from "./made-members.ts";

type Asked = "next" | "return" | "throw";

/** null: another call. */
export function lowerIteratorCall(b: Builder, scope: Scope, node: ts.CallExpression): HirExpr | null {
  const callee = unwrap(node.expression);
  if (ts.isElementAccessExpression(callee) && isIteratorSymbol(b, callee.argumentExpression)) {
    const value = lowerExpression(b, scope, callee.expression);
    return (
      iteratorOf(b, scope, callee.expression, value) ??
      b.unsupported(callee, "The iterator of this is", "Use for…of.")
    );
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const asked = callee.name.text;
  if (asked !== "next" && asked !== "return" && asked !== "throw") return null;
  if (!isIteratorType(b, callee.expression)) return null;
  const object = lowerExpression(b, scope, callee.expression);
  return lowerAsk(b, scope, node, asked, object);
}

function isIteratorType(b: Builder, node: ts.Expression): boolean {
  const type = b.concrete(b.checker.getNonNullableType(b.checker.getTypeAtLocation(node)));
  const symbol = type.getSymbol();
  const file = symbol?.declarations?.[0]?.getSourceFile();
  return (
    file !== undefined &&
    b.loaded.program.isSourceFileDefaultLibrary(file) &&
    type.getProperty("next") !== undefined
  );
}

function lowerAsk(b: Builder, scope: Scope, node: ts.CallExpression, asked: Asked, object: HirExpr): HirExpr {
  const { type } = object;
  if (type.kind !== "object")
    return b.unsupported(node, `Calling '${asked}' of this is`, "Call it on a generator.");
  const asker = askerOf(b, type.class, asked, node);
  scope.calls.add(asker);
  const fn = b.function(asker);
  const [argument] = node.arguments;
  const given = argument === undefined ? null : lowerExpression(b, scope, argument);
  const parameter = fn.parameters[1];
  const call = (args: readonly HirExpr[]): HirExpr =>
    expression(b, node, { kind: "call", function: asker, args, type: fn.result });
  if (parameter !== undefined)
    return call([object, flow(b, given ?? unit(b, node, "void"), b.local(parameter).type, node)]);
  if (given === null) return call([object]);
  const iterator = keep(b, scope, node, "iterator", object);
  const effect = { kind: "expression", value: given, span: given.span } as const;
  return sequenceOf(b, node, [iterator.declaration, effect], call([iterator.read()]));
}

/** The function that continues an iterator seen as this class and makes `{ value, done }` of what it does. */
function askerOf(b: Builder, id: ClassId, asked: Asked, at: ts.Node): FunctionId {
  const { made } = b.families.generators;
  const key = `${id} ask ${asked}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  stepFields(b, id, at);
  const type = { kind: "object", class: id } as const;
  const result = resultOfAsking(b, id, at);
  const fn = b.addFunction({
    name: `${b.class(id).name}.${asked}`,
    role: "method",
    isAsync: false,
    parameters: [],
    result: { kind: "object", class: result },
    parent: null,
    span: b.span(at),
  });
  made.set(key, fn.id);
  const self = b.addLocal({ function: fn.id }, "this", type, at, { parameter: true });
  const scope = openScope(b, fn.id, null, self);
  const field = asked === "throw" ? undefined : findField(b, id, asked === "next" ? SENT : RESULT);
  const taken = asked === "throw" ? thrownType(b) : field === undefined ? null : b.field(field).type;
  const parameter =
    taken === null ? null : b.addLocal({ function: fn.id }, "given", taken, at, { parameter: true });
  fn.parameters = parameter === null ? [self] : [self, parameter];
  const object = (): HirExpr => readLocal(b, at, self);
  const store =
    field === undefined || parameter === null
      ? []
      : [setField(b, at, object(), field, readLocal(b, at, parameter))];
  const args = asked === "throw" && parameter !== null ? [readLocal(b, at, parameter)] : [];
  const name = asked === "next" ? "%step" : `%${asked}`;
  const more = keep(b, scope, at, "more", callMember(b, scope, at, object(), name, args, types.boolean));
  fn.body = [...store, more.declaration, ...answer(b, scope, at, id, { result, object, more: more.read })];
  return fn.id;
}

function resultOfAsking(b: Builder, id: ClassId, at: ts.Node): ClassId {
  const parts = [VALUE, RESULT].map((key) => {
    const field = findField(b, id, key);
    return field === undefined ? types.void : b.field(field).type;
  });
  const result = resultClass(b, parts, at);
  b.families.allocated.add(result);
  return result;
}

/** What a variable for results holds before its first one, so that it has a place; null: another type. */
export function emptyResult(b: Builder, scope: Scope, at: ts.Node, type: HirType): HirExpr | null {
  if (type.kind !== "object" || !b.families.generators.results.has(type.class)) return null;
  const [value, done] = b.class(type.class).fields;
  if (value === undefined || done === undefined) return null;
  b.families.allocated.add(type.class);
  return expression(b, at, {
    kind: "object",
    class: type.class,
    fields: [
      { field: value, value: flow(b, unit(b, at, "void"), b.field(value).type, at) },
      { field: done, value: literal(b, at, true) },
    ],
    site: b.addSite(scope, at, "IteratorResult"),
    type,
  });
}

interface Asking {
  readonly result: ClassId;
  object(): HirExpr;
  more(): HirExpr;
}

/** Returns `{ value, done }` of what the iterator has just done. */
function answer(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  id: ClassId,
  { result, object, more }: Asking,
): readonly HirStatement[] {
  const field = findField(b, id, RESULT);
  const returned = field === undefined ? unit(b, at, "void") : readField(b, at, object(), field);
  const [value, done] = b.class(result).fields;
  if (value === undefined || done === undefined) throw new Error("a result lacks a field");
  const { type } = b.field(value);
  const local = b.addLocal(scope, "value", type, at, { reassigned: true });
  const set = (to: HirExpr): HirStatement => setLocal(b, at, local, flow(b, to, type, at));
  const made = expression(b, at, {
    kind: "object",
    class: result,
    fields: [
      { field: value, value: readLocal(b, at, local) },
      { field: done, value: not(b, at, more()) },
    ],
    site: b.addSite(scope, at, "IteratorResult"),
    type: { kind: "object", class: result },
  });
  return [
    { kind: "let", local, value: null, span: b.span(at) },
    choose(b, at, more(), [set(yieldedBy(b, at, object()))], [set(returned)]),
    { kind: "return", value: made, span: b.span(at) },
  ];
}
