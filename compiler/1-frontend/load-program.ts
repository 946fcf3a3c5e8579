/**
 * Opens the user's program with the TypeScript compiler: module resolution,
 * parsing and type checking, through the pure `SourceHost`. The only file that
 * knows how `tsfw`, `tsfw/chip` and `tsfw/board` are found.
 */

import { Project, ts } from "ts-morph";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceHost } from "../source/host.ts";
import type { Position } from "../source/span.ts";
import { createFileSystem, MODULE_MARK } from "./file-system.ts";
import { globalHint, isKnownGlobal } from "./global-hints.ts";
import { resolveSources } from "./package-sources.ts";

export interface LoadedProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly entry: ts.SourceFile;
  /** The user's files, in no particular order. */
  readonly userFiles: readonly ts.SourceFile[];
  /** Findings of TypeScript itself, in the user's files. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute path of `tsfw` itself (lib/tsfw/). */
  readonly libFolder: string;
  /** Declares `console` and the other globals a firmware has. */
  isGlobalsFile(file: ts.SourceFile): boolean;
  /** `lib/std/`: the built-ins of JavaScript that are compiled from TypeScript, and the file that names them. */
  readonly libraryFiles: readonly ts.SourceFile[];
  readonly standardLibrary: ts.SourceFile;
  /** Some text of the user may hold a `try`: errors may be caught. */
  readonly mayCatch: boolean;
  /** Every file read from the host. */
  readonly inputs: readonly string[];
}

export interface LoadInput {
  readonly entry: string;
  readonly host: SourceHost;
  readonly packageRoot: string;
  readonly virtualModules: ReadonlyMap<string, string>;
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.es2024.string.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  allowArbitraryExtensions: true,
  noImplicitOverride: false,
  useDefineForClassFields: true,
};

/** Path of a module that exists only in memory. */
function virtualPath(packageRoot: string, specifier: string): string {
  return `${packageRoot}/lib/${specifier}.generated.ts`;
}

export function loadProgram(input: LoadInput): LoadedProgram {
  const libFolder = `${input.packageRoot}/lib/tsfw/`;
  const virtualFiles = new Map<string, string>();
  for (const [specifier, text] of input.virtualModules) {
    virtualFiles.set(virtualPath(input.packageRoot, specifier), text);
  }
  const inputs = new Set<string>();
  const project = new Project({
    compilerOptions,
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    fileSystem: createFileSystem(input.host, virtualFiles, (path) => inputs.add(path)),
    resolutionHost: (moduleHost, getOptions) => ({
      resolveModuleNames: (names, containingFile) =>
        names.map((name) =>
          resolveModule(input, virtualFiles, name, containingFile, getOptions(), moduleHost),
        ),
    }),
  });
  project.addSourceFileAtPath(`${input.packageRoot}/lib/globals/console.d.ts`);
  const libraryFolder = `${input.packageRoot}/lib/std/`;
  project.addSourceFileAtPath(`${libraryFolder}index.ts`);
  project.addSourceFileAtPath(input.entry);
  const program = project.getProgram().compilerObject;
  const entry = program.getSourceFile(input.entry);
  if (entry === undefined) throw new Error(`TypeScript lost the entry file ${input.entry}`);
  const standardLibrary = program.getSourceFile(`${libraryFolder}index.ts`);
  if (standardLibrary === undefined) throw new Error("TypeScript lost the standard library");
  const isUserFile = (file: ts.SourceFile): boolean =>
    !program.isSourceFileDefaultLibrary(file) &&
    !file.isDeclarationFile &&
    !file.fileName.startsWith(`${input.packageRoot}/lib/`);
  const userFiles = program.getSourceFiles().filter(isUserFile);
  return {
    program,
    checker: program.getTypeChecker(),
    entry,
    userFiles,
    diagnostics: [...missingReferences(userFiles, input.host), ...collectDiagnostics(program, userFiles)],
    mayCatch: userFiles.some((file) => /\btry\b/.test(file.text)),
    libFolder,
    standardLibrary,
    libraryFiles: program.getSourceFiles().filter((file) => file.fileName.startsWith(libraryFolder)),
    isGlobalsFile: (file) => file.fileName.startsWith(`${input.packageRoot}/lib/globals/`),
    inputs: [...inputs].sort(),
  };
}

function resolveModule(
  input: LoadInput,
  virtualFiles: ReadonlyMap<string, string>,
  name: string,
  containingFile: string,
  options: ts.CompilerOptions,
  moduleHost: ts.ModuleResolutionHost,
): ts.ResolvedModule | undefined {
  if (name === "tsfw") return found(`${input.packageRoot}/lib/tsfw/index.ts`);
  if (name.startsWith("tsfw/")) {
    const virtual = virtualPath(input.packageRoot, name);
    if (virtualFiles.has(virtual)) return found(virtual);
    const file = `${input.packageRoot}/lib/tsfw/${name.slice("tsfw/".length)}.ts`;
    return input.host.fileExists(file) ? found(file) : undefined;
  }
  return resolveSources(name, containingFile, options, moduleHost);
}

function found(path: string): ts.ResolvedModuleFull {
  return { resolvedFileName: path, extension: ts.Extension.Ts, isExternalLibraryImport: false };
}

/** `/// <reference path>` to files that are not there. */
function missingReferences(files: readonly ts.SourceFile[], host: SourceHost): Diagnostic[] {
  return files.flatMap((file) =>
    file.referencedFiles.flatMap((reference): Diagnostic[] => {
      const path = new URL(reference.fileName, `file://${file.fileName}`).pathname;
      if (host.fileExists(decodeURIComponent(path))) return [];
      const message = `File '${reference.fileName}' not found.`;
      return [
        {
          code: "TS6053",
          severity: "error",
          message,
          file: file.fileName,
          ...placeOf(file, reference.pos, reference.end - reference.pos),
          related: [],
        },
      ];
    }),
  );
}

function collectDiagnostics(program: ts.Program, files: readonly ts.SourceFile[]): Diagnostic[] {
  return files.flatMap((file) => {
    const syntactic = program.getSyntacticDiagnostics(file);
    const all = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file);
    return insideText(file, all).flatMap((diagnostic) => toDiagnostic(diagnostic));
  });
}

/** An unfinished file fails in the mark behind it: that is one finding, at the end of the user's text. */
function insideText(file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): readonly ts.Diagnostic[] {
  const end = file.text.length - MODULE_MARK.length;
  const inside = diagnostics.filter((diagnostic) => (diagnostic.start ?? 0) < end);
  const behind = diagnostics[inside.length];
  if (inside.length > 0 || behind === undefined) return inside;
  return [{ ...behind, start: end, length: 0, messageText: "The file ends in the middle of a statement." }];
}

/** What to add to TypeScript's own words where they do not help. */
function adviceFor(diagnostic: ts.Diagnostic, text: string): Pick<Diagnostic, "fix"> {
  if (diagnostic.code === NO_EXPORTED_MEMBER && text.includes("tsfw/chip")) {
    return {
      fix: "The program is built for another chip: choose it with --chip, --board or tsfw.config.ts. `tsfw/chip` has the pins of that chip.",
    };
  }
  if (text.includes("__functions")) {
    return {
      fix: "The pin does not carry this signal. Your editor lists the pins that do; `tsfw/chip` says what each pin can do.",
    };
  }
  return {};
}

const NO_EXPORTED_MEMBER = 2305;

/** The type text of a pin lists all its functions; the first line says what is wrong. */
function readableMessage(text: string): string {
  if (!text.includes("__functions")) return text;
  const names = [...text.matchAll(/Pin<"(\w+)"/g)].map((match) => match[1]);
  const pin = names[0];
  return pin === undefined ? "This pin cannot be used here." : `The pin ${pin} cannot be used here.`;
}

function toDiagnostic(diagnostic: ts.Diagnostic): Diagnostic[] {
  if (diagnostic.category !== ts.DiagnosticCategory.Error) return [];
  const file = diagnostic.file;
  if (file === undefined || diagnostic.start === undefined) return [];
  const place = placeOf(file, diagnostic.start, diagnostic.length ?? 0);
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const missing = missingGlobal(diagnostic);
  if (missing !== null)
    return [
      createDiagnostic(
        "TSFW2006",
        { file: file.fileName, ...place },
        { name: missing, hint: globalHint(missing) },
      ),
    ];
  return [
    {
      code: `TS${diagnostic.code}`,
      severity: "error",
      message: readableMessage(text),
      ...adviceFor(diagnostic, text),
      file: file.fileName,
      ...place,
      related: (diagnostic.relatedInformation ?? []).flatMap((related) => {
        if (related.file === undefined || related.start === undefined) return [];
        return [
          {
            message: ts.flattenDiagnosticMessageText(related.messageText, "\n"),
            file: related.file.fileName,
            ...placeOf(related.file, related.start, related.length ?? 0),
          },
        ];
      }),
    },
  ];
}

/** TypeScript's "Do you need to install type definitions / change your target library?": advice that does not help here. */
const missingGlobalCodes: ReadonlySet<number> = new Set([
  2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2868,
]);

const CANNOT_FIND_NAME = 2304;

function missingGlobal(diagnostic: ts.Diagnostic): string | null {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
  const name = /'([^']+)'/.exec(text)?.[1] ?? null;
  if (name === null || missingGlobalCodes.has(diagnostic.code)) return name;
  return diagnostic.code === CANNOT_FIND_NAME && isKnownGlobal(name) ? name : null;
}

function placeOf(file: ts.SourceFile, start: number, length: number): { start: Position; end: Position } {
  return { start: positionOf(file, start), end: positionOf(file, start + length) };
}

export function positionOf(file: ts.SourceFile, offset: number): Position {
  const { line, character } = file.getLineAndCharacterOfPosition(offset);
  return { line: line + 1, column: character + 1 };
}
