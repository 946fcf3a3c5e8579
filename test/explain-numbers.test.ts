/** What `tsfw build --explain numbers` says: counts, and the reason of each double. */
import { describe, expect, it } from "vitest";
import type { BuildReport } from "../cli/build/report.ts";
import { renderNumbers } from "../cli/build/report.ts";
import type { Paint } from "../cli/terminal/terminal.ts";
import type { NumberReport } from "../compiler/compile.ts";
import { compileText } from "./support/compile-text.ts";

function numbersOf(text: string): NumberReport {
  const result = compileText(text);
  expect(result.diagnostics.map((one) => `${one.code} ${one.message}`)).toEqual([]);
  return result.numbers;
}

function reasons(text: string): readonly string[] {
  return numbersOf(text).doubles.map(({ line, what, why }) => `${line} ${what}: ${why}`);
}

const same = (text: string): string => text;
const plain: Paint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

describe("--explain numbers", () => {
  it("counts what holds numbers by its machine type", () => {
    const { counts, doubles } = numbersOf(`
      let small = 1;
      let unsigned = 3_000_000_000;
      let wide = 5_000_000_000;
      let half = 0.5;
      for (let i = 0; i < 3; i++) { small += i; unsigned -= i; wide += i; half *= 2; }
      console.log(small, unsigned, wide, half);
    `);
    expect(counts).toEqual({ int32: 2, uint32: 1, int64: 1, single: 0, double: 1 });
    expect(doubles).toHaveLength(1);
  });

  it("says nothing of a program of integers", () => {
    expect(reasons("let n = 0; for (let i = 0; i < 9; i++) n = (n * 31 + i) | 0; console.log(n);")).toEqual(
      [],
    );
  });

  it("names fractions, divisions, growth and input as reasons", () => {
    const text = `const gain = 0.25;
let total = 0;
for (const x of [1, 2, 3]) total += x;
const mean = total / 3;
let product = 1;
for (let i = 0; i < 100; i++) product *= 7;
const parsed = Number.parseFloat("1.5");
const root = Math.sqrt(total);
console.log(gain, mean, product, parsed, root);
`;
    expect(reasons(text)).toEqual([
      "1 'gain': 0.25 is a fraction",
      "4 'mean': '/' may give a fraction",
      "5 'product': it may grow beyond 2^53 (line 6)",
      "7 'parsed': a number read from a text may be anything",
      "8 'root': Math.sqrt gives fractions",
    ]);
  });

  it("leads from place to place to where the double begins", () => {
    const text = `class Filter {
  level = 0;
  add(sample: number): number {
    this.level += (sample - this.level) / 8;
    return this.level;
  }
}
const filter = new Filter();
console.log(filter.add(3), Math.round(filter.add(4) * 10));
`;
    expect(reasons(text)).toEqual([
      "2 'level' of Filter: '/' may give a fraction (line 4)",
      "3 the result of Filter.add: 'level' of Filter is a double (line 5)",
      "9 an expression: Filter.add() returns a double",
    ]);
  });

  it("tells remainders by zero and says what is in a loop", () => {
    const { doubles } = numbersOf(`
      const sizes = [3, 0, 2];
      let sum = 0;
      for (const size of sizes) sum += 7 % size;
      console.log(sum);
    `);
    expect(doubles.map(({ why, inLoop }) => `${why} ${inLoop}`)).toEqual([
      "'%' gives NaN where the divisor is 0 (line 4) true",
    ]);
  });

  it("is printed with the place, the reason and the advice", () => {
    const numbers = numbersOf("const third = 1 / 3;\nconsole.log(third);\n");
    const report = { chip: "rp2040", numbers } as unknown as BuildReport;
    const text = renderNumbers(report, plain, (path) => path.split("/").pop() ?? path);
    expect(text.split("\n")).toEqual([
      "numbers 1: 1 double",
      "  rp2040 computes doubles in software",
      "  'third'                  double entry-of-a-test.ts:1",
      "    '/' may give a fraction; write Math.trunc(a / b) or (a / b) | 0",
    ]);
  });
});
