/** How often allocations run: each case is a program and the bounds of its allocations, in the order of the text. */
import { describe, expect, it } from "vitest";
import { countExecutions } from "../compiler/3-analyse/execution-counts.ts";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import type { NodeId } from "../compiler/ir/ids.ts";
import { walkStatements } from "../compiler/ir/walk-hir.ts";
import { programFrom } from "./hir-from-source.ts";

const CLASS = "class P { constructor(public x: number) {} }\n";

function expectCounts(source: string, ...counts: readonly number[]): void {
  const { hir } = programFrom(CLASS + source);
  const found = countExecutions(hir, inferRanges(hir, { checks: "all" }));
  const made = new Map<number, NodeId>();
  for (const fn of hir.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if ("site" in node) made.set(node.span.start.line * 1000 + node.span.start.column, node.id);
      },
    });
  }
  const sorted = [...made].sort(([left], [right]) => left - right);
  expect(sorted.map(([, node]) => found.runs(node))).toEqual(counts);
}

describe("the bound of an allocation", () => {
  it("is the product of the rounds around it", () => {
    expectCounts(
      "new P(1);\nfor (let i = 0; i < 3; i++) { new P(i); for (let j = 9; j >= 0; j -= 5) new P(j); }",
      1,
      3,
      6,
    );
    expectCounts("for (const x of [1, 2, 3, 4]) new P(x);", 1, 4);
    expectCounts("let n = 0;\ndo { new P(n); n++; } while (n < 4);", 5);
  });

  it("adds the calls of its function", () => {
    expectCounts(
      "function f(n: number) { return new P(n).x; }\nf(1);\nfor (let i = 0; i < 5; i++) f(i) + f(-i);",
      11,
    );
    expectCounts(
      "function f(n: number): number { return new P(n).x; }\nlet i = 0;\nwhile (i < f(3)) i++;",
      4,
    );
    expectCounts(
      "function f(n: number): boolean { return new P(n).x > 0; }\nlet i = 0;\nwhile (i < 4 && f(i)) i++;",
      5,
    );
  });

  it("counts calls through function values", () => {
    expectCounts(
      "function each(n: number, f: (k: number) => void) { for (let k = 0; k < n; k++) f(k); }\neach(3, (k) => { new P(k); });\neach(2, (k) => { console.log(k); });",
      6,
    );
  });

  it("is one where the loop is left", () => {
    expectCounts(
      "function f(n: number): number { for (;;) { if (n > 3) { const p = new P(n); return p.x; } n++; } }\nf(1);\nf(2);",
      2,
    );
    expectCounts(
      "for (;;) { new P(1); break; }\nfor (let i = 0; i < 4; i++) { for (;;) { new P(i); break; } }",
      1,
      4,
    );
    const endless = Number.POSITIVE_INFINITY;
    expectCounts("let n = 0;\nfor (;;) { n += 0.5; new P(n); if (n < 9) continue; break; }", endless);
    expectCounts(
      "let n = 0;\nouter: for (;;) { for (;;) { n += 0.5; new P(n); if (n > 9) break outer; break; } }",
      endless,
    );
  });

  it("is infinite where nothing bounds it", () => {
    const endless = Number.POSITIVE_INFINITY;
    expectCounts("function f(n: number): number { new P(n); return n > 0 ? f(n - 1) : 0; }\nf(3);", endless);
    expectCounts("import { every } from 'tsfw';\nfor await (const n of every(5)) { new P(n); }", endless);
    expectCounts("let n = 0;\nfunction f() { n = 0; }\nwhile (n < 3) { new P(n); f(); n++; }", endless);
  });
});
