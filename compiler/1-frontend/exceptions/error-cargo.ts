/**
 * What an error in flight carries, in module variables: the fields of the one
 * class of errors there is, or the error itself in programs that could tell it
 * from a copy. What is thrown in several classes has a file of its own
 * (tagged-cargo.ts).
 */
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ClassId, FieldId, FunctionId, StaticId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import type { ProgramDraft } from "./program-draft.ts";
import type { ThrownParts } from "./thrown-parts.ts";

export interface Cargo {
  /** All that a `finally` has to put aside. */
  readonly statics: readonly StaticId[];
  /** Puts the thrown value in; it is evaluated before anything is written. */
  store(owner: FunctionId, value: HirExpr): HirStatement[];
  /** The thrown value, which is of one of the parts; as a new object if nobody can tell. */
  take(owner: FunctionId, span: Span, parts: ThrownParts): HirExpr;
  /** Lets go of the thrown value once it was taken. */
  drop(span: Span, parts: ThrownParts): HirStatement[];
}

export interface SlotField {
  readonly field: FieldId;
  readonly static: StaticId;
  readonly type: HirType;
}

export function addFields(
  draft: ProgramDraft,
  id: ClassId,
  known: Map<FieldId, SlotField>,
  span: Span,
): void {
  for (const field of defined(draft.program.classes[id], "class of errors").fields) {
    if (known.has(field)) continue;
    const { name, type } = defined(draft.program.fields[field], "field");
    known.set(field, { field, type, static: draft.addStatic(`error_${name.replace("#", "")}`, type, span) });
  }
}

/** The stores that move a fresh object's parts without making the object; null where order would matter. */
export function storeParts(
  draft: ProgramDraft,
  value: HirExpr,
  fields: ReadonlyMap<FieldId, SlotField>,
): HirStatement[] | null {
  if (value.kind !== "object") return null;
  const computed = value.fields.filter((part) => !isLiteral(part.value));
  if (computed.length > 1) return null;
  const rest = value.fields.filter((part) => isLiteral(part.value));
  return [...computed, ...rest].map((part) =>
    draft.setStatic(defined(fields.get(part.field), "field of an error").static, part.value),
  );
}

/** Moves the fields of an object that is held in a variable. */
export function storeFields(
  draft: ProgramDraft,
  object: () => HirExpr,
  fields: Iterable<SlotField>,
): HirStatement[] {
  return [...fields].map(({ field, static: id, type }) => {
    const from = object();
    return draft.setStatic(id, draft.expression(from.span, { kind: "field", object: from, field, type }));
  });
}

function isLiteral(node: HirExpr): boolean {
  return node.kind === "string" || node.kind === "number" || node.kind === "boolean";
}

/** The error itself. */
export class ReferenceCargo implements Cargo {
  readonly statics: readonly StaticId[];
  readonly #draft: ProgramDraft;
  readonly #thrown: StaticId;

  constructor(draft: ProgramDraft, errors: HirErrors, span: Span) {
    this.#draft = draft;
    this.#thrown = draft.addStatic("error_thrown", errors.thrown, span);
    this.statics = [this.#thrown];
  }

  store(_owner: FunctionId, value: HirExpr): HirStatement[] {
    return [this.#draft.setStatic(this.#thrown, value)];
  }

  take(_owner: FunctionId, span: Span): HirExpr {
    return this.#draft.static(this.#thrown, span);
  }

  drop(): HirStatement[] {
    return [];
  }
}

/** The fields of an error, where all are of one class. */
export class FieldsCargo implements Cargo {
  readonly statics: readonly StaticId[];
  readonly #draft: ProgramDraft;
  readonly #class: ClassId;
  readonly #type: HirType;
  readonly #fields = new Map<FieldId, SlotField>();

  constructor(draft: ProgramDraft, errors: HirErrors, id: ClassId, span: Span) {
    this.#draft = draft;
    this.#class = id;
    this.#type = errors.thrown;
    addFields(draft, id, this.#fields, span);
    this.statics = [...this.#fields.values()].map((field) => field.static);
  }

  store(owner: FunctionId, value: HirExpr): HirStatement[] {
    const draft = this.#draft;
    const parts = storeParts(draft, value, this.#fields);
    if (parts !== null) return parts;
    const error = draft.addLocal(owner, "error", value.type, value.span);
    const read = (): HirExpr => draft.local(error, value.span);
    return [draft.let(error, value, value.span), ...storeFields(draft, read, this.#fields.values())];
  }

  take(owner: FunctionId, span: Span): HirExpr {
    return rebuildObject(this.#draft, owner, span, this.#class, this.#type, this.#fields.values());
  }

  drop(): HirStatement[] {
    return [];
  }
}

/** A new object with what the variables hold, as a value of a wider type. */
export function rebuildObject(
  draft: ProgramDraft,
  owner: FunctionId,
  span: Span,
  id: ClassId,
  type: HirType,
  fields: Iterable<SlotField>,
): HirExpr {
  const own = { kind: "object", class: id } as const;
  const object = draft.expression(span, {
    kind: "object",
    class: id,
    fields: [...fields].map(({ field, static: from }) => ({ field, value: draft.static(from, span) })),
    site: draft.addSite(owner, "caught error", span),
    type: own,
  });
  if (type.kind !== "object" || type.class === id) return object;
  return draft.expression(span, { kind: "cast", value: object, classes: null, type });
}
