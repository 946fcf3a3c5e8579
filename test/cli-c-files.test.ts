/** C beside TypeScript on the command line: compiled for host and chips, rebuilt when it changes, refused in words. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runTsfw } from "./support/command-line.ts";
import { projectPath } from "./support/project.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-c-files-"));
  cpSync(projectPath("fixtures", "behaviour", "c-functions-beside-typescript"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tsfw = (...args: string[]) => runTsfw(args, folder);

function edit(file: string, from: string, to: string): void {
  const path = join(folder, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}

describe("C files of a program", () => {
  it("are linked into a chip's image, and their stack counts", async () => {
    const { exitCode, stdout, stderr } = await tsfw("build", "main.ts", "--chip", "stm32f405rg", "--json");
    expect(exitCode, stderr).toBe(0);
    const report = JSON.parse(stdout) as { stack: { worstCaseBytes: number | null } };
    expect(report.stack.worstCaseBytes).toBeGreaterThan(0);
  });

  it("are compiled again when they change", async () => {
    const first = await tsfw("run", "main.ts");
    expect(first.exitCode, first.stderr).toBe(0);
    edit("checksum.c", "value / 2.0", "value / 4.0");
    const second = await tsfw("run", "main.ts");
    expect(second.stdout).toBe(first.stdout.replace("-3.5 4 ", "-1.75 2 "));
  });

  it("are refused where they do not agree with their declaration", async () => {
    edit("checksum.c", "uint32_t calls(void)", "uint16_t calls(void)");
    const { exitCode, stderr } = await tsfw("build", "main.ts", "--chip", "rp2040");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("conflicting types for 'calls'");
    expect(stderr).toContain(".d.c.ts");
  });
});
