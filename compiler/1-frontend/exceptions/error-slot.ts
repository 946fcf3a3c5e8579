/**
 * The error in flight: a flag, the fields of the error, and where it was thrown,
 * each a module variable. Nothing but the throw and the catch of an error
 * touches them, and at most one error is in flight at a time.
 */
import type { HirErrors, HirExpr, HirStatement, HirType } from "../../ir/hir.ts";
import type { FieldId, FunctionId, LocalId, StaticId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import { booleanType, type ProgramDraft, stringType, voidType } from "./program-draft.ts";

interface SlotField {
  readonly field: FieldId;
  readonly static: StaticId;
  readonly type: HirType;
}

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
  /** The fields of the error; empty where the error itself is passed on. */
  readonly #fields: readonly SlotField[];
  /** The error itself, in programs that could tell it from a copy. */
  readonly #reference: StaticId | null;
  #uncaught: FunctionId | null = null;

  constructor(draft: ProgramDraft, errors: HirErrors, span: Span, keepsIdentity: boolean) {
    this.#draft = draft;
    this.#errors = errors;
    this.#pending = draft.addStatic("error_pending", booleanType, span);
    this.#location = draft.addStatic("error_location", stringType, span);
    const type = { kind: "object", class: errors.class } as const;
    this.#reference = keepsIdentity ? draft.addStatic("error_thrown", type, span) : null;
    const fields = keepsIdentity ? [] : defined(draft.program.classes[errors.class], "error class").fields;
    this.#fields = fields.map((field) => {
      const { name, type } = defined(draft.program.fields[field], "field");
      return { field, type, static: draft.addStatic(`error_${name.replace("#", "")}`, type, span) };
    });
  }

  /** What the variables start with; runs before everything else. */
  initialise(span: Span): HirStatement[] {
    const start = (id: StaticId, type: HirType): HirStatement => {
      const value =
        type.kind === "string"
          ? this.#draft.text("", span)
          : type.kind === "boolean"
            ? this.#draft.boolean(false, span)
            : this.#draft.expression(span, {
                kind: "number",
                value: 0,
                type: { kind: "number", sized: null },
              });
      return { kind: "staticInit", static: id, value, span };
    };
    return [
      start(this.#pending, booleanType),
      start(this.#location, stringType),
      ...this.#fields.map((field) => start(field.static, field.type)),
    ];
  }

  isPending(span: Span): HirExpr {
    return this.#draft.static(this.#pending, span);
  }

  /** Puts an error in flight. `value` is evaluated before anything is written. */
  raise(owner: FunctionId, value: HirExpr, location: string): HirStatement[] {
    const { span } = value;
    return [
      ...this.#store(owner, value),
      this.#draft.setStatic(this.#location, this.#draft.text(location, span)),
      this.#draft.setStatic(this.#pending, this.#draft.boolean(true, span)),
    ];
  }

  /** Replaces the error in flight by the one that says that a disposal suppressed another. */
  suppress(owner: FunctionId, span: Span, location: string): HirStatement[] {
    const draft = this.#draft;
    const { kind, name, message, suppressed } = this.#errors;
    const number = { kind: "number", value: suppressed.kind, type: { kind: "number", sized: null } } as const;
    const error = draft.expression(span, {
      kind: "object",
      class: this.#errors.class,
      fields: [
        { field: kind, value: draft.expression(span, number) },
        { field: name, value: draft.text(suppressed.name, span) },
        { field: message, value: draft.text(suppressed.message, span) },
      ],
      site: draft.addSite(owner, "error", span),
      type: { kind: "object", class: this.#errors.class },
    });
    return this.raise(owner, error, location);
  }

  #store(owner: FunctionId, value: HirExpr): HirStatement[] {
    const draft = this.#draft;
    if (this.#reference !== null) return [draft.setStatic(this.#reference, value)];
    if (value.kind === "object") {
      const parts = value.fields.map((part) => ({ ...part, isSimple: isLiteral(part.value) }));
      const computed = parts.filter((part) => !part.isSimple);
      if (computed.length <= 1) {
        return [...computed, ...parts.filter((part) => part.isSimple)].map((part) =>
          draft.setStatic(this.#staticOf(part.field), part.value),
        );
      }
    }
    const error = draft.addLocal(owner, "error", value.type, value.span);
    const fields = this.#fields.map(({ field, static: id, type }) => {
      const object = draft.local(error, value.span);
      return draft.setStatic(id, draft.expression(value.span, { kind: "field", object, field, type }));
    });
    return [draft.let(error, value, value.span), ...fields];
  }

  #staticOf(field: FieldId): StaticId {
    return defined(
      this.#fields.find((one) => one.field === field),
      "field of an error",
    ).static;
  }

  /** The caught error, as a new object if nobody can tell; `settle` ends its flight. */
  take(owner: FunctionId, span: Span): HirExpr {
    const draft = this.#draft;
    if (this.#reference !== null) return draft.static(this.#reference, span);
    return draft.expression(span, {
      kind: "object",
      class: this.#errors.class,
      fields: this.#fields.map(({ field, static: id }) => ({ field, value: draft.static(id, span) })),
      site: draft.addSite(owner, "caught error", span),
      type: { kind: "object", class: this.#errors.class },
    });
  }

  settle(span: Span): HirStatement {
    return this.#draft.setStatic(this.#pending, this.#draft.boolean(false, span));
  }

  /** Puts the error aside, if there is one. */
  park(owner: FunctionId, span: Span): { readonly parked: Parked; readonly statements: HirStatement[] } {
    const draft = this.#draft;
    const error = this.#reference === null ? this.#fields.map((field) => field.static) : [this.#reference];
    const statics = [this.#location, ...error];
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
    const id = draft.addFunction({
      name: "uncaught",
      role: "function",
      isAsync: false,
      parameters: [],
      result: voidType,
      body: [],
      parent: null,
      captures: [],
      signature: null,
      external: null,
      environment: "frame",
      span,
    });
    const message = uncaughtText(draft, this.#errors, this.take(id, span));
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

/** What the panic of an uncaught error says. */
export function uncaughtText(draft: ProgramDraft, errors: HirErrors, error: HirExpr): HirExpr {
  const { span } = error;
  const text = draft.expression(span, {
    kind: "call",
    function: errors.uncaught,
    args: [error],
    type: stringType,
  });
  return draft.expression(span, {
    kind: "template",
    parts: [draft.text("Uncaught ", span), text],
    type: stringType,
  });
}

function isLiteral(node: HirExpr): boolean {
  return node.kind === "string" || node.kind === "number" || node.kind === "boolean";
}
