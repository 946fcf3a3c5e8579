/** Variables that keep one place and take new objects by copy: when they do, and when that would be seen. */
import { describe, expect, it } from "vitest";
import { placeObjects } from "../compiler/3-analyse/placement.ts";
import { walkStatements } from "../compiler/ir/walk-hir.ts";
import { listFindings, programFrom } from "./hir-from-source.ts";
import { expectRefused, NODE, POINT, place } from "./placement-cases.ts";

describe("variables that take new objects", () => {
  const copies = (source: string): number => {
    const { hir, reporter } = programFrom(source);
    const placement = placeObjects(hir, reporter);
    expect(listFindings(reporter)).toEqual([]);
    let count = 0;
    for (const fn of hir.functions) {
      walkStatements(fn.body, {
        expression: (node) => {
          if (placement.isCopied(node.id)) count += 1;
        },
      });
    }
    return count;
  };
  const loop = (body: string, before = ""): string =>
    `${NODE}function next(p: P): P { return new P(p.x + 1); }\nfunction f() { let p = new P(0); ${before} for (let i = 0; i < 3; i++) { ${body} } return p.x; }\nf();\nf();`;

  it("copy them into their place", () => {
    expect(copies(loop("p = next(p);"))).toBe(1);
    expect(copies(loop("p = new P(p.x); p = next(p); p.x = 2;"))).toBe(2);
    expect(copies(`${POINT}let p = new P(0);\nfor (let i = 0; i < 3; i++) p = new P(p.x + 1);`)).toBe(1);
  });

  it("do so in the head of a loop", () => {
    expect(copies(`${POINT}for (let p = new P(0); p.x < 3; p = new P(p.x + 1)) console.log(p.x);`)).toBe(1);
  });

  it("do not copy what is made in the same iteration, or once", () => {
    expect(copies(`${POINT}let p = new P(0);\np = new P(1);`)).toBe(0);
    expect(copies(loop("let q = new P(i); q = new P(q.x); q.x = 1;"))).toBe(0);
  });

  it("are refused when something else could see the copy", () => {
    const refused = (body: string, before = ""): void => {
      expect(place(loop(body, before)).findings.length, body).toBeGreaterThan(0);
    };
    refused("p = new P(i); old = p;", "let old = p;");
    refused("const q = p; p = new P(i); q.x = 5;");
    refused("p = new P(i); box.p = p;", "const box = new Box(new P(0));");
    refused("p = new P(i); boxes[0] = p;", "const boxes = [new P(0)];");
    refused("g(); p = new P(i);", "const g = () => { p.x = 4; }; const h = p;");
    refused("use(p, (p = new P(i)));", "const use = (a: P, b: P) => a.x + b.x;");
    refused("p = new P(i); p = start; p.x = 3;", "const start = new P(0);");
  });

  it("take plain values from anywhere", () => {
    const sample =
      "class S { v: number; constructor(v: number) { this.v = v; } twice(): number { return 2 * this.v; } }\nfunction read(v: number): S { return new S(v); }\n";
    const watch = (body: string): string =>
      `${sample}let last = read(0);\nlet best = new S(-1);\nfor (let i = 0; i < 4; i++) { const now = read(i); ${body} }\nconsole.log(best.v, last.twice());`;
    expect(copies(watch("if (now.v > best.v) best = now; last = now;"))).toBe(2);
    expect(copies(watch("best = last; last = i > 1 ? now : read(7);"))).toBe(2);
    const refused = (body: string): void => {
      expect(place(watch(body)).findings.length, body).toBeGreaterThan(0);
    };
    refused("last = now; last.v = 3;");
    refused("if (now === last) best = now; last = now;");
    refused("const old = last; last = now; console.log(old.v);");
  });

  it("hold only what lives as long as they do", () => {
    expectRefused(
      `${NODE}function f() { let b = new Box(new P(0)); for (let i = 0; i < 3; i++) b = new Box(new P(i)); return b.p.x; }\nf();\nf();`,
      3,
      "the field 'p'",
    );
  });

  it("are not copied under a task that waits with them", () => {
    const source = (use: string): string =>
      `import { delay } from "tsfw";\n${POINT}async function show(p: P) { await delay(1); return p.x; }\nasync function task() { for (;;) { ${use} await delay(1); } }\nlet p = new P(0);\nvoid task();\nfor (let i = 0; i < 3; i++) { p = new P(i); await delay(1); }`;
    expect(copies(source("console.log(p.x);"))).toBe(1);
    expect(place(source("await show(p);")).findings).toHaveLength(1);
  });
});
