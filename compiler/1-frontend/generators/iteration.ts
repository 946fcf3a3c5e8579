/**
 * Walking over iterators: generators, iterators of the program's own classes, and
 * whatever has `[Symbol.iterator]`. Leaving the walk early closes the iterator.
 */
import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { JumpId } from "../../ir/ids.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "../builder.ts";
import { findField, implementationOf } from "../class-members.ts";
import { errorsOf } from "../errors.ts";
import { literal } from "../expressions.ts";
import { functionUsedAt } from "../generic-functions.ts";
import { unit } from "../short-circuit.ts";
import { thrownType } from "../thrown-values.ts";
import { flow } from "../unify-types.ts";
import { virtualMember } from "../virtual-calls.ts";
import { choose, type Kept, keep, not, readField, readLocal, setField, setLocal } from "./hir-shapes.ts";
import { ITERATOR, SENT, VALUE } from "./iterator-types.ts";
import { stepFields } from "./made-members.ts";

/** Calls a member that the compiler writes, or that the program may have in several classes. */
export function callMember(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  object: HirExpr,
  name: string,
  args: readonly HirExpr[],
  result: HirType,
): HirExpr {
  if (object.type.kind !== "object") return b.unsupported(at, "Iterating over this is", "Use an array.");
  const parameters = args.map((argument) => argument.type);
  const signature = { parameters, result, isAsync: false };
  const id = virtualMember(b, object.type.class, "method", name, args.length, at, () => signature);
  scope.calls.add(id);
  return expression(b, at, { kind: "call", function: id, args: [object, ...args], type: result });
}

/** The iterator that a value is or gives; null: it is no object that iterates. */
export function iteratorOf(b: Builder, scope: Scope, at: ts.Expression, value: HirExpr): HirExpr | null {
  if (value.type.kind !== "object") return null;
  const { class: id } = value.type;
  const { generators } = b.families;
  if (generators.byClass.has(id) || generators.iterators.has(id)) return value;
  const iterators = generators.iterables.get(id);
  if (iterators !== undefined)
    return callMember(b, scope, at, value, ITERATOR, [], { kind: "object", class: iterators });
  return ownIterator(b, scope, at, value, id);
}

/** What the method `[Symbol.iterator]` of a class of the program gives. */
function ownIterator(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  value: HirExpr,
  id: Extract<HirType, { kind: "object" }>["class"],
): HirExpr | null {
  const own = implementationOf(b, id, "method", ITERATOR);
  if (own.kind !== "function") return null;
  const callee = functionUsedAt(b, own.node, at, own.instance);
  const { result, isAsync } = b.function(callee);
  if (isAsync || result.kind !== "object")
    return b.unsupported(at, "Iterating over this is", "Let [Symbol.iterator]() return an iterator.");
  stepFields(b, result.class, at);
  const isOverridden = own.node.parent !== undefined && b.families.extended.has(own.node.parent);
  if (isOverridden) return callMember(b, scope, at, value, ITERATOR, [], result);
  scope.calls.add(callee);
  return expression(b, at, { kind: "call", function: callee, args: [value], type: result });
}

/** What the iterator has just yielded. */
export function yieldedBy(b: Builder, at: ts.Node, iterator: HirExpr): HirExpr {
  const field = iterator.type.kind === "object" ? findField(b, iterator.type.class, VALUE) : undefined;
  return field === undefined ? unit(b, at, "void") : readField(b, at, iterator, field);
}

export interface Walking {
  readonly jump: JumpId;
  /** The code of a round may end the walk before the iterator does. */
  readonly canLeave: boolean;
}

/** Runs `round` for each value. */
export function iterate(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  source: HirExpr,
  { jump, canLeave }: Walking,
  round: (value: HirExpr) => readonly HirStatement[],
): HirStatement[] {
  const span = b.span(at);
  const iterator = keepIterator(b, scope, at, source);
  const step = callMember(b, scope, at, iterator.read(), "%step", [], types.boolean);
  const closes = canLeave && !isOnlyHere(b, source);
  const open = closes ? keep(b, scope, at, "open", literal(b, at, false), true) : null;
  const setOpen = (value: boolean): HirStatement[] =>
    open === null ? [] : [setLocal(b, at, open.local, literal(b, at, value))];
  const body: HirStatement[] = [
    ...setOpen(false),
    ...sendNothing(b, at, iterator.read()),
    choose(b, at, not(b, at, step), [{ kind: "break", jump, span }]),
    ...setOpen(true),
    ...round(yieldedBy(b, at, iterator.read())),
  ];
  const loop: HirStatement = {
    kind: "loop",
    jump,
    test: null,
    testFirst: true,
    update: null,
    body,
    perIteration: [],
    span,
  };
  if (open === null)
    return [{ kind: "block", statements: [iterator.declaration, loop], breakId: null, span }];
  const close = (): HirStatement =>
    expressionStatement(callMember(b, scope, at, iterator.read(), "%return", [], types.boolean));
  const statements = [
    iterator.declaration,
    open.declaration,
    closing(b, scope, at, open.read, setOpen, loop, close),
  ];
  return [{ kind: "block", statements, breakId: null, span }];
}

/** The iterator in a variable that nothing else of the program sees. */
export function keepIterator(b: Builder, scope: Scope, at: ts.Node, source: HirExpr): Kept {
  const kept = keep(b, scope, at, "iterator", source);
  const { byCreator, owned } = b.families.generators;
  if (source.kind === "call" && byCreator.has(source.function)) owned.add(kept.local);
  return kept;
}

/** `next()` of a walk sends undefined. */
function sendNothing(b: Builder, at: ts.Node, iterator: HirExpr): readonly HirStatement[] {
  const field = iterator.type.kind === "object" ? findField(b, iterator.type.class, SENT) : undefined;
  if (field === undefined) return [];
  return [setField(b, at, iterator, field, flow(b, unit(b, at, "void"), b.field(field).type, at))];
}

/** The loop, and what closes the iterator when a round leaves it; an error of a round hides one of closing. */
function closing(
  b: Builder,
  scope: Scope,
  at: ts.Node,
  open: () => HirExpr,
  setOpen: (value: boolean) => HirStatement[],
  loop: HirStatement,
  close: () => HirStatement,
): HirStatement {
  const span = b.span(at);
  errorsOf(b);
  const finalizer = [choose(b, at, open(), [close()])];
  const whole = { kind: "try", isDisposal: false, span } as const;
  if (!hasTry(b)) return { ...whole, body: [loop], handler: null, finalizer };
  const caught = b.addLocal(scope, "error", thrownType(b), at);
  const quietly: HirStatement = {
    ...whole,
    body: [close()],
    handler: { local: null, body: [] },
    finalizer: null,
  };
  const handler = {
    local: caught,
    body: [
      choose(b, at, open(), [...setOpen(false), quietly]),
      { kind: "throw", value: readLocal(b, at, caught), span } as const,
    ],
  };
  const guarded: HirStatement = { ...whole, body: [loop], handler, finalizer: null };
  return { ...whole, body: [guarded], handler: null, finalizer };
}

/** A generator that was made for this walk, and in which nothing runs when it is left. */
function isOnlyHere(b: Builder, source: HirExpr): boolean {
  if (source.kind !== "call") return false;
  const generator = b.families.generators.byCreator.get(source.function);
  return generator !== undefined && generator.exit === null;
}

/** Whether the statement may end the loop around it: by a jump, or by an error that somebody catches. */
export function mayLeave(b: Builder, node: ts.Node): boolean {
  const errors = hasTry(b);
  const visit = (child: ts.Node): boolean => {
    if (ts.isBreakOrContinueStatement(child) && (ts.isBreakStatement(child) || child.label !== undefined))
      return true;
    if (ts.isReturnStatement(child) || ts.isYieldExpression(child)) return true;
    if (errors && canThrow(child)) return true;
    if (ts.isFunctionLike(child)) return false;
    return ts.forEachChild(child, (inner) => visit(inner) || undefined) ?? false;
  };
  return visit(node);
}

function canThrow(node: ts.Node): boolean {
  return (
    ts.isThrowStatement(node) ||
    ts.isCallLikeExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isPropertyAccessExpression(node)
  );
}

/** Somebody may see that an error left a walk. */
export function hasTry(b: Builder): boolean {
  const { generators } = b.families;
  const contains = (node: ts.Node): boolean =>
    ts.isTryStatement(node) ||
    (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) ||
    (ts.forEachChild(node, (child) => contains(child) || undefined) ?? false);
  generators.hasTry ??= b.loaded.userFiles.some(contains);
  return generators.hasTry;
}

/** Runs `round` for each element of an array or character of a string. */
export function elementsOf(
  b: Builder,
  scope: Scope,
  at: ts.Expression,
  value: HirExpr,
  round: (element: HirExpr) => readonly HirStatement[],
): readonly HirStatement[] {
  if (value.type.kind !== "array")
    return b.unsupported(at, "Iterating over this is", "Use an array or a generator.");
  const local = b.addLocal(scope, "element", b.elementType(value.type.array), at);
  const body = round(readLocal(b, at, local));
  return [{ kind: "forOf", jump: b.nextJump(), local, array: value, body, span: b.span(at) }];
}
