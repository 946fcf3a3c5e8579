/** A read-only file system for ts-morph over the compiler's `SourceHost` and modules in memory. */

import type { FileSystemHost } from "ts-morph";
import type { SourceHost } from "../source/host.ts";

/** Stands behind the text of every file of a program. */
export const MODULE_MARK = "\nexport {};\n";

/** Every file of a program is a module, with or without imports (LANGUAGE.md, section 1). */
function isUserModule(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path) && !/\.d\.([a-z]+\.)?[cm]?ts$/.test(path);
}

export function createFileSystem(
  host: SourceHost,
  virtualFiles: ReadonlyMap<string, string>,
  onRead: (path: string) => void,
): FileSystemHost {
  const read = (path: string): string => {
    const virtual = virtualFiles.get(path);
    if (virtual !== undefined) return virtual;
    const text = host.readFile(path);
    /* Only a missing `/// <reference>` comes here; it is reported with its directive. */
    if (text === undefined) return "";
    onRead(path);
    return isUserModule(path) ? text + MODULE_MARK : text;
  };
  const exists = (path: string): boolean => virtualFiles.has(path) || host.fileExists(path);
  const directoryExists = (path: string): boolean => host.directoryExists(path);
  const refuse = (): never => {
    throw new Error("the compiler's file system is read-only");
  };
  return {
    isCaseSensitive: () => true,
    delete: refuse,
    deleteSync: refuse,
    readDirSync: () => [],
    readFile: (path) => Promise.resolve(read(path)),
    readFileSync: read,
    writeFile: refuse,
    writeFileSync: refuse,
    mkdir: refuse,
    mkdirSync: refuse,
    move: refuse,
    moveSync: refuse,
    copy: refuse,
    copySync: refuse,
    fileExists: (path) => Promise.resolve(exists(path)),
    fileExistsSync: exists,
    directoryExists: (path) => Promise.resolve(directoryExists(path)),
    directoryExistsSync: directoryExists,
    realpathSync: (path) => host.realpath?.(path) ?? path,
    getCurrentDirectory: () => "/",
    glob: () => Promise.resolve([]),
    globSync: () => [],
  };
}
