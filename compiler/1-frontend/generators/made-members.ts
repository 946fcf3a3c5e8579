/**
 * Members that the compiler writes: `%step`, `%return` and `%throw` continue an
 * iterator and say whether it yielded. A generator's `%step` is its body; those of
 * the program's own iterators call their `next` and `return`.
 */
import type { ts } from "ts-morph";
import type { HirExpr, HirFunction, HirStatement, HirType } from "../../ir/hir.ts";
import type { ClassId, FunctionId } from "../../ir/ids.ts";
import { armsOf } from "../../ir/union-types.ts";
import {
  type Builder,
  expression,
  expressionStatement,
  type Mutable,
  type Scope,
  types,
} from "../builder.ts";
import { findField, type Implementation, implementationOf } from "../class-members.ts";
import { completeCall } from "../default-parameters.ts";
import { literal, toBoolean } from "../expressions.ts";
import { functionOf, openScope } from "../functions.ts";
import { takeArms } from "../narrowing.ts";
import { thrownType } from "../thrown-values.ts";
import { convertType } from "../types.ts";
import { flow } from "../unify-types.ts";
import { DONE, EXIT_RETURN, EXIT_THROW, type GeneratorInfo } from "./generator-tables.ts";
import { choose, keep, readField, readLocal, setField } from "./hir-shapes.ts";
import { addResultField, ITERATOR, RESULT, VALUE } from "./iterator-types.ts";

type Method = Extract<Implementation, { kind: "function" }>;

export function madeMember(b: Builder, id: ClassId, name: string): FunctionId | null {
  const generator = b.families.generators.byClass.get(id);
  const written = b.families.generators.made.get(`${id} ${name}`);
  if (written !== undefined) return written;
  if (generator === undefined && !name.startsWith("%")) return null;
  if (generator !== undefined && name === "%step") return generator.step;
  const key = `${id} ${name}`;
  const { made } = b.families.generators;
  const known = made.get(key);
  if (known !== undefined) return known;
  const write = generator !== undefined ? generatorMember(b, generator, name) : ownMember(b, id, name);
  if (write === null) return null;
  const fn = declare(b, id, name, write.result);
  made.set(key, fn.function.id);
  fn.function.body = write.body(fn);
  return fn.function.id;
}

interface Made {
  readonly function: Mutable<HirFunction>;
  readonly scope: Scope;
  readonly at: ts.Node;
  self(): HirExpr;
}

interface Writer {
  readonly result: HirType;
  body(made: Made): readonly HirStatement[];
}

function declare(b: Builder, id: ClassId, name: string, result: HirType): Made {
  const info = b.info(id);
  const at = info.declaration ?? b.loaded.entry;
  const fn = b.addFunction({
    name: `${b.class(id).name}.${name.replace(/[^a-zA-Z]/g, "")}`,
    role: "method",
    isAsync: false,
    parameters: [],
    result,
    parent: null,
    span: b.class(id).span,
  });
  const self = b.addLocal({ function: fn.id }, "this", { kind: "object", class: id }, at, {
    parameter: true,
  });
  fn.parameters = [self];
  const scope = openScope(b, fn.id, null, self);
  return { function: fn, scope, at, self: () => readLocal(b, at, self) };
}

function answer(b: Builder, at: ts.Node, value: HirExpr): HirStatement {
  return { kind: "return", value, span: b.span(at) };
}

// Generators

function generatorMember(b: Builder, generator: GeneratorInfo, name: string): Writer | null {
  switch (name) {
    case ITERATOR:
      return {
        result: { kind: "object", class: generator.class },
        body: ({ at, self }) => [answer(b, at, self())],
      };
    case "%return":
      return { result: types.boolean, body: (made) => closeGenerator(b, generator, made) };
    case "%throw":
      return { result: types.boolean, body: (made) => throwInto(b, generator, made) };
    default:
      return null;
  }
}

/** Has not begun, or has ended: then nothing of the body runs. */
function isAsleep(b: Builder, generator: GeneratorInfo, { at, self }: Made): HirExpr {
  const state = (value: number): HirExpr =>
    expression(b, at, {
      kind: "compare",
      op: "===",
      left: readField(b, at, self(), generator.state),
      right: literal(b, at, value),
      type: types.boolean,
    });
  return expression(b, at, {
    kind: "logical",
    op: "||",
    left: state(0),
    right: state(DONE),
    type: types.boolean,
  });
}

function finished(b: Builder, generator: GeneratorInfo, { at, self }: Made): readonly HirStatement[] {
  return [
    setField(b, at, self(), generator.state, literal(b, at, DONE)),
    answer(b, at, literal(b, at, false)),
  ];
}

function resume(b: Builder, generator: GeneratorInfo, made: Made, exit: number): readonly HirStatement[] {
  const { at, self, scope } = made;
  if (generator.exit === null) return finished(b, generator, made);
  scope.calls.add(generator.step);
  const step = expression(b, at, {
    kind: "call",
    function: generator.step,
    args: [self()],
    type: types.boolean,
  });
  return [setField(b, at, self(), generator.exit, literal(b, at, exit)), answer(b, at, step)];
}

function closeGenerator(b: Builder, generator: GeneratorInfo, made: Made): readonly HirStatement[] {
  return [
    choose(b, made.at, isAsleep(b, generator, made), finished(b, generator, made)),
    ...resume(b, generator, made, EXIT_RETURN),
  ];
}

function throwInto(b: Builder, generator: GeneratorInfo, made: Made): readonly HirStatement[] {
  const { at, self } = made;
  const type = thrownType(b);
  const error = b.addLocal({ function: made.function.id }, "error", type, at, { parameter: true });
  made.function.parameters = [...made.function.parameters, error];
  const thrown: readonly HirStatement[] = [
    setField(b, at, self(), generator.state, literal(b, at, DONE)),
    { kind: "throw", value: readLocal(b, at, error), span: b.span(at) },
  ];
  if (generator.exit === null || generator.error === null) return thrown;
  const kept = flow(b, readLocal(b, at, error), b.field(generator.error).type, at);
  return [
    choose(b, at, isAsleep(b, generator, made), thrown),
    setField(b, at, self(), generator.error, kept),
    ...resume(b, generator, made, EXIT_THROW),
  ];
}

// Iterators of the program's own classes

function ownMember(b: Builder, id: ClassId, name: string): Writer | null {
  switch (name) {
    case "%step": {
      const next = methodOf(b, id, "next");
      return next === null ? null : { result: types.boolean, body: (made) => stepOwn(b, id, made, next) };
    }
    case "%return": {
      const close = methodOf(b, id, "return");
      return { result: types.boolean, body: (made) => closeOwn(b, made, close) };
    }
    default:
      return null;
  }
}

function methodOf(b: Builder, id: ClassId, name: string): Method | null {
  const own = implementationOf(b, id, "method", name);
  return own.kind === "function" ? own : null;
}

/** A call of the method without arguments. */
function callOwn(b: Builder, { scope, at, self }: Made, method: Method): HirExpr {
  const callee = method.within(() => functionOf(b, method.node));
  const complete = completeCall(b, scope, callee, 1, at);
  scope.calls.add(callee);
  scope.calls.add(complete.function);
  const { result } = b.function(callee);
  return expression(b, at, {
    kind: "call",
    function: complete.function,
    args: [self(), ...complete.rest],
    type: result,
  });
}

function stepOwn(b: Builder, id: ClassId, made: Made, next: Method): readonly HirStatement[] {
  const { scope, at, self } = made;
  const result = keep(b, scope, at, "result", callOwn(b, made, next));
  const type = result.read().type;
  const done = type.kind === "object" ? findField(b, type.class, "done") : undefined;
  const value = type.kind === "object" ? findField(b, type.class, "value") : undefined;
  if (done === undefined || value === undefined)
    return b.unsupported(next.node, "A method next() with this result is", "Return IteratorResult<T>.");
  const field = stepFields(b, id, next.node);
  const isDone = toBoolean(b, at, readField(b, at, result.read(), done));
  const given = readField(b, at, result.read(), value);
  const stored =
    field === null
      ? expressionStatement(given)
      : setField(b, at, self(), field, take(b, at, given, b.field(field).type));
  return [
    result.declaration,
    choose(b, at, isDone, [
      ...keepResult(b, id, made, readField(b, at, result.read(), value)),
      answer(b, at, literal(b, at, false)),
    ]),
    stored,
    answer(b, at, literal(b, at, true)),
  ];
}

function keepResult(b: Builder, id: ClassId, { at, self }: Made, value: HirExpr): readonly HirStatement[] {
  const field = findField(b, id, RESULT);
  return field === undefined ? [] : [setField(b, at, self(), field, take(b, at, value, b.field(field).type))];
}

/** The value of a result that is not the last one. */
function take(b: Builder, at: ts.Node, value: HirExpr, type: HirType): HirExpr {
  const arms = armsOf(value.type).filter((arm) => armsOf(type).some((one) => one.kind === arm.kind));
  return flow(b, arms.length === 0 ? value : takeArms(b, at, value, arms), type, at);
}

function closeOwn(b: Builder, made: Made, close: Method | null): readonly HirStatement[] {
  const called = close === null ? [] : [expressionStatement(callOwn(b, made, close))];
  return [...called, answer(b, made.at, literal(b, made.at, false))];
}

/** The field that an iterator of the program's own keeps its value in; null where it yields nothing. */
export function stepFields(b: Builder, id: ClassId, at: ts.Node): ReturnType<Builder["addField"]> | null {
  const known = findField(b, id, VALUE);
  if (known !== undefined) return known;
  const { generators } = b.families;
  if (generators.byClass.has(id) || generators.iterators.has(id)) return null;
  const next = methodOf(b, id, "next");
  if (next === null)
    return b.unsupported(at, "An iterator of this kind is", "Give its class a method next().");
  return next.within(() => {
    const yielded = yieldedType(b, next.node);
    if (yielded === null)
      return b.unsupported(next.node, "A method next() with this result is", "Return IteratorResult<T>.");
    const type = convertType(b, yielded, next.node);
    if (type.kind === "void") return null;
    addResultField(b, b.info(id), { yielded: type, returned: { kind: "void" } }, next.node);
    return b.addField(b.info(id), "value", type, next.node, VALUE);
  });
}

/** T of `next(): IteratorResult<T>`: the value where `done` is not true. */
function yieldedType(b: Builder, node: ts.SignatureDeclaration): ts.Type | null {
  const signature = b.checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return null;
  const type = b.concrete(signature.getReturnType());
  const parts = type.isUnion() ? type.types : [type];
  const values = parts.flatMap((part) => {
    const done = part.getProperty("done");
    const value = part.getProperty("value");
    if (value === undefined) return [];
    const isLast = done !== undefined && b.checker.typeToString(b.checker.getTypeOfSymbol(done)) === "true";
    return isLast ? [] : [b.checker.getTypeOfSymbol(value)];
  });
  return values[0] ?? null;
}
