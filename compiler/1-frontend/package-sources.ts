/**
 * Module resolution that prefers TypeScript sources: a package is compiled from
 * what its `exports` give for the condition `tsfw`, else from a `.ts` file that
 * its other conditions or `main` name, never from declarations.
 */
import { ts } from "ts-morph";

/** A package's own condition for firmware comes before everything else. */
const CONDITION = "tsfw";

/** Declarations only where there are no sources: then a use of a value is refused with the package's name. */
export function resolveSources(
  name: string,
  containingFile: string,
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
): ts.ResolvedModule | undefined {
  const resolve = (extra: ts.CompilerOptions): ts.ResolvedModuleFull | undefined =>
    ts.resolveModuleName(name, containingFile, { ...options, ...extra }, host).resolvedModule;
  const plain = resolve({ customConditions: [CONDITION] });
  if (plain === undefined || isSource(plain)) return plain;
  const sources = resolve({ customConditions: [CONDITION], noDtsResolution: true });
  return sources !== undefined && isSource(sources) ? sources : plain;
}

function isSource(module: ts.ResolvedModuleFull): boolean {
  return [ts.Extension.Ts, ts.Extension.Tsx, ts.Extension.Mts].some((known) => known === module.extension);
}

/** The package a file belongs to, or null for a file of the program itself. */
export function packageOfFile(path: string): string | null {
  const at = path.lastIndexOf("/node_modules/");
  if (at < 0) return null;
  const [scope = "", name = ""] = path.slice(at + "/node_modules/".length).split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}
