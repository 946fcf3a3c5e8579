/**
 * Enums: constant members are numbers and strings where they are used; computed
 * ones are variables; `E[n]` looks the name up, `E[key]` the value.
 */

import { ts } from "ts-morph";
import type { HirExpr, HirStatement, HirType } from "../ir/hir.ts";
import type { LocalId, StaticId } from "../ir/ids.ts";
import { isModuleLevel } from "./build-hir.ts";
import { type Builder, expression, expressionStatement, type Scope, types } from "./builder.ts";
import { literal, lowerExpression } from "./expressions.ts";
import { symbolOf } from "./symbols.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** The value of a member that is known from the text; null for any other symbol. */
export function enumConstant(b: Builder, symbol: ts.Symbol | null): number | string | null {
  const member = symbol?.valueDeclaration;
  if (member === undefined || !ts.isEnumMember(member)) return null;
  return b.checker.getConstantValue(member) ?? null;
}

/** The variable of a computed member. */
export function enumVariable(b: Builder, symbol: ts.Symbol, member: ts.EnumMember): StaticId {
  const known = b.entities.get(symbol);
  if (known?.kind === "static") return known.static;
  if (!isModuleLevel(member.parent))
    return b.unsupported(
      member,
      "A computed enum member in a function is",
      "Declare the enum at module level.",
    );
  const type = convertType(b, b.checker.getTypeAtLocation(member), member);
  const name = `${member.parent.name.text}.${member.name.getText().replace(/\W/g, "")}`;
  const id = b.addStatic(name, type, false, member.name);
  b.entities.set(symbol, { kind: "static", static: id });
  return id;
}

/** The initialisers of computed members, in the place of the enum. */
export function lowerEnum(b: Builder, scope: Scope, node: ts.EnumDeclaration): HirStatement[] {
  return node.members.flatMap((member): HirStatement[] => {
    const symbol = b.checker.getSymbolAtLocation(member.name);
    if (symbol === undefined || member.initializer === undefined || enumConstant(b, symbol) !== null)
      return [];
    const id = enumVariable(b, symbol, member);
    const type = b.statics[id]?.type ?? types.number;
    const value = flow(b, lowerExpression(b, scope, member.initializer), type, member);
    return [{ kind: "staticInit", static: id, value, span: b.span(member) }];
  });
}

/** `E[n]` and `E[key]`; null when the object is no enum. */
export function lowerEnumLookup(b: Builder, scope: Scope, node: ts.ElementAccessExpression): HirExpr | null {
  const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  const owner = ts.isIdentifier(name) ? symbolOf(b, name) : null;
  if (owner === null || !(owner.flags & ts.SymbolFlags.Enum)) return null;
  const members = (owner.declarations ?? []).flatMap((declaration) =>
    ts.isEnumDeclaration(declaration) ? [...declaration.members] : [],
  );
  const key = lowerExpression(b, scope, node.argumentExpression);
  if (key.type.kind === "number") return lookUp(b, scope, node, key, namesByValue(b, members), types.string);
  if (key.type.kind !== "string")
    return b.unsupported(node, "This enum lookup is", "Use a number or a name.");
  const entries = members.map(
    (member): Entry => [literal(b, node, memberName(member)), memberValue(b, node, member)],
  );
  const [first] = entries;
  if (first === undefined || entries.some(([, value]) => value.type.kind !== first[1].type.kind))
    return b.unsupported(node, "A lookup in an enum of numbers and texts is", "Use a switch.");
  if (key.kind === "string")
    return entries.find(([text]) => text.kind === "string" && text.value === key.value)?.[1] ?? null;
  return lookUp(b, scope, node, key, entries, first[1].type);
}

/** A key of the lookup and what it stands for. */
type Entry = readonly [key: HirExpr, value: HirExpr];

function memberName(member: ts.EnumMember): string {
  return ts.isStringLiteralLike(member.name) || ts.isIdentifier(member.name)
    ? member.name.text
    : member.name.getText();
}

function memberValue(b: Builder, node: ts.Node, member: ts.EnumMember): HirExpr {
  const symbol = b.checker.getSymbolAtLocation(member.name);
  const constant = enumConstant(b, symbol ?? null);
  if (constant !== null) return literal(b, node, constant);
  if (symbol === undefined) return b.unsupported(node, "This enum member is", "Give it a value.");
  const id = enumVariable(b, symbol, member);
  return expression(b, node, { kind: "static", static: id, type: b.statics[id]?.type ?? types.number });
}

/** Numbers have their names back; of two members with one value the later one counts. */
function namesByValue(b: Builder, members: readonly ts.EnumMember[]): readonly Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<number>();
  for (const member of members.toReversed()) {
    const value = memberValue(b, member, member);
    if (value.type.kind !== "number") continue;
    if (value.kind === "number" && seen.has(value.value)) continue;
    if (value.kind === "number") seen.add(value.value);
    entries.push([value, literal(b, member, memberName(member))]);
  }
  return entries;
}

/** `key === k1 ? v1 : key === k2 ? v2 : …`; a key that stands for nothing panics, as it has no value of the type. */
function lookUp(
  b: Builder,
  scope: Scope,
  node: ts.ElementAccessExpression,
  key: HirExpr,
  entries: readonly Entry[],
  type: HirType,
): HirExpr {
  const plain: HirType = type.kind === "number" ? types.number : type;
  const wanted = b.addLocal(scope, "key", key.type, node);
  const missing = `${node.expression.getText()} has no such member`;
  let value = failing(b, node, missing, plain);
  for (const [candidate, result] of entries.toReversed()) {
    const left = readLocal(b, node, wanted);
    const test = expression(b, node, {
      kind: "compare",
      op: "===",
      left,
      right: candidate,
      type: types.boolean,
    });
    value = expression(b, node, {
      kind: "conditional",
      test,
      whenTrue: result,
      whenFalse: value,
      type: plain,
    });
  }
  const keep: HirStatement = { kind: "let", local: wanted, value: key, span: key.span };
  return expression(b, node, { kind: "sequence", statements: [keep], value, type: plain });
}

function readLocal(b: Builder, node: ts.Node, local: LocalId): HirExpr {
  return expression(b, node, { kind: "local", local, type: b.local(local).type });
}

function failing(b: Builder, node: ts.Node, message: string, type: HirType): HirExpr {
  const args = [literal(b, node, message)];
  const panic = expression(b, node, { kind: "intrinsic", name: "panic", args, type: types.void });
  const value = literal(b, node, type.kind === "number" ? 0 : "");
  return expression(b, node, { kind: "sequence", statements: [expressionStatement(panic)], value, type });
}
