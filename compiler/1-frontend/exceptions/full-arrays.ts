/**
 * Makes the RangeErrors of arrays with a bound catchable: in functions that run
 * inside some `try`, growing past `Max<T[], N>` and lengths that are none become
 * tests with a `throw`. Everywhere else they stay panics and cost nothing here.
 */
import type { HirExpr, HirFunction, HirProgram, HirStatement, HirType } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ArrayId, FunctionId } from "../../ir/ids.ts";
import { rebuildParts, visitParts } from "../../ir/rebuild-hir.ts";
import { armsOf } from "../../ir/union-types.ts";
import type { Span } from "../../source/span.ts";
import { booleanType, ProgramDraft, voidType } from "./program-draft.ts";

const numberType: HirType = { kind: "number", sized: null };
const LENGTH_MAX = 4294967295;

export function throwWhenFull(
  program: HirProgram,
  errors: HirErrors,
  isGuarded: (id: FunctionId) => boolean,
): HirProgram {
  const bounded = findBounded(program);
  const draft = new ProgramDraft(program);
  for (const fn of program.functions) {
    if (!isGuarded(fn.id) && !containsTry(fn)) continue;
    const body = new Rewriter(draft, errors, fn.id, bounded).statements(fn.body);
    if (body !== fn.body) draft.functions[fn.id] = { ...fn, body };
  }
  return draft.finish();
}

function containsTry(fn: HirFunction): boolean {
  let found = false;
  const visitor = {
    expression: (node: HirExpr): void => visitParts(node, visitor),
    statements: (list: readonly HirStatement[]): void => {
      for (const statement of list) {
        found ||= statement.kind === "try";
        visitParts(statement, visitor);
      }
    },
  };
  visitor.statements(fn.body);
  return found;
}

/** Arrays of which some place has a bound. */
function findBounded(program: HirProgram): ReadonlySet<ArrayId> {
  const bounded = new Set<ArrayId>();
  const note = (type: HirType): void => {
    for (const arm of armsOf(type))
      if (arm.kind === "array" && arm.max !== undefined) bounded.add(program.arrayOf(arm.array));
  };
  for (const { type } of [...program.locals, ...program.statics, ...program.fields]) note(type);
  for (const { result } of program.functions) note(result);
  for (const { element } of program.arrays) note(element);
  return bounded;
}

class Rewriter {
  readonly #draft: ProgramDraft;
  readonly #errors: HirErrors;
  readonly #owner: FunctionId;
  readonly #bounded: ReadonlySet<ArrayId>;

  constructor(draft: ProgramDraft, errors: HirErrors, owner: FunctionId, bounded: ReadonlySet<ArrayId>) {
    this.#draft = draft;
    this.#errors = errors;
    this.#owner = owner;
    this.#bounded = bounded;
  }

  statements(list: readonly HirStatement[]): readonly HirStatement[] {
    const next = list.map((statement) => rebuildParts(statement, this.#parts()));
    return next.every((one, index) => one === list[index]) ? list : next;
  }

  #parts() {
    return {
      expression: (node: HirExpr): HirExpr => this.#expression(node),
      statements: (list: readonly HirStatement[]) => this.statements(list),
    };
  }

  #expression(node: HirExpr): HirExpr {
    const inner = rebuildParts(node, this.#parts());
    if (inner.kind === "push" && this.#isBounded(inner.array)) return this.#push(inner);
    if (inner.kind !== "setLength") return inner;
    if (inner.growsBy > 0) return this.#isBounded(inner.array) ? this.#grow(inner) : inner;
    return inner.length.kind === "number" && isLength(inner.length.value) ? inner : this.#cut(inner);
  }

  #isBounded({ type }: HirExpr): boolean {
    return type.kind === "array" && this.#bounded.has(this.#draft.program.arrayOf(type.array));
  }

  /** Before the values are evaluated, which are made where they stay. */
  #push(node: Extract<HirExpr, { kind: "push" }>): HirExpr {
    const { span } = node;
    const array = this.#hold("array", node.array);
    const length = this.#draft.expression(span, {
      kind: "arrayLength",
      array: array.read(),
      type: numberType,
    });
    const right = this.#number(node.values.length, span);
    const longer = this.#draft.expression(span, {
      kind: "arithmetic",
      op: "+",
      left: length,
      right,
      type: numberType,
    });
    const full = this.#throwUnless(this.#hasRoom(array.read(), longer), "array is full", span);
    return this.#after([array.statement, full], { ...node, array: array.read() });
  }

  #grow(node: Extract<HirExpr, { kind: "setLength" }>): HirExpr {
    const { span } = node;
    const array = this.#hold("array", node.array);
    const length = this.#hold("length", node.length);
    const full = this.#throwUnless(this.#hasRoom(array.read(), length.read()), "array is full", span);
    const grown = { ...node, array: array.read(), length: length.read() };
    return this.#after([array.statement, length.statement, full], grown);
  }

  #cut(node: Extract<HirExpr, { kind: "setLength" }>): HirExpr {
    const { span } = node;
    const array = this.#hold("array", node.array);
    const length = this.#hold("length", node.length);
    const whole = this.#draft.expression(span, {
      kind: "intrinsic",
      name: "mathTrunc",
      args: [length.read()],
      type: numberType,
    });
    const test = [
      this.#compare(">=", length.read(), this.#number(0, span)),
      this.#compare("<=", length.read(), this.#number(LENGTH_MAX, span)),
      this.#compare("===", whole, length.read()),
    ].reduce((left, right) =>
      this.#draft.expression(span, { kind: "logical", op: "&&", left, right, type: booleanType }),
    );
    const wrong = this.#throwUnless(test, "Invalid array length", span);
    const cut = { ...node, array: array.read(), length: length.read() };
    return this.#after([array.statement, length.statement, wrong], cut);
  }

  #hold(name: string, value: HirExpr): { readonly statement: HirStatement; read(): HirExpr } {
    const { span } = value;
    const local = this.#draft.addLocal(this.#owner, name, value.type, span);
    return { statement: this.#draft.let(local, value, span), read: () => this.#draft.local(local, span) };
  }

  #after(statements: readonly HirStatement[], value: HirExpr): HirExpr {
    const { span, type } = value;
    return this.#draft.expression(span, { kind: "sequence", statements, value, type });
  }

  #number(value: number, span: Span): HirExpr {
    return this.#draft.expression(span, { kind: "number", value, type: numberType });
  }

  #compare(op: ">=" | "<=" | "===", left: HirExpr, right: HirExpr): HirExpr {
    return this.#draft.expression(left.span, { kind: "compare", op, left, right, type: booleanType });
  }

  #hasRoom(array: HirExpr, length: HirExpr): HirExpr {
    return this.#draft.expression(array.span, { kind: "hasRoom", array, length, type: booleanType });
  }

  #throwUnless(test: HirExpr, message: string, span: Span): HirStatement {
    const draft = this.#draft;
    const { kind, name, message: text, cause, range, thrown } = this.#errors;
    const nothing = draft.expression(span, { kind: "undefined", type: voidType });
    const error = draft.expression(span, {
      kind: "object",
      class: this.#errors.class,
      fields: [
        { field: kind, value: this.#number(range.kind, span) },
        { field: name, value: draft.text(range.name, span) },
        { field: text, value: draft.text(message, span) },
        ...(cause === null ? [] : [{ field: cause, value: draft.widen(nothing, draft.fieldType(cause)) }]),
      ],
      site: draft.addSite(this.#owner, "RangeError", span),
      type: { kind: "object", class: this.#errors.class },
    });
    const whenFalse: HirStatement[] = [{ kind: "throw", value: draft.widen(error, thrown), span }];
    return { kind: "if", test, whenTrue: [], whenFalse, span };
  }
}

function isLength(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LENGTH_MAX;
}
