/**
 * Which classes' objects reach places of which other classes, as far as lowering
 * has seen: the edges from which resolve-families.ts computes members and layouts.
 */

import type { ts } from "ts-morph";
import type { ClassId, FieldId, FunctionId, NodeId, SiteId } from "../ir/ids.ts";
import type { Builder } from "./builder.ts";
import { createDiscriminants, type Discriminants } from "./discriminants.ts";
import { createGenerators, type Generators } from "./generators/generator-tables.ts";
import type { Instance } from "./instances.ts";
import type { KeyItem } from "./key-orders.ts";

/** What the front end knows of a class, shape or union of object types. */
export interface ClassInfo {
  readonly id: ClassId;
  readonly declaration: ts.ClassLikeDeclaration | null;
  /** What it extends; its fields are not repeated here. */
  base: ClassInfo | null;
  /** The object literal whose methods it has. */
  literal: ts.ObjectLiteralExpression | null;
  /** The classes whose objects it stands for, when it is a union. */
  parts: readonly ClassInfo[];
  /** Own fields by key: the name, or for `#private` ones the checker's unique name. */
  readonly fields: Map<string, FieldId>;
  /** The instance its members are lowered in, when it is generic or inside a generic function. */
  readonly instance: Instance | null;
}

/** Whether the class of an object has a member of that name; `isRefused`: it must not. */
export interface NameQuestion {
  readonly name: string;
  readonly at: ts.Node;
  readonly isRefused?: boolean;
}

/** What a member is asked for: how a call of it looks, `get` and `set` for properties, `has`: whether it can be called. */
export type MemberKind = "method" | "get" | "set" | "has" | ListKind;

/** Arrays of what an object has: `Object.keys` and its relatives. */
export type ListKind = "keys" | "values" | "entries";

/** A function that stands for the member of a class whose receivers are not known yet. */
export interface VirtualMember {
  readonly function: FunctionId;
  readonly class: ClassId;
  readonly kind: MemberKind;
  readonly name: string;
  /** Arguments after `this`. */
  readonly count: number;
  /** Objects without it are never asked. */
  readonly isOptional: boolean;
  /** Its first use. */
  readonly at: ts.Node;
}

/** The properties that an expression which copies them counts on. */
export interface OwnProperties {
  readonly class: ClassId;
  /** Keys that objects of the class must have as their own. */
  readonly keys: readonly string[];
  /** Of these, the ones that count as absent where they are undefined. */
  readonly optional: readonly string[];
  /** Keys that they must not have, as TypeScript does not see them there. */
  readonly without: readonly string[];
  readonly at: ts.Node;
}

export interface Families {
  /** References of the first class flow into places of the second. */
  readonly edges: Map<ClassId, Set<ClassId>>;
  /** Values of the first class are seen as the second: its members that fit are members of it. */
  readonly narrowings: Map<ClassId, Set<ClassId>>;
  /** Classes that are compared: one family, but nothing flows. */
  readonly compared: [ClassId, ClassId][];
  /** Classes of which the program makes objects. */
  readonly allocated: Set<ClassId>;
  /** Placeholders by class, kind, name and count of arguments. */
  readonly virtuals: Map<string, VirtualMember>;
  /** `cast` nodes: the class wanted, whether TypeScript proves it, and whether the object was made as just that class. */
  readonly casts: Map<NodeId, { readonly to: ClassId; readonly isProven: boolean; readonly isExact?: true }>;
  /** `isInstance` nodes: the class that is asked for. */
  readonly questions: Map<NodeId, ClassId>;
  /** `isInstance` nodes that ask for classes with a member of that name. */
  readonly nameQuestions: Map<NodeId, NameQuestion>;
  /** Declarations of classes that others extend. */
  readonly extended: Set<ts.Node>;
  /** How many bodies the program has for each member name. */
  readonly memberCounts: Map<string, { bodies: number; accessors: number }>;
  /** The program has type guards of its own, or changes discriminants: what TypeScript narrowed is not proven. */
  hasUnsoundTests: boolean;
  /** What the program throws has been looked for. */
  knowsThrown: boolean;
  /** The class of all objects in places of type `unknown`. */
  unknown: ClassId | null;
  /** The class of the options that errors are made with. */
  errorOptions: ClassId | null;
  /** `undefined` nodes that stand for a property which the object does not have. */
  readonly absent: Set<NodeId>;
  /** Where the program relies on which properties objects have, and in which order. */
  readonly ownProperties: OwnProperties[];
  readonly discriminants: Discriminants;
  /** Closure nodes that constructors and literals only keep for their object. */
  readonly keptClosures: Set<NodeId>;
  /** Objects that are frozen: nothing may assign to their fields. */
  readonly frozen: { readonly class: ClassId; readonly at: ts.Node }[];
  /** The properties that literals give their objects, in order, by their sites. */
  readonly keyOrders: Map<SiteId, readonly KeyItem[]>;
  /** Fields that are one, by the one that stands for them. */
  readonly fieldOf: Map<FieldId, FieldId>;
  readonly generators: Generators;
}

export function createFamilies(): Families {
  return {
    edges: new Map(),
    narrowings: new Map(),
    compared: [],
    allocated: new Set(),
    virtuals: new Map(),
    casts: new Map(),
    questions: new Map(),
    nameQuestions: new Map(),
    extended: new Set(),
    memberCounts: new Map(),
    hasUnsoundTests: false,
    knowsThrown: false,
    unknown: null,
    errorOptions: null,
    absent: new Set(),
    ownProperties: [],
    discriminants: createDiscriminants(),
    keptClosures: new Set(),
    frozen: [],
    keyOrders: new Map(),
    fieldOf: new Map(),
    generators: createGenerators(),
  };
}

export function addEdge(families: Families, from: ClassId, to: ClassId): void {
  addPair(families.edges, from, to);
}

export function addNarrowing(families: Families, from: ClassId, to: ClassId): void {
  addPair(families.narrowings, from, to);
}

/** Each class with each that it leads to. */
export function pairsOf(
  pairs: ReadonlyMap<ClassId, ReadonlySet<ClassId>>,
): readonly (readonly [ClassId, ClassId])[] {
  return [...pairs].flatMap(([from, tos]) => [...tos].map((to) => [from, to] as const));
}

function addPair(pairs: Map<ClassId, Set<ClassId>>, from: ClassId, to: ClassId): void {
  if (from === to) return;
  const known = pairs.get(from);
  if (known === undefined) pairs.set(from, new Set([to]));
  else known.add(to);
}

/** The field that stands for all that are one with it. */
export function canonical(b: Builder, field: FieldId): FieldId {
  let at = field;
  for (let next = b.families.fieldOf.get(at); next !== undefined; next = b.families.fieldOf.get(at))
    at = next;
  return at;
}
