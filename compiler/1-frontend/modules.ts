/** The order in which modules are initialised: imports first, depth first, as in Node; cycles are entered once. */

import { ts } from "ts-morph";
import type { LoadedProgram } from "./load-program.ts";

export function modulesInOrder(loaded: LoadedProgram): readonly ts.SourceFile[] {
  const user = new Set(loaded.userFiles);
  const ordered: ts.SourceFile[] = [];
  const entered = new Set<ts.SourceFile>();
  const visit = (file: ts.SourceFile): void => {
    if (entered.has(file) || !user.has(file)) return;
    entered.add(file);
    for (const statement of file.statements) {
      const specifier = importedModule(statement);
      if (specifier === null) continue;
      const symbol = loaded.checker.getSymbolAtLocation(specifier);
      const target = symbol?.declarations?.[0];
      if (target !== undefined && ts.isSourceFile(target)) visit(target);
    }
    ordered.push(file);
  };
  visit(loaded.entry);
  return ordered;
}

/** The module specifier of an import or re-export that loads a module. */
function importedModule(statement: ts.Statement): ts.Expression | null {
  if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    if (clause?.isTypeOnly === true) return null;
    const named = clause?.namedBindings;
    const onlyTypes =
      clause !== undefined &&
      clause.name === undefined &&
      named !== undefined &&
      ts.isNamedImports(named) &&
      named.elements.length > 0 &&
      named.elements.every((element) => element.isTypeOnly);
    return onlyTypes ? null : statement.moduleSpecifier;
  }
  if (ts.isExportDeclaration(statement) && !statement.isTypeOnly) return statement.moduleSpecifier ?? null;
  return null;
}
