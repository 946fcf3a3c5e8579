/**
 * `static readonly maxInstances = N`: how many objects of a class may live in its
 * pool. Each class has a pool of its own; the nearest class that states a bound
 * gives it, as the static is inherited in JavaScript.
 */
import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { SiteId } from "../ir/ids.ts";
import { walkExpression } from "../ir/walk-hir.ts";
import { type Builder, type ClassInfo, expression, type Scope, types } from "./builder.ts";
import { CodeWriter } from "./code-writer.ts";
import { constantNumber } from "./constants.ts";
import { hasModifier } from "./functions.ts";

/** As many slots as a pool has numbers for. */
const SLOTS_MAX = 0xffff;

/** Reports a bound that is no constant of a useful size. */
export function checkMaxInstances(b: Builder, member: ts.ClassElement): void {
  if (!isMaxInstances(member) || slotsOf(b, member) !== null) return;
  const value = member.initializer?.getText().slice(0, 40) ?? "nothing";
  b.refuse("TSFW6021", member.initializer ?? member, { value });
}

function isMaxInstances(member: ts.ClassElement): member is ts.PropertyDeclaration {
  return (
    ts.isPropertyDeclaration(member) &&
    member.name.getText() === "maxInstances" &&
    hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
    hasModifier(member, ts.SyntaxKind.ReadonlyKeyword)
  );
}

function slotsOf(b: Builder, member: ts.PropertyDeclaration): number | null {
  const value = member.initializer === undefined ? null : constantNumber(b, member.initializer);
  return value !== null && Number.isInteger(value) && value > 0 && value <= SLOTS_MAX ? value : null;
}

function limitOf(b: Builder, info: ClassInfo): number | null {
  for (let at: ClassInfo | null = info; at !== null; at = at.base) {
    const member = at.declaration?.members.find(isMaxInstances);
    if (member !== undefined) return slotsOf(b, member);
  }
  return null;
}

/** `new` of a class with a pool: throws a RangeError where the pool is full, once the arguments are known. */
export function guardPool(
  b: Builder,
  scope: Scope,
  node: ts.NewExpression,
  info: ClassInfo,
  given: readonly HirExpr[],
  site: SiteId,
): HirExpr {
  const limit = limitOf(b, info);
  const type = { kind: "object", class: info.id } as const;
  const make = (args: readonly HirExpr[]): HirExpr =>
    expression(b, node, { kind: "new", class: info.id, args, site, type });
  if (limit === null) return make(given);
  const code = new CodeWriter(b, scope, node);
  const keeps = given.some(mayTakeSlots);
  const args = keeps ? given.map((arg) => (isConstant(arg) ? arg : code.let("argument", arg)())) : given;
  const full = expression(b, node, { kind: "isPoolFull", of: site, limit, type: types.boolean });
  const { name } = b.class(info.id);
  code.if(full, () => code.throw("RangeError", `all ${limit} instances of ${name} are in use`));
  return code.done(make(args));
}

/** Evaluating it may make objects, or let go of some. */
function mayTakeSlots(node: HirExpr): boolean {
  let found = false;
  walkExpression(node, {
    expression: ({ kind }) => {
      found ||= kind === "call" || kind === "callClosure" || kind === "new" || kind === "await";
      found ||= kind === "assign" || kind === "sequence" || kind === "setLength";
    },
  });
  return found;
}

function isConstant({ kind }: HirExpr): boolean {
  return (
    kind === "number" || kind === "boolean" || kind === "string" || kind === "undefined" || kind === "null"
  );
}
