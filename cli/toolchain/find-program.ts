/** Finds programs on the path without starting them, and tells one installation from another. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Absolute path of the first of the programs that is on the path. */
export function findProgram(
  names: readonly string[],
  searchPath = process.env.PATH ?? "",
): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const name of names) {
    if (isAbsolute(name) && isProgram(name)) return name;
    for (const folder of searchPath.split(delimiter)) {
      const found = endings.map((ending) => join(folder, name + ending)).find(isProgram);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there or not ours to run: look further
  }
}

/** Changes whenever the program is replaced by another version. */
export function programIdentity(path: string): string {
  const real = realpathSync(path);
  const { size, mtimeMs } = statSync(real);
  return `${real} ${size} ${mtimeMs}`;
}
