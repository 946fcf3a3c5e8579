/**
 * Lowers the loaded program to HIR: modules in initialisation order form the
 * body of the main function; functions and classes follow as they are reached.
 *
 * Needs:      a program without TypeScript errors.
 * Guarantees: a complete HIR, or at least one reported diagnostic.
 */

import { ts } from "ts-morph";
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { HirProgram, HirStatement } from "../ir/hir.ts";
import { functionId } from "../ir/ids.ts";
import { refusePartialBuffers } from "./buffer-uses.ts";
import { Builder, type BuildOptions, type Scope, types } from "./builder.ts";
import { refuseCapturesOutside } from "./captured-outside.ts";
import { computeCaptures } from "./captures.ts";
import { countMembers } from "./class-members.ts";
import { refuseMixedBounds } from "./collections.ts";
import { makeErrorsExplicit } from "./exceptions/make-errors-explicit.ts";
import { declareFunctionVariables } from "./function-variables.ts";
import { lowerRemaining, openScope, runPending } from "./functions.ts";
import { carryCaptures, linkGenerators } from "./generators/capturing-generators.ts";
import { makeGeneratorsExplicit } from "./generators/make-generators-explicit.ts";
import { reportImportsWithoutSources } from "./imports.ts";
import type { LoadedProgram } from "./load-program.ts";
import { findMissingVariables } from "./missing-variables.ts";
import { modulesInOrder } from "./modules.ts";
import { containsTypeGuard } from "./narrowing.ts";
import { findReassigned } from "./reassigned.ts";
import { resolveFamilies } from "./resolve-families.ts";
import { lowerStatements } from "./statements.ts";

export function buildHir(
  loaded: LoadedProgram,
  reporter: Reporter,
  options: BuildOptions,
): HirProgram | null {
  const b = new Builder(loaded, reporter, options);
  for (const file of loaded.userFiles) findReassigned(b, file);
  for (const file of loaded.userFiles) countMembers(b, file);
  b.doubts.hasTypeGuards = loaded.userFiles.some(containsTypeGuard);
  findMissingVariables(b, loaded.userFiles);
  const main = b.addFunction({
    name: "main",
    role: "main",
    isAsync: true,
    parameters: [],
    result: types.void,
    parent: null,
    span: b.span(loaded.entry),
  });
  const scope = openScope(b, main.id, null, null);
  const body: HirStatement[] = [];
  const modules = modulesInOrder(loaded);
  for (const file of [...modules, ...loaded.libraryFiles]) b.functionsByNode.set(file, main.id);
  for (const file of modules) {
    if (file !== loaded.entry) refuseTopLevelAwait(b, file);
    reportImportsWithoutSources(b, file);
    body.push(...lowerStatements(b, scope, file.statements));
  }
  main.body = body;
  runPending(b);
  lowerRemaining(b, modules);
  refuseMixedBounds(b);
  refusePartialBuffers(b);
  const library = lowerLibraryVariables(b, scope);
  main.body = [...b.prelude, ...library, ...body];
  declareFunctionVariables(b);
  if (reporter.hasErrors()) return null;
  resolveFamilies(b);
  if (reporter.hasErrors()) return null;
  linkGenerators(b);
  computeCaptures(b);
  carryCaptures(b);
  refuseCapturesOutside(b);
  if (reporter.hasErrors()) return null;
  const program: HirProgram = {
    functions: b.functions,
    classes: b.classes,
    fields: b.fields,
    locals: b.locals,
    statics: b.statics,
    sites: b.sites,
    arrays: b.arrays,
    signatures: b.signatures,
    arrayOf: (id) => b.canonicalArray(id),
    signatureOf: (id) => b.canonicalSignature(id),
    main: functionId(0),
    nodeCount: b.nodeCount,
    jumpCount: b.jumpCount,
    errors: b.errors,
  };
  const explicit = makeErrorsExplicit(program, options, reporter);
  if (reporter.hasErrors()) return null;
  const plain = makeGeneratorsExplicit(explicit, b, reporter);
  return reporter.hasErrors() ? null : plain;
}

/** The variables of library modules that the program uses, before all other code. */
function lowerLibraryVariables(b: Builder, scope: Scope): HirStatement[] {
  const lowered = new Set<ts.SourceFile>();
  const statements: HirStatement[] = [];
  for (;;) {
    const used = new Set(b.statics.map((entry) => entry.span.file));
    const next = b.loaded.libraryFiles.find((file) => used.has(file.fileName) && !lowered.has(file));
    if (next === undefined) return statements;
    lowered.add(next);
    statements.unshift(...lowerStatements(b, scope, next.statements));
    runPending(b);
  }
}

/** While an imported module waits, Node goes on with its siblings; here the modules run one after the other. */
function refuseTopLevelAwait(b: Builder, file: ts.SourceFile): void {
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) {
      const construct = "Top-level await in an imported module is";
      const hint = "Export an async function and await it in the entry module.";
      b.reporter.report("TSFW2001", b.span(node), { construct, hint });
      return;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
}

/** The node whose code runs at module level: in the module itself or in a namespace. */
export function isModuleLevel(node: ts.Node): boolean {
  return ts.isSourceFile(node.parent) || ts.isModuleBlock(node.parent);
}
