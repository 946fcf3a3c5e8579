/**
 * The error in flight: a flag, the fields of the error, and where it was thrown,
 * each a module variable. Nothing but the throw and the catch of an error
 * touches them, and at most one error is in flight at a time.
 */
import type { HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ClassId, FieldId, FunctionId, LocalId, StaticId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import { type Cargo, FieldsCargo, ReferenceCargo } from "./error-cargo.ts";
import { booleanType, type ProgramDraft, stringType, voidType } from "./program-draft.ts";
import { TaggedCargo } from "./tagged-cargo.ts";
import type { ThrownParts } from "./thrown-parts.ts";
import { uncaughtText } from "./uncaught-text.ts";

/** The error in flight, put aside while a `finally` runs. */
export interface Parked {
  readonly locals: readonly { readonly local: LocalId; readonly static: StaticId }[];
  readonly flag: LocalId;
}

export class ErrorSlot {
  readonly #draft: ProgramDraft;
  readonly #errors: HirErrors;
  readonly #pending: StaticId;
  readonly #location: StaticId;
  readonly #cargo: Cargo;
  #uncaught: FunctionId | null = null;

  constructor(
    draft: ProgramDraft,
    errors: HirErrors,
    span: Span,
    keepsIdentity: boolean,
    pooled: ReadonlySet<ClassId>,
  ) {
    this.#draft = draft;
    this.#errors = errors;
    this.#pending = draft.addStatic("error_pending", booleanType, span);
    this.#location = draft.addStatic("error_location", stringType, span);
    this.#cargo = cargoFor(draft, errors, span, keepsIdentity, pooled);
  }

  /** What the variables start with; runs before everything else. */
  initialise(span: Span): HirStatement[] {
    return [this.#pending, this.#location, ...this.#cargo.statics].flatMap((id) => {
      const value = this.#start(defined(this.#draft.statics[id], "static").type, span);
      return value === null ? [] : [{ kind: "staticInit", static: id, value, span } as const];
    });
  }

  /** Zeroed memory will do for unions and references: nobody reads them before a store. */
  #start(type: HirType, span: Span): HirExpr | null {
    switch (type.kind) {
      case "string":
        return this.#draft.text("", span);
      case "boolean":
        return this.#draft.boolean(false, span);
      case "number":
        return this.#draft.expression(span, {
          kind: "number",
          value: 0,
          type: { kind: "number", sized: null },
        });
      default:
        return null;
    }
  }

  isPending(span: Span): HirExpr {
    return this.#draft.static(this.#pending, span);
  }

  /** Puts an error in flight. `value` is evaluated before anything is written. */
  raise(owner: FunctionId, value: HirExpr, location: string): HirStatement[] {
    const { span } = value;
    return [
      ...this.#cargo.store(owner, value),
      this.#draft.setStatic(this.#location, this.#draft.text(location, span)),
      this.#draft.setStatic(this.#pending, this.#draft.boolean(true, span)),
    ];
  }

  /** Replaces the error in flight by the one that says that a disposal suppressed another. */
  suppress(owner: FunctionId, span: Span, location: string): HirStatement[] {
    const draft = this.#draft;
    const { kind, name, message, cause, suppressed } = this.#errors;
    const number = { kind: "number", value: suppressed.kind, type: { kind: "number", sized: null } } as const;
    const error = draft.expression(span, {
      kind: "object",
      class: this.#errors.class,
      fields: [
        { field: kind, value: draft.expression(span, number) },
        { field: name, value: draft.text(suppressed.name, span) },
        { field: message, value: draft.text(suppressed.message, span) },
        ...(cause === null ? [] : [{ field: cause, value: this.#noCause(cause, span) }]),
      ],
      site: draft.addSite(owner, "error", span),
      type: { kind: "object", class: this.#errors.class },
    });
    return this.raise(owner, error, location);
  }

  #noCause(cause: FieldId, span: Span): HirExpr {
    const nothing = this.#draft.expression(span, { kind: "undefined", type: voidType });
    const { type } = defined(this.#draft.program.fields[cause], "cause");
    return this.#draft.expression(span, { kind: "wrap", value: nothing, type });
  }

  /** The caught value, as a new object if nobody can tell; `settle` ends its flight. */
  take(owner: FunctionId, span: Span, parts: ThrownParts): HirExpr {
    return this.#cargo.take(owner, span, parts);
  }

  drop(span: Span, parts: ThrownParts): HirStatement[] {
    return this.#cargo.drop(span, parts);
  }

  settle(span: Span): HirStatement {
    return this.#draft.setStatic(this.#pending, this.#draft.boolean(false, span));
  }

  /** Puts the error aside, if there is one. */
  park(owner: FunctionId, span: Span): { readonly parked: Parked; readonly statements: HirStatement[] } {
    const draft = this.#draft;
    const statics = [this.#location, ...this.#cargo.statics];
    const keep = (id: StaticId): LocalId => {
      const { name, type } = defined(draft.statics[id], "static");
      return draft.addLocal(owner, `kept_${name}`, type, span);
    };
    const locals = statics.map((id) => ({ local: keep(id), static: id }));
    const flag = keep(this.#pending);
    const lets = [...locals, { local: flag, static: this.#pending }].map((one) =>
      draft.let(one.local, draft.static(one.static, span), span),
    );
    return { parked: { locals, flag }, statements: [...lets, this.settle(span)] };
  }

  /** Puts a parked error back in flight. */
  unpark(parked: Parked, span: Span): HirStatement[] {
    const draft = this.#draft;
    return [
      ...parked.locals.map(({ local, static: id }) => draft.setStatic(id, draft.local(local, span))),
      draft.setStatic(this.#pending, draft.boolean(true, span)),
    ];
  }

  /** Ends the program with the error in flight. */
  endProgram(span: Span): HirStatement {
    this.#uncaught ??= this.#declareUncaught(span);
    const value = this.#draft.expression(span, {
      kind: "call",
      function: this.#uncaught,
      args: [],
      type: voidType,
    });
    return { kind: "expression", value, span };
  }

  #declareUncaught(span: Span): FunctionId {
    const draft = this.#draft;
    const id = draft.declareFunction("uncaught", span);
    const message = uncaughtText(draft, this.#errors, id, this.take(id, span, "any"));
    const value = draft.expression(span, {
      kind: "intrinsic",
      name: "panicAt",
      args: [message, draft.static(this.#location, span)],
      type: voidType,
    });
    const made = defined(draft.functions[id], "function");
    draft.functions[id] = { ...made, body: [{ kind: "expression", value, span }] };
    return id;
  }
}

function cargoFor(
  draft: ProgramDraft,
  errors: HirErrors,
  span: Span,
  keepsIdentity: boolean,
  pooled: ReadonlySet<ClassId>,
): Cargo {
  if (keepsIdentity) return new ReferenceCargo(draft, errors, span);
  const [only, ...others] = errors.members;
  const isPlain = errors.thrown.kind === "object" && only !== undefined && others.length === 0;
  if (isPlain && !pooled.has(only)) return new FieldsCargo(draft, errors, only, span);
  return new TaggedCargo(draft, errors, pooled, span);
}
