/**
 * Classes of object literals that have members, or other fields than the type they
 * are wanted as: one class per literal. A member that uses variables of the
 * functions around it is a closure in a field of its own, which takes the object.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { type Builder, type ClassInfo, type Scope, types } from "./builder.ts";
import { memberKey } from "./class-members.ts";
import { closureOf } from "./expressions.ts";
import type { MemberKind } from "./families.ts";
import { functionOf, hasModifier } from "./functions.ts";
import { typeParametersOf } from "./generic-functions.ts";
import {
  isNested,
  type LiteralMember,
  literalAround,
  memberOfLiteral,
  usesSurroundings,
} from "./literal-members.ts";
import { convertType } from "./types.ts";
import { flow, joinTypes } from "./unify-types.ts";

/** The `this` of a function that is a member of a literal; null for any other function. */
export function thisOfLiteral(b: Builder, node: ts.Node): HirType | null {
  const literal = literalAround(b, node);
  return literal === null ? null : { kind: "object", class: literalClass(b, literal).id };
}

export function literalClass(b: Builder, node: ts.ObjectLiteralExpression): ClassInfo {
  const known = b.literalClasses.get(node);
  if (known !== undefined) return known;
  const info = b.addClass(literalName(b, node), null, node);
  info.literal = node;
  b.literalClasses.set(node, info);
  for (const property of ownProperties(b, node)) {
    const { key, type, at } = property;
    b.addField(info, key, type, at);
  }
  return info;
}

/** The class of the literal with members whose own type this is; null for any other type, and in generic code. */
export function literalClassOfType(b: Builder, type: ts.Type): ClassInfo | null {
  const literal = type.getSymbol()?.valueDeclaration;
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return null;
  if (isMapped(type) || isInGeneric(literal)) return null;
  const hasMembers = literal.properties.some((property) => memberOfLiteral(b, property) !== null);
  return hasMembers ? literalClass(b, literal) : null;
}

function isMapped(type: ts.Type): boolean {
  return (((type as Partial<ts.ObjectType>).objectFlags ?? 0) & ts.ObjectFlags.Mapped) !== 0;
}

function isInGeneric(node: ts.Node): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (typeParametersOf(at).length > 0) return true;
  return false;
}

function literalName(b: Builder, node: ts.ObjectLiteralExpression): string {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  const name = b.checker.getContextualType(node)?.getSymbol()?.getName() ?? "";
  return /^[A-Za-z]\w*$/.test(name) && !name.startsWith("__") ? name : "object";
}

interface OwnProperty {
  readonly key: string;
  readonly type: HirType;
  readonly at: ts.Node;
}

/** The fields: those the literal gives, with the types that are wanted, and those it may have. */
function ownProperties(b: Builder, node: ts.ObjectLiteralExpression): readonly OwnProperty[] {
  const wanted = wantedShape(b, node);
  const own = b.checker.getTypeAtLocation(node);
  const parts = own.isUnion() ? own.types : [own];
  const members = new Set<string>();
  for (const property of node.properties)
    if (property.name !== undefined && memberOfLiteral(b, property) !== null)
      members.add(memberKey(b, property.name));
  const found = new Map<string, OwnProperty>();
  for (const key of new Set(
    parts.flatMap((part) => b.checker.getPropertiesOfType(part).map((one) => one.getName())),
  )) {
    if (members.has(key)) continue;
    const asked = wanted === null ? undefined : b.checker.getPropertyOfType(wanted, key);
    const type = typeOfProperty(b, node, parts, key, asked);
    found.set(key, { key, type, at: node });
  }
  for (const symbol of wanted === null ? [] : b.checker.getPropertiesOfType(wanted)) {
    const key = symbol.getName();
    if (found.has(key) || members.has(key) || !(symbol.flags & ts.SymbolFlags.Optional)) continue;
    found.set(key, { key, type: convertType(b, b.checker.getTypeOfSymbol(symbol), node), at: node });
  }
  return [...found.values()];
}

/** The type that is wanted, or what the property is in each form the literal may have. */
function typeOfProperty(
  b: Builder,
  node: ts.ObjectLiteralExpression,
  parts: readonly ts.Type[],
  key: string,
  asked: ts.Symbol | undefined,
): HirType {
  const wanted = asked === undefined ? null : b.checker.getTypeOfSymbol(asked);
  if (wanted !== null && !isOpenType(wanted)) return convertType(b, wanted, node);
  const all = parts.map((part): HirType => {
    const symbol = b.checker.getPropertyOfType(part, key);
    return symbol === undefined
      ? types.void
      : convertType(b, b.checker.getTypeOfSymbol(symbol), symbol.valueDeclaration ?? node);
  });
  return all.reduce(
    (type, other) =>
      joinTypes(b, type, other) ?? b.unsupported(node, `'${key}' of different types is`, "Give it one type."),
  );
}

const open = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter | ts.TypeFlags.NonPrimitive;

function isOpenType(type: ts.Type): boolean {
  return (type.flags & open) !== 0;
}

/** The one type whose properties say what the fields of the literal may hold. */
function wantedShape(b: Builder, node: ts.ObjectLiteralExpression): ts.Type | null {
  const type = b.checker.getContextualType(node);
  if (type === undefined || isOpenType(type)) return null;
  const present = b.checker.getNonNullableType(type);
  if (!present.isUnion()) return present;
  const own = b.checker.getTypeAtLocation(node);
  const fitting = present.types.filter((part) => b.checker.isTypeAssignableTo(own, part));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** Async members have no value of their own: they are called where what they use is at hand. */
function isKept(b: Builder, member: LiteralMember): boolean {
  const isPlain = member.asteriskToken === undefined && typeParametersOf(member).length === 0;
  return isPlain && !hasModifier(member, ts.SyntaxKind.AsyncKeyword) && usesSurroundings(b, member);
}

export function kindOfMember(member: ts.Node): MemberKind {
  if (ts.isGetAccessor(member)) return "get";
  return ts.isSetAccessor(member) ? "set" : "method";
}

/** The member of a literal, or of a class inside a function, that is kept as a closure in a field; null where its function can be called. */
export function keptMember(b: Builder, info: ClassInfo, kind: MemberKind, key: string): LiteralMember | null {
  for (const { member, name } of membersOf(b, info))
    if (kindOfMember(member) === kind && memberKey(b, name) === key && isKept(b, member)) return member;
  return null;
}

interface NamedMember {
  readonly member: LiteralMember;
  readonly name: ts.PropertyName;
}

/** The members of a literal, or of a class inside a function. */
function membersOf(b: Builder, info: ClassInfo): readonly NamedMember[] {
  if (info.literal !== null)
    return info.literal.properties.flatMap((property) => {
      const member = memberOfLiteral(b, property);
      return member === null || property.name === undefined ? [] : [{ member, name: property.name }];
    });
  const { declaration } = info;
  if (declaration === null || !isNested(declaration)) return [];
  return declaration.members.flatMap((member) => {
    const isMember = ts.isMethodDeclaration(member) || ts.isAccessor(member);
    if (!isMember || member.body === undefined || hasModifier(member, ts.SyntaxKind.StaticKeyword)) return [];
    return [{ member, name: member.name }];
  });
}

/** The field with the closure that does what the member does. The function around the literal has been entered. */
export function keptField(b: Builder, info: ClassInfo, member: LiteralMember, key: string): FieldId {
  const kind = kindOfMember(member);
  const known = info.fields.get(keptKey(kind, key));
  if (known !== undefined) return known;
  const fn = b.function(functionOf(b, member));
  const parameters = fn.parameters.map((parameter) => b.local(parameter).type);
  const type: HirType = { kind: "closure", signature: b.addSignature(parameters, fn.result) };
  const name = kind === "method" ? key : `${kind}_${key}`;
  return b.addField(info, name, type, member, keptKey(kind, key));
}

function keptKey(kind: MemberKind, key: string): string {
  return `${kind} of ${key}`;
}

/** The closures a new object of the class is made with. */
export function keptMembers(
  b: Builder,
  scope: Scope,
  info: ClassInfo,
): readonly { readonly field: FieldId; readonly value: HirExpr }[] {
  return membersOf(b, info).flatMap(({ member, name }) => {
    if (!isKept(b, member)) return [];
    const field = keptField(b, info, member, memberKey(b, name));
    const closure = closureOf(b, scope, member, functionOf(b, member));
    b.families.keptClosures.add(closure.id);
    return [{ field, value: flow(b, closure, b.field(field).type, member) }];
  });
}
