/**
 * Takes `yield` out of expressions: what is evaluated before it is kept in
 * variables, so that a function can be left and continued between statements only.
 *
 * Needs:      HIR without `throw` and `try`.
 * Guarantees: the same order of evaluation; no expression holds a `yield`.
 */
import type { HirExpr, HirStatement, HirTarget } from "../../ir/hir.ts";
import type { FunctionId, JumpId } from "../../ir/ids.ts";
import { rebuildParts, visitParts } from "../../ir/rebuild-hir.ts";
import { partsOf } from "../../ir/walk-hir.ts";
import type { Span } from "../../source/span.ts";
import { booleanType, type ProgramDraft } from "../exceptions/program-draft.ts";
import { redirectContinue } from "./redirect-jumps.ts";

/** Which trees hold a `yield`; asked often, answered once. */
export class YieldFinder {
  readonly #known = new Map<object, boolean>();

  statements(list: readonly HirStatement[]): boolean {
    return list.some((statement) => this.in(statement));
  }

  in(node: HirStatement | HirExpr): boolean {
    if (node.kind === "yield") return true;
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    let found = false;
    visitParts(node, {
      expression: (part) => {
        found ||= this.in(part);
      },
      statements: (list) => {
        found ||= this.statements(list);
      },
    });
    this.#known.set(node, found);
    return found;
  }
}

type Pre = HirStatement[];

export class YieldLifter {
  readonly #draft: ProgramDraft;
  readonly #owner: FunctionId;
  readonly #finder: YieldFinder;

  constructor(draft: ProgramDraft, owner: FunctionId, finder: YieldFinder) {
    this.#draft = draft;
    this.#owner = owner;
    this.#finder = finder;
  }

  statements(list: readonly HirStatement[]): readonly HirStatement[] {
    if (!this.#finder.statements(list)) return list;
    return list.flatMap((statement) =>
      this.#finder.in(statement) ? this.#statement(statement) : [statement],
    );
  }

  #statement(node: HirStatement): readonly HirStatement[] {
    const pre: Pre = [];
    switch (node.kind) {
      case "expression":
        return this.#effect(node.value);
      case "let":
      case "staticInit":
      case "return": {
        const value = node.value === null ? null : this.#lift(node.value, pre);
        return [...pre, { ...node, value } as HirStatement];
      }
      case "if": {
        const test = this.#lift(node.test, pre);
        const whenTrue = this.statements(node.whenTrue);
        return [...pre, { ...node, test, whenTrue, whenFalse: this.statements(node.whenFalse) }];
      }
      case "block":
        return [{ ...node, statements: this.statements(node.statements) }];
      case "loop":
        return this.#loop(node);
      case "forOf": {
        const array = this.#lift(node.array, pre);
        return [...pre, { ...node, array, body: this.statements(node.body) }];
      }
      case "switch": {
        const subject = this.#lift(node.subject, pre);
        const cases = node.cases.map((one) => ({ ...one, body: this.statements(one.body) }));
        return [...pre, { ...node, subject, cases }];
      }
      default:
        return [node];
    }
  }

  /** A test or update with a `yield` becomes part of the body. */
  #loop(node: Extract<HirStatement, { kind: "loop" }>): readonly HirStatement[] {
    const { test, update, span } = node;
    const body = this.statements(node.body);
    const isInside = (test !== null && this.#finder.in(test)) || (update !== null && this.#finder.in(update));
    if (!isInside) return [{ ...node, body }];
    const leave = this.#leaveUnless(test, node.jump, span);
    const next = this.#draft.nextJump();
    const round: HirStatement = {
      kind: "block",
      statements: redirectContinue(body, node.jump, next),
      breakId: next,
      span,
    };
    const after = update === null ? [] : this.#effect(update);
    const all = node.testFirst ? [...leave, round, ...after] : [round, ...after, ...leave];
    return [{ ...node, test: null, testFirst: true, update: null, body: all }];
  }

  #leaveUnless(test: HirExpr | null, jump: JumpId, span: Span): HirStatement[] {
    if (test === null) return [];
    const pre: Pre = [];
    const value = this.#lift(test, pre);
    const not = this.#draft.expression(span, { kind: "not", value, type: booleanType });
    return [
      ...pre,
      { kind: "if", test: not, whenTrue: [{ kind: "break", jump, span }], whenFalse: [], span },
    ];
  }

  #effect(value: HirExpr): HirStatement[] {
    const pre: Pre = [];
    const rest = this.#lift(value, pre);
    return isPlain(rest) ? pre : [...pre, { kind: "expression", value: rest, span: value.span }];
  }

  /** The expression without `yield`; what has to run before it is added to `pre`. */
  #lift(node: HirExpr, pre: Pre): HirExpr {
    if (!this.#finder.in(node)) return node;
    switch (node.kind) {
      case "sequence":
        pre.push(...this.statements(node.statements));
        return this.#lift(node.value, pre);
      case "logical":
        return this.#logical(node, pre);
      case "conditional":
        return this.#conditional(node, pre);
      case "assign":
        return {
          ...node,
          target: this.#target(node.target, node.value, pre),
          value: this.#lift(node.value, pre),
        };
      case "compound":
      case "append":
        return this.#readModifyWrite(node, pre);
      default:
        return this.#operands(node, pre);
    }
  }

  /** All operands are evaluated in order: those before the last `yield` are kept. */
  #operands(node: HirExpr, pre: Pre): HirExpr {
    const parts = partsOf(node);
    const last = parts.findLastIndex((part) => this.#finder.in(part));
    const next = new Map<HirExpr, HirExpr>();
    parts.forEach((part, index) => {
      if (index < last) next.set(part, this.#keep(this.#lift(part, pre), pre));
      else if (index === last) next.set(part, this.#lift(part, pre));
    });
    return rebuildParts(node, {
      expression: (part) => next.get(part) ?? part,
      statements: (list) => list,
    });
  }

  #keep(value: HirExpr, pre: Pre): HirExpr {
    if (isPlain(value)) return value;
    const { span } = value;
    if (value.type.kind === "void") {
      pre.push({ kind: "expression", value, span });
      return this.#draft.nothing(span);
    }
    const local = this.#draft.addLocal(this.#owner, "kept", value.type, span);
    pre.push(this.#draft.let(local, value, span));
    return this.#draft.local(local, span);
  }

  /** `left && right`: the right side runs only where the left one lets it. */
  #logical(node: Extract<HirExpr, { kind: "logical" }>, pre: Pre): HirExpr {
    const { span, type } = node;
    const local = this.#draft.addLocal(this.#owner, "side", type, span);
    pre.push(this.#draft.let(local, this.#lift(node.left, pre), span));
    const read = this.#draft.local(local, span);
    const test =
      type.kind === "boolean"
        ? read
        : this.#draft.expression(span, { kind: "truthy", value: read, type: booleanType });
    const inner: Pre = [];
    inner.push(this.#draft.setLocal(local, this.#lift(node.right, inner)));
    const [whenTrue, whenFalse] = node.op === "&&" ? [inner, []] : [[], inner];
    pre.push({ kind: "if", test, whenTrue, whenFalse, span });
    return this.#draft.local(local, span);
  }

  #conditional(node: Extract<HirExpr, { kind: "conditional" }>, pre: Pre): HirExpr {
    const { span, type } = node;
    const test = this.#lift(node.test, pre);
    const isVoid = type.kind === "void";
    const local = isVoid ? null : this.#draft.addLocal(this.#owner, "side", type, span);
    if (local !== null) pre.push(this.#draft.let(local, null, span));
    const side = (value: HirExpr): Pre => {
      if (local === null) return this.#effect(value);
      const inner: Pre = [];
      inner.push(this.#draft.setLocal(local, this.#lift(value, inner)));
      return inner;
    };
    const whenTrue = side(node.whenTrue);
    pre.push({ kind: "if", test, whenTrue, whenFalse: side(node.whenFalse), span });
    return local === null ? this.#draft.nothing(span) : this.#draft.local(local, span);
  }

  /** The operands of the target are evaluated before the value. */
  #target(target: HirTarget, value: HirExpr, pre: Pre): HirTarget {
    const keep = (part: HirExpr): HirExpr => {
      const lifted = this.#lift(part, pre);
      return this.#finder.in(value) ? this.#keep(lifted, pre) : lifted;
    };
    switch (target.kind) {
      case "local":
      case "static":
        return target;
      case "field":
        return { ...target, object: keep(target.object) };
      case "element": {
        const inIndex = this.#finder.in(target.index);
        const lifted = this.#lift(target.array, pre);
        const array = inIndex || this.#finder.in(value) ? this.#keep(lifted, pre) : lifted;
        return { ...target, array, index: keep(target.index) };
      }
    }
  }

  /** `x += yield`: the old value is read first. */
  #readModifyWrite(node: Extract<HirExpr, { kind: "compound" | "append" }>, pre: Pre): HirExpr {
    const { span, type } = node;
    const target = this.#target(node.target, node.value, pre);
    const old = this.#keep(this.#draft.expression(span, { ...this.#again(target), type }), pre);
    const value = this.#lift(node.value, pre);
    const sum =
      node.kind === "append"
        ? this.#draft.expression(span, { kind: "template", parts: [old, value], type })
        : this.#draft.expression(span, { kind: "arithmetic", op: node.op, left: old, right: value, type });
    return { ...node, kind: "assign", target, value: sum } as HirExpr;
  }

  /** The target once more, with nodes of its own. */
  #again(target: HirTarget): HirTarget {
    const copy = (part: HirExpr): HirExpr => {
      const { id: _, span, ...shape } = part;
      return this.#draft.expression(span, shape as Parameters<ProgramDraft["expression"]>[1]);
    };
    switch (target.kind) {
      case "local":
      case "static":
        return target;
      case "field":
        return { ...target, object: copy(target.object) };
      case "element":
        return { ...target, array: copy(target.array), index: copy(target.index) };
    }
  }
}

/** Reading it later gives the same. */
function isPlain(value: HirExpr): boolean {
  return ["number", "boolean", "string", "undefined", "null"].includes(value.kind);
}
