/**
 * The order in which an object lists its own properties: whole numbers first, then in
 * the order in which it got them. Objects of one class must agree on it.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { ClassId, SiteId } from "../ir/ids.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import { fieldKeys, memberKey } from "./class-members.ts";
import { canonical } from "./families.ts";
import { hasModifier } from "./functions.ts";
import { isName } from "./own-property-checks.ts";
import type { Members } from "./resolve-families.ts";

/** What a literal gives its object, in order: a property, or those of an object that is spread. */
export type KeyItem =
  | { readonly key: string; isSure: boolean }
  | { readonly from: ClassId; readonly keys: ReadonlyMap<string, boolean> };

export interface ListedKey {
  readonly key: string;
  /** Every object has it, whatever its value. */
  readonly isSure: boolean;
}

/** Why objects have no common order. */
export type NoOrder = { readonly reason: string };

export class KeyOrders {
  readonly #b: Builder;
  readonly #members: Members;
  readonly #sites = new Map<ClassId, SiteId[]>();
  readonly #assigned = new Set<number>();
  #isRead = false;
  readonly #open = new Set<ClassId>();

  constructor(b: Builder, members: Members) {
    this.#b = b;
    this.#members = members;
  }

  membersOf(id: ClassId): readonly ClassId[] {
    return [...(this.#members.get(id) ?? [])];
  }

  /** The program is read once somebody asks. */
  #read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    for (const fn of this.#b.functions) walkStatements(fn.body, { expression: (node) => this.#note(node) });
  }

  #note(node: HirExpr): void {
    if (node.kind === "object")
      this.#sites.set(node.class, [...(this.#sites.get(node.class) ?? []), node.site]);
    const isWrite =
      node.kind === "assign" || node.kind === "compound" || node.kind === "append" || node.kind === "update";
    if (isWrite && node.target.kind === "field") this.#assigned.add(canonical(this.#b, node.target.field));
  }

  /** The properties that objects made as this class list. */
  of(id: ClassId): readonly ListedKey[] | NoOrder {
    this.#read();
    const info = this.#b.info(id);
    const found = info.declaration === null ? this.#ofLiterals(info) : this.#ofClass(info);
    if (!isOrder(found)) return found;
    const indices = found.filter(({ key }) => isIndex(key)).sort((a, c) => Number(a.key) - Number(c.key));
    return [...indices, ...found.filter(({ key }) => !isIndex(key))];
  }

  #ofClass(info: ClassInfo): readonly ListedKey[] | NoOrder {
    if (info.base !== null && info.base.declaration === null) return { reason: "are errors" };
    const inherited = info.base === null ? [] : this.#ofClass(info.base);
    if (!isOrder(inherited)) return inherited;
    const keys = new Set(inherited.map(({ key }) => key));
    for (const key of declaredKeys(this.#b, info)) keys.add(key);
    return [...keys].map((key) => ({ key, isSure: true }));
  }

  #ofLiterals(info: ClassInfo): readonly ListedKey[] | NoOrder {
    if (this.#open.has(info.id)) return [];
    this.#open.add(info.id);
    try {
      return this.#merged(info);
    } finally {
      this.#open.delete(info.id);
    }
  }

  #merged(info: ClassInfo): readonly ListedKey[] | NoOrder {
    const lists: string[][] = [];
    const count = new Map<string, number>();
    const sites = this.#sites.get(info.id) ?? [];
    for (const site of sites) {
      const items = this.#b.families.keyOrders.get(site);
      if (items === undefined) return { reason: "are made by built-in code" };
      const own = this.#expanded(items, info.id);
      if (!isOrder(own)) return own;
      lists.push(own.map(({ key }) => key));
      for (const { key, isSure } of own) if (isSure) count.set(key, (count.get(key) ?? 0) + 1);
    }
    const order = mergeOrders(lists);
    if (order === null) return { reason: "get their properties in different orders" };
    const fields = fieldKeys(info);
    const rest = [...fields.keys()].filter((key) => isName(key) && !order.includes(key));
    const all = [...order, ...rest].map((key) => ({ key, isSure: count.get(key) === sites.length }));
    const late = all.filter(({ key, isSure }) => {
      const field = fields.get(key);
      return !isSure && field !== undefined && this.#assigned.has(canonical(this.#b, field));
    });
    const isLast = late.length === 1 && late[0] === all.at(-1);
    return late.length === 0 || isLast
      ? all
      : { reason: "get their properties in an order that depends on the run" };
  }

  /** The keys of a literal, with those of spread objects in their own order. */
  #expanded(items: readonly KeyItem[], self: ClassId): readonly ListedKey[] | NoOrder {
    const keys: ListedKey[] = [];
    for (const item of items) {
      if ("key" in item) {
        keys.push(item);
        continue;
      }
      const lists: string[][] = [];
      for (const member of this.#members.get(item.from) ?? []) {
        if (member === self || this.#open.has(member)) continue;
        const own = this.of(member);
        if (!isOrder(own)) return own;
        lists.push(own.map(({ key }) => key));
      }
      const order = mergeOrders(lists);
      if (order === null) return { reason: "are copied from objects with different orders" };
      const listed = [...order, ...item.keys.keys()].filter((key, at, list) => list.indexOf(key) === at);
      for (const key of listed) {
        const isSure = item.keys.get(key);
        if (isSure !== undefined) keys.push({ key, isSure });
      }
    }
    return keys;
  }
}

export function isOrder(found: readonly ListedKey[] | NoOrder): found is readonly ListedKey[] {
  return !("reason" in found);
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(key);
}

/** Parameter properties are fields that stand before the others. */
function declaredKeys(b: Builder, info: ClassInfo): readonly string[] {
  const members = info.declaration?.members ?? [];
  const parameters = members.flatMap((member) =>
    ts.isConstructorDeclaration(member) && member.body !== undefined
      ? member.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, member))
      : [],
  );
  const fields = [...members].filter(
    (member): member is ts.PropertyDeclaration =>
      ts.isPropertyDeclaration(member) &&
      !ts.isPrivateIdentifier(member.name) &&
      !hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
      !hasModifier(member, ts.SyntaxKind.AbstractKeyword) &&
      !hasModifier(member, ts.SyntaxKind.DeclareKeyword) &&
      !hasModifier(member, ts.SyntaxKind.AccessorKeyword),
  );
  return [
    ...parameters.map((parameter) => parameter.name.getText()),
    ...fields.map((field) => memberKey(b, field.name)),
  ];
}

/** One order in which all lists are; null: they disagree. */
function mergeOrders(lists: readonly (readonly string[])[]): readonly string[] | null {
  const before = new Map<string, Set<string>>();
  for (const list of lists)
    list.forEach((key, index) => {
      const earlier = before.get(key) ?? new Set<string>();
      before.set(key, earlier);
      const previous = list[index - 1];
      if (previous !== undefined) earlier.add(previous);
    });
  const done = new Set<string>();
  while (done.size < before.size) {
    const next = [...before].find(
      ([key, earlier]) => !done.has(key) && [...earlier].every((one) => done.has(one)),
    );
    if (next === undefined) return null;
    done.add(next[0]);
  }
  return [...done];
}
