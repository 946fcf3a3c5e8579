/**
 * Pools: what is said about them, and that random programs neither lose slots nor
 * use them after they became free. At the end of a round such a program lets go of
 * everything; what is lost then is missing in a later round, and what was given up
 * too early is poisoned for the address sanitizer.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatePoolProgram } from "./pools-generator.ts";
import { compileText } from "./support/compile-text.ts";
import { buildForHost, compileForHost, renderReports } from "./support/host-program.ts";
import { createNodeOracle } from "./support/node-oracle.ts";
import { scratchFolder } from "./support/project.ts";
import { runProcess } from "./support/run-process.ts";
import { renderTranscript } from "./support/transcript.ts";

const NODE = `class Node {
  static readonly maxInstances = 4;
  constructor(readonly value: number, public next: Node | null) {}
}
let head: Node | null = null;
`;
const FOR_EVER = "for (let n = 0; ; n++) { push(n); drop(); }\n";

describe("circles of pooled objects", () => {
  const found = (text: string): readonly string[] =>
    compileText(text, { chip: "chip" }).diagnostics.map(
      ({ code, message }) => `${code} ${/\((.*)\)/.exec(message)?.[1] ?? ""}`,
    );

  it("are not possible where only constructors set references", () => {
    const list = "function push(n: number) { head = new Node(n, head); }\nfunction drop() { head = null; }\n";
    expect(found(`${NODE}${list}${FOR_EVER}`)).toEqual([]);
  });

  it("are not possible where new objects refer to old ones", () => {
    const list =
      "function push(n: number) { const node = new Node(n, null); node.next = head; head = node; }\nfunction drop() { head = null; }\n";
    expect(found(`${NODE}${list}${FOR_EVER}`)).toEqual([]);
  });

  it("are warned of where an old object is given a reference", () => {
    const list =
      "function push(n: number) { const node = new Node(n, head); if (head !== null) head.next = node; head = node; }\nfunction drop() { head = null; }\n";
    expect(found(`${NODE}${list}${FOR_EVER}`)).toEqual(["TSFW6020 Node.next"]);
  });
});

describe("what is said about where objects live", () => {
  const places = (text: string): readonly string[] =>
    compileText(text, { chip: "chip" })
      .objects.filter(({ what }) => what !== "RangeError")
      .map(({ line, place }) => `${line} ${place}`);

  it("names slots, their size and why there are so many", () => {
    const list = "function push(n: number) { head = new Node(n, head); }\nfunction drop() { head = null; }\n";
    expect(places(`${NODE}${list}${FOR_EVER}`)).toEqual([
      "6 pool of Node: 4 slots of 16 bytes, its maxInstances, kept in the module variable 'head'",
    ]);
    const events =
      "interface E { at: number }\nconst last: E[] = [{ at: 0 }, { at: 1 }];\nfor (let n = 0; ; n++) last[n % 2] = { at: n % 9 };\n";
    expect(places(events).at(-1)).toBe(
      "3 pool of object: 3 slots of 1 bytes, as many as places can refer to, kept in an array",
    );
  });

  it("leaves a class with a bound that needs no pool where it was", () => {
    expect(
      places("class A { static readonly maxInstances = 2; n = 1; }\nconst a = new A();\na.n += 1;\n"),
    ).toEqual(["2 static: made once"]);
  });
});

describe("random programs", () => {
  const oracle = createNodeOracle("pools");
  const seeds = (process.env.POOL_SEEDS ?? "104729 209458 314187").split(" ").map(Number);

  it.each(seeds.flatMap((seed) => [[seed, "maxInstances"] as const, [seed, "places"] as const]))(
    "keep and free slots as they should: %d, bound by %s",
    { timeout: 600_000 },
    async (seed, bound) => {
      const name = `${bound}-${seed}`;
      const folder = join(scratchFolder("pools", name), "source");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "main.ts"), generatePoolProgram(seed, bound));
      const result = compileForHost(join(folder, "main.ts"));
      expect(result.ok, renderReports(result)).toBe(true);
      const [expected, actual] = await Promise.all([
        oracle.run(folder, name),
        buildForHost(result, "pools", name).then((path) => runProcess(path, [])),
      ]);
      expect(renderTranscript(actual)).toBe(renderTranscript(expected));
    },
  );
});
