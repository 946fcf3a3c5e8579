/**
 * What compile() reports without a line of the program to point at: the entry,
 * the size of the whole, and what the configuration forbids.
 */
import { describe, expect, it } from "vitest";
import type { CompileResult } from "../compiler/compile.ts";
import { compileText } from "./support/compile-text.ts";

function codes(result: CompileResult): readonly string[] {
  expect(result.ok ? "compiled" : result.c, "a refused program has no C").toBe("");
  return result.diagnostics.map((diagnostic) => `${diagnostic.code} ${diagnostic.start.line}`);
}

describe("compile() reports", () => {
  it("an entry that is not there, and one without code", () => {
    expect(codes(compileText(undefined))).toEqual(["TSFW1001 1"]);
    expect(codes(compileText("export {};", { entry: "entry-of-a-test.d.ts" }))).toEqual(["TSFW1003 1"]);
  });

  it("a program nested deeper than its own stack", () => {
    const depth = 20_000;
    const text = `console.log(${"(".repeat(depth)}1${")".repeat(depth)});\n`;
    expect(codes(compileText(text))).toEqual(["TSFW1004 1"]);
  });

  it("doubles where the configuration forbids them, and only there", () => {
    const text = "let x = 1;\nfor (let i = 0; i < 3; i++) x += i;\nconsole.log(x);\nconsole.log(x / 3);\n";
    expect(codes(compileText(text, { doubles: "error" }))).toEqual(["TSFW3002 4"]);
    expect(compileText(text).ok).toBe(true);
    const cut = "let n = 7;\nn += 2;\nconsole.log(Math.trunc(n / 2), Math.round(n / 2), (n / 2) | 0);\n";
    expect(compileText(cut, { doubles: "error" }).ok).toBe(true);
  });

  it("more strands than the executor has room for", () => {
    const levels = [1, 2, 3, 4, 5, 6].map(
      (level) =>
        `async function f${level}(): Promise<void> { await Promise.all([${Array(4).fill(`f${level - 1}()`)}]); }\n`,
    );
    const leaf = 'import { delay } from "tsfw";\nasync function f0(): Promise<void> { await delay(1); }\n';
    expect(codes(compileText(`${leaf}${levels.join("")}await f6();\n`))).toEqual(["TSFW6005 1"]);
    expect(compileText(`${leaf}${levels.join("")}await f4();\n`).ok).toBe(true);
  });
});

describe("the room of arrays that grow", () => {
  it("is said with its reason", () => {
    const result = compileText(
      `import type { Max } from "tsfw";
const log: Max<number[], 8> = [];
const ring: number[] = [];
for (let i = 0; i < 20; i++) {
  log.length = 0;
  log.push(i);
  if (ring.length >= 3) ring.shift();
  ring.push(i);
}
const copy = [...ring, 5];
copy.pop();
console.log(log.length, ring.length, copy.length);
`,
    );
    const places = result.ok ? result.objects.map(({ what, place }) => `${what} ${place}`) : [];
    expect(places).toEqual([
      "array static: made once; room for 8, from its Max",
      "array static: made once; room for 3, from the test before line 8",
      "array static: made once; room for 4, from the arrays it is made from",
    ]);
  });
});
