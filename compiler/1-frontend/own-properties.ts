/**
 * The own properties of objects that are copied or listed: what TypeScript says of
 * them, and, once the whole program is known, whether the objects that get there agree.
 */

import { ts } from "ts-morph";
import type { HirExpr } from "../ir/hir.ts";
import { type Builder, expression, type Scope } from "./builder.ts";
import { findField } from "./class-members.ts";
import { lowerNamedGet } from "./virtual-calls.ts";

export interface OwnKey {
  readonly name: string;
  /** The object need not have it. */
  readonly isOptional: boolean;
  /** Reading it may call an accessor. */
  readonly mayRunCode: boolean;
  readonly symbol: ts.Symbol;
}

/** The own properties of the object that an expression gives; with `into` where they are copied to. */
export function ownKeysOf(b: Builder, node: ts.Expression): readonly OwnKey[] {
  const type = b.checker.getNonNullableType(b.checker.getTypeAtLocation(node));
  const parts = type.isUnion() ? type.types.filter((part) => part.flags & objectLike) : [type];
  const [only] = parts;
  if (only === undefined || parts.length > 1)
    return b.unsupported(
      node,
      "The properties of an object of one of several types are",
      "Test which it is first.",
    );
  return b.checker.getPropertiesOfType(only).flatMap((symbol): OwnKey[] => {
    if (isOfClass(symbol)) return [];
    const name = symbol.getName();
    if (symbol.flags & ts.SymbolFlags.Method && !(symbol.flags & ts.SymbolFlags.Optional))
      return b.unsupported(node, `Copying or listing the method '${name}' is`, "Write the fields.");
    return [
      {
        name,
        isOptional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
        mayRunCode: (b.families.memberCounts.get(name)?.accessors ?? 0) > 0,
        symbol,
      },
    ];
  });
}

const objectLike = ts.TypeFlags.Object | ts.TypeFlags.Intersection;

/** A method or accessor of a class, which its objects have from the prototype, or what only the class may see. */
function isOfClass(symbol: ts.Symbol): boolean {
  if (String(symbol.escapedName).startsWith("__#")) return true;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (symbol.declarations?.some((declaration) => ts.getCombinedModifierFlags(declaration) & hidden))
    return true;
  const isMember = (symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) !== 0;
  return isMember && (symbol.declarations ?? []).some((declaration) => ts.isClassLike(declaration.parent));
}

/** The value of an own property; `object` is lowered already. */
export function readOwn(b: Builder, scope: Scope, at: ts.Node, object: HirExpr, key: OwnKey): HirExpr {
  const written = (): ts.Type => b.checker.getTypeOfSymbol(key.symbol);
  const got = lowerNamedGet(b, scope, at, object, key.name, written);
  if (got !== null) return got;
  const field = object.type.kind === "object" ? findField(b, object.type.class, key.name) : undefined;
  if (field === undefined)
    return b.unsupported(at, `The property '${key.name}' here is`, "Write the fields.");
  return expression(b, at, { kind: "field", object, field, type: b.field(field).type });
}
