/**
 * `let x;` and `let x = null;`: TypeScript gives such a variable the types that are
 * assigned to it. Its place holds all of them.
 */

import { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { Builder } from "./builder.ts";
import { convertType } from "./types.ts";
import { joinTypes } from "./unify-types.ts";

/** The type of the place: what the variable starts with and all that is assigned to it. */
export function evolvingType(b: Builder, name: ts.Identifier, first: HirType): HirType {
  const symbol = b.checker.getSymbolAtLocation(name);
  let type = first;
  const add = (value: ts.Expression): void => {
    const assigned = convertType(b, b.checker.getTypeAtLocation(value), value);
    const joined = joinTypes(b, type, assigned);
    if (joined === null)
      b.unsupported(value, "Assigning a value of this type too is", "Declare the variable's type.");
    else type = joined;
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isIdentifier(node.left) &&
      b.checker.getSymbolAtLocation(node.left) === symbol
    )
      add(node.right);
    ts.forEachChild(node, visit);
  };
  visit(name.getSourceFile());
  return type;
}
