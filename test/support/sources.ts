/** The project's own files, as the rules in test/ see them: without what is installed, built or generated. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "./project.ts";

const FOREIGN_FOLDERS = new Set(["node_modules", "dist", ".tsfw", ".git", ".setup", "build"]);

export interface SourceText {
  /** From the project root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Paths of all project files, sorted. */
export function listProjectFiles(folder = ""): string[] {
  const entries = readdirSync(join(projectRoot, folder), { withFileTypes: true });
  const paths = entries.flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return FOREIGN_FOLDERS.has(entry.name) ? [] : listProjectFiles(path);
  });
  return paths.sort();
}

/** The files whose path matches, with their text. */
export function readSources(pattern: RegExp): SourceText[] {
  return listProjectFiles()
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }));
}

export function parseSource(source: SourceText): ts.SourceFile {
  return ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
}

/** What a TypeScript file imports or re-exports, and dynamic imports of constant names. */
export function listImports(source: SourceText): string[] {
  const imports: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      if (ts.isStringLiteral(node.moduleSpecifier)) imports.push(node.moduleSpecifier.text);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument !== undefined && ts.isStringLiteral(argument)) imports.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource(source));
  return imports;
}
