/**
 * Makes plain functions of generators: `step` begins with a choice of the state to
 * go on with, and what lives across a `yield` is a field of the generator. All
 * later phases see objects, fields and jumps.
 *
 * Needs:      HIR without `throw` and `try`.
 * Guarantees: no `yield` is left.
 * Reports:    TSFW2001 for functions that share a variable of a round which lives across a `yield`.
 */
import type { Reporter } from "../../diagnostics/diagnostic.ts";
import type { HirExpr, HirFunction, HirProgram, HirStatement, HirTarget } from "../../ir/hir.ts";
import type { FieldId, FunctionId, LocalId } from "../../ir/ids.ts";
import { rewriteStatements } from "../../ir/rewrite-hir.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import type { Builder } from "../builder.ts";
import { booleanType, ProgramDraft } from "../exceptions/program-draft.ts";
import { canonical } from "../families.ts";
import { cutIntoStates, type States } from "./generator-states.ts";
import { DONE, type GeneratorInfo, RUNNING } from "./generator-tables.ts";
import { YieldFinder, YieldLifter } from "./lift-yields.ts";

export function makeGeneratorsExplicit(program: HirProgram, b: Builder, reporter: Reporter): HirProgram {
  const { generators } = b.families;
  if (generators.byClass.size === 0) return program;
  const draft = new ProgramDraft(program);
  for (const generator of generators.byClass.values()) new Maker(b, draft, generator, reporter).make();
  return draft.finish();
}

class Maker {
  readonly #b: Builder;
  readonly #draft: ProgramDraft;
  readonly #generator: GeneratorInfo;
  readonly #reporter: Reporter;

  constructor(b: Builder, draft: ProgramDraft, generator: GeneratorInfo, reporter: Reporter) {
    this.#b = b;
    this.#draft = draft;
    this.#generator = generator;
    this.#reporter = reporter;
  }

  make(): void {
    const draft = this.#draft;
    const { step, self, state } = this.#generator;
    const fn = defined(draft.functions[step], "step");
    const { span } = fn;
    const finder = new YieldFinder();
    const lifted = new YieldLifter(draft, step, finder).statements(fn.body);
    const at = draft.addLocal(step, "state", { kind: "number", sized: null }, span);
    const dispatch = draft.nextJump();
    const { owned } = this.#b.families.generators;
    const machine = { owned, draft, finder: new YieldFinder(), step, self, state, at, dispatch };
    const states = cutIntoStates(machine, lifted, span);
    const fields = this.#framed(states, at);
    const code = states.code.map((list) => this.#withFields(list, fields));
    const body: HirStatement[] = [
      draft.let(at, this.#field(state, span), span),
      this.#whenRunning(at, span),
      this.#setState(RUNNING, span),
      {
        kind: "loop",
        jump: dispatch,
        test: null,
        testFirst: true,
        update: null,
        body: [this.#choice(at, code, span)],
        perIteration: [],
        span,
      },
    ];
    draft.functions[step] = { ...fn, body };
    this.#shareFields(fields, states);
    const { creator, class: id } = this.#generator;
    const record = defined(draft.classes[id], "class");
    const { once, replaced } = states;
    draft.classes[id] = { ...record, steps: { creator, step, once, replaced } };
  }

  // The code around the states

  #field(field: FieldId, span: Span): HirExpr {
    const { type } = defined(this.#draft.fields[field], "field");
    const object = this.#draft.local(this.#generator.self, span);
    return this.#draft.expression(span, { kind: "field", object, field, type });
  }

  #number(value: number, span: Span): HirExpr {
    return this.#draft.expression(span, { kind: "number", value, type: { kind: "number", sized: null } });
  }

  #set(field: FieldId, value: HirExpr): HirStatement {
    const { span } = value;
    const object = this.#draft.local(this.#generator.self, span);
    const { type } = defined(this.#draft.fields[field], "field");
    const target = { kind: "field", object, field } as const;
    return {
      kind: "expression",
      value: this.#draft.expression(span, { kind: "assign", target, value, type }),
      span,
    };
  }

  #setState(state: number, span: Span): HirStatement {
    return this.#set(this.#generator.state, this.#number(state, span));
  }

  #whenRunning(at: LocalId, span: Span): HirStatement {
    const draft = this.#draft;
    const test = draft.expression(span, {
      kind: "compare",
      op: "===",
      left: draft.local(at, span),
      right: this.#number(RUNNING, span),
      type: booleanType,
    });
    const panic = draft.expression(span, {
      kind: "intrinsic",
      name: "panic",
      args: [draft.text("TypeError: Generator is already running", span)],
      type: { kind: "void" },
    });
    return { kind: "if", test, whenTrue: [{ kind: "expression", value: panic, span }], whenFalse: [], span };
  }

  #choice(at: LocalId, code: readonly (readonly HirStatement[])[], span: Span): HirStatement {
    const draft = this.#draft;
    const ended: HirStatement[] = [
      ...this.#forgetResult(span),
      this.#setState(DONE, span),
      { kind: "return", value: draft.boolean(false, span), span },
    ];
    return {
      kind: "switch",
      jump: draft.nextJump(),
      subject: draft.local(at, span),
      cases: [
        ...code.map((body, index) => ({ test: this.#number(index, span), body, span })),
        { test: null, body: ended, span },
      ],
      span,
    };
  }

  /** A generator that has ended gives undefined from then on. */
  #forgetResult(span: Span): HirStatement[] {
    if (this.#generator.result === null) return [];
    const field = canonical(this.#b, this.#generator.result);
    const { type } = defined(this.#draft.fields[field], "field");
    const nothing = this.#draft.nothing(span);
    const value =
      type.kind === "union" ? this.#draft.expression(span, { kind: "wrap", value: nothing, type }) : nothing;
    return [this.#set(field, value)];
  }

  // Variables

  /** The variables that are used in more than one state, with the field of each. */
  #framed(states: States, at: LocalId): ReadonlyMap<LocalId, FieldId> {
    const draft = this.#draft;
    const uses = new Map<LocalId, Set<number>>();
    const declared = new Set<LocalId>();
    states.code.forEach((list, state) => {
      visitLocals(draft, list, (local, isDeclared) => {
        if (draft.locals[local]?.owner !== this.#generator.step) return;
        if (isDeclared) declared.add(local);
        uses.set(local, (uses.get(local) ?? new Set()).add(state));
      });
    });
    const fields = new Map<LocalId, FieldId>();
    for (const [local, where] of [...uses].sort(([x], [y]) => x - y)) {
      if (local === this.#generator.self || local === at) continue;
      if (where.size === 1 && declared.has(local)) continue;
      const { name, type, span } = defined(draft.locals[local], "local");
      const given = this.#generator.given.get(local);
      fields.set(local, given ?? draft.addField(this.#generator.class, name, type, span));
    }
    return fields;
  }

  #withFields(list: readonly HirStatement[], fields: ReadonlyMap<LocalId, FieldId>): readonly HirStatement[] {
    const target = (to: HirTarget, node: HirExpr): HirTarget | null => {
      const field = to.kind === "local" ? fields.get(to.local) : undefined;
      if (field === undefined) return null;
      return { kind: "field", object: this.#draft.local(this.#generator.self, node.span), field };
    };
    return rewriteStatements(list, {
      expression: (node) => {
        const field = node.kind === "local" ? fields.get(node.local) : undefined;
        return field === undefined ? null : this.#field(field, node.span);
      },
      target,
      statement: (statement) => {
        if (statement.kind !== "let") return [statement];
        const field = fields.get(statement.local);
        if (field === undefined) return [statement];
        const isGiven = this.#generator.given.get(statement.local) === field;
        return statement.value === null || isGiven ? [] : [this.#set(field, statement.value)];
      },
      before: () => [],
    });
  }

  /** Functions inside the body that use such a variable use the field. */
  #shareFields(fields: ReadonlyMap<LocalId, FieldId>, states: States): void {
    const draft = this.#draft;
    for (const fn of draft.functions) {
      const shared = fn.captures.filter((local) => fields.has(local));
      if (shared.length === 0 || fn.id === this.#generator.step) continue;
      for (const local of shared) if (states.inLoops.has(local)) this.#refuse(local, fn);
      const { self } = this.#generator;
      const others = fn.captures.filter((local) => !fields.has(local) && local !== self);
      draft.functions[fn.id] = {
        ...fn,
        captures: [...others, self].sort((x, y) => x - y),
        body: this.#withFields(fn.body, fields),
      };
      draft.locals[self] = { ...defined(draft.locals[self], "self"), captured: true };
    }
  }

  #refuse(local: LocalId, fn: HirFunction): void {
    const name = this.#draft.locals[local]?.name ?? "?";
    this.#reporter.report("TSFW2001", fn.span, {
      construct: `A function that uses '${name}', a variable of a loop in a generator that lives across 'yield', is`,
      hint: "Declare the variable outside the loop, or use it before the `yield`.",
    });
  }
}

/** Every variable that the statements name, also through the functions they call or make. */
function visitLocals(
  draft: ProgramDraft,
  list: readonly HirStatement[],
  visit: (local: LocalId, isDeclared: boolean) => void,
): void {
  const captured = (id: FunctionId): void => {
    for (const local of draft.functions[id]?.captures ?? []) visit(local, false);
  };
  walkStatements(list, {
    statement: (statement) => {
      if (statement.kind === "let" || statement.kind === "forOf") visit(statement.local, true);
      if (statement.kind === "loop") for (const local of statement.perIteration) visit(local, false);
    },
    expression: (node) => {
      if (node.kind === "local") visit(node.local, false);
      if ("target" in node && node.target.kind === "local") visit(node.target.local, false);
      if (node.kind === "closure" || node.kind === "call") captured(node.function);
    },
  });
}
