/** One compilation of a generated program in a process of its own: prints its lines, seconds and peak memory as JSON. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../dist/compiler/compile.js";
import { generateProgram } from "./generated-program.mjs";

const [root = "", lines = "1000", shape = "modules"] = process.argv.slice(2);
const files = generateProgram(Number(lines), shape);
const folder = "/bench";
const isModule = (path) => path.startsWith(`${folder}/`) && files.has(path.slice(folder.length + 1));
const onDisk = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // not a file
  }
};

const from = performance.now();
const result = compile({
  entry: `${folder}/main.ts`,
  host: {
    readFile: (path) => (isModule(path) ? files.get(path.slice(folder.length + 1)) : onDisk(path)),
    fileExists: (path) => isModule(path) || onDisk(path) !== undefined,
    directoryExists: (path) => path === folder || path.startsWith(root),
  },
  packageRoot: root,
  virtualModules: new Map(
    ["chip", "board"].map((name) => [
      `tsfw/${name}`,
      readFileSync(join(root, "lib", "tsfw", `${name}.ts`), "utf8"),
    ]),
  ),
  target: { chip: "host", pinName: (id) => `P${id}` },
  options: { checks: "all", log: "text", doubles: "allow" },
});
const seconds = (performance.now() - from) / 1000;
if (!result.ok) throw new Error(result.diagnostics.map((each) => `${each.code} ${each.message}`).join("\n"));
const count = [...files.values()].reduce((sum, text) => sum + text.split("\n").length, 0);
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  JSON.stringify({ lines: count, seconds, megabytes, cLines: result.c.split("\n").length }),
);
