/** Imported values that have no TypeScript behind them: packages that ship JavaScript with declarations. */
import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";
import { packageOfFile } from "./package-sources.ts";
import { symbolOf } from "./symbols.ts";

/** Says once for each import what would otherwise be said at each use. */
export function reportImportsWithoutSources(b: Builder, file: ts.SourceFile): void {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || statement.importClause?.isTypeOnly === true) continue;
    for (const name of importedNames(statement)) reportName(b, name);
  }
}

function importedNames(statement: ts.ImportDeclaration): ts.Identifier[] {
  const clause = statement.importClause;
  const names = clause?.name === undefined ? [] : [clause.name];
  const named = clause?.namedBindings;
  if (named !== undefined && ts.isNamedImports(named))
    names.push(...named.elements.filter((element) => !element.isTypeOnly).map((element) => element.name));
  return names;
}

function reportName(b: Builder, name: ts.Identifier): void {
  const symbol = symbolOf(b, name);
  const declaration = symbol?.declarations?.[0]?.getSourceFile();
  if (symbol === null || declaration?.isDeclarationFile !== true) return;
  if ((symbol.flags & ts.SymbolFlags.Value) === 0) return;
  const owner = packageOfFile(declaration.fileName);
  if (owner === null) return;
  b.reporter.report("TSFW1005", b.span(name), { package: owner, name: symbol.getName() });
  b.refused.add(symbol);
}
