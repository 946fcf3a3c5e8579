/** The kernels of the benches print the same as their C twins and as Node: what is compared there is the same work. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runOnHost } from "./support/host-program.ts";
import { createLimiter } from "./support/limiter.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { projectPath, readIfPresent, scratchFolder } from "./support/project.ts";
import { remembered } from "./support/remembered.ts";
import { type ProcessResult, runProcess } from "./support/run-process.ts";

const kernels = readdirSync(projectPath("bench", "kernels")).sort();
const oracle = createNodeOracle("bench-kernels");
const limit = createLimiter(2);

/** The C twin, under the same sanitizers as the compiled program. */
function runTwin(name: string): Promise<ProcessResult> {
  const source = readIfPresent(projectPath("bench", "kernels", name, "main.c")) ?? "";
  return remembered([source], async () => {
    const folder = scratchFolder("bench-kernels-c", name);
    const program = join(folder, "program");
    writeFileSync(join(folder, "main.c"), source);
    const flags = [
      "-std=gnu11",
      "-O1",
      "-Wall",
      "-Wextra",
      "-Wconversion",
      "-Werror",
      "-fsanitize=address,undefined",
    ];
    const cc = await runProcess(process.env.CC ?? "cc", [...flags, join(folder, "main.c"), "-o", program]);
    if (cc.exit !== 0) throw new Error(`cc refused the C twin of ${name}:\n${cc.stderr}`);
    return runProcess(program, []);
  });
}

describe("compute kernels", () => {
  it.concurrent.each(kernels)("%s prints what its C twin and Node print", async (name) => {
    await limit(async () => {
      const folder = projectPath("bench", "kernels", name);
      const compiled = await runOnHost(join(folder, "main.ts"), "bench-kernels", name);
      const twin = await runTwin(name);
      const node = await oracle.run(folder, name);
      expect(compiled.stderr).toBe("");
      expect(compiled.stdout).toBe(node.stdout);
      expect(twin.stdout).toBe(node.stdout);
    });
  });
});
