/** `export default` of an expression: a variable of the module, or a function without a name. */

import { ts } from "ts-morph";
import type { HirStatement } from "../ir/hir.ts";
import type { Builder, Entity, Scope } from "./builder.ts";
import { lowerExpression } from "./expressions.ts";
import { functionOf } from "./functions.ts";
import { symbolOf } from "./symbols.ts";
import { convertType } from "./types.ts";
import { flow } from "./unify-types.ts";

/** The statement's own code: nothing for functions and for names of constants, which are exported themselves. */
export function lowerExportAssignment(b: Builder, scope: Scope, node: ts.ExportAssignment): HirStatement[] {
  if (node.isExportEquals === true)
    return b.reject(node, "export =", "Write `export default`, or export each name.");
  const { expression } = node;
  if (ts.isIdentifier(expression)) return exportName(b, expression);
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return [];
  const entity = defaultEntity(b, node);
  if (entity.kind !== "static") return [];
  const type = b.statics[entity.static]?.type;
  if (type === undefined) return [];
  const value = flow(b, lowerExpression(b, scope, expression), type, expression);
  return [{ kind: "staticInit", static: entity.static, value, span: b.span(node) }];
}

/** The default export has the value of this moment; the name would show later ones. */
function exportName(b: Builder, name: ts.Identifier): HirStatement[] {
  const symbol = symbolOf(b, name);
  const declaration = symbol?.valueDeclaration;
  if (symbol !== null && b.reassigned.has(symbol) && declaration !== undefined)
    return b.unsupported(
      name,
      "export default of a variable that changes is",
      `Write \`export { ${name.text} as default }\`, which follows it.`,
    );
  return [];
}

/** What `import value from "./module.ts"` stands for when the module exports an expression. */
export function defaultEntity(b: Builder, node: ts.ExportAssignment): Entity {
  const { expression } = node;
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression))
    return { kind: "function", function: functionOf(b, expression) };
  const symbol = b.checker.getSymbolAtLocation(node) ?? moduleDefault(b, node);
  const known = symbol === undefined ? undefined : b.entities.get(symbol);
  if (known !== undefined) return known;
  const type = convertType(b, b.checker.getTypeAtLocation(expression), expression);
  const entity: Entity = { kind: "static", static: b.addStatic("default", type, false, expression) };
  if (symbol !== undefined) b.entities.set(symbol, entity);
  return entity;
}

function moduleDefault(b: Builder, node: ts.Node): ts.Symbol | undefined {
  const module = b.checker.getSymbolAtLocation(node.getSourceFile());
  return module?.exports?.get(ts.InternalSymbolName.Default);
}
