/** `const xs = []`: TypeScript gives each use of the variable the type it has grown to; the last one is the array's. */

import { ts } from "ts-morph";
import { arrayTypeOf } from "./bounds.ts";
import type { Builder } from "./builder.ts";

/** The type that the variable initialised by this literal evolves to; null where it does not evolve. */
export function evolvingType(b: Builder, node: ts.ArrayLiteralExpression): ts.Type | null {
  const declaration = node.parent;
  if (
    !ts.isVariableDeclaration(declaration) ||
    declaration.initializer !== node ||
    declaration.type !== undefined ||
    !ts.isIdentifier(declaration.name)
  )
    return null;
  const symbol = b.checker.getSymbolAtLocation(declaration.name);
  if (symbol === undefined) return null;
  let widest: ts.Type | null = null;
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at) && at !== declaration.name && b.checker.getSymbolAtLocation(at) === symbol) {
      const type = b.checker.getTypeAtLocation(at);
      const isWider = widest === null || b.checker.isTypeAssignableTo(widest, type);
      if (hasElementType(b, type) && isWider) widest = type;
    }
    ts.forEachChild(at, visit);
  };
  visit(node.getSourceFile());
  return widest;
}

function hasElementType(b: Builder, type: ts.Type): boolean {
  const array = arrayTypeOf(b, type);
  const element = array === null ? undefined : b.checker.getTypeArguments(array)[0];
  return element !== undefined && (element.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never)) === 0;
}
