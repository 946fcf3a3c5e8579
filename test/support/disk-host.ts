/** The compiler's door to files, opened on the real disk. */

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import type { SourceHost } from "../../compiler/source/host.ts";

export const diskHost: SourceHost = {
  readFile: (path) => (isFile(path) ? readFileSync(path, "utf8") : undefined),
  fileExists: isFile,
  directoryExists: (path) => existsSync(path) && statSync(path).isDirectory(),
  realpath: (path) => realpathSync(path),
};

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
