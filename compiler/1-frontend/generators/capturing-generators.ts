/**
 * Generators that use variables of the function around them, which they may
 * outlive: the object takes the variables along. One that is never assigned again
 * is copied into it; one that changes moves into an object of its own, a box.
 */
import type { HirExpr, HirFunction, HirStatement } from "../../ir/hir.ts";
import type { FieldId, FunctionId, LocalId } from "../../ir/ids.ts";
import { rewriteStatements } from "../../ir/rewrite-hir.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import { type Builder, expression } from "../builder.ts";
import type { GeneratorInfo } from "./generator-tables.ts";
import { readField, readLocal } from "./hir-shapes.ts";

/** Captures lead from the body to who makes the generator, not to who continues it. Before captures are computed. */
export function linkGenerators(b: Builder): void {
  for (const { creator, step } of b.families.generators.byClass.values()) {
    for (const callees of b.callees.values()) callees.delete(step);
    b.callees.get(creator)?.add(step);
  }
}

/** Afterwards `step` captures nothing. */
export function carryCaptures(b: Builder): void {
  for (const generator of b.families.generators.byClass.values()) {
    const captured = b.function(generator.step).captures;
    if (captured.length === 0) continue;
    if (!refuseOuterFunctions(b, generator)) continue;
    for (const local of captured) {
      const kept = b.local(local).reassigned ? boxOf(b, local) : local;
      if (kept !== null) carry(b, generator, kept);
    }
  }
}

function isInside(b: Builder, id: FunctionId, outer: FunctionId): boolean {
  for (let at: FunctionId | null = id; at !== null; at = b.function(at).parent) if (at === outer) return true;
  return false;
}

/** A function beside the generator reads the variable where it is declared, which may be gone. */
function refuseOuterFunctions(b: Builder, { step }: GeneratorInfo): boolean {
  let isRight = true;
  const ask = (id: FunctionId): void => {
    const callee = b.function(id);
    if (!isRight || callee.captures.length === 0 || isInside(b, id, step)) return;
    isRight = false;
    b.reporter.report("TSFW2001", b.function(step).span, {
      construct: `A generator that uses '${callee.name}', which uses variables of the function around both, is`,
      hint: "Pass what it needs as a parameter, or declare it in the generator.",
    });
  };
  for (const fn of b.functions) {
    if (!isInside(b, fn.id, step)) continue;
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "call" || node.kind === "closure" || node.kind === "spawn") ask(node.function);
      },
    });
  }
  return isRight;
}

/** Gives the generator a field for the variable, and its body a variable that starts with the field. */
function carry(b: Builder, generator: GeneratorInfo, local: LocalId): void {
  const { name, type, span } = b.local(local);
  const at = b.families.generators.nodes.get(generator.class) ?? b.loaded.entry;
  const info = b.info(generator.class);
  const field = b.addField(info, name, type, at, `%captured ${local}`);
  const own = b.addLocal({ function: generator.step }, name, type, at);
  generator.given.set(own, field);
  const step = b.function(generator.step);
  const inside = b.functions.filter((fn) => isInside(b, fn.id, generator.step));
  for (const fn of inside) {
    fn.body = rename(b, fn.body, local, own);
    if (!fn.captures.includes(local)) continue;
    fn.captures = fn.captures.filter((one) => one !== local);
    if (fn.id === generator.step) continue;
    fn.captures = [...fn.captures, own].sort((x, y) => x - y);
    b.local(own).captured = true;
  }
  const value = readField(b, at, readLocal(b, at, generator.self), field);
  step.body = [{ kind: "let", local: own, value, span }, ...step.body];
  const creator = b.function(generator.creator);
  creator.body = withField(b, creator, generator, field, () => readLocal(b, at, local));
}

function rename(
  b: Builder,
  body: readonly HirStatement[],
  from: LocalId,
  to: LocalId,
): readonly HirStatement[] {
  return rewriteStatements(body, {
    expression: (node) =>
      node.kind === "local" && node.local === from ? { ...node, id: b.nextNode(), local: to } : null,
    target: (target) => (target.kind === "local" && target.local === from ? { ...target, local: to } : null),
    statement: (statement) => [statement],
    before: () => [],
  });
}

/** The object that the creator makes, with one more field. */
function withField(
  b: Builder,
  creator: HirFunction,
  generator: GeneratorInfo,
  field: FieldId,
  value: () => HirExpr,
): readonly HirStatement[] {
  return creator.body.map((statement): HirStatement => {
    if (statement.kind !== "return" || statement.value?.kind !== "object") return statement;
    const { value: made } = statement;
    if (made.class !== generator.class) return statement;
    return {
      ...statement,
      value: { ...made, id: b.nextNode(), fields: [...made.fields, { field, value: value() }] },
    };
  });
}

// Boxes

/** Moves a variable into an object: the variable that holds the object; null where that was refused. */
function boxOf(b: Builder, local: LocalId): LocalId | null {
  const { name, type, owner, isParameter, span } = b.local(local);
  if (isOfLoop(b, owner, local)) {
    b.reporter.report("TSFW2001", span, {
      construct: `A generator that uses '${name}', a variable of a loop's head that changes, is`,
      hint: "Copy it into a constant in the loop.",
    });
    return null;
  }
  const at = b.loaded.entry;
  const info = b.addClass(`${name}_box`, null, at);
  const field = b.addField(info, "value", type, at);
  b.families.allocated.add(info.id);
  const boxType = { kind: "object", class: info.id } as const;
  const box = b.addLocal({ function: owner }, name, boxType, at);
  b.local(box).captured = true;
  b.local(box).span = span;
  const make = (value: HirExpr | null): HirStatement => ({
    kind: "let",
    local: box,
    value: expression(b, at, {
      kind: "object",
      class: info.id,
      fields: value === null ? [] : [{ field, value }],
      site: b.addSite({ ...scopeOf(b, owner) }, at, `box of '${name}'`),
      type: boxType,
    }),
    span,
  });
  for (const fn of b.functions) {
    fn.body = rewriteStatements(fn.body, {
      expression: (node) =>
        node.kind === "local" && node.local === local
          ? { ...readField(b, at, readLocal(b, at, box), field), span: node.span }
          : null,
      target: (target) =>
        target.kind === "local" && target.local === local
          ? { kind: "field", object: readLocal(b, at, box), field }
          : null,
      statement: (statement) =>
        statement.kind === "let" && statement.local === local ? [make(statement.value)] : [statement],
      before: () => [],
    });
    if (fn.captures.includes(local))
      fn.captures = fn.captures.map((one) => (one === local ? box : one)).sort((x, y) => x - y);
  }
  if (isParameter) {
    const fn = b.function(owner);
    fn.body = [make(readLocal(b, at, local)), ...fn.body];
  }
  return box;
}

function scopeOf(b: Builder, id: FunctionId) {
  const scope = b.scopes.get(id);
  if (scope === undefined) throw new Error("a function with variables has a scope");
  return scope;
}

/** Declared by a loop itself, or by a `catch`: there is no statement to make the box in. */
function isOfLoop(b: Builder, owner: FunctionId, local: LocalId): boolean {
  let found = false;
  walkStatements(b.function(owner).body, {
    statement: (statement) => {
      if (statement.kind === "loop") found ||= statement.perIteration.includes(local);
      if (statement.kind === "forOf") found ||= statement.local === local;
      if (statement.kind === "try") found ||= statement.handler?.local === local;
    },
  });
  return found;
}
