/** Prototypes of the C functions a program imports: in the application, and in front of each C file, so that gcc compares them. */
import type { FlatMir } from "../ir/flat-mir.ts";
import type { MirExternal } from "../ir/mir.ts";
import type { CDeclaration } from "./c-tree.ts";
import { createTypes, type Types } from "./emit-types.ts";
import { assignNames } from "./names.ts";
import { printUnit } from "./print-c.ts";

/** A C file of the program. */
export interface CImport {
  /** Absolute path. */
  readonly file: string;
  /** The text to compile: prototypes, then the file. */
  readonly unit: string;
}

export function externalPrototypes(types: Types, externals: readonly MirExternal[]): CDeclaration[] {
  return externals.map((external) => {
    const parameters = external.parameters.map(({ name, type, isReadonly }) => {
      const declarator = types.declarator(type, name);
      return isReadonly ? `const ${declarator}` : declarator;
    });
    const list = parameters.length === 0 ? "void" : parameters.join(", ");
    return { kind: "prototype", header: `${types.declarator(external.result, external.symbol)}(${list})` };
  });
}

export function describeImports(mir: FlatMir): CImport[] {
  const { externals } = mir;
  const types = createTypes(mir, assignNames(mir));
  const files = [...new Set(externals.map((external) => external.file))].sort();
  return files.map((file) => {
    const own = externals.filter((external) => external.file === file);
    const usesText = own.some(({ parameters }) => parameters.some(({ type }) => type.kind === "text"));
    const declarations: CDeclaration[] = [
      { kind: "comment", text: "what the TypeScript program expects of this file" },
      { kind: "systemInclude", file: "stdbool.h" },
      { kind: "systemInclude", file: "stdint.h" },
      ...(usesText ? [{ kind: "include", file: "tsfw_str.h" } as const] : []),
      ...externalPrototypes(types, own),
      { kind: "include", file },
    ];
    const ownFile = file.slice(file.lastIndexOf("/") + 1);
    return {
      file,
      unit: printUnit({ declarations }, { ownFile, everyLine: false, lineFile: (path) => path }),
    };
  });
}
