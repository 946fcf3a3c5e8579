/**
 * Values that pass between a placeholder and what answers it: the function of one
 * class, or a field that is read, written or holds the function to be called.
 */

import type { HirExpr, HirType } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { armOf, armsOf, hasArm } from "../ir/union-types.ts";
import { type Builder, expression, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import type { VirtualMember } from "./families.ts";
import { canonical } from "./families.ts";
import { takeArms } from "./narrowing.ts";
import type { Target } from "./resolve-families.ts";
import { unit } from "./short-circuit.ts";
import { flow, reaches } from "./unify-types.ts";

type FieldTarget = Extract<Target, { kind: "field" }>;
type CallTarget = Extract<Target, { kind: "field" | "function" }>;

/** Lets values of one type flow into places of another, as `flow` does with an expression at hand. */
export function canFlow(b: Builder, from: HirType, to: HirType): boolean {
  if (from.kind !== "union" && to.kind !== "union") return reaches(b, from, to);
  return armsOf(from).every((arm) => {
    const wanted = armOf(to, arm.kind);
    return wanted !== null && reaches(b, arm, wanted);
  });
}

/** Types between which nothing has to be converted. */
function isSame(b: Builder, from: HirType, to: HirType): boolean {
  const left = armsOf(from);
  const right = armsOf(to);
  return (
    left.length === right.length && left.every((arm) => armOf(to, arm.kind) !== null) && canFlow(b, from, to)
  );
}

/** Calls can name the target instead of the placeholder. */
export function passesAsIs(b: Builder, member: VirtualMember, target: CallTarget): boolean {
  const placeholder = b.function(member.function);
  const given = placeholder.parameters.slice(1).map((id) => b.local(id).type);
  const { parameters, result } = signatureOf(b, member, target);
  if (parameters.length !== given.length) return false;
  const isUnused = placeholder.result.kind === "void";
  if (!isUnused && !isSame(b, result, placeholder.result)) return false;
  return given.every((type, index) => isSame(b, type, parameters[index] ?? types.void));
}

interface Signature {
  readonly parameters: readonly HirType[];
  readonly result: HirType;
}

/** What a target takes after the object, and gives. */
function signatureOf(b: Builder, member: VirtualMember, target: CallTarget): Signature {
  if (target.kind === "function") {
    const fn = b.function(target.function);
    return { parameters: fn.parameters.slice(1).map((id) => b.local(id).type), result: fn.result };
  }
  const { type } = b.field(target.field);
  if (target.takesObject && type.kind === "closure") {
    const { parameters, result } = b.signature(type.signature);
    return { parameters: parameters.slice(1), result };
  }
  if (member.kind === "has") return { parameters: [], result: types.boolean };
  if (member.kind === "get") return { parameters: [], result: type };
  if (member.kind === "set") return { parameters: [type], result: types.void };
  const closure = armOf(type, "closure");
  return closure?.kind === "closure"
    ? b.signature(closure.signature)
    : { parameters: [], result: types.void };
}

/** Values flow from the placeholder's parameters into the field or the function in it, and back. */
export function connectField(b: Builder, member: VirtualMember, target: FieldTarget): boolean {
  const placeholder = b.function(member.function);
  const { parameters, result } = signatureOf(b, member, target);
  const fits = placeholder.parameters.slice(1).every((id, index) => {
    const to = parameters[index];
    return to === undefined || canFlow(b, b.local(id).type, to);
  });
  return fits && (placeholder.result.kind === "void" || canFlow(b, result, placeholder.result));
}

/** The member as a field: read, written, or called as the function it holds; the object is asked for once or twice. */
export function useField(
  b: Builder,
  member: VirtualMember,
  target: FieldTarget,
  object: () => HirExpr,
  args: readonly HirExpr[],
): HirExpr {
  const field = canonical(b, target.field);
  const { type } = b.field(field);
  const [value] = args;
  if (!target.takesObject && member.kind === "set" && value !== undefined) {
    const place = { kind: "field", object: object(), field } as const;
    const stored = flow(b, value, type, member.at);
    return expression(b, member.at, { kind: "assign", target: place, value: stored, type: stored.type });
  }
  const read = readField(b, member, field, object());
  if (!target.takesObject && member.kind === "get") return read;
  const closure = armOf(type, "closure");
  if (member.kind === "has")
    return closure === null || type.kind !== "union"
      ? expression(b, member.at, { kind: "boolean", value: closure !== null, type: types.boolean })
      : isArm(b, member.at, read, ["closure"]);
  if (closure?.kind !== "closure")
    return b.unsupported(member.at, `Calling '${member.name}' is`, "Make it a method.");
  const { parameters, result } = b.signature(closure.signature);
  const given = target.takesObject ? [object(), ...args] : args;
  const passed = parameters.map((parameter, index) => {
    const argument = given[index];
    if (argument !== undefined) return flow(b, argument, parameter, member.at);
    if (hasArm(parameter, "void")) return flow(b, unit(b, member.at, "void"), parameter, member.at);
    return b.unsupported(member.at, `Leaving out an argument of '${member.name}' is`, "Pass every argument.");
  });
  return expression(b, member.at, {
    kind: "callClosure",
    closure: takeArms(b, member.at, read, [closure]),
    args: passed,
    type: result,
  });
}

function readField(b: Builder, member: VirtualMember, field: FieldId, object: HirExpr): HirExpr {
  return expression(b, member.at, { kind: "field", object, field, type: b.field(field).type });
}
