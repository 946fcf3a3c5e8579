/** A copy of a program that grows: new nodes, variables and functions beside those that are there. */
import type {
  HirClass,
  HirExpr,
  HirField,
  HirFunction,
  HirLocal,
  HirProgram,
  HirSite,
  HirStatement,
  HirStatic,
  HirType,
} from "../../ir/hir.ts";
import {
  type ClassId,
  type FieldId,
  type FunctionId,
  fieldId,
  functionId,
  type JumpId,
  jumpId,
  type LocalId,
  localId,
  nodeId,
  type SiteId,
  type StaticId,
  siteId,
  staticId,
} from "../../ir/ids.ts";
import { armOf } from "../../ir/union-types.ts";
import { defined } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";

type Distribute<T> = T extends unknown ? Omit<T, "id" | "span"> : never;
type Shape = Distribute<HirExpr>;

export const booleanType: HirType = { kind: "boolean" };
export const stringType: HirType = { kind: "string" };
export const voidType: HirType = { kind: "void" };

export class ProgramDraft {
  readonly program: HirProgram;
  readonly functions: HirFunction[];
  readonly locals: HirLocal[];
  readonly statics: HirStatic[];
  readonly sites: HirSite[];
  readonly fields: HirField[];
  readonly classes: HirClass[];
  nodeCount: number;
  jumpCount: number;

  constructor(program: HirProgram) {
    this.program = program;
    this.functions = [...program.functions];
    this.locals = [...program.locals];
    this.statics = [...program.statics];
    this.sites = [...program.sites];
    this.fields = [...program.fields];
    this.classes = [...program.classes];
    this.nodeCount = program.nodeCount;
    this.jumpCount = program.jumpCount;
  }

  finish(): HirProgram {
    const { functions, locals, statics, sites, fields, classes, nodeCount, jumpCount } = this;
    return { ...this.program, functions, locals, statics, sites, fields, classes, nodeCount, jumpCount };
  }

  expression(span: Span, shape: Shape): HirExpr {
    const id = nodeId(this.nodeCount++);
    return { ...shape, id, span } as HirExpr;
  }

  addLocal(owner: FunctionId, name: string, type: HirType, span: Span, isParameter = false): LocalId {
    const id = localId(this.locals.length);
    const variable = { id, name, type, owner, span, isParameter };
    this.locals.push({ ...variable, reassigned: !isParameter, captured: false });
    return id;
  }

  addField(owner: ClassId, name: string, type: HirType, span: Span): FieldId {
    const id = fieldId(this.fields.length);
    this.fields.push({ id, name, class: owner, type, span });
    const record = defined(this.classes[owner], "class");
    this.classes[owner] = { ...record, fields: [...record.fields, id] };
    return id;
  }

  addStatic(name: string, type: HirType, span: Span): StaticId {
    const id = staticId(this.statics.length);
    this.statics.push({ id, name, type, reassigned: true, span });
    return id;
  }

  addSite(owner: FunctionId, what: string, span: Span): SiteId {
    const id = siteId(this.sites.length);
    this.sites.push({ id, owner, span, what });
    return id;
  }

  addFunction(shape: Omit<HirFunction, "id">): FunctionId {
    const id = functionId(this.functions.length);
    this.functions.push({ ...shape, id });
    return id;
  }

  /** A function of the compiler without parameters, result and body. */
  declareFunction(name: string, span: Span): FunctionId {
    return this.addFunction({
      name,
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
  }

  nextJump(): JumpId {
    return jumpId(this.jumpCount++);
  }

  local(id: LocalId, span: Span): HirExpr {
    return this.expression(span, { kind: "local", local: id, type: this.localType(id) });
  }

  localType(id: LocalId): HirType {
    return defined(this.locals[id], "local").type;
  }

  static(id: StaticId, span: Span): HirExpr {
    const { type } = defined(this.statics[id], "static");
    return this.expression(span, { kind: "static", static: id, type });
  }

  text(value: string, span: Span): HirExpr {
    return this.expression(span, { kind: "string", value, type: stringType });
  }

  boolean(value: boolean, span: Span): HirExpr {
    return this.expression(span, { kind: "boolean", value, type: booleanType });
  }

  nothing(span: Span): HirExpr {
    return this.expression(span, { kind: "undefined", type: voidType });
  }

  fieldType(id: FieldId): HirType {
    return defined(this.program.fields[id], "field").type;
  }

  /** The value in a place of a wider type: a union, or another class of its family. */
  widen(value: HirExpr, type: HirType): HirExpr {
    const { span } = value;
    const arm = armOf(type, value.type.kind) ?? value.type;
    const isOther = value.type.kind === "object" && arm.kind === "object" && arm.class !== value.type.class;
    const cast = isOther ? this.expression(span, { kind: "cast", value, classes: null, type: arm }) : value;
    return type.kind === "union" ? this.expression(span, { kind: "wrap", value: cast, type }) : cast;
  }

  setStatic(id: StaticId, value: HirExpr): HirStatement {
    const { span } = value;
    const target = { kind: "static", static: id } as const;
    const { type } = defined(this.statics[id], "static");
    return {
      kind: "expression",
      value: this.expression(span, { kind: "assign", target, value, type }),
      span,
    };
  }

  setLocal(id: LocalId, value: HirExpr): HirStatement {
    const { span } = value;
    const target = { kind: "local", local: id } as const;
    const type = this.localType(id);
    return {
      kind: "expression",
      value: this.expression(span, { kind: "assign", target, value, type }),
      span,
    };
  }

  let(local: LocalId, value: HirExpr | null, span: Span): HirStatement {
    return { kind: "let", local, value, span };
  }
}
