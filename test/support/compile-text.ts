/** Compiles a program that a test has as a text. */
import { type CompileInput, type CompileResult, compile } from "../../compiler/compile.ts";
import { diskHost } from "./disk-host.ts";
import { projectPath, projectRoot } from "./project.ts";

export interface TextOptions {
  /** The name of the file that the text stands for. */
  readonly entry?: string;
  readonly chip?: string;
  readonly doubles?: CompileInput["options"]["doubles"];
}

/** undefined: the file does not exist. The program may not ask for pins or a board. */
export function compileText(text: string | undefined, options: TextOptions = {}): CompileResult {
  const entry = projectPath(options.entry ?? "entry-of-a-test.ts");
  return compile({
    entry,
    host: {
      ...diskHost,
      readFile: (path) => (path === entry ? text : diskHost.readFile(path)),
      fileExists: (path) => (path === entry ? text !== undefined : diskHost.fileExists(path)),
    },
    packageRoot: projectRoot,
    virtualModules: new Map(),
    target: { chip: options.chip ?? "host", pinName: (id) => `P${id}` },
    options: { checks: "all", log: "text", doubles: options.doubles ?? "allow" },
  });
}
