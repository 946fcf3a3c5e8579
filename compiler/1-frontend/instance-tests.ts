/** Which class an object is of: `instanceof`, `#name in object`, and reading a place that TypeScript has narrowed. */

import { ts } from "ts-morph";
import type { HirExpr, HirType } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";
import { type Builder, type ClassInfo, expression, type Scope, types } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";
import { classNamed, classOfSymbol } from "./classes.ts";
import { classAround } from "./constructors.ts";
import { lowerExpression } from "./expressions.ts";
import { addNarrowing } from "./families.ts";
import { isIteration } from "./generators/generator-tables.ts";
import { widest } from "./narrowing.ts";
import { isGlobal, libraryName } from "./symbols.ts";
import { convertType } from "./types.ts";
import { askObject } from "./unknown-values.ts";

export function lowerInstanceOf(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const symbol = classNamed(b, node.right);
  if (symbol === null || !(symbol.flags & ts.SymbolFlags.Class))
    return b.unsupported(node.right, "instanceof of this is", "Name a class.");
  if (isGlobal(b, symbol) || libraryName(b, symbol) !== null)
    return b.unsupported(
      node.right,
      `instanceof ${symbol.getName()} is`,
      "Name a class of your own program.",
    );
  const value = widest(b, lowerExpression(b, scope, node.left));
  const { id } = classOfSymbol(b, symbol, node.right);
  return askObject(b, scope, node, value, (object) => isInstance(b, node, object, id));
}

/** `#name in object`: only objects of the class around have it. */
export function lowerPrivateIn(b: Builder, scope: Scope, node: ts.BinaryExpression): HirExpr {
  const value = lowerExpression(b, scope, node.right);
  const info = classAround(b, node);
  if (info === null || value.type.kind !== "object")
    return b.unsupported(node, "This test of a private name is", "Use instanceof.");
  return isInstance(b, node, value, info.id);
}

export function isInstance(b: Builder, node: ts.Node, value: HirExpr, id: ClassId): HirExpr {
  const test = expression(b, node, { kind: "isInstance", value, classes: [], type: types.boolean });
  b.families.questions.set(test.id, id);
  if (value.type.kind === "object") b.families.compared.push([value.type.class, id]);
  return test;
}

/** The value as an object of class `to`; what the program cannot prove is checked by tag. */
export function castTo(b: Builder, node: ts.Node, value: HirExpr, to: ClassId, isProven: boolean): HirExpr {
  if (value.type.kind !== "object" || value.type.class === to) return value;
  const from = value.type.class;
  const cast = expression(b, node, {
    kind: "cast",
    value,
    classes: null,
    type: { kind: "object", class: to },
  });
  b.families.casts.set(cast.id, { to, isProven });
  addNarrowing(b.families, from, to);
  return cast;
}

/** A reference that TypeScript knows to be of another class here than its place is: as that class. */
export function refine(b: Builder, node: ts.Expression, value: HirExpr): HirExpr {
  if (value.type.kind !== "object" || !isAccess(node) || isIteration(b, value.type.class)) return value;
  const type = b.checker.getTypeAtLocation(node);
  if (!isObjectType(b, type)) return value;
  const wanted: HirType = convertType(b, type, node);
  if (wanted.kind !== "object" || wanted.class === value.type.class) return value;
  const info = b.info(value.type.class);
  if (derivesFrom(info, wanted.class) || isTypeOfLiteral(info, type)) return value;
  return castTo(b, node, value, wanted.class, isStable(b, node, value));
}

/** The type is that of the literal which the class stands for. */
function isTypeOfLiteral(info: ClassInfo, type: ts.Type): boolean {
  return info.literal !== null && type.getSymbol()?.valueDeclaration === info.literal;
}

function isAccess(node: ts.Expression): boolean {
  return (
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

function isObjectType(b: Builder, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every((part) => isObjectType(b, part));
  if (type.flags & ts.TypeFlags.TypeParameter) return "isThisType" in type && type.isThisType === true;
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
}

/** Nothing can change the variable between TypeScript's test and this read, and nothing can deceive the test. */
function isStable(b: Builder, node: ts.Expression, value: HirExpr): boolean {
  if (value.kind === "call") return isThisResult(b, node);
  const place = value.kind === "unwrap" ? value.value : value;
  if (b.families.hasUnsoundTests || place.kind !== "local") return false;
  return !b.local(place.local).reassigned;
}

/** `add(): this` gives its own object back. */
function isThisResult(b: Builder, node: ts.Expression): boolean {
  if (!ts.isCallExpression(node)) return false;
  const declared = b.checker.getResolvedSignature(node)?.getDeclaration()?.type;
  return declared !== undefined && ts.isThisTypeNode(declared);
}
