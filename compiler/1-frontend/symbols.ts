/** What a name in the source refers to: the user's code, the library, or a global of JavaScript. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";

/** The symbol behind an identifier, through import aliases. */
export function symbolOf(b: Builder, node: ts.Node): ts.Symbol | null {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? b.checker.getShorthandAssignmentValueSymbol(node.parent)
    : b.checker.getSymbolAtLocation(node);
  if (symbol === undefined) return null;
  return symbol.flags & ts.SymbolFlags.Alias ? b.checker.getAliasedSymbol(symbol) : symbol;
}

/** `delay` for the function `delay` of the module `tsfw`; null for anything else. */
export function libraryName(b: Builder, symbol: ts.Symbol): string | null {
  const file = symbol.declarations?.[0]?.getSourceFile();
  return file?.fileName.startsWith(b.loaded.libFolder) ? symbol.getName() : null;
}

/** Whether the symbol is declared by a generated module (`tsfw/chip`, `tsfw/board`). */
export function isGeneratedModule(symbol: ts.Symbol): boolean {
  return symbol.declarations?.[0]?.getSourceFile().fileName.endsWith(".generated.ts") ?? false;
}

/** Whether the symbol is a global of JavaScript or `console`. */
export function isGlobal(b: Builder, symbol: ts.Symbol): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile();
  if (file === undefined) return false;
  return b.loaded.program.isSourceFileDefaultLibrary(file) || b.loaded.isGlobalsFile(file);
}

/** The name of a global such as `Math` or `NaN`; null for anything else. */
export function globalName(b: Builder, node: ts.Node): string | null {
  if (!ts.isIdentifier(node)) return null;
  if (node.text === "undefined") return "undefined";
  const symbol = symbolOf(b, node);
  return symbol !== null && isGlobal(b, symbol) ? symbol.getName() : null;
}

/** `=`, `+=`, `||=`, … */
export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
