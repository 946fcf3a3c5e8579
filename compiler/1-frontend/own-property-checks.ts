/**
 * Objects that are copied by `...` or listed must have the own properties that TypeScript sees,
 * and no others of these names: checked once it is known which objects get there.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import type { FieldId } from "../ir/ids.ts";
import { hasArm } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Builder, ClassInfo } from "./builder.ts";
import { fieldKeys, memberKey } from "./class-members.ts";
import type { Resolved } from "./dispatchers.ts";
import type { OwnProperties } from "./families.ts";
import { canonical } from "./families.ts";
import { hasModifier } from "./functions.ts";
import { absentKeys } from "./object-listings.ts";
import { isListing } from "./resolve-families.ts";

/** The expression that relies on it. */
type Use = Pick<OwnProperties, "at">;

export function checkOwnProperties(b: Builder, { members, targets, orders }: Resolved): void {
  const { ownProperties } = b.families;
  const wanted = new Map<FieldId, Use>();
  for (const use of ownProperties) {
    for (const id of members.get(use.class) ?? []) checkObject(b, use, b.info(id));
    for (const key of use.optional)
      for (const id of members.get(use.class) ?? []) {
        const field = fieldKeys(b.info(id)).get(key);
        if (field !== undefined) wanted.set(canonical(b, field), use);
      }
  }
  for (const [member, answers] of targets) {
    if (!isListing(member)) continue;
    for (const id of answers.keys())
      for (const key of absentKeys(orders, id)) {
        const field = fieldKeys(b.info(id)).get(key);
        if (field !== undefined) wanted.set(canonical(b, field), member);
      }
  }
  refuseGivenUndefined(b, wanted);
}

function checkObject(b: Builder, use: OwnProperties, info: ClassInfo): void {
  const own = ownNames(b, info);
  const name = b.class(info.id).name;
  for (const key of use.keys)
    if (!own.has(key) && !use.optional.includes(key))
      report(b, use, `'${key}', which objects of '${name}' do not have as a property of their own, is`);
  for (const key of use.without)
    if (own.has(key))
      report(
        b,
        use,
        `'${key}', which objects of '${name}' have although their type here does not say so, is`,
      );
}

/** The names of an object's own properties. */
export function ownNames(b: Builder, info: ClassInfo): ReadonlySet<string> {
  const names = new Set<string>();
  for (const key of fieldKeys(info).keys()) if (isName(key)) names.add(key);
  for (const property of info.literal?.properties ?? [])
    if (property.name !== undefined) names.add(memberKey(b, property.name));
  for (let at: ClassInfo | null = info; at !== null; at = at.base)
    for (const member of at.declaration?.members ?? [])
      if (ts.isPropertyDeclaration(member) && hasModifier(member, ts.SyntaxKind.DeclareKeyword))
        names.delete(member.name.getText());
  return names;
}

/** Not the key of a `#private` name, of a member kept in a field, or of the tag. */
export function isName(key: string): boolean {
  return !key.startsWith("__#") && !key.includes(" of ");
}

/** A property that counts as absent where it is undefined must never be given as undefined. */
function refuseGivenUndefined(b: Builder, wanted: ReadonlyMap<FieldId, Use>): void {
  if (wanted.size === 0) return;
  const check = (field: FieldId, value: HirExpr): void => {
    const use = wanted.get(canonical(b, field));
    if (use === undefined || !mayGiveUndefined(b, value)) return;
    report(b, use, `'${b.field(field).name}', which may be undefined without being absent, is`);
  };
  for (const fn of b.functions)
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "object") for (const { field, value } of node.fields) check(field, value);
        if (node.kind === "assign" && node.target.kind === "field") check(node.target.field, node.value);
      },
    });
}

function mayGiveUndefined(b: Builder, value: HirExpr): boolean {
  if (b.families.absent.has(value.id)) return false;
  if (value.kind === "wrap") return mayGiveUndefined(b, value.value);
  if (value.kind === "conditional")
    return mayGiveUndefined(b, value.whenTrue) || mayGiveUndefined(b, value.whenFalse);
  return hasArm(value.type, "void");
}

function report(b: Builder, use: Use, construct: string): void {
  b.reporter.report("TSFW2001", b.span(use.at), { construct, hint: "Write the fields one by one." });
}
