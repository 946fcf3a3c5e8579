/** `yield`, `yield*` and `return` in the body of a generator. */
import type { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../../ir/hir.ts";
import type { JumpId } from "../../ir/ids.ts";
import { armsOf, hasArm, isUnit } from "../../ir/union-types.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "../builder.ts";
import { findField } from "../class-members.ts";
import { literal, lowerEffect, lowerExpression } from "../expressions.ts";
import { isDiscarded, takeArms } from "../narrowing.ts";
import { unit } from "../short-circuit.ts";
import { thrownType } from "../thrown-values.ts";
import { convertType } from "../types.ts";
import { flow } from "../unify-types.ts";
import { EXIT_RETURN, EXIT_THROW, type GeneratorInfo } from "./generator-tables.ts";
import { choose, keep, readField, readLocal, sequenceOf, setField, setLocal } from "./hir-shapes.ts";
import { callMember, elementsOf, iteratorOf, keepIterator, yieldedBy } from "./iteration.ts";
import { RESULT, SENT, VALUE } from "./iterator-types.ts";

export function lowerYield(b: Builder, scope: Scope, node: ts.YieldExpression): HirExpr {
  const { generator } = scope;
  if (generator === null) return b.unsupported(node, "yield here is", "Use it in a generator function.");
  if (node.asteriskToken !== undefined) return lowerDelegation(b, scope, generator, node);
  const value =
    node.expression === undefined ? unit(b, node, "void") : lowerExpression(b, scope, node.expression);
  return sequenceOf(b, node, yieldValue(b, generator, node, value), sentValue(b, generator, node));
}

/** Hands a value out, and what happens when the generator goes on. */
export function yieldValue(
  b: Builder,
  generator: GeneratorInfo,
  at: ts.Node,
  value: HirExpr,
): readonly HirStatement[] {
  return [...handOut(b, generator, at, value), ...exitTests(b, generator, at)];
}

function handOut(b: Builder, generator: GeneratorInfo, at: ts.Node, value: HirExpr): readonly HirStatement[] {
  const field = findField(b, generator.class, VALUE);
  const given =
    field === undefined
      ? expressionStatement(value)
      : setField(b, at, self(b, generator, at), field, flow(b, value, b.field(field).type, at));
  return [given, { kind: "yield", span: b.span(at) }];
}

function self(b: Builder, generator: GeneratorInfo, at: ts.Node): HirExpr {
  return readLocal(b, at, generator.self);
}

/** `return(v)` and `throw(e)` of the generator end in the body, where its `try` sees them. */
function exitTests(b: Builder, generator: GeneratorInfo, at: ts.Node): readonly HirStatement[] {
  if (generator.exit === null) return [];
  return [
    choose(b, at, isExit(b, generator, at, EXIT_RETURN), [resetExit(b, generator, at), ...leave(b, at)]),
    ...(generator.error === null
      ? []
      : [choose(b, at, isExit(b, generator, at, EXIT_THROW), throwGiven(b, generator, at))]),
  ];
}

function isExit(b: Builder, generator: GeneratorInfo, at: ts.Node, exit: number): HirExpr {
  const read =
    generator.exit === null ? literal(b, at, 0) : readField(b, at, self(b, generator, at), generator.exit);
  const right = literal(b, at, exit);
  return expression(b, at, { kind: "compare", op: "===", left: read, right, type: types.boolean });
}

function resetExit(b: Builder, generator: GeneratorInfo, at: ts.Node): HirStatement {
  if (generator.exit === null) return expressionStatement(literal(b, at, 0));
  return setField(b, at, self(b, generator, at), generator.exit, literal(b, at, 0));
}

function throwGiven(b: Builder, generator: GeneratorInfo, at: ts.Node): readonly HirStatement[] {
  if (generator.error === null) return [];
  const read = readField(b, at, self(b, generator, at), generator.error);
  return [
    resetExit(b, generator, at),
    { kind: "throw", value: takeArms(b, at, read, armsOf(thrownType(b))), span: b.span(at) },
  ];
}

function leave(b: Builder, at: ts.Node): readonly HirStatement[] {
  return [{ kind: "return", value: literal(b, at, false), span: b.span(at) }];
}

/** The value that `next(v)` passes. */
function sentValue(b: Builder, generator: GeneratorInfo, node: ts.Expression): HirExpr {
  const field = findField(b, generator.class, SENT);
  if (field === undefined || isDiscarded(node)) return unit(b, node, "void");
  return narrowed(b, node, readField(b, node, self(b, generator, node), field));
}

// return

export function lowerGeneratorReturn(
  b: Builder,
  scope: Scope,
  generator: GeneratorInfo,
  value: ts.Expression | undefined,
  at: ts.Node,
): HirStatement[] {
  const field = findField(b, generator.class, RESULT);
  if (value === undefined) return [...storeNothing(b, generator, at), ...leave(b, at)];
  const lowered = field === undefined ? lowerEffect(b, scope, value) : lowerExpression(b, scope, value);
  if (field !== undefined) {
    const stored = flow(b, lowered, b.field(field).type, at);
    return [setField(b, at, self(b, generator, at), field, stored), ...leave(b, at)];
  }
  if (!isUnit(lowered.type))
    return b.unsupported(
      value,
      "A value returned by a generator whose declared type does not name it is",
      "Declare the result: `Generator<T, R>`.",
    );
  return [expressionStatement(lowered), ...leave(b, at)];
}

function storeNothing(b: Builder, generator: GeneratorInfo, at: ts.Node): readonly HirStatement[] {
  const field = findField(b, generator.class, RESULT);
  if (field === undefined || !hasArm(b.field(field).type, "void")) return [];
  const value = flow(b, unit(b, at, "void"), b.field(field).type, at);
  return [setField(b, at, self(b, generator, at), field, value)];
}

export function endOfBody(b: Builder, generator: GeneratorInfo, at: ts.Block): readonly HirStatement[] {
  return [...storeNothing(b, generator, at), ...leave(b, at.getLastToken() ?? at)];
}

// yield*

function lowerDelegation(
  b: Builder,
  scope: Scope,
  generator: GeneratorInfo,
  node: ts.YieldExpression,
): HirExpr {
  const source = node.expression;
  if (source === undefined) return b.unsupported(node, "yield* of nothing is", "Name what to yield from.");
  const value = lowerExpression(b, scope, source);
  const iterator = iteratorOf(b, scope, source, value);
  if (iterator === null) {
    const each = elementsOf(b, scope, source, value, (element) => [
      ...yieldValue(b, generator, node, element),
    ]);
    return sequenceOf(b, node, each, unit(b, node, "void"));
  }
  return delegate(b, scope, generator, node, iterator);
}

/** Steps the inner iterator and hands out its values; `return` and `throw` of the outer one reach it first. */
function delegate(
  b: Builder,
  scope: Scope,
  generator: GeneratorInfo,
  node: ts.YieldExpression,
  iterator: HirExpr,
): HirExpr {
  const inner = keepIterator(b, scope, node, iterator);
  const step = (): HirExpr => callMember(b, scope, node, inner.read(), "%step", [], types.boolean);
  const more = keep(b, scope, node, "more", step(), true);
  const goOn = (value: HirExpr): HirStatement => setLocal(b, node, more.local, value);
  const close = callMember(b, scope, node, inner.read(), "%return", [], types.boolean);
  const jump: JumpId = b.nextJump();
  const closed: HirStatement[] = [
    resetExit(b, generator, node),
    goOn(close),
    choose(b, node, expression(b, node, { kind: "not", value: more.read(), type: types.boolean }), [
      ...leave(b, node),
    ]),
  ];
  const next = [...send(b, generator, node, inner.read()), goOn(step())];
  const thrown: HirStatement[] =
    generator.error === null
      ? next
      : [
          choose(
            b,
            node,
            isExit(b, generator, node, EXIT_THROW),
            [
              resetExit(b, generator, node),
              goOn(
                callMember(
                  b,
                  scope,
                  node,
                  inner.read(),
                  "%throw",
                  [
                    takeArms(
                      b,
                      node,
                      readField(b, node, self(b, generator, node), generator.error),
                      armsOf(thrownType(b)),
                    ),
                  ],
                  types.boolean,
                ),
              ),
            ],
            next,
          ),
        ];
  const body: HirStatement[] = [
    ...handOut(b, generator, node, yieldedBy(b, node, inner.read())),
    choose(b, node, isExit(b, generator, node, EXIT_RETURN), closed, thrown),
  ];
  const loop: HirStatement = {
    kind: "loop",
    jump,
    test: more.read(),
    testFirst: true,
    update: null,
    body,
    perIteration: [],
    span: b.span(node),
  };
  return sequenceOf(b, node, [inner.declaration, more.declaration, loop], resultOf(b, node, inner.read()));
}

/** What was sent to the generator goes to the inner one. */
function send(
  b: Builder,
  generator: GeneratorInfo,
  node: ts.YieldExpression,
  inner: HirExpr,
): readonly HirStatement[] {
  if (inner.type.kind !== "object") return [];
  const to = findField(b, inner.type.class, SENT);
  const from = findField(b, generator.class, SENT);
  if (to === undefined) return [];
  const value =
    from === undefined ? unit(b, node, "void") : readField(b, node, self(b, generator, node), from);
  return [setField(b, node, inner, to, flow(b, value, b.field(to).type, node))];
}

function resultOf(b: Builder, node: ts.YieldExpression, inner: HirExpr): HirExpr {
  const field = inner.type.kind === "object" ? findField(b, inner.type.class, RESULT) : undefined;
  if (field === undefined || isDiscarded(node)) return unit(b, node, "void");
  return narrowed(b, node, readField(b, node, inner, field));
}

/** Without the undefined that the field may also hold, where TypeScript has none. */
function narrowed(b: Builder, node: ts.Expression, read: HirExpr): HirExpr {
  const type = convertType(b, b.checker.getTypeAtLocation(node), node);
  const arms = armsOf(read.type).filter((arm) => hasArm(type, arm.kind));
  return arms.length === 0 ? read : takeArms(b, node, read, arms);
}
