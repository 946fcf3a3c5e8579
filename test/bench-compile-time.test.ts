/** The programs that the compile-time bench generates compile without a word. */
import { expect, it } from "vitest";
import { generateProgram } from "../bench/generated-program.mjs";
import { compile } from "../compiler/compile.ts";
import { diskHost } from "./support/disk-host.ts";
import { projectPath, projectRoot, readIfPresent } from "./support/project.ts";

it.each(["modules", "one-file"])("compiles a generated program (%s)", (shape) => {
  const files = generateProgram(500, shape);
  const inProgram = (path: string): string | undefined =>
    path.startsWith("/bench/") ? files.get(path.slice("/bench/".length)) : undefined;
  const result = compile({
    entry: "/bench/main.ts",
    host: {
      readFile: (path) => inProgram(path) ?? diskHost.readFile(path),
      fileExists: (path) => inProgram(path) !== undefined || diskHost.fileExists(path),
      directoryExists: (path) => path === "/bench" || diskHost.directoryExists(path),
    },
    packageRoot: projectRoot,
    virtualModules: new Map(
      ["chip", "board"].map((name) => [
        `tsfw/${name}`,
        readIfPresent(projectPath("lib", "tsfw", `${name}.ts`)) ?? "",
      ]),
    ),
    target: { chip: "host", pinName: (id) => `P${id}` },
    options: { checks: "all", log: "text", doubles: "allow" },
  });
  expect(result.diagnostics).toEqual([]);
});
