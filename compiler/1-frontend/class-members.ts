/** Finding members: fields and implementations of classes along what they extend, and names as keys. */

import { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../ir/ids.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import type { MemberKind } from "./families.ts";
import { hasModifier } from "./functions.ts";
import { ITERATOR, isIteratorSymbol } from "./generators/iterator-types.ts";
import { madeMember } from "./generators/made-members.ts";
import type { Instance } from "./instances.ts";
import { keptMember, kindOfMember } from "./literal-classes.ts";
import { functionWithThis, type LiteralMember, memberOfLiteral } from "./literal-members.ts";
import { joinClasses } from "./object-types.ts";
import { unifyTypes } from "./unify-types.ts";

/** The name under which a member is found; private names are told apart by the class that declares them. */
export function memberKey(b: Builder, name: ts.Node): string {
  if (ts.isPrivateIdentifier(name)) {
    const symbol = b.checker.getSymbolAtLocation(name);
    return symbol === undefined ? name.text : String(symbol.escapedName);
  }
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNoSubstitutionTemplateLiteral(name))
    return name.text;
  if (ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name)) {
    if (isIteratorSymbol(b, name.expression)) return ITERATOR;
    const symbol = symbolKey(name.expression);
    if (symbol !== null) return symbol;
    const type = b.checker.getTypeAtLocation(name.expression);
    if (type.isStringLiteral() || type.isNumberLiteral()) return String(type.value);
  }
  return b.unsupported(name, "A computed member name is", "Write the name.");
}

/** The key of a member that a symbol of JavaScript names: `[Symbol.dispose]`. */
export function symbolKey(node: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(node) || node.expression.getText() !== "Symbol") return null;
  return `[Symbol.${node.name.text}]`;
}

export function findField(b: Builder, id: ClassId, key: string): FieldId | undefined {
  for (let info: ClassInfo | null = b.info(id); info !== null; info = info.base) {
    const field = info.fields.get(key);
    if (field !== undefined) return field;
    if (info.parts.length > 0) return commonField(b, info, key);
  }
  return undefined;
}

/** A field that all parts of a union have. */
function commonField(b: Builder, info: ClassInfo, key: string): FieldId | undefined {
  const fields = info.parts.map((part) => findField(b, part.id, key));
  const types = fields.flatMap((field) => (field === undefined ? [] : [b.field(field).type]));
  const [first, ...others] = types;
  if (first === undefined || types.length < fields.length) return undefined;
  let type = first;
  for (const other of others) {
    if (type.kind === "object" && other.kind === "object")
      type = { kind: "object", class: joinClasses(b, [type.class, other.class]) };
    else if (!unifyTypes(b, type, other)) return undefined;
    else if (type.kind === "number" && type.sized === null) type = other;
  }
  return b.addField(info, key, type, info.parts[0]?.declaration ?? b.loaded.entry, key);
}

/** All fields, those of what it extends first. */
export function allFields(info: ClassInfo): readonly FieldId[] {
  const own = [...info.fields.values()];
  return info.base === null ? own : [...allFields(info.base), ...own];
}

/** All keys of fields with the field each names. */
export function fieldKeys(info: ClassInfo): ReadonlyMap<string, FieldId> {
  return new Map([...(info.base === null ? [] : fieldKeys(info.base)), ...info.fields]);
}

export function derivesFrom(info: ClassInfo, base: ClassId): boolean {
  for (let at: ClassInfo | null = info; at !== null; at = at.base) if (at.id === base) return true;
  return false;
}

export type MemberDeclaration = ts.MethodDeclaration | ts.AccessorDeclaration | ts.FunctionExpression;

/** What an object of a class does for a member. */
export type Implementation =
  | {
      readonly kind: "function";
      readonly node: MemberDeclaration;
      /** The instance of the class that has it. */
      readonly instance: Instance | null;
      /** Lowers in that instance. */
      within<T>(lower: () => T): T;
    }
  /** A field of its own: read, written, or called. */
  | { readonly kind: "field"; readonly field: FieldId }
  /** A member of a literal, kept as a closure in a field of its own. */
  | { readonly kind: "kept"; readonly member: LiteralMember; readonly class: ClassInfo }
  /** A function that the compiler wrote; it takes the object. */
  | { readonly kind: "made"; readonly function: FunctionId }
  | { readonly kind: "missing" };

export function implementationOf(b: Builder, id: ClassId, kind: MemberKind, key: string): Implementation {
  const made = kind === "method" ? madeMember(b, id, key) : null;
  if (made !== null) return { kind: "made", function: made };
  for (let info: ClassInfo | null = b.info(id); info !== null; info = info.base) {
    const kept = keptMember(b, info, kind, key);
    if (kept !== null) return { kind: "kept", member: kept, class: info };
    const members = membersNamed(b, info, key);
    const wanted = members.find((member) => kindOfMember(member) === kind);
    if (wanted !== undefined) {
      const { instance } = info;
      return {
        kind: "function",
        node: wanted,
        instance,
        within: (lower) => b.within(instance, lower),
      };
    }
    const field = info.fields.get(key);
    if (field !== undefined && !isAbstractField(b, info, key)) return { kind: "field", field };
    if (members.length > 0) return { kind: "missing" };
  }
  return { kind: "missing" };
}

/** Own methods and accessors with a body and that name; in a literal also functions that use `this`. */
function membersNamed(b: Builder, info: ClassInfo, key: string): readonly MemberDeclaration[] {
  if (info.literal !== null) return literalMembers(b, info.literal, key);
  const members: readonly ts.ClassElement[] = info.declaration?.members ?? [];
  return members.filter(
    (member): member is ts.MethodDeclaration | ts.AccessorDeclaration =>
      (ts.isMethodDeclaration(member) || ts.isAccessor(member)) &&
      member.body !== undefined &&
      !hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
      memberKey(b, member.name) === key,
  );
}

function literalMembers(
  b: Builder,
  literal: ts.ObjectLiteralExpression,
  key: string,
): readonly MemberDeclaration[] {
  return literal.properties.flatMap((property): readonly MemberDeclaration[] => {
    if (property.name === undefined || memberKey(b, property.name) !== key) return [];
    const member = memberOfLiteral(b, property);
    return member === null ? [] : [member];
  });
}

function isAbstractField(b: Builder, info: ClassInfo, key: string): boolean {
  return (info.declaration?.members ?? []).some(
    (member) =>
      ts.isPropertyDeclaration(member) &&
      hasModifier(member, ts.SyntaxKind.AbstractKeyword) &&
      memberKey(b, member.name) === key,
  );
}

/** Counts bodies by name: a name with one body and no accessor needs no dispatch. */
export function countMembers(b: Builder, file: ts.SourceFile): void {
  const visit = (node: ts.Node): void => {
    if (isInstanceMember(node)) count(b, node, node.name);
    if (ts.isPropertyAssignment(node) && functionWithThis(node.initializer) !== null)
      count(b, node.initializer, node.name);
    noteExtended(b, node);
    if (ts.isTypePredicateNode(node) || isDiscriminantWrite(b, node)) b.families.hasUnsoundTests = true;
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function noteExtended(b: Builder, node: ts.Node): void {
  if (!ts.isHeritageClause(node) || node.token !== ts.SyntaxKind.ExtendsKeyword) return;
  for (const { expression } of node.types) {
    const base = b.loaded.checker.getTypeAtLocation(expression).getSymbol()?.valueDeclaration;
    if (base !== undefined) b.families.extended.add(base);
  }
}

/** `shape.kind = "square"`: the object then claims to be of a class it is not. */
function isDiscriminantWrite(b: Builder, node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  if (!ts.isPropertyAccessExpression(node.left)) return false;
  const type = b.checker.getTypeAtLocation(node.left);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => (part.flags & ts.TypeFlags.StringOrNumberLiteral) !== 0);
}

function isInstanceMember(node: ts.Node): node is ts.MethodDeclaration | ts.AccessorDeclaration {
  return (
    (ts.isMethodDeclaration(node) || ts.isAccessor(node)) && !hasModifier(node, ts.SyntaxKind.StaticKeyword)
  );
}

function count(b: Builder, node: ts.Node, name: ts.PropertyName): void {
  const key = ts.isComputedPropertyName(name) ? symbolKey(name.expression) : name.text;
  if (key === null || ts.isPrivateIdentifier(name)) return;
  const counts = b.families.memberCounts.get(key) ?? { bodies: 0, accessors: 0 };
  b.families.memberCounts.set(key, counts);
  const isMethod = ts.isMethodDeclaration(node) && node.body !== undefined;
  if (isMethod || ts.isFunctionExpression(node)) counts.bodies += 1;
  if (ts.isAccessor(node)) counts.accessors += 1;
}

/** Whether a property of that name may be an accessor in some class. */
export function mayBeAccessor(b: Builder, name: ts.MemberName): boolean {
  return !ts.isPrivateIdentifier(name) && (b.families.memberCounts.get(name.text)?.accessors ?? 0) > 0;
}

export function objectClass(type: HirType): ClassId | null {
  return type.kind === "object" ? type.class : null;
}
