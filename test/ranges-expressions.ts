/** Builds the declarations and expressions of small HIR programs by hand, for the tests of the range analysis. */

import type { IntrinsicName } from "../compiler/intrinsics/table.ts";
import type {
  ArithmeticOp,
  CompareOp,
  HirExpr,
  HirField,
  HirFunction,
  HirLocal,
  HirSignature,
  HirStatement,
  HirStatic,
  HirTarget,
  HirType,
  SizedName,
} from "../compiler/ir/hir.ts";
import {
  type ArrayId,
  arrayId,
  type ClassId,
  classId,
  type FieldId,
  type FunctionId,
  fieldId,
  functionId,
  type LocalId,
  localId,
  nodeId,
  type SignatureId,
  type StaticId,
  signatureId,
  siteId,
  staticId,
} from "../compiler/ir/ids.ts";

type Shape<T> = T extends unknown ? Omit<T, "id" | "span"> : never;

export const span = { file: "/test.ts", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

export const numberType: HirType = { kind: "number", sized: null };
export const booleanType: HirType = { kind: "boolean" };
export const voidType: HirType = { kind: "void" };
export const sized = (name: SizedName): HirType => ({ kind: "number", sized: name });

interface FunctionOptions {
  readonly parameters?: readonly HirType[];
  readonly result?: HirType;
  readonly isAsync?: boolean;
  readonly parent?: FunctionId;
  readonly signature?: SignatureId;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class ExpressionBuilder {
  readonly functions: Mutable<HirFunction>[] = [];
  readonly locals: Mutable<HirLocal>[] = [];
  readonly statics: Mutable<HirStatic>[] = [];
  readonly fields: HirField[] = [];
  readonly arrays: { element: HirType }[] = [];
  readonly signatures: HirSignature[] = [];
  protected nodeCount = 0;
  #sites = 0;
  protected readonly classes: { id: ClassId; fields: FieldId[] }[] = [];

  constructor() {
    this.fn("main", { isAsync: true });
  }

  get main(): FunctionId {
    return functionId(0);
  }

  fn(name: string, options: FunctionOptions = {}): FunctionId {
    const id = functionId(this.functions.length);
    this.functions.push({
      id,
      name,
      role: id === 0 ? "main" : "function",
      isAsync: options.isAsync ?? false,
      parameters: [],
      result: options.result ?? voidType,
      body: [],
      parent: options.parent ?? null,
      captures: [],
      environment: "frame",
      signature: options.signature ?? null,
      external: null,
      span,
    });
    const fn = this.function(id);
    fn.parameters = (options.parameters ?? []).map((type, index) =>
      this.local(id, { name: `p${index}`, type, isParameter: true, reassigned: false }),
    );
    return id;
  }

  protected function(id: FunctionId): Mutable<HirFunction> {
    const fn = this.functions[id];
    if (fn === undefined) throw new Error("no such function");
    return fn;
  }

  parameter(id: FunctionId, index: number): LocalId {
    const parameter = this.function(id).parameters[index];
    if (parameter === undefined) throw new Error("no such parameter");
    return parameter;
  }

  local(owner: FunctionId, options: Partial<HirLocal> = {}): LocalId {
    const id = localId(this.locals.length);
    this.locals.push({
      id,
      name: `x${id}`,
      type: numberType,
      owner,
      reassigned: true,
      captured: false,
      isParameter: false,
      span,
      ...options,
    });
    return id;
  }

  static(options: Partial<HirStatic> = {}): StaticId {
    const id = staticId(this.statics.length);
    this.statics.push({ id, name: `s${id}`, type: numberType, reassigned: true, span, ...options });
    return id;
  }

  /** A class of object literals. */
  class(fieldTypes: readonly HirType[]): { id: ClassId; fields: FieldId[] } {
    const id = classId(this.classes.length);
    const fields = fieldTypes.map((type) => {
      const field = fieldId(this.fields.length);
      this.fields.push({ id: field, name: `f${field}`, class: id, type, span });
      return field;
    });
    this.classes.push({ id, fields });
    return { id, fields };
  }

  arrayClass(element: HirType = numberType): ArrayId {
    this.arrays.push({ element });
    return arrayId(this.arrays.length - 1);
  }

  signature(parameters: readonly HirType[], result: HirType): SignatureId {
    this.signatures.push({ parameters, result });
    return signatureId(this.signatures.length - 1);
  }

  // Expressions.

  node(shape: Shape<HirExpr>): HirExpr {
    return { ...shape, id: nodeId(this.nodeCount++), span } as HirExpr;
  }

  num(value: number): HirExpr {
    return this.node({ kind: "number", value, type: numberType });
  }

  bool(value: boolean): HirExpr {
    return this.node({ kind: "boolean", value, type: booleanType });
  }

  get(local: LocalId): HirExpr {
    const type = this.locals[local]?.type ?? numberType;
    return this.node({ kind: "local", local, type });
  }

  getStatic(id: StaticId): HirExpr {
    return this.node({ kind: "static", static: id, type: this.statics[id]?.type ?? numberType });
  }

  getField(object: HirExpr, field: FieldId): HirExpr {
    return this.node({ kind: "field", object, field, type: this.fields[field]?.type ?? numberType });
  }

  element(array: HirExpr, index: HirExpr): HirExpr {
    return this.node({ kind: "element", array, index, type: numberType });
  }

  length(array: HirExpr): HirExpr {
    return this.node({ kind: "arrayLength", array, type: numberType });
  }

  arith(op: ArithmeticOp, left: HirExpr, right: HirExpr): HirExpr {
    return this.node({ kind: "arithmetic", op, left, right, type: numberType });
  }

  cmp(op: CompareOp, left: HirExpr, right: HirExpr): HirExpr {
    return this.node({ kind: "compare", op, left, right, type: booleanType });
  }

  logical(op: "&&" | "||", left: HirExpr, right: HirExpr): HirExpr {
    return this.node({ kind: "logical", op, left, right, type: left.type });
  }

  conditional(test: HirExpr, whenTrue: HirExpr, whenFalse: HirExpr): HirExpr {
    return this.node({ kind: "conditional", test, whenTrue, whenFalse, type: whenTrue.type });
  }

  convert(to: SizedName, value: HirExpr): HirExpr {
    return this.node({ kind: "convert", to, value, type: sized(to) });
  }

  intrinsic(name: IntrinsicName, ...args: HirExpr[]): HirExpr {
    const type = name.startsWith("numberIs") ? booleanType : numberType;
    return this.node({ kind: "intrinsic", name, args, type });
  }

  not(value: HirExpr): HirExpr {
    return this.node({ kind: "not", value, type: booleanType });
  }

  negate(value: HirExpr): HirExpr {
    return this.node({ kind: "negate", value, type: numberType });
  }

  bitNot(value: HirExpr): HirExpr {
    return this.node({ kind: "bitNot", value, type: numberType });
  }

  truthy(value: HirExpr): HirExpr {
    return this.node({ kind: "truthy", value, type: booleanType });
  }

  assign(target: HirTarget, value: HirExpr): HirExpr {
    return this.node({ kind: "assign", target, value, type: value.type });
  }

  compound(target: HirTarget, op: ArithmeticOp, value: HirExpr): HirExpr {
    return this.node({ kind: "compound", target, op, value, type: numberType });
  }

  update(target: HirTarget, delta: 1 | -1 = 1, prefix = false): HirExpr {
    return this.node({ kind: "update", target, delta, prefix, type: numberType });
  }

  increment(local: LocalId, delta: 1 | -1 = 1, prefix = false): HirExpr {
    return this.update({ kind: "local", local }, delta, prefix);
  }

  call(id: FunctionId, ...args: HirExpr[]): HirExpr {
    return this.node({ kind: "call", function: id, args, type: this.function(id).result });
  }

  closure(id: FunctionId): HirExpr {
    const { signature } = this.function(id);
    if (signature === null) throw new Error("not a closure");
    return this.node({ kind: "closure", function: id, type: { kind: "closure", signature } });
  }

  callClosure(closure: HirExpr, ...args: HirExpr[]): HirExpr {
    const signature = closure.type.kind === "closure" ? this.signatures[closure.type.signature] : undefined;
    return this.node({ kind: "callClosure", closure, args, type: signature?.result ?? voidType });
  }

  array(id: ArrayId, ...elements: HirExpr[]): HirExpr {
    const type: HirType = { kind: "array", array: id };
    return this.node({ kind: "array", elements, site: siteId(this.#sites++), type });
  }

  arrayFill(id: ArrayId, length: number, value: HirExpr): HirExpr {
    const type: HirType = { kind: "array", array: id };
    return this.node({ kind: "arrayFill", length, value, site: siteId(this.#sites++), type });
  }

  object(shape: { id: ClassId; fields: readonly FieldId[] }, ...values: HirExpr[]): HirExpr {
    const fields = shape.fields.map((field, index) => ({ field, value: values[index] ?? this.num(0) }));
    const type: HirType = { kind: "object", class: shape.id };
    return this.node({ kind: "object", class: shape.id, fields, site: siteId(this.#sites++), type });
  }

  awaitCall(id: FunctionId, ...args: HirExpr[]): HirExpr {
    const operand = { kind: "call", function: id, args, span } as const;
    return this.node({ kind: "await", operand, type: this.function(id).result });
  }

  sequence(statements: readonly HirStatement[], value: HirExpr): HirExpr {
    return this.node({ kind: "sequence", statements, value, type: value.type });
  }
}
