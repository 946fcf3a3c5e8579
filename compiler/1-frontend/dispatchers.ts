/** Fills placeholders that several functions answer: a choice by the class of the object. */

import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { ClassId, FunctionId } from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import { type Builder, expression, expressionStatement, Refused, type Scope, types } from "./builder.ts";
import { completeCall } from "./default-parameters.ts";
import { passesAsIs, useField } from "./dispatched-values.ts";
import { literal } from "./expressions.ts";
import { canonical, type VirtualMember } from "./families.ts";
import type { KeyOrders } from "./key-orders.ts";
import { call } from "./known-calls.ts";
import { listing } from "./object-listings.ts";
import type { Members, Target } from "./resolve-families.ts";
import { flow } from "./unify-types.ts";

/** What the whole program says about receivers. */
export interface Resolved {
  readonly members: Members;
  readonly targets: ReadonlyMap<VirtualMember, ReadonlyMap<ClassId, Target>>;
  readonly orders: KeyOrders;
}

/** Classes that answer in the same way. */
export interface Answer {
  readonly target: Target;
  readonly classes: readonly ClassId[];
}

export function answersOf(b: Builder, targets: ReadonlyMap<ClassId, Target>): readonly Answer[] {
  const answers = new Map<string, { target: Target; classes: ClassId[] }>();
  for (const [id, target] of targets) {
    const key = keyOf(b, target);
    const known = answers.get(key);
    if (known === undefined) answers.set(key, { target, classes: [id] });
    else known.classes.push(id);
  }
  return [...answers.values()];
}

function keyOf(b: Builder, target: Target): string {
  if (target.kind === "function") return `function ${target.function}`;
  if (target.kind === "answer") return String(target.value);
  if (target.kind === "list") return `list ${target.class}`;
  return target.kind === "field" ? `field ${canonical(b, target.field)}` : target.kind;
}

/** The only answer, where calls can name it: it takes the arguments as they are. */
export function onlyAnswer(b: Builder, member: VirtualMember, resolved: Resolved): Target | null {
  const answers = answersOf(b, resolved.targets.get(member) ?? new Map());
  const [first] = answers;
  if (first === undefined || answers.length > 1) return null;
  const { target } = first;
  if (target.kind === "missing") return target;
  if (target.kind === "list" || target.kind === "answer" || member.kind === "has") return null;
  if (target.kind === "field" && target.takesObject) return null;
  return passesAsIs(b, member, target) ? target : null;
}

export function fillDispatchers(b: Builder, resolved: Resolved): void {
  for (const [member, targets] of resolved.targets) {
    const answers = answersOf(b, targets);
    const missing = answers.find((answer) => answer.target.kind === "missing");
    if (missing !== undefined) {
      reportMissing(b, member, missing.classes);
      continue;
    }
    if (onlyAnswer(b, member, resolved) !== null) continue;
    try {
      b.function(member.function).body = dispatch(b, member, answers, resolved);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

function reportMissing(b: Builder, member: VirtualMember, classes: readonly ClassId[]): void {
  const names = classes.map((id) => `'${b.class(id).name}'`).join(", ");
  const what = {
    method: "method",
    get: "value",
    set: "setter",
    has: "method",
    keys: "list",
    values: "list",
    entries: "list",
  }[member.kind];
  b.reporter.report("TSFW2001", b.span(member.at), {
    construct: `'${member.name}' on an object of ${names}, which has no such ${what}, is`,
    hint: "Declare it in every class that gets here.",
  });
}

function dispatch(
  b: Builder,
  member: VirtualMember,
  answers: readonly Answer[],
  resolved: Resolved,
): readonly HirStatement[] {
  const last = answers.at(-1);
  if (last === undefined) {
    const message = literal(b, member.at, `no object has '${member.name}'`);
    return [expressionStatement(call(b, member.at, "panic", [message]))];
  }
  const tests = answers.slice(0, -1).map(({ target, classes }): HirStatement => {
    const test = expression(b, member.at, {
      kind: "isInstance",
      value: parameterOf(b, member, 0),
      classes,
      type: types.boolean,
    });
    const whenTrue = answerCall(b, member, { target, classes }, resolved);
    return { kind: "if", test, whenTrue, whenFalse: [], span: b.span(member.at) };
  });
  return [...tests, ...answerCall(b, member, last, resolved)];
}

function parameterOf(b: Builder, member: VirtualMember, index: number): HirExpr {
  const local = b.function(member.function).parameters[index];
  if (local === undefined) throw new Error("a placeholder lacks a parameter");
  return expression(b, member.at, { kind: "local", local, type: b.local(local).type });
}

/** Passes the arguments on and returns what comes back. */
function answerCall(
  b: Builder,
  member: VirtualMember,
  answer: Answer,
  resolved: Resolved,
): readonly HirStatement[] {
  const span = b.span(member.at);
  const value = answerValue(b, member, answer, resolved);
  if (value.kind === "intrinsic") return [expressionStatement(value)];
  const { result } = b.function(member.function);
  if (result.kind === "void") return [expressionStatement(value), { kind: "return", value: null, span }];
  return [{ kind: "return", value: flow(b, value, result, member.at), span }];
}

function answerValue(
  b: Builder,
  member: VirtualMember,
  { target, classes }: Answer,
  { orders }: Resolved,
): HirExpr {
  const [owner = member.class] = classes;
  const args = (from: number): HirExpr[] =>
    Array.from({ length: member.count + 1 - from }, (_, index) => parameterOf(b, member, index + from));
  switch (target.kind) {
    case "function":
      return callTarget(b, member, target.function, args(0));
    case "field":
      return useField(b, member, target, () => ownerOf(b, member, owner), args(1));
    case "list":
      return listing(
        b,
        scopeOf(b, member),
        member,
        target.class,
        () => ownerOf(b, member, target.class),
        orders,
      );
    case "answer":
      return member.kind === "has"
        ? literal(b, member.at, target.value)
        : call(b, member.at, "panic", [literal(b, member.at, `no object has '${member.name}'`)]);
    case "missing":
      throw new Error("a missing member was reported before");
  }
}

/** The object as one of a class that answers so. */
function ownerOf(b: Builder, member: VirtualMember, to: ClassId): HirExpr {
  const value = parameterOf(b, member, 0);
  const type = { kind: "object", class: to } as const;
  const cast = expression(b, member.at, { kind: "cast", value, classes: null, type });
  b.families.casts.set(cast.id, { to, isProven: true, isExact: true });
  return cast;
}

/** The placeholder as a scope in which arguments are made. */
export function scopeOf(b: Builder, member: VirtualMember): Scope {
  return defined(b.scopes.get(member.function), "the scope of a placeholder");
}

function callTarget(
  b: Builder,
  member: VirtualMember,
  callee: FunctionId,
  given: readonly HirExpr[],
): HirExpr {
  const wanted = b.function(callee).parameters.length;
  const complete =
    given.length < wanted
      ? completeCall(b, scopeOf(b, member), callee, given.length, member.at)
      : { function: callee, rest: [] };
  const passed = given.slice(0, wanted).map((value, index) => {
    const parameter = b.function(callee).parameters[index];
    return parameter === undefined ? value : flow(b, value, b.local(parameter).type, member.at);
  });
  const args = [...passed, ...complete.rest];
  const { isAsync, result } = b.function(callee);
  if (!isAsync)
    return expression(b, member.at, { kind: "call", function: complete.function, args, type: result });
  const operand = { kind: "call", function: complete.function, args, span: b.span(member.at) } as const;
  return expression(b, member.at, { kind: "await", operand, type: result });
}
