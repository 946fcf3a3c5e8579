/**
 * `{ ...a, b: 1, ...c }`: which value each property has in the end, with everything
 * evaluated in JavaScript's order. A literal that is spread makes no object of its own.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { ClassId, FieldId } from "../ir/ids.ts";
import { armOf, armsOf, hasArm, isArmKind } from "../ir/union-types.ts";
import { type Builder, expression, expressionStatement, kindOf, type Scope, types } from "./builder.ts";
import { isArm } from "./equality.ts";
import { lowerCondition, lowerExpression } from "./expressions.ts";
import type { KeyItem } from "./key-orders.ts";
import { takeArms } from "./narrowing.ts";
import { type FieldValue, propertyKey, propertyValue } from "./object-literals.ts";
import { type OwnKey, ownKeysOf, readOwn } from "./own-properties.ts";
import { unit } from "./short-circuit.ts";
import { hold } from "./temporaries.ts";
import { flow, joinTypes } from "./unify-types.ts";

export function hasObjectSpread(node: ts.ObjectLiteralExpression): boolean {
  return node.properties.some(ts.isSpreadAssignment);
}

export interface SpreadProperties {
  readonly statements: readonly HirStatement[];
  readonly fields: readonly FieldValue[];
  readonly order: readonly KeyItem[];
}

/** The fields of the literal and of further objects, and what has to run before they are evaluated. */
export function lowerSpreadProperties(
  b: Builder,
  scope: Scope,
  node: ts.ObjectLiteralExpression,
  sources: readonly ts.Expression[],
  keys: ReadonlyMap<string, FieldId>,
): SpreadProperties {
  const collector = new Collector(b, scope, keys);
  collector.properties(node, []);
  for (const source of sources) collector.spread(source, []);
  return collector.finish();
}

interface Slot {
  readonly at: ts.Node;
  value: HirExpr;
  /** Reading it later gives the same. */
  isHeld: boolean;
}

/** A test that has been made: its properties count only where it holds. */
type Guard = () => HirExpr;

class Collector {
  readonly #b: Builder;
  readonly #scope: Scope;
  readonly #keys: ReadonlyMap<string, FieldId>;
  readonly #statements: HirStatement[] = [];
  /** In the order in which they are evaluated. */
  readonly #slots = new Map<string, Slot>();
  /** In the order in which the object gets them. */
  readonly #order: KeyItem[] = [];
  readonly #listed = new Set<string>();

  constructor(b: Builder, scope: Scope, keys: ReadonlyMap<string, FieldId>) {
    this.#b = b;
    this.#scope = scope;
    this.#keys = keys;
  }

  finish(): SpreadProperties {
    const b = this.#b;
    const fields = [...this.#slots].map(([key, { value, at }]): FieldValue => {
      const field = this.#keys.get(key);
      if (field === undefined)
        return b.unsupported(at, `The property '${key}' here is`, "Declare it in the type.");
      return { field, value: flow(b, value, b.field(field).type, at) };
    });
    return { statements: this.#statements, fields, order: this.#order };
  }

  properties(node: ts.ObjectLiteralExpression, guards: readonly Guard[]): void {
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        this.spread(property.expression, guards);
        continue;
      }
      const key = propertyKey(this.#b, property);
      const value = propertyValue(this.#b, this.#scope, property);
      this.#list(key, guards.length === 0);
      this.#set(key, value, property, guards);
    }
  }

  #list(key: string, isSure: boolean): void {
    if (!this.#listed.has(key)) {
      this.#listed.add(key);
      this.#order.push({ key, isSure });
      return;
    }
    const known = this.#order.find((item) => "key" in item && item.key === key);
    if (known !== undefined && "key" in known && isSure) known.isSure = true;
  }

  /** The property has this value from here on, where the guards hold. */
  #set(key: string, given: HirExpr, at: ts.Node, guards: readonly Guard[]): void {
    const before = this.#slots.get(key);
    if (before !== undefined && !isQuiet(before.value)) this.#settle();
    this.#slots.delete(key);
    const test = this.#all(at, guards);
    const value = test === null ? given : this.#choose(test, given, before, at);
    this.#slots.set(key, { at, value, isHeld: false });
  }

  /** Whether all guards hold; null: there are none. */
  #all(at: ts.Node, guards: readonly Guard[]): HirExpr | null {
    const [first, ...others] = guards;
    if (first === undefined) return null;
    return others.reduce<HirExpr>(
      (left, guard) =>
        expression(this.#b, at, { kind: "logical", op: "&&", left, right: guard(), type: types.boolean }),
      first(),
    );
  }

  /** `test ? value : what the property was before`. */
  #choose(test: HirExpr, value: HirExpr, before: Slot | undefined, at: ts.Node): HirExpr {
    const b = this.#b;
    const other = before === undefined ? this.#absent(at) : before.value;
    const type = joinTypes(b, value.type, other.type);
    if (type === null)
      return b.unsupported(at, "A property that has one of two types is", "Give it one type.");
    const whenTrue = flow(b, value, type, at);
    const whenFalse = flow(b, other, type, at);
    return expression(b, at, { kind: "conditional", test, whenTrue, whenFalse, type });
  }

  #absent(at: ts.Node): HirExpr {
    const absent = unit(this.#b, at, "void");
    this.#b.families.absent.add(absent.id);
    return absent;
  }

  /** What was collected is evaluated here, before what follows. */
  #settle(): void {
    for (const [key, slot] of this.#slots) {
      if (slot.isHeld) continue;
      const held = hold(this.#b, this.#scope, slot.at, key, slot.value, false);
      this.#statements.push(...held.statements);
      slot.value = held.read();
      slot.isHeld = true;
    }
  }

  spread(node: ts.Expression, guards: readonly Guard[]): void {
    const b = this.#b;
    if (ts.isParenthesizedExpression(node)) return this.spread(node.expression, guards);
    if (ts.isObjectLiteralExpression(node)) return this.properties(node, guards);
    if (ts.isConditionalExpression(node)) {
      const guard = this.#guard(node.condition, lowerCondition(b, this.#scope, node.condition), guards);
      this.spread(node.whenTrue, [...guards, guard]);
      return this.spread(node.whenFalse, [...guards, this.#not(node, guard)]);
    }
    if (isAnd(node) && isSpreadable(node.right)) {
      const guard = this.#guard(node.left, lowerCondition(b, this.#scope, node.left), guards);
      return this.spread(node.right, [...guards, guard]);
    }
    if (isOrEmpty(node)) return this.spread(node.left, guards);
    return this.#object(node, guards);
  }

  /** The test, made once; under other guards only where they hold. */
  #guard(node: ts.Expression, test: HirExpr, guards: readonly Guard[]): Guard {
    const b = this.#b;
    this.#settle();
    const value = this.#all(node, [...guards, () => test]) ?? test;
    const held = hold(b, this.#scope, node, "condition", value, false);
    this.#statements.push(...held.statements);
    return () => held.read();
  }

  #not(node: ts.Expression, guard: Guard): Guard {
    return () => expression(this.#b, node, { kind: "not", value: guard(), type: types.boolean });
  }

  /** The own properties of an object that is there, or of one that may be missing. */
  #object(node: ts.Expression, guards: readonly Guard[]): void {
    const b = this.#b;
    const source = lowerExpression(b, this.#scope, node);
    const object = armOf(source.type, "object");
    if (object?.kind !== "object") {
      if (armsOf(source.type).every(({ kind }) => kind === "void" || kind === "null" || kind === "boolean"))
        return void this.#statements.push(expressionStatement(source));
      return b.unsupported(node, `Spreading ${kindOf(source.type)} into an object is`, "Write the fields.");
    }
    if (guards.length > 0 && !isQuiet(source))
      return b.unsupported(
        node,
        "Spreading a computed object under a condition is",
        "Keep it in a variable.",
      );
    const keys = ownKeysOf(b, node);
    this.#rely(node, object.class, keys);
    const runsCode = keys.some((key) => key.mayRunCode);
    if (runsCode && (guards.length > 0 || source.type.kind === "union"))
      return b.unsupported(node, "Spreading accessors under a condition is", "Read them first.");
    const isPending = [...this.#slots.values()].some((slot) => !slot.isHeld && !isQuiet(slot.value));
    if (isPending || !isQuiet(source) || runsCode) this.#settle();
    const again =
      guards.length > 0 ? (): HirExpr => lowerExpression(b, this.#scope, node) : this.#keep(node, source);
    const self = (): HirExpr => takeArms(b, node, again(), [object], true);
    const isThere: Guard = () => isArm(b, node, again(), ["object"]);
    const inner = source.type.kind === "union" ? [...guards, isThere] : guards;
    this.#listCopied(object.class, keys, inner.length === 0);
    for (const key of keys) this.#property(node, self, key, inner);
  }

  #keep(node: ts.Expression, source: HirExpr): () => HirExpr {
    if (source.kind === "local") return hold(this.#b, this.#scope, node, "source", source, true).read;
    const local = this.#b.addLocal(this.#scope, "source", source.type, node);
    this.#statements.push({ kind: "let", local, value: source, span: source.span });
    return () => expression(this.#b, node, { kind: "local", local, type: source.type });
  }

  #listCopied(from: ClassId, keys: readonly OwnKey[], isSure: boolean): void {
    const fresh = keys.filter((key) => !this.#listed.has(key.name));
    for (const key of keys) if (!fresh.includes(key)) this.#list(key.name, isSure && !key.isOptional);
    for (const key of fresh) this.#listed.add(key.name);
    this.#order.push({ from, keys: new Map(fresh.map((key) => [key.name, isSure && !key.isOptional])) });
  }

  #property(node: ts.Expression, self: () => HirExpr, key: OwnKey, guards: readonly Guard[]): void {
    const b = this.#b;
    const value = readOwn(b, this.#scope, node, self(), key);
    const held = key.mayRunCode ? hold(b, this.#scope, node, key.name, value, false) : null;
    if (held !== null) this.#statements.push(...held.statements);
    const read = held?.read ?? ((): HirExpr => readOwn(b, this.#scope, node, self(), key));
    if (!key.isOptional || !hasArm(value.type, "void")) return this.#set(key.name, read(), node, guards);
    const given = armsOf(value.type).filter((arm) => arm.kind !== "void");
    const kinds = given.flatMap(({ kind }) => (isArmKind(kind) ? [kind] : []));
    const isGiven: Guard = () => isArm(b, node, read(), kinds);
    this.#set(key.name, takeArms(b, node, read(), given, true), node, [...guards, isGiven]);
  }

  /** TypeScript's word on which properties are copied is checked at the end. */
  #rely(node: ts.Expression, id: ClassId, keys: readonly OwnKey[]): void {
    const names = keys.map((key) => key.name);
    this.#b.families.ownProperties.push({
      class: id,
      keys: names,
      optional: keys.filter((key) => key.isOptional).map((key) => key.name),
      without: [...this.#keys.keys()].filter((key) => !names.includes(key)),
      at: node,
    });
  }
}

function isAnd(node: ts.Expression): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

/** `x ?? {}`, `x || {}`: the other side adds nothing. */
function isOrEmpty(node: ts.Expression): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  const isDefault = kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
  let right = node.right;
  while (ts.isParenthesizedExpression(right)) right = right.expression;
  return isDefault && ts.isObjectLiteralExpression(right) && right.properties.length === 0;
}

function isSpreadable(node: ts.Expression): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at)) at = at.expression;
  return ts.isObjectLiteralExpression(at) || ts.isIdentifier(at) || ts.isPropertyAccessExpression(at);
}

/** Evaluating it changes nothing, and may wait for later code that changes nothing. */
function isQuiet(value: HirExpr): boolean {
  switch (value.kind) {
    case "number":
    case "string":
    case "boolean":
    case "undefined":
    case "null":
    case "local":
    case "static":
      return true;
    case "field":
      return isQuiet(value.object);
    case "wrap":
    case "unwrap":
    case "cast":
    case "isArm":
      return isQuiet(value.value);
    case "conditional":
      return isQuiet(value.test) && isQuiet(value.whenTrue) && isQuiet(value.whenFalse);
    default:
      return false;
  }
}
