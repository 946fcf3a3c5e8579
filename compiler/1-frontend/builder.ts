/**
 * The state of one lowering from TypeScript to HIR: the tables under
 * construction and the maps from TypeScript's symbols to our ids.
 *
 * Constructs are lowered by the other files of this folder; this one only
 * allocates ids, unifies array and signature classes, and reports.
 */

import type { ts } from "ts-morph";
import type { DiagnosticArguments, DiagnosticCode } from "../diagnostics/catalogue.ts";
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type {
  HirArray,
  HirClass,
  HirExpr,
  HirField,
  HirFunction,
  HirLocal,
  HirSignature,
  HirSite,
  HirStatement,
  HirStatic,
  HirType,
  TypedArrayName,
} from "../ir/hir.ts";
import type { HirErrors } from "../ir/hir-errors.ts";
import {
  type ArrayId,
  arrayId,
  type ClassId,
  classId,
  type FieldId,
  type FunctionId,
  fieldId,
  functionId,
  type JumpId,
  jumpId,
  type LocalId,
  localId,
  type NodeId,
  nodeId,
  type SignatureId,
  type SiteId,
  type StaticId,
  signatureId,
  siteId,
  staticId,
} from "../ir/ids.ts";
import { defined } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import { createCollections } from "./collections.ts";
import { type ClassInfo, createFamilies } from "./families.ts";
import type { FunctionNode } from "./functions.ts";
import { createInstanceChecker } from "./instance-checker.ts";
import { type Instance, instantiateType, OverlayMap } from "./instances.ts";
import { type LoadedProgram, positionOf } from "./load-program.ts";
import { type BuildOptions, createDoubts, type Entity, type Scope } from "./scope.ts";
import { createUnionFind, type UnionFind } from "./union-find.ts";

export type { ClassInfo } from "./families.ts";
export type { BuildOptions, Entity, Jump, Scope } from "./scope.ts";

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Ends the lowering of one statement after its problem has been reported. */
export class Refused extends Error {}

export class Builder {
  readonly loaded: LoadedProgram;
  readonly checker: ts.TypeChecker;
  readonly reporter: Reporter;

  readonly functions: Mutable<HirFunction>[] = [];
  readonly classes: Mutable<HirClass>[] = [];
  readonly fields: Mutable<HirField>[] = [];
  readonly locals: Mutable<HirLocal>[] = [];
  readonly statics: Mutable<HirStatic>[] = [];
  readonly sites: HirSite[] = [];
  readonly arrays: Mutable<HirArray>[] = [];
  readonly signatures: Mutable<HirSignature>[] = [];
  nodeCount = 0;
  jumpCount = 0;
  /** Set once the program names an error. */
  errors: HirErrors | null = null;

  readonly arrayClasses: UnionFind = createUnionFind();
  readonly signatureClasses: UnionFind = createUnionFind();

  /** The instance whose code is being lowered; null outside generic code. */
  instance: Instance | null = null;
  /** Instances by the instance around them, their declaration and the keys of their arguments. */
  readonly instances = new Map<Instance | null, Map<ts.Node, Map<string, Instance>>>();
  /** Code of `lib/std/` is part of the program. */
  libraryIsUsed = false;
  readonly collections = createCollections();
  readonly instanceOfFunction = new Map<FunctionId, Instance | null>();

  readonly entities = new OverlayMap<ts.Symbol, Entity>(() => this.instance);
  readonly classesBySymbol = new OverlayMap<ts.Symbol, ClassInfo>(() => this.instance);
  readonly classInfos = new Map<ClassId, ClassInfo>();
  /** Classes that stand for tuples of different types. */
  readonly tuples = new Set<ClassId>();
  readonly families = createFamilies();
  readonly shapes = new Map<string, ClassInfo>();
  readonly shapesByType = new Map<ts.Type, ClassInfo>();
  /** Shapes being declared, with the class of those that have been named already. */
  readonly openShapes = new Map<ts.Type, ClassInfo | null>();
  readonly literalClasses = new OverlayMap<ts.Node, ClassInfo>(() => this.instance);
  readonly sizedTypes = new Map<ts.Type, string>();
  /** Functions and methods by declaration. */
  readonly functionsByNode = new OverlayMap<ts.Node, FunctionId>(() => this.instance);
  readonly scopes = new Map<FunctionId, Scope>();
  /** The declaration each function was made from. */
  readonly declarations = new Map<FunctionId, FunctionNode>();
  readonly uses = new Map<FunctionId, Set<LocalId>>();
  readonly callees = new Map<FunctionId, Set<FunctionId>>();
  /** Functions that compute left-out arguments, by callee and number of given ones. */
  readonly fronts = new Map<string, FunctionId>();
  readonly parameterSymbols = new Map<LocalId, ts.Symbol>();
  readonly parameterNodes = new Map<LocalId, ts.Node>();
  readonly errorConstructors = new Map<string, FunctionId>();
  /** Initialisers of parameters with defaults. */
  readonly defaults = new Map<LocalId, ts.Expression>();
  /** Parameters that take the rest of the arguments as an array. */
  readonly rests = new Set<LocalId>();
  /** The parameter with the raw texts of a tag's parameter with the texts. */
  readonly rawTexts = new Map<LocalId, LocalId>();
  /** Runs before all code of the program. */
  readonly prelude: HirStatement[] = [];
  /** The variables that `var` declares, by the function they belong to. */
  readonly hoisted = new Map<FunctionId, readonly HirStatement[]>();
  /** Labels in scope, by all their names: the name of the jump. */
  readonly labels = new Map<string, string>();
  /** Bodies still to be lowered. */
  private readonly pending: (() => void)[] = [];
  /** Object types being converted. */
  readonly converting = new Set<ts.Type>();
  /** Declarations and symbols that were refused: later uses of them say nothing more. */
  readonly refused = new Set<ts.Node | ts.Symbol>();
  readonly doubts = createDoubts();
  /** The `?.` of optional chains whose start is being lowered or known to be there. */
  readonly enteredLinks = new Set<ts.Node>();
  /** Nodes that take fewer arms only because TypeScript narrowed the place. */
  readonly narrowings = new Set<NodeId>();
  /** What stands for an expression that has been evaluated already. */
  readonly substitutes = new Map<ts.Node, () => HirExpr>();
  /** Symbols written after their declaration. */
  readonly reassigned = new Set<ts.Symbol>();

  /** Functions that make text from text are copied for each call, so that each call has its own bounds. */
  readonly copiesTextFunctions: boolean;
  /** Messages of errors are made from messages, so that their length has to be limited. */
  readonly boundsMessages: boolean;
  /** The declarations a function is a copy of, outermost first: a copy does not copy itself again. */
  readonly copyChains = new Map<FunctionId, readonly ts.Node[]>();

  constructor(loaded: LoadedProgram, reporter: Reporter, options: BuildOptions) {
    this.copiesTextFunctions = options.copiesTextFunctions;
    this.boundsMessages = options.boundsMessages;
    this.loaded = loaded;
    this.checker = createInstanceChecker(loaded.checker, () => this.instance);
    this.reporter = reporter;
  }

  /** Lowers code of `instance`. */
  within<T>(instance: Instance | null, lower: () => T): T {
    const before = this.instance;
    this.instance = instance;
    try {
      return lower();
    } finally {
      this.instance = before;
    }
  }

  /** Lowers a body once everything around it is known, in the instance that asks for it. */
  later(lower: () => void): void {
    const { instance } = this;
    this.pending.push(() => this.within(instance, lower));
  }

  nextPending(): (() => void) | undefined {
    return this.pending.shift();
  }

  /** A type of the checker with the current instance's arguments in place of its parameters. */
  concrete(type: ts.Type): ts.Type {
    if (this.instance === null) return type;
    return instantiateType(this.checker, type, this.instance.parameters, this.instance.arguments);
  }

  span(node: ts.Node): Span {
    const file = node.getSourceFile();
    return {
      file: file.fileName,
      start: positionOf(file, node.getStart(file)),
      end: positionOf(file, node.getEnd()),
    };
  }

  refuse<C extends DiagnosticCode>(code: C, node: ts.Node, values: DiagnosticArguments<C>): never {
    this.reporter.report(code, this.span(node), values);
    throw new Refused();
  }

  /** Runs `declare`; once it was refused, it is refused again without a word. */
  declare<T>(key: ts.Node | ts.Symbol, declare: () => T): T {
    if (this.refused.has(key)) throw new Refused();
    try {
      return declare();
    } catch (error) {
      if (error instanceof Refused) this.refused.add(key);
      throw error;
    }
  }

  /** A part of the language that this version does not compile. */
  unsupported(node: ts.Node, construct: string, hint: string): never {
    return this.refuse("TSFW2001", node, { construct, hint });
  }

  /** A construct that no version will compile. */
  reject(node: ts.Node, construct: string, hint: string): never {
    return this.refuse("TSFW2002", node, { construct, hint });
  }

  nextNode(): NodeId {
    return nodeId(this.nodeCount++);
  }

  nextJump(): JumpId {
    return jumpId(this.jumpCount++);
  }

  addLocal(
    scope: Pick<Scope, "function">,
    name: string,
    type: HirType,
    node: ts.Node,
    options: { reassigned?: boolean; parameter?: boolean } = {},
  ): LocalId {
    const id = localId(this.locals.length);
    this.locals.push({
      id,
      name,
      type,
      owner: scope.function,
      reassigned: options.reassigned ?? false,
      captured: false,
      isParameter: options.parameter ?? false,
      span: this.span(node),
    });
    return id;
  }

  info(id: ClassId): ClassInfo {
    return defined(this.classInfos.get(id), "class information");
  }

  addSite(scope: Pick<Scope, "function">, node: ts.Node, what: string): SiteId {
    const id = siteId(this.sites.length);
    this.sites.push({ id, owner: scope.function, span: this.span(node), what });
    return id;
  }

  addStatic(name: string, type: HirType, reassigned: boolean, node: ts.Node): StaticId {
    const id = staticId(this.statics.length);
    this.statics.push({ id, name, type, reassigned, span: this.span(node) });
    return id;
  }

  addFunction(
    init: Omit<HirFunction, "id" | "captures" | "signature" | "body" | "external" | "environment">,
  ): Mutable<HirFunction> {
    const id = functionId(this.functions.length);
    const created: Mutable<HirFunction> = {
      ...init,
      id,
      body: [],
      captures: [],
      signature: null,
      external: null,
      environment: "frame",
    };
    this.functions.push(created);
    this.instanceOfFunction.set(id, this.instance);
    return created;
  }

  addClass(name: string, declaration: ts.ClassLikeDeclaration | null, node: ts.Node): ClassInfo {
    const id = classId(this.classes.length);
    this.classes.push({
      id,
      name,
      fields: [],
      constructorFunction: null,
      family: id,
      tag: null,
      span: this.span(node),
    });
    const info: ClassInfo = {
      id,
      declaration,
      base: null,
      literal: null,
      parts: [],
      fields: new Map(),
      instance: this.instance,
    };
    this.classInfos.set(id, info);
    return info;
  }

  addField(owner: ClassInfo, name: string, type: HirType, node: ts.Node, key = name): FieldId {
    const id = fieldId(this.fields.length);
    this.fields.push({ id, name, class: owner.id, type, span: this.span(node) });
    owner.fields.set(key, id);
    const record = this.class(owner.id);
    record.fields = [...record.fields, id];
    return id;
  }

  addArray(element: HirType, typed?: TypedArrayName): HirType {
    const id = arrayId(this.arrays.length);
    this.arrays.push(typed === undefined ? { element } : { element, typed });
    this.arrayClasses.add();
    return { kind: "array", array: id };
  }

  addSignature(parameters: readonly HirType[], result: HirType): SignatureId {
    const id = signatureId(this.signatures.length);
    this.signatures.push({ parameters, result });
    this.signatureClasses.add();
    return id;
  }

  function(id: FunctionId): Mutable<HirFunction> {
    return defined(this.functions[id], "function");
  }

  class(id: ClassId): Mutable<HirClass> {
    return defined(this.classes[id], "class");
  }

  /** The declaration of a parameter, for the spans of code made from it. */
  nodeOfFront(id: LocalId): ts.Node {
    return this.parameterNodes.get(id) ?? this.loaded.entry;
  }

  local(id: LocalId): Mutable<HirLocal> {
    return defined(this.locals[id], "local");
  }

  field(id: FieldId): Mutable<HirField> {
    return defined(this.fields[id], "field");
  }

  canonicalArray(id: ArrayId): ArrayId {
    return arrayId(this.arrayClasses.find(id));
  }

  canonicalSignature(id: SignatureId): SignatureId {
    return signatureId(this.signatureClasses.find(id));
  }

  elementType(id: ArrayId): HirType {
    return defined(this.arrays[this.canonicalArray(id)], "array").element;
  }

  /** The kind of a typed array; null for an ordinary one. */
  typedArray(id: ArrayId): TypedArrayName | null {
    return defined(this.arrays[this.canonicalArray(id)], "array").typed ?? null;
  }

  signature(id: SignatureId): HirSignature {
    return defined(this.signatures[this.canonicalSignature(id)], "signature");
  }
}

/** An expression node without its id: what the constructors below complete. */
type Shape = HirExpr extends infer E ? (E extends HirExpr ? Omit<E, "id" | "span"> : never) : never;

export function expression(b: Builder, node: ts.Node, shape: Shape): HirExpr {
  return { ...shape, id: b.nextNode(), span: b.span(node) } as HirExpr;
}

export function expressionStatement(value: HirExpr): HirStatement {
  return { kind: "expression", value, span: value.span };
}

export const types = {
  number: { kind: "number", sized: null },
  boolean: { kind: "boolean" },
  string: { kind: "string" },
  void: { kind: "void" },
  null: { kind: "null" },
} as const satisfies Record<string, HirType>;

export { kindOf } from "./kind-names.ts";
