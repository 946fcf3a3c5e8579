/**
 * What is thrown where it may be of several classes or types: a number that says
 * of which, and variables for the fields of all classes and for each other type.
 * A catch makes only what its own `try` may have thrown.
 */
import type { HirExpr, HirProgram, HirStatement, HirType } from "../../ir/hir.ts";
import type { HirErrors } from "../../ir/hir-errors.ts";
import type { ClassId, FieldId, FunctionId, SiteId, StaticId } from "../../ir/ids.ts";
import { type ArmKind, armOf, armsOf, isUnit, unionOf } from "../../ir/union-types.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import {
  addFields,
  type Cargo,
  rebuildObject,
  type SlotField,
  storeFields,
  storeParts,
} from "./error-cargo.ts";
import { booleanType, type ProgramDraft, voidType } from "./program-draft.ts";
import { bareThrown, classMade, type ThrownParts } from "./thrown-parts.ts";

interface ClassPart {
  readonly kind: "class";
  readonly number: number;
  readonly class: ClassId;
  readonly fields: readonly SlotField[];
}

interface ArmPart {
  readonly kind: "arm";
  readonly number: number;
  readonly type: HirType;
  /** null: the number says it all. */
  readonly static: StaticId | null;
}

/** Of a class with a pool: passed by reference, so that it keeps its slot. */
interface PooledPart {
  readonly kind: "pooled";
  readonly number: number;
  readonly class: ClassId;
  readonly static: StaticId;
}

type Part = ClassPart | PooledPart | ArmPart;

export class TaggedCargo implements Cargo {
  readonly statics: readonly StaticId[];
  readonly #draft: ProgramDraft;
  readonly #errors: HirErrors;
  readonly #number: StaticId;
  readonly #fields = new Map<FieldId, SlotField>();
  readonly #parts: readonly Part[];
  /** Functions that put an object of one class in flight; under null, any value. */
  readonly #stores = new Map<ClassId | null, FunctionId>();

  constructor(draft: ProgramDraft, errors: HirErrors, pooled: ReadonlySet<ClassId>, span: Span) {
    this.#draft = draft;
    this.#errors = errors;
    this.#number = draft.addStatic("error_part", { kind: "number", sized: "u8" }, span);
    for (const id of errors.members) if (!pooled.has(id)) addFields(draft, id, this.#fields, span);
    const classes = errors.members.map((id, number): ClassPart | PooledPart => {
      if (pooled.has(id)) return { kind: "pooled", number, class: id, static: addReference(draft, id, span) };
      const own = defined(draft.program.classes[id], "class of errors").fields;
      const fields = own.map((field) => defined(this.#fields.get(field), "field of an error"));
      return { kind: "class", number, class: id, fields };
    });
    const others = armsOf(errors.thrown).filter((arm) => arm.kind !== "object");
    const arms = others.map((type, index): ArmPart => {
      const keeps = isUnit(type) ? null : draft.addStatic(`error_${type.kind}`, type, span);
      return { kind: "arm", number: classes.length + index, type, static: keeps };
    });
    this.#parts = [...classes, ...arms];
    const values = this.#parts.flatMap((part) => (part.kind === "class" ? [] : (part.static ?? [])));
    this.statics = [this.#number, ...[...this.#fields.values()].map((field) => field.static), ...values];
  }

  store(_owner: FunctionId, value: HirExpr): HirStatement[] {
    const bare = bareThrown(value);
    const made = classMade(value);
    const known = made === null ? null : this.#classPart(made);
    if (known === null) return [this.#call(this.#storeFunction(null, this.#errors.thrown), value)];
    if (known.kind === "pooled") return this.#storePart(known, () => bare, value.span);
    const parts = storeParts(this.#draft, bare, this.#fields);
    if (parts !== null) return [...parts, this.#setNumber(known, value.span)];
    return [this.#call(this.#storeFunction(known.class, { kind: "object", class: known.class }), bare)];
  }

  take(owner: FunctionId, span: Span, parts: ThrownParts): HirExpr {
    const possible = this.#parts.filter((part) => isPossible(part, parts));
    const [first, ...others] = possible.length === 0 ? this.#parts : possible;
    const last = this.#rebuild(owner, span, defined(first, "something is thrown"));
    return others.reduce(
      (whenFalse, part) =>
        this.#draft.expression(span, {
          kind: "conditional",
          test: this.#isPart(part, span),
          whenTrue: this.#rebuild(owner, span, part),
          whenFalse,
          type: this.#errors.thrown,
        }),
      last,
    );
  }

  drop(span: Span, parts: ThrownParts): HirStatement[] {
    return this.#parts.flatMap((part) => {
      if (part.kind !== "pooled" || !isPossible(part, parts)) return [];
      const nothing = this.#draft.expression(span, { kind: "null", type: nullType });
      const { type } = defined(this.#draft.statics[part.static], "static");
      return [this.#draft.setStatic(part.static, this.#draft.widen(nothing, type))];
    });
  }

  #rebuild(owner: FunctionId, span: Span, part: Part): HirExpr {
    const draft = this.#draft;
    const { thrown } = this.#errors;
    if (part.kind === "arm") {
      const value =
        part.static === null
          ? draft.expression(span, {
              kind: part.type.kind === "null" ? "null" : "undefined",
              type: part.type,
            })
          : draft.static(part.static, span);
      return this.#wrap(value, span);
    }
    const type = armOf(thrown, "object") ?? thrown;
    if (part.kind === "pooled") {
      const own = { kind: "object", class: part.class } as const;
      const value = draft.static(part.static, span);
      const held = draft.expression(span, { kind: "unwrap", value, trusted: true, type: own });
      return draft.widen(held, thrown);
    }
    return this.#wrap(rebuildObject(draft, owner, span, part.class, type, part.fields), span);
  }

  #wrap(value: HirExpr, span: Span): HirExpr {
    const { thrown } = this.#errors;
    if (thrown.kind !== "union") return value;
    return this.#draft.expression(span, { kind: "wrap", value, type: thrown });
  }

  #isPart(part: Part, span: Span): HirExpr {
    const left = this.#draft.static(this.#number, span);
    const right = this.#literal(part.number, span);
    return this.#draft.expression(span, { kind: "compare", op: "===", left, right, type: booleanType });
  }

  #literal(value: number, span: Span): HirExpr {
    return this.#draft.expression(span, { kind: "number", value, type: { kind: "number", sized: null } });
  }

  #setNumber(part: Part, span: Span): HirStatement {
    return this.#draft.setStatic(this.#number, this.#literal(part.number, span));
  }

  #classPart(id: ClassId): ClassPart | PooledPart | null {
    return (
      this.#parts.find((part): part is ClassPart | PooledPart => part.kind !== "arm" && part.class === id) ??
      null
    );
  }

  #call(id: FunctionId, value: HirExpr): HirStatement {
    const { span } = value;
    const call = { kind: "call", function: id, args: [value], type: voidType } as const;
    return { kind: "expression", value: this.#draft.expression(span, call), span };
  }

  #storeFunction(id: ClassId | null, type: HirType): FunctionId {
    const known = this.#stores.get(id);
    if (known !== undefined) return known;
    const draft = this.#draft;
    const { span } = defined(draft.program.functions[draft.program.main], "main");
    const name = id === null ? "" : `_${defined(draft.program.classes[id], "class").name}`;
    const made = draft.declareFunction(`throw${name}`, span);
    this.#stores.set(id, made);
    const value = draft.addLocal(made, "thrown", type, span, true);
    const read = (): HirExpr => draft.local(value, span);
    const part = id === null ? null : this.#classPart(id);
    const body = part === null ? this.#storeAny(read, span) : this.#storePart(part, read, span);
    draft.functions[made] = { ...defined(draft.functions[made], "function"), parameters: [value], body };
    return made;
  }

  #storeAny(read: () => HirExpr, span: Span): HirStatement[] {
    return this.#parts.map((part) => {
      const object = (): HirExpr => this.#arm(read(), part, span);
      const whenTrue = this.#storePart(part, object, span);
      return { kind: "if", test: this.#isOf(read, part, span), whenTrue, whenFalse: [], span };
    });
  }

  #isOf(read: () => HirExpr, part: Part, span: Span): HirExpr {
    const draft = this.#draft;
    const kind = (part.kind === "arm" ? part.type.kind : "object") as ArmKind;
    const isArm =
      this.#errors.thrown.kind === "union"
        ? draft.expression(span, { kind: "isArm", value: read(), arms: [kind], type: booleanType })
        : null;
    if (part.kind === "arm") return isArm ?? draft.boolean(false, span);
    const isOnly = this.#errors.members.length === 1;
    const value = this.#object(read(), span);
    const isClass = isOnly
      ? draft.boolean(true, span)
      : draft.expression(span, { kind: "isInstance", value, classes: [part.class], type: booleanType });
    if (isArm === null || isOnly) return isArm ?? isClass;
    return draft.expression(span, {
      kind: "logical",
      op: "&&",
      left: isArm,
      right: isClass,
      type: booleanType,
    });
  }

  #object(value: HirExpr, span: Span): HirExpr {
    const type = armOf(this.#errors.thrown, "object");
    if (type === null || this.#errors.thrown.kind !== "union") return value;
    return this.#draft.expression(span, { kind: "unwrap", value, trusted: true, type });
  }

  /** The value as one of the part, which it is known to be. */
  #arm(value: HirExpr, part: Part, span: Span): HirExpr {
    const draft = this.#draft;
    if (part.kind === "arm")
      return draft.expression(span, { kind: "unwrap", value, trusted: true, type: part.type });
    const object = this.#object(value, span);
    const type = { kind: "object", class: part.class } as const;
    if (object.type.kind === "object" && object.type.class === part.class) return object;
    return draft.expression(span, {
      kind: "cast",
      value: object,
      classes: null,
      members: [part.class],
      type,
    });
  }

  #storePart(part: Part, value: () => HirExpr, span: Span): HirStatement[] {
    const number = this.#setNumber(part, span);
    if (part.kind === "class") return [...storeFields(this.#draft, value, part.fields), number];
    if (part.kind === "pooled") {
      const { type } = defined(this.#draft.statics[part.static], "static");
      return [this.#draft.setStatic(part.static, this.#draft.widen(value(), type)), number];
    }
    return part.static === null ? [number] : [this.#draft.setStatic(part.static, value()), number];
  }
}

function isPossible(part: Part, parts: ThrownParts): boolean {
  if (parts === "any") return true;
  return parts.has(part.kind === "arm" ? (part.type.kind as ArmKind) : part.class);
}

const nullType: HirType = { kind: "null" };

function addReference(draft: ProgramDraft, id: ClassId, span: Span): StaticId {
  const { name } = defined(draft.program.classes[id], "class");
  return draft.addStatic(`error_${name}`, unionOf([nullType, { kind: "object", class: id }]), span);
}

/** The classes whose `new` asks for a free slot of a pool. */
export function findPooled(program: HirProgram): ReadonlySet<ClassId> {
  const sites = new Set<SiteId>();
  const made: [SiteId, ClassId][] = [];
  for (const fn of program.functions)
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "isPoolFull") sites.add(node.of);
        if (node.kind === "new") made.push([node.site, node.class]);
      },
    });
  return new Set(made.flatMap(([site, id]) => (sites.has(site) ? [id] : [])));
}
