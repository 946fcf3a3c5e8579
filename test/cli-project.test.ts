/** Finding programs and reading tsfw.config.ts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planBuild } from "../cli/build/build-program.ts";
import { CliFailure } from "../cli/failure.ts";
import { settingNames } from "../cli/project/config-schema.ts";
import { loadConfig } from "../cli/project/load-config.ts";
import { projectPath } from "./support/project.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-project-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text = ""): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function refusal(work: Promise<unknown>): Promise<CliFailure> {
  const error = await work.then(
    () => new Error("accepted"),
    (reason: unknown) => reason,
  );
  if (error instanceof CliFailure) return error;
  throw error;
}

describe("program", () => {
  const plan = (program: string, options: object = {}) =>
    planBuild({ program, workFolder: folder, ...options }, "id");

  it.each([
    ["blinky.ts", "blinky.ts", ".tsfw/host/blinky"],
    [".", "main.ts", ".tsfw/host/main"],
    ["app", "app/main.ts", ".tsfw/host/app"],
    ["lib", "lib/src/main.ts", ".tsfw/host/lib"],
    ["app/other.ts", "app/other.ts", ".tsfw/host/app/other"],
  ])("%s is %s, built in %s", async (name, entry, out) => {
    for (const path of [
      "package.json",
      "blinky.ts",
      "main.ts",
      "app/main.ts",
      "app/other.ts",
      "lib/src/main.ts",
    ])
      write(path);
    const { entry: found, outFolder } = await plan(name);
    expect(found).toBe(join(folder, entry));
    expect(outFolder).toBe(join(folder, out));
  });

  it("is configured by the file beside it; options come first", async () => {
    write("app/tsfw.config.ts", 'export default { entry: "start.ts", board: "pico", log: "off" };');
    write("app/start.ts");
    const configured = await plan("app");
    expect(configured.entry).toBe(join(folder, "app", "start.ts"));
    expect(configured.target.chip.name).toBe("rp2040");
    expect(configured.settings).toMatchObject({ log: "off", optimise: "size", checks: "all" });
    expect(configured.outFolder).toBe(join(folder, "app", ".tsfw", "rp2040", "start"));
    const overridden = await plan("app", { chip: "host", log: "text" });
    expect(overridden.target.board.name).toBe("host");
    expect(overridden.settings).toMatchObject({ log: "text", optimise: "debug" });
  });

  it("needs the entry its configuration names", async () => {
    write("app/tsfw.config.ts", 'export default { entry: "gone.ts" };');
    expect((await refusal(plan("app"))).message).toBe("The configuration's entry gone.ts does not exist.");
  });
});

describe("configuration", () => {
  const load = (text: string) => {
    write("tsfw.config.ts", text);
    return loadConfig(join(folder, "tsfw.config.ts"), "id");
  };

  it("is TypeScript that may use defineConfig and compute", async () => {
    const text = `
      import { type Config, defineConfig } from "tsfw/config";
      const mega: number = 1_000_000;
      const clocks: Config["clocks"] = { sysclkHz: 84 * mega };
      export default defineConfig({ chip: "stm32f4", clocks, budgets: { flashBytes: 16 << 10 } });`;
    const expected = { chip: "stm32f4", clocks: { sysclkHz: 84_000_000 }, budgets: { flashBytes: 16384 } };
    expect(await load(text)).toEqual(expected);
    expect(await load(text), "from what was kept").toEqual(expected);
    expect(await load("export default { chip: 'host' }"), "after a change").toEqual({ chip: "host" });
  });

  it("is refused with every problem, in words", async () => {
    const failure = await refusal(
      load(
        'export default { chpi: "rp2040", log: "loud", budgets: { flashBytes: "much", ramKb: 3, stackByte: 1 }, entry: 5 };',
      ),
    );
    expect(failure.exitCode).toBe(2);
    expect(failure.message.replace(folder, ".").split("\n")).toEqual([
      "./tsfw.config.ts:",
      "  `entry` must be of type string",
      '  `log` must be "text" or "off"',
      "  `budgets.flashBytes` must be a whole number",
      "  `budgets.ramKb` is not a setting",
      "  `budgets.stackByte` is not a setting; did you mean `budgets.stackBytes`?",
      "  `chpi` is not a setting; did you mean `chip`?",
    ]);
  });

  it("is described in docs/configuration.md: every setting, and an example that holds", async () => {
    const page = readFileSync(projectPath("docs", "configuration.md"), "utf8");
    const described = Array.from(page.matchAll(/^\| `([\w.]+)`/gm), (match) => match[1]);
    expect([...described].sort()).toEqual([...settingNames].sort());
    const example = /^```typescript\n(.*?)^```/ms.exec(page)?.[1] ?? "";
    expect(await load(example)).toMatchObject({ board: "pico" });
  });

  it("is refused when it does not parse, exports nothing, throws or imports something else", async () => {
    expect((await refusal(load("export default { chip: "))).message).toMatch(/tsfw\.config\.ts:1:\d+: /);
    expect((await refusal(load("export const config = {};"))).message).toMatch(/exports nothing/);
    expect((await refusal(load('throw new Error("no luck");'))).message).toMatch(/failed: no luck/);
    expect((await refusal(load('import "./other.ts"; export default {};'))).message).toMatch(
      /may import only "tsfw\/config"/,
    );
    expect((await refusal(load("export default 5;"))).message).toMatch(/must export one object/);
  });
});
