/** Rewrites bodies once receivers are known: placeholders, fields, casts and questions. */

import type { HirAwaitable, HirExpr, HirTarget, HirType } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../ir/ids.ts";
import type { HirMapper } from "../ir/map-hir.ts";
import { hasArm } from "../ir/union-types.ts";
import { type Builder, types } from "./builder.ts";
import { derivesFrom, fieldKeys, implementationOf } from "./class-members.ts";
import { useField } from "./dispatched-values.ts";
import { onlyAnswer, type Resolved } from "./dispatchers.ts";
import { canonical, type NameQuestion, type VirtualMember } from "./families.ts";
import { classOfValue, type Target } from "./resolve-families.ts";

export interface FamilyRewriter extends HirMapper {
  /** Classes of values whose tag is read. */
  readonly asked: Set<ClassId>;
}

export function createFamilyRewriter(b: Builder, resolved: Resolved): FamilyRewriter {
  return new Rewriter(b, resolved);
}

class Rewriter implements FamilyRewriter {
  readonly asked = new Set<ClassId>();
  readonly #b: Builder;
  readonly #resolved: Resolved;
  readonly #members = new Map<FunctionId, VirtualMember>();
  readonly #answers = new Map<FunctionId, Target>();
  readonly #reported = new Set<string>();

  constructor(b: Builder, resolved: Resolved) {
    this.#b = b;
    this.#resolved = resolved;
    for (const member of resolved.targets.keys()) {
      this.#members.set(member.function, member);
      const only = onlyAnswer(b, member, resolved);
      if (only !== null) this.#answers.set(member.function, only);
    }
  }

  expression(node: HirExpr): HirExpr {
    return this.#retyped(this.#rewritten(node));
  }

  #rewritten(node: HirExpr): HirExpr {
    switch (node.kind) {
      case "call":
        return this.#call(node);
      case "spawn":
        return { ...node, function: this.#callee(node.function) };
      case "field":
        this.#checkField(node.object, node.field, node);
        return { ...node, field: canonical(this.#b, node.field) };
      case "object": {
        const fields = node.fields.map((entry) => ({ ...entry, field: canonical(this.#b, entry.field) }));
        return { ...node, fields };
      }
      case "await":
        return node.operand.kind === "call" ? this.#withResult(node, node.operand.function) : node;
      case "cast":
        return this.#cast(node);
      case "isInstance":
        return this.#question(node);
      default:
        return node;
    }
  }

  target(target: HirTarget): HirTarget {
    if (target.kind !== "field") return target;
    this.#checkField(target.object, target.field, target.object);
    return { ...target, field: canonical(this.#b, target.field) };
  }

  awaitable(operand: HirAwaitable): HirAwaitable {
    return operand.kind === "call" ? { ...operand, function: this.#callee(operand.function) } : operand;
  }

  #callee(id: FunctionId): FunctionId {
    const answer = this.#answers.get(id);
    return answer?.kind === "function" ? answer.function : id;
  }

  #call(node: Extract<HirExpr, { kind: "call" }>): HirExpr {
    const answer = this.#answers.get(node.function);
    const member = this.#members.get(node.function);
    const [object, ...args] = node.args;
    if (answer?.kind === "field" && member !== undefined && object !== undefined) {
      const used = useField(this.#b, member, answer, () => object, args);
      return this.expression({ ...used, span: node.span });
    }
    return this.#withResult({ ...node, function: this.#callee(node.function) }, this.#callee(node.function));
  }

  /** Room for a result is room for the class that the function makes, not for the one that is seen here. */
  #withResult(node: HirExpr, callee: FunctionId): HirExpr {
    const { result } = this.#b.function(callee);
    if (node.type.kind !== "object" || result.kind !== "object" || node.type.class === result.class)
      return node;
    const value: HirExpr = { ...node, type: result };
    return { kind: "cast", value, classes: null, type: node.type, id: this.#b.nextNode(), span: node.span };
  }

  #classesOf(id: ClassId): ReadonlySet<ClassId> {
    return this.#resolved.members.get(id) ?? new Set();
  }

  /** Every object that may be here has the field; otherwise it would read what is not there. */
  #checkField(object: HirExpr, field: FieldId, at: HirExpr): void {
    const id = classOfValue(object);
    if (id === null) return;
    const wanted = canonical(this.#b, field);
    const isExact = this.#b.families.casts.get(object.id)?.isExact === true;
    const lacking = (isExact ? [id] : [...this.#classesOf(id)]).filter(
      (member) => !this.#b.class(member).fields.includes(wanted),
    );
    if (lacking.length === 0) return;
    const { name } = this.#b.field(wanted);
    const names = lacking.map((member) => `'${this.#b.class(member).name}'`).join(", ");
    const key = `${at.span.file} ${at.span.start.line} ${name}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#b.reporter.report("TSFW2001", at.span, {
      construct: `'${name}' of an object that may be of ${names}, which has no such field, is`,
      hint: "Declare it in every class that gets here.",
    });
  }

  #cast(node: Extract<HirExpr, { kind: "cast" }>): HirExpr {
    const known = this.#b.families.casts.get(node.id);
    const from = classOfValue(node.value);
    const to = classOfValue(node);
    if (from === null || to === null) return node;
    const allowed = this.#classesOf(to);
    const all = [...this.#classesOf(from)];
    const passing = all.filter((id) => allowed.has(id));
    if (passing.length === all.length) return { ...node, classes: null };
    if (known?.isProven === true) return { ...node, classes: null, members: passing };
    this.asked.add(from);
    return { ...node, classes: passing, members: passing };
  }

  #question(node: Extract<HirExpr, { kind: "isInstance" }>): HirExpr {
    const asked = this.#b.families.questions.get(node.id);
    const from = classOfValue(node.value);
    if (from === null) return node;
    const all = [...this.#classesOf(from)];
    const named = this.#b.families.nameQuestions.get(node.id);
    const classes =
      named !== undefined
        ? all.filter((id) => this.#hasMember(id, named))
        : asked === undefined
          ? node.classes
          : all.filter((id) => derivesFrom(this.#b.info(id), asked));
    if (classes.length > 0 && classes.length < all.length) {
      this.asked.add(from);
      return { ...node, classes };
    }
    const value: HirExpr = {
      kind: "boolean",
      value: classes.length > 0,
      type: types.boolean,
      id: this.#b.nextNode(),
      span: node.span,
    };
    if (node.value.kind === "local" || node.value.kind === "static") return { ...value, id: node.id };
    const before = { kind: "expression", value: node.value, span: node.span } as const;
    return { ...node, kind: "sequence", statements: [before], value };
  }

  #hasMember(id: ClassId, named: NameQuestion): boolean {
    const b = this.#b;
    const { name, at } = named;
    if (named.isRefused === true) return this.#refuseText(id, named);
    const field = fieldKeys(b.info(id)).get(name);
    if (field === undefined)
      return (["method", "get", "set"] as const).some(
        (kind) => implementationOf(b, id, kind, name).kind !== "missing",
      );
    if (hasArm(b.field(field).type, "void"))
      b.reporter.report("TSFW2001", b.span(at), {
        construct: "'in' with a field that may be undefined is",
        hint: "Compare the field with undefined: objects keep room for it either way.",
      });
    return true;
  }

  /** Errors were told apart before. */
  #refuseText(id: ClassId, { name, at }: NameQuestion): boolean {
    const b = this.#b;
    const isError = b.errors !== null && derivesFrom(b.info(id), b.errors.class);
    if (isError || implementationOf(b, id, "method", name).kind === "missing") return false;
    b.reporter.report("TSFW2001", b.span(at), {
      construct: `The text of an object that may be of '${b.class(id).name}', which has a toString, is`,
      hint: "Narrow it with instanceof and call toString.",
    });
    return false;
  }

  /** Places may hold more classes than was known where they were read: then the value is checked. */
  #retyped(node: HirExpr): HirExpr {
    const declared = this.#declaredType(node);
    if (declared?.kind !== "object" || node.type.kind !== "object") return node;
    if (declared.class === node.type.class) return node;
    const allowed = this.#classesOf(node.type.class);
    const all = [...this.#classesOf(declared.class)];
    const passing = all.filter((id) => allowed.has(id));
    if (passing.length === all.length) return node;
    this.asked.add(declared.class);
    const value: HirExpr = { ...node, type: declared };
    return {
      kind: "cast",
      value,
      classes: passing,
      type: node.type,
      id: this.#b.nextNode(),
      span: node.span,
    };
  }

  #declaredType(node: HirExpr): HirType | null {
    switch (node.kind) {
      case "field":
        return this.#b.field(node.field).type;
      case "element":
        return node.array.type.kind === "array" ? this.#b.elementType(node.array.type.array) : null;
      default:
        return null;
    }
  }
}
