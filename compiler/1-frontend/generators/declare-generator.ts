/**
 * Generator functions. Calling one makes an object of a class of its own, with the
 * arguments in it; the body becomes the function `step`, which runs it from one
 * `yield` to the next. What has to survive a `yield` moves into the object when all
 * is lowered (make-generators-explicit.ts).
 */
import { ts } from "ts-morph";
import type { HirFunction, HirStatement, HirType } from "../../ir/hir.ts";
import type { FieldId, LocalId } from "../../ir/ids.ts";
import { arrayTypeOf } from "../bounds.ts";
import {
  type Builder,
  type ClassInfo,
  expression,
  type Mutable,
  Refused,
  type Scope,
  types,
} from "../builder.ts";
import { findField } from "../class-members.ts";
import { literal } from "../expressions.ts";
import { bindParameters, type FunctionNode, lowerParameterPatterns, openScope } from "../functions.ts";
import { lowerStatements } from "../statements.ts";
import { thrownType } from "../thrown-values.ts";
import type { GeneratorInfo } from "./generator-tables.ts";
import { readField, readLocal } from "./hir-shapes.ts";
import { addIterationFields, iterationTypes, orNothing, RESULT } from "./iterator-types.ts";
import { endOfBody } from "./yields.ts";

export function isGenerator(node: ts.Node): boolean {
  return "asteriskToken" in node && node.asteriskToken !== undefined && !ts.isYieldExpression(node);
}

/** The class of the objects that calls of the function make. */
export function generatorClass(b: Builder, node: FunctionNode, returned: ts.Type, name: string): ClassInfo {
  const parts = iterationTypes(b, returned, node);
  if (parts === null)
    return b.unsupported(
      node,
      "A generator with this result type is",
      "Declare it as Generator<T>, or leave the type out.",
    );
  const info = b.addClass(`${name}_generator`, null, node.name ?? node);
  addIterationFields(b, info, parts, node);
  b.families.allocated.add(info.id);
  return info;
}

const number = (sized: "u8" | "u16"): HirType => ({ kind: "number", sized });

/** Declares `step` and fills both functions once everything around them is known. */
export function declareGenerator(
  b: Builder,
  info: ClassInfo,
  scope: Scope,
  fn: Mutable<HirFunction>,
  node: FunctionNode,
): void {
  const step = b.addFunction({
    name: `${fn.name}.step`,
    role: "method",
    isAsync: false,
    parameters: [],
    result: types.boolean,
    parent: fn.parent,
    span: fn.span,
  });
  const type: HirType = { kind: "object", class: info.id };
  const self = b.addLocal({ function: step.id }, "generator", type, node, { parameter: true });
  step.parameters = [self];
  const sees = canSeeExits(b, node);
  const own = (name: string, type: HirType): FieldId =>
    b.addField(info, name, type, node, ownKey(info, name));
  const generator: GeneratorInfo = {
    class: info.id,
    creator: fn.id,
    step: step.id,
    self,
    state: own("state", number("u16")),
    exit: sees ? own("exit", number("u8")) : null,
    error: usesThrow(b) ? own("error", errorOrNothing(b)) : null,
    result: findField(b, info.id, RESULT) ?? null,
    given: new Map(),
  };
  b.families.generators.byClass.set(info.id, generator);
  b.families.generators.nodes.set(info.id, node.name ?? node);
  b.families.generators.byCreator.set(fn.id, generator);
  const thisLocal =
    scope.thisLocal === null
      ? null
      : b.addLocal({ function: step.id }, "this", b.local(scope.thisLocal).type, node);
  const stepScope = openScope(b, step.id, scope.parent, thisLocal, generator);
  b.later(() => {
    try {
      fillFunctions(b, generator, { scope, fn, node }, stepScope);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  });
}

/** Fields that no other class shares. */
function ownKey(info: ClassInfo, name: string): string {
  return `%${name} of ${info.id}`;
}

function errorOrNothing(b: Builder): HirType {
  return orNothing(thrownType(b));
}

/** Whether the program calls `throw(e)` of something. */
function usesThrow(b: Builder): boolean {
  const { generators } = b.families;
  generators.throwsInto ??= b.loaded.userFiles.some((file) => file.text.includes(".throw("));
  return generators.throwsInto;
}

interface Creator {
  readonly scope: Scope;
  readonly fn: Mutable<HirFunction>;
  readonly node: FunctionNode;
}

function fillFunctions(b: Builder, generator: GeneratorInfo, creator: Creator, stepScope: Scope): void {
  const { scope, fn, node } = creator;
  bindParameters(b, fn);
  const head = lowerParameterPatterns(b, scope, fn);
  const at = node.name ?? node;
  const start: HirStatement[] = [];
  const fields = [{ field: generator.state, value: literal(b, at, 0) }];
  if (generator.exit !== null) fields.push({ field: generator.exit, value: literal(b, at, 0) });
  const give = (from: LocalId, to: LocalId): void => {
    const { name, type, span } = b.local(from);
    const field: FieldId = b.addField(
      b.info(generator.class),
      name,
      type,
      at,
      ownKey(b.info(generator.class), name),
    );
    fields.push({ field, value: readLocal(b, at, from) });
    generator.given.set(to, field);
    start.push({
      kind: "let",
      local: to,
      value: readField(b, at, readLocal(b, at, generator.self), field),
      span,
    });
  };
  if (scope.thisLocal !== null && stepScope.thisLocal !== null) give(scope.thisLocal, stepScope.thisLocal);
  for (const name of node.parameters.flatMap((parameter) => namesOf(parameter.name))) {
    const symbol = b.checker.getSymbolAtLocation(name);
    const entity = symbol === undefined ? undefined : b.entities.get(symbol);
    if (symbol === undefined || entity?.kind !== "local") continue;
    const { type } = b.local(entity.local);
    const local = b.addLocal(stepScope, name.text, type, name, { reassigned: b.reassigned.has(symbol) });
    give(entity.local, local);
    b.entities.set(symbol, { kind: "local", local });
  }
  const made = expression(b, at, {
    kind: "object",
    class: generator.class,
    fields,
    site: b.addSite(scope, at, "generator"),
    type: { kind: "object", class: generator.class },
  });
  fn.body = [...head, { kind: "return", value: made, span: b.span(at) }];
  const body = node.body;
  if (body === undefined || !ts.isBlock(body)) return;
  b.function(generator.step).body = [
    ...start,
    ...lowerStatements(b, stepScope, body.statements),
    ...endOfBody(b, generator, body),
  ];
}

function namesOf(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return name.text === "this" ? [] : [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

/** Whether something in the body runs, or is closed, when the generator is left at a `yield`. */
function canSeeExits(b: Builder, node: FunctionNode): boolean {
  const visit = (child: ts.Node): boolean => {
    if (ts.isFunctionLike(child) || ts.isClassLike(child)) return false;
    if (ts.isTryStatement(child)) return true;
    if (ts.isVariableDeclarationList(child) && (child.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using)
      return true;
    if (ts.isYieldExpression(child) && child.asteriskToken !== undefined) return true;
    if (ts.isForOfStatement(child) && !isPlainSource(b, child.expression)) return true;
    return ts.forEachChild(child, (inner) => visit(inner) || undefined) ?? false;
  };
  return (
    node.body !== undefined && (ts.forEachChild(node.body, (child) => visit(child) || undefined) ?? false)
  );
}

/** Arrays and strings have nothing to close. */
function isPlainSource(b: Builder, node: ts.Expression): boolean {
  const type = b.checker.getTypeAtLocation(node);
  return arrayTypeOf(b, type) !== null || (type.flags & ts.TypeFlags.StringLike) !== 0;
}
