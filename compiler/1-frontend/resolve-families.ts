/**
 * The end of phase 1: which objects reach which places, and what that leaves of
 * calls, fields and questions whose receiver had several possible classes.
 *
 * Needs:      every body lowered; placeholders and edges as lowering left them.
 * Guarantees: only direct calls; one field for one name within a family; each class
 *             knows its family, and has a tag where something still asks.
 */

import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../ir/ids.ts";
import { mapStatements } from "../ir/map-hir.ts";
import { armOf, armsOf, hasArm } from "../ir/union-types.ts";
import { type Builder, Refused } from "./builder.ts";
import { allFields, derivesFrom, fieldKeys, type Implementation, implementationOf } from "./class-members.ts";
import { completeCall } from "./default-parameters.ts";
import { isRuledOut, noteStoredConstants } from "./discriminants.ts";
import { canFlow, connectField } from "./dispatched-values.ts";
import { fillDispatchers, type Resolved, scopeOf } from "./dispatchers.ts";
import { refuseEarlyReads } from "./early-reads.ts";
import { classOfOwnErrors, declareUncaughtText } from "./error-classes.ts";
import { addEdge, canonical, pairsOf, type VirtualMember } from "./families.ts";
import { createFamilyRewriter } from "./family-rewriter.ts";
import { checkFrozen } from "./frozen-objects.ts";
import { functionOf, runPending } from "./functions.ts";
import { fillJsonWriters } from "./json/json-writers.ts";
import { KeyOrders } from "./key-orders.ts";
import { keptField } from "./literal-classes.ts";
import { connectListing } from "./object-listings.ts";
import { joinClasses } from "./object-types.ts";
import { checkOwnProperties } from "./own-property-checks.ts";
import { unifyTypes } from "./unify-types.ts";
import { createUnionFind } from "./union-find.ts";

/** What an object of one class does when a placeholder is called. */
export type Target =
  | {
      readonly kind: "function";
      readonly function: FunctionId;
    }
  | { readonly kind: "field"; readonly field: FieldId; readonly takesObject: boolean }
  /** The properties of objects of that class. */
  | { readonly kind: "list"; readonly class: ClassId }
  /** The answer to `has`. */
  | { readonly kind: "answer"; readonly value: boolean }
  | { readonly kind: "missing" };

export type Members = ReadonlyMap<ClassId, ReadonlySet<ClassId>>;

export function resolveFamilies(b: Builder): void {
  const { families } = b;
  const isPlain =
    families.edges.size === 0 &&
    families.virtuals.size === 0 &&
    families.questions.size === 0 &&
    families.nameQuestions.size === 0 &&
    families.ownProperties.length === 0 &&
    families.frozen.length === 0 &&
    families.casts.size === 0 &&
    families.compared.length === 0;
  if (isPlain) {
    for (const info of b.classInfos.values()) b.class(info.id).fields = allFields(info);
    fillJsonWriters(b, new KeyOrders(b, computeMembers(b)));
    return;
  }
  const targets = bindTargets(b);
  if (b.reporter.hasErrors()) return;
  const members = computeMembers(b);
  for (const info of b.classInfos.values()) {
    const own = allFields(info).map((field) => canonical(b, field));
    b.class(info.id).fields = [...new Set(own)];
  }
  nameFamilies(b);
  const resolved: Resolved = { members, targets, orders: new KeyOrders(b, members) };
  checkOwnProperties(b, resolved);
  checkFrozen(b, members);
  fillDispatchers(b, resolved);
  fillJsonWriters(b, resolved.orders);
  if (b.reporter.hasErrors()) return;
  const rewriter = createFamilyRewriter(b, resolved);
  for (const fn of b.functions) fn.body = mapStatements(fn.body, rewriter);
  const errors = classOfOwnErrors(b);
  addTags(b, errors === null ? rewriter.asked : new Set([...rewriter.asked, errors]));
  declareUncaughtText(b);
  nameThrownClasses(b, members);
  refuseEarlyReads(b);
}

function nameThrownClasses(b: Builder, members: Members): void {
  if (b.errors === null) return;
  const arm = armOf(b.errors.thrown, "object");
  const thrown = arm?.kind === "object" ? [...(members.get(arm.class) ?? [])] : [];
  const root = b.errors.class;
  const sorted = thrown.sort((one, other) => one - other);
  const errorMembers = sorted.filter((id) => derivesFrom(b.info(id), root));
  b.errors = { ...b.errors, members: sorted, errorMembers };
}

/** Which classes of objects reach places of each class. */
export function computeMembers(b: Builder): Members {
  const { edges, allocated, narrowings } = b.families;
  const members = new Map<ClassId, Set<ClassId>>();
  for (const id of b.classInfos.keys()) members.set(id, new Set(allocated.has(id) ? [id] : []));
  const add = (to: ClassId, from: ClassId, fits: (id: ClassId) => boolean): boolean => {
    const target = members.get(to);
    if (target === undefined) return false;
    const before = target.size;
    for (const id of members.get(from) ?? []) if (!target.has(id) && fits(id)) target.add(id);
    return target.size !== before;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [from, to] of pairsOf(edges)) changed = add(to, from, () => true) || changed;
    for (const [from, to] of pairsOf(narrowings))
      changed = add(to, from, (id) => fitsClass(b, id, to)) || changed;
  }
  return members;
}

/** Whether an object of the class may be what a narrowed type promises. */
export function fitsClass(b: Builder, id: ClassId, wanted: ClassId): boolean {
  const info = b.info(id);
  const goal = b.info(wanted);
  if (derivesFrom(info, wanted)) return true;
  if (goal.parts.length > 0) return goal.parts.some((part) => fitsClass(b, id, part.id));
  if (goal.declaration !== null || goal.literal !== null || isRuledOut(b, id, wanted)) return false;
  return [...goal.fields].every(([key, field]) => {
    const own = fieldKeys(info).get(key);
    if (own === undefined)
      return (["get", "method"] as const).some(
        (kind) => implementationOf(b, id, kind, key).kind !== "missing",
      );
    return mayBeSame(b.field(canonical(b, own)).type, b.field(canonical(b, field)).type);
  });
}

/** A field that holds numbers is none that holds strings. */
function mayBeSame(left: HirType, right: HirType): boolean {
  return armsOf(left).some((arm) => hasArm(right, arm.kind));
}

/** Finds what each placeholder calls for each class; bodies that become reachable may add classes and flows. */
function bindTargets(b: Builder): ReadonlyMap<VirtualMember, ReadonlyMap<ClassId, Target>> {
  const targets = new Map<VirtualMember, Map<ClassId, Target>>();
  for (let changed = true; changed; ) {
    runPending(b);
    noteStoredConstants(b);
    const members = computeMembers(b);
    changed = unifyFields(b, members);
    for (const member of [...b.families.virtuals.values()]) {
      const known = targets.get(member) ?? new Map<ClassId, Target>();
      targets.set(member, known);
      for (const id of members.get(member.class) ?? []) {
        if (known.has(id)) continue;
        changed = true;
        known.set(id, bindTarget(b, member, id));
      }
    }
  }
  return targets;
}

export function isListing(member: VirtualMember): boolean {
  return member.kind === "keys" || member.kind === "values" || member.kind === "entries";
}

function bindTarget(b: Builder, member: VirtualMember, id: ClassId): Target {
  try {
    if (isListing(member)) {
      if (!connectListing(b, member, id)) mismatch(b, member);
      return { kind: "list", class: id };
    }
    const found = implementationOf(b, id, member.kind === "has" ? "method" : member.kind, member.name);
    if (member.kind === "has" && found.kind !== "field")
      return { kind: "answer", value: found.kind !== "missing" };
    if (found.kind === "missing") return member.isOptional ? { kind: "answer", value: false } : found;
    if (found.kind === "made") {
      connect(b, member, id, found.function);
      return { kind: "function", function: found.function };
    }
    if (found.kind !== "function") {
      const target = fieldTarget(b, found, member.name);
      addEdge(b.families, id, b.field(target.field).class);
      if (!connectField(b, member, target)) mismatch(b, member);
      return target;
    }
    const callee = found.within(() => functionOf(b, found.node));
    connect(b, member, id, callee);
    return { kind: "function", function: callee };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind: "missing" };
  }
}

function fieldTarget(
  b: Builder,
  found: Extract<Implementation, { kind: "field" | "kept" }>,
  name: string,
): Extract<Target, { kind: "field" }> {
  if (found.kind === "field") return { kind: "field", field: found.field, takesObject: false };
  const field = b.within(found.class.instance, () => keptField(b, found.class, found.member, name));
  return { kind: "field", field, takesObject: true };
}

/** Values flow from the placeholder's parameters to the function's, and back from its result. */
function connect(b: Builder, member: VirtualMember, id: ClassId, callee: FunctionId): void {
  const placeholder = b.function(member.function);
  const fn = b.function(callee);
  b.callees.get(member.function)?.add(callee);
  const [receiver, ...own] = fn.parameters;
  const others = placeholder.parameters.slice(1);
  const self = receiver === undefined ? null : b.local(receiver).type;
  if (self?.kind === "object") addEdge(b.families, id, self.class);
  others.forEach((parameter, index) => {
    const to = own[index];
    if (to !== undefined && !canFlow(b, b.local(parameter).type, b.local(to).type)) mismatch(b, member);
  });
  if (own.length > others.length) {
    const complete = completeCall(b, scopeOf(b, member), callee, others.length + 1, member.at);
    b.callees.get(member.function)?.add(complete.function);
  }
  if (fn.isAsync !== placeholder.isAsync)
    b.unsupported(
      member.at,
      `'${member.name}', which is async in some classes only, is`,
      "Make it async everywhere.",
    );
  if (placeholder.result.kind !== "void" && !canFlow(b, fn.result, placeholder.result)) mismatch(b, member);
}

function mismatch(b: Builder, member: VirtualMember): never {
  return b.unsupported(
    member.at,
    `'${member.name}', whose types differ from class to class, is`,
    "Give it the same types everywhere.",
  );
}

// Fields

/** One field for one name where objects of one class are seen as another. True: something new. */
function unifyFields(b: Builder, members: Members): boolean {
  let changed = false;
  const { edges, narrowings } = b.families;
  const seen = pairsOf(narrowings);
  const fitting = [...new Set(seen.map(([, to]) => to))];
  const narrowed = fitting.flatMap((to) => [...(members.get(to) ?? [])].map((from) => [from, to] as const));
  for (const [from, to] of [...pairsOf(edges), ...seen, ...narrowed]) {
    const own = fieldKeys(b.info(from));
    for (const [key, field] of fieldKeys(b.info(to))) {
      const other = own.get(key);
      if (other !== undefined && unifyField(b, other, field)) changed = true;
    }
  }
  return changed;
}

function unifyField(b: Builder, left: FieldId, right: FieldId): boolean {
  const a = canonical(b, left);
  const c = canonical(b, right);
  if (a === c) return false;
  const [kept, gone] = isBetterHome(b, a, c) ? [a, c] : [c, a];
  b.families.fieldOf.set(gone, kept);
  const field = b.field(kept);
  const merged = mergeTypes(b, field.type, b.field(gone).type);
  if (merged === null) {
    const hint = "Give the property one type, or another name.";
    const construct = `'${field.name}', which has different types in '${className(b, a)}' and '${className(b, c)}', is`;
    b.reporter.report("TSFW2001", b.field(gone).span, { construct, hint });
  } else field.type = merged;
  return true;
}

function className(b: Builder, field: FieldId): string {
  return b.class(b.field(field).class).name;
}

/** The field of a class with a constructor stands for those of interfaces; else the older one. */
function isBetterHome(b: Builder, a: FieldId, c: FieldId): boolean {
  const isDeclared = (field: FieldId): boolean => {
    const owner = b.field(field).class;
    return b.info(owner).declaration !== null || owner === b.errors?.class;
  };
  return isDeclared(a) === isDeclared(c) ? a < c : isDeclared(a);
}

function mergeTypes(b: Builder, a: HirType, c: HirType): HirType | null {
  if (a.kind === "object" && c.kind === "object")
    return { kind: "object", class: joinClasses(b, [a.class, c.class]) };
  if (a.kind === "number" && c.kind === "number") {
    if (a.sized === null) return c;
    return c.sized === null || c.sized === a.sized ? a : null;
  }
  return unifyTypes(b, a, c) ? a : null;
}

// Families and tags

function nameFamilies(b: Builder): void {
  const classes = createUnionFind();
  for (const _ of b.classes) classes.add();
  for (const [from, to] of pairsOf(b.families.edges)) classes.union(from, to);
  for (const [from, to] of pairsOf(b.families.narrowings)) classes.union(from, to);
  for (const [left, right] of b.families.compared) classes.union(left, right);
  for (const record of b.classes) record.family = classes.find(record.id) as ClassId;
}

/** Objects of families that something asks get a number of their class. */
function addTags(b: Builder, asked: ReadonlySet<ClassId>): void {
  const families = new Set([...asked].map((id) => b.class(id).family));
  for (const family of families) {
    const classes = b.classes.filter((record) => record.family === family);
    const home = b.info(family);
    const isWide = classes.length > 255;
    const type: HirType = { kind: "number", sized: isWide ? "u16" : "u8" };
    const field = b.addField(home, "tag", type, home.declaration ?? b.loaded.entry, "tag of its class");
    home.fields.delete("tag of its class");
    b.class(family).fields = b.class(family).fields.filter((one) => one !== field);
    classes.forEach((record, index) => {
      record.tag = { field, value: index };
    });
  }
}

/** The class that a value of a type refers to, or null. */
export function classOfValue(value: HirExpr): ClassId | null {
  return value.type.kind === "object" ? value.type.class : null;
}
