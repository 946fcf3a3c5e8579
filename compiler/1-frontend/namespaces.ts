/** Namespaces: their code runs where they stand; their members are variables and functions of the module. */

import { ts } from "ts-morph";
import type { HirStatement } from "../ir/hir.ts";
import type { Builder } from "./builder.ts";
import { hasModifier } from "./functions.ts";

export function lowerNamespace(
  b: Builder,
  node: ts.ModuleDeclaration,
  lower: (statements: readonly ts.Statement[]) => HirStatement[],
): HirStatement[] {
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return [];
  const { body } = node;
  if (body === undefined) return [];
  if (ts.isModuleBlock(body)) return lower(body.statements);
  if (ts.isModuleDeclaration(body)) return lowerNamespace(b, body, lower);
  return b.unsupported(node, "This namespace is", "Use a module.");
}

/** `import Inner = Outer.Inner` is another name; `import x = require("…")` loads a module of another kind. */
export function lowerImportEquals(b: Builder, node: ts.ImportEqualsDeclaration): HirStatement[] {
  if (!ts.isExternalModuleReference(node.moduleReference)) return [];
  return b.unsupported(node, "import = require is", "Use an ES import.");
}
