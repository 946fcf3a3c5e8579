/** The new locals, classes and nodes of a program whose captured variables move into boxes. */
import type {
  HirClass,
  HirExpr,
  HirField,
  HirFunction,
  HirLocal,
  HirProgram,
  HirSite,
  HirStatement,
  HirTarget,
  HirType,
} from "../ir/hir.ts";
import {
  classId,
  type FieldId,
  fieldId,
  type LocalId,
  localId,
  type NodeId,
  nodeId,
  type SiteId,
  siteId,
} from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import type { Span } from "../source/span.ts";

/** What stands for a captured variable. */
export interface Replacement {
  readonly variable: LocalId;
  /** The box, or a copy that never changes. */
  readonly local: LocalId;
  /** The field of the box; null for a copy. */
  readonly field: FieldId | null;
  readonly site: SiteId | null;
  /** The box is made at the start of the block that declares the variable. */
  readonly isHoisted: boolean;
  /** For a variable of a loop head, which stays beside its replacement: the nodes that mean the replacement. */
  readonly inside: ReadonlySet<NodeId> | null;
}

export class BoxTables {
  readonly #program: HirProgram;
  readonly #locals: HirLocal[];
  readonly #classes: HirClass[];
  readonly #fields: HirField[];
  readonly #sites: HirSite[];
  #nodeCount: number;

  constructor(program: HirProgram) {
    this.#program = program;
    this.#locals = [...program.locals];
    this.#classes = [...program.classes];
    this.#fields = [...program.fields];
    this.#sites = [...program.sites];
    this.#nodeCount = program.nodeCount;
  }

  finish(functions: readonly HirFunction[]): HirProgram {
    return {
      ...this.#program,
      functions,
      locals: this.#locals,
      classes: this.#classes,
      fields: this.#fields,
      sites: this.#sites,
      nodeCount: this.#nodeCount,
    };
  }

  typeOf(local: LocalId): HirType {
    return this.#local(local).type;
  }

  /** A box for a variable. */
  box(variable: LocalId, isHoisted: boolean, inside: ReadonlySet<NodeId> | null): Replacement {
    const { name, type, owner, span } = this.#local(variable);
    const box = classId(this.#classes.length);
    const field = fieldId(this.#fields.length);
    this.#fields.push({ id: field, name: "value", class: box, type, span });
    this.#classes.push({
      id: box,
      name: `${name}_box`,
      fields: [field],
      constructorFunction: null,
      family: box,
      tag: null,
      span,
    });
    const site = siteId(this.#sites.length);
    this.#sites.push({ id: site, owner, span, what: `variable '${name}'` });
    const local = this.#addLocal(variable, { kind: "object", class: box }, isHoisted);
    return { variable, local, field, site, isHoisted, inside };
  }

  /** A copy for a variable of a loop head that the body does not change. */
  copy(variable: LocalId, inside: ReadonlySet<NodeId>): Replacement {
    const local = this.#addLocal(variable, this.#local(variable).type, false);
    this.#locals[variable] = { ...this.#local(variable), captured: false };
    return { variable, local, field: null, site: null, isHoisted: false, inside };
  }

  #addLocal(variable: LocalId, type: HirType, isHoisted: boolean): LocalId {
    const old = this.#local(variable);
    const span = isHoisted ? defined(this.#program.functions[old.owner], "owner").span : old.span;
    const id = localId(this.#locals.length);
    this.#locals.push({ ...old, id, type, reassigned: false, captured: true, isParameter: false, span });
    return id;
  }

  /** What reads of the variable become. */
  read(replacement: Replacement, span: Span): HirExpr {
    const { local, field } = replacement;
    if (field === null) return this.#localNode(local, span);
    const type = defined(this.#fields[field], "field").type;
    return { kind: "field", object: this.#localNode(local, span), field, id: this.#node(), type, span };
  }

  target({ local, field }: Replacement, span: Span): HirTarget {
    if (field === null) return { kind: "local", local };
    return { kind: "field", object: this.#localNode(local, span), field };
  }

  /** The declaration of the variable. */
  declare(
    replacement: Replacement,
    statement: Extract<HirStatement, { kind: "let" }>,
  ): readonly HirStatement[] {
    const { span, value } = statement;
    if (replacement.inside !== null) return [statement];
    if (!replacement.isHoisted)
      return [this.#declareBox(replacement, value ?? this.#zero(replacement, span), span)];
    return value === null ? [] : [this.#store(this.target(replacement, span), value, span)];
  }

  declareEmpty(replacement: Replacement, span: Span): HirStatement {
    return this.#declareBox(replacement, this.#zero(replacement, span), span);
  }

  /** Starts with what the variable itself holds. */
  declareCopy(replacement: Replacement, span: Span): HirStatement {
    const value = this.#localNode(replacement.variable, span);
    if (replacement.field !== null) return this.#declareBox(replacement, value, span);
    return { kind: "let", local: replacement.local, value, span };
  }

  /** Gives the variable of a loop head what its box holds at the end of a round, before the update. */
  updateAfter(replacements: readonly Replacement[], update: HirExpr | null, span: Span): HirExpr {
    const statements = replacements.map((one) =>
      this.#store({ kind: "local", local: one.variable }, this.read(one, span), span),
    );
    if (update !== null) statements.push({ kind: "expression", value: update, span });
    const type: HirType = { kind: "void" };
    const value: HirExpr = { kind: "undefined", id: this.#node(), type, span };
    return { kind: "sequence", statements, value, id: this.#node(), type, span };
  }

  #declareBox(replacement: Replacement, value: HirExpr | null, span: Span): HirStatement {
    const { local, field, site } = replacement;
    const type = this.#local(local).type;
    const fields = value === null ? [] : [{ field: defined(field, "field"), value }];
    if (type.kind !== "object") throw new TypeError("a box is an object");
    const box: HirExpr = {
      kind: "object",
      class: type.class,
      fields,
      site: defined(site, "site"),
      id: this.#node(),
      type,
      span,
    };
    return { kind: "let", local, value: box, span };
  }

  /** What a variable without a value starts with: nothing reads it before it is assigned. */
  #zero({ variable }: Replacement, span: Span): HirExpr | null {
    const { type } = this.#local(variable);
    const node = { id: nodeId(this.#nodeCount), type, span };
    if (type.kind === "number") return this.#kept({ ...node, kind: "number", value: 0 });
    if (type.kind === "boolean") return this.#kept({ ...node, kind: "boolean", value: false });
    if (type.kind === "string") return this.#kept({ ...node, kind: "string", value: "" });
    return null;
  }

  #kept(node: HirExpr): HirExpr {
    this.#nodeCount += 1;
    return node;
  }

  #store(target: HirTarget, value: HirExpr, span: Span): HirStatement {
    const node: HirExpr = { kind: "assign", target, value, id: this.#node(), type: value.type, span };
    return { kind: "expression", value: node, span };
  }

  #localNode(local: LocalId, span: Span): HirExpr {
    return { kind: "local", local, id: this.#node(), type: this.#local(local).type, span };
  }

  #local(local: LocalId): HirLocal {
    return defined(this.#locals[local], "local");
  }

  #node(): NodeId {
    this.#nodeCount += 1;
    return nodeId(this.#nodeCount - 1);
  }
}

/** The variable has its value when the function is made. */
export function isDeclaredBefore(variable: HirLocal, fn: HirFunction): boolean {
  const { file, start } = variable.span;
  const { start: made } = fn.span;
  return (
    file === fn.span.file &&
    (start.line < made.line || (start.line === made.line && start.column < made.column))
  );
}
