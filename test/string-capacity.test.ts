// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are programs
/**
 * How many bytes string places hold. Each bound is the exact maximum of the
 * program, so that a test fails when the analysis becomes wrong and when it
 * becomes wasteful; texts without a bound are reported where they grow.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeStringCapacities } from "../compiler/3-analyse/string-capacity.ts";
import { numberTextBytes, utf8Size } from "../compiler/3-analyse/text-size.ts";
import type { StringCapacity } from "../compiler/ir/facts.ts";
import { listFindings, programFrom } from "./hir-from-source.ts";

interface Bounds {
  readonly bounds: Readonly<Record<string, number | "literal">>;
  readonly findings: readonly string[];
}

function show(capacity: StringCapacity): number | "literal" {
  return capacity.kind === "literal" ? "literal" : capacity.bytes;
}

/** Bounds of all string variables, fields and results, by name. */
function boundsOf(source: string): Bounds {
  const { hir, facts, reporter } = programFrom(source);
  const strings = computeStringCapacities(hir, facts, reporter);
  const bounds: Record<string, number | "literal"> = {};
  for (const one of hir.locals)
    if (one.type.kind === "string") bounds[one.name] = show(strings.local(one.id));
  for (const one of hir.statics)
    if (one.type.kind === "string") bounds[one.name] = show(strings.static(one.id));
  for (const one of hir.fields)
    if (one.type.kind === "string") bounds[one.name] = show(strings.field(one.id));
  for (const one of hir.functions) {
    if (one.result.kind === "string") bounds[`${one.name}()`] = show(strings.result(one.id));
  }
  return { bounds, findings: listFindings(reporter) };
}

function expectBounds(source: string, bounds: Readonly<Record<string, number | "literal">>): void {
  const found = boundsOf(source);
  expect(found.findings).toEqual([]);
  expect(found.bounds).toMatchObject(bounds);
}

function expectUnbounded(source: string, ...findings: readonly string[]): void {
  expect(boundsOf(source).findings).toEqual(
    findings.map((one) => {
      const [line, name] = one.split(" ");
      return `TSFW6002 line ${line}: The text kept in '${name}' has no bound: it grows from itself.`;
    }),
  );
}

describe("texts", () => {
  it("that are only literals stay in flash", () => {
    expectBounds(
      'let s = "on";\ns = "off";\nfunction pick(a: boolean) { return a ? s : "none"; }\nconst t = pick(true);',
      { s: "literal", t: "literal", "pick()": "literal" },
    );
  });

  it("are as long as their parts", () => {
    expectBounds("function f(b: boolean) { const s = `<${b}>`; return s; }\nf(true);", { s: 7, "f()": 7 });
    expectBounds('let s = "é€😀";\nconst t = s + "\\ud800";', { s: "literal", t: 12 });
    expectBounds("let n = 7;\nfor (let i = 0; i < 100; i++) { n = -i; const s = `${n}`; console.log(s); }", {
      s: 3,
    });
    expectBounds(
      'import type { u8, i32 } from "tsfw";\nfunction f(a: u8, b: i32) { const s = `${a}/${b}`; return s; }\nf(255, -2147483648);\nf(1, 5);',
      { s: 15 },
    );
  });

  it("that are doubles take the longest text of a double", () => {
    expectBounds("function f(x: number) { return `${x}`; }\nf(1.5);\nf(-2.5);", { "f()": 25 });
    expectBounds("function f(x: number) { return `${x}`; }\nf(1.5);\nf(2.5);", { "f()": 24 });
  });
});

describe("places", () => {
  it("hold the longest of what is stored, once something is computed", () => {
    expectBounds('let n = 1;\nlet s = "abcdefgh";\nn = 2;\ns = `${n}`;\nconst t = s;', { s: 8, t: 1 });
  });

  it("are bounded through fields, elements, parameters and results", () => {
    expectBounds(
      'class Label { text = ""; set(t: string) { this.text = t; } get() { return this.text; } }\nconst l = new Label();\nfor (let i = 0; i < 10; i++) l.set(`#${i}`);\nconst s = l.get();',
      { text: 2, t: 2, s: 2 },
    );
    expectBounds(
      'const xs = ["a", "bb"];\nfor (let i = 0; i < 2; i++) xs[i] = `${i}${i}${i}`;\nfor (const x of xs) console.log(x);',
      { x: 3 },
    );
    expectBounds(
      'async function f(s: string) { return `[${s}]`; }\nlet n = 3;\nn = 14;\nconst [a, b] = await Promise.all([f("xy"), f(`${n}`)]);\nconsole.log(a, b);',
      { s: 2, a: 4, b: 4 },
    );
  });

  it("are bounded through closures", () => {
    expectBounds(
      'function each(f: (s: string) => string) { return f("ab"); }\nlet n = 1;\nn = 2;\nconst r = each((s) => `${s}${n}`);',
      { "each()": 3, r: 3 },
    );
  });
});

describe("growth", () => {
  it("is followed through straight code", () => {
    expectBounds('let s = "";\ns += "ab";\ns += "cd";\ns = s + "e";\nconsole.log(s);', { s: 5 });
    expectBounds('function f(s: string) { s += "!"; s += "?"; return s; }\nf("ab");\nf("c");', {
      s: 4,
      "f()": 4,
    });
  });

  it("takes the longer branch and starts again after an assignment", () => {
    expectBounds('let n = 0;\nn = 4;\nlet s = "a";\nif (n > 2) s += "bcd"; else s += "x";\nconsole.log(s);', {
      s: 4,
    });
    expectBounds('for (let i = 0; i < 1000000; i++) { let s = ""; s += "ab"; s += "c"; console.log(s); }', {
      s: 3,
    });
    expectBounds('let s = "";\nfor (;;) { s = "x"; s += "y"; console.log(s); }', { s: 2 });
  });

  it("is followed through loops that count", () => {
    expectBounds('let s = "";\nfor (let i = 0; i < 8; i++) s += "ab";\nconsole.log(s);', { s: 16 });
    expectBounds('let s = "";\nfor (let i = 8; i > 0; i -= 2) s += "ab";\nconsole.log(s);', { s: 8 });
    expectBounds(
      'let s = "";\nfor (let i = 0; i <= 9; i++) { if (i > 4) continue; s += i; }\nconsole.log(s);',
      { s: 10 },
    );
    expectBounds('let s = "";\nfor (const x of [1, 22, 3]) s += `${x},`;\nconsole.log(s);', { s: 9 });
    expectBounds('function f() { let s = ""; let i = 0; while (i < 4) { s += "-"; i++; } return s; }\nf();', {
      s: 4,
    });
    expectBounds(
      'let s = "";\nfor (let y = 0; y < 3; y++) { for (let x = 0; x < 4; x++) s += "#"; s += "\\n"; }\nconsole.log(s);',
      { s: 15 },
    );
  });

  it("has no bound by a counter of fractions", () => {
    expectUnbounded('let s = "";\nfor (let i = 0; i < 1; i += 0.1)\n  s += "x";\nconsole.log(s);', "3 s");
  });

  it("is limited by comparisons of the length", () => {
    expectBounds(
      'function pad(n: number) { let s = `${n}`; while (s.length < 5) s = "0" + s; return s; }\npad(7);\npad(42);',
      { "pad()": 5 },
    );
    expectBounds('let s = "";\nfor (;;) { if (s.length <= 30) s += "ab"; else s = "";\nconsole.log(s); }', {
      s: 32,
    });
    expectBounds(
      'let s = "";\nlet n = 0;\nwhile (n < 5 || n > 9) { s += "é"; if (!(s.length < 4)) s = ""; n++; }',
      { s: 11 },
    );
  });

  it("is followed in the writer when other functions read", () => {
    expectBounds(
      'let s = "";\nfunction show() { console.log(s); }\nfor (let i = 0; i < 3; i++) { s += "ab"; show(); }',
      { s: 6 },
    );
    expectBounds(
      'function f() { let s = ""; const show = () => s.length; for (let i = 0; i < 3; i++) s += "ab"; return show(); }\nf();',
      { s: 6 },
    );
  });

  it("that leaves by break or switch is seen", () => {
    expectBounds(
      'let n = 0;\nn = 2;\nlet s = "a";\nswitch (n) { case 1: s += "b"; case 2: s += "cd"; break; default: s += "efghi"; }\nconsole.log(s);',
      { s: 6 },
    );
    expectBounds(
      'let s = "";\nfor (let i = 0; i < 5; i++) { s += "x"; if (i === 2) { s += "yz"; break; } }\nconsole.log(s);',
      { s: 5 },
    );
  });

  it("without a bound is reported where it grows, once", () => {
    expectUnbounded(
      'let s = "";\nlet n = 0;\nwhile (n < 10 || n > 20) {\n  s += "ab";\n  n++;\n}\nconsole.log(s);',
      "4 s",
    );
    expectUnbounded(
      'let s = "";\nfunction add() {\n  s += "x";\n}\nadd();\nadd();\nconst t = `<${s}>`;\nconsole.log(t);',
      "3 s",
    );
    expectUnbounded(
      'class Log { text = ""; add(t: string) {\n  this.text = this.text + t;\n} }\nconst l = new Log();\nl.add("a");',
      "2 text",
    );
    expectUnbounded(
      'function grow(s: string, n: number): string {\n  return n === 0 ? s : grow(`${s}.`, n - 1);\n}\nconsole.log(grow("", 3));',
      "2 s",
    );
  });

  it("of two variables that feed each other is reported", () => {
    const { findings } = boundsOf(
      'let a = "";\nlet b = "";\nfor (;;) {\n  a = b + "x";\n  b = a;\n  console.log(a);\n}',
    );
    expect(findings).toEqual(["TSFW6002 line 4: The text kept in 'a' has no bound: it grows from itself."]);
  });

  it("ends in reasonable time when a loop doubles", () => {
    expect(
      boundsOf('let s = "ab";\nfor (;;) {\n  s += s;\n  console.log(s.length);\n}').findings,
    ).toHaveLength(1);
  });
});

describe("numbers as text", () => {
  it("are never longer than their bound", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: false }), (value) => {
        const fact = {
          lo: Number.NEGATIVE_INFINITY,
          hi: Number.POSITIVE_INFINITY,
          integer: false,
          nan: true,
        };
        expect(String(value).length).toBeLessThanOrEqual(numberTextBytes(fact));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.nat(), (a, b, at) => {
        const [lo, hi] = [Math.min(a, b), Math.max(a, b)];
        const value = lo + (at % (hi - lo + 1));
        expect(String(value).length).toBeLessThanOrEqual(
          numberTextBytes({ lo, hi, integer: true, nan: false }),
        );
      }),
    );
  });

  it("reach the bounds", () => {
    const all = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY, integer: false, nan: true };
    expect(numberTextBytes(all)).toBe(String(-0.0000012345678901234567).length);
    expect(numberTextBytes({ lo: -128, hi: 99, integer: true, nan: false })).toBe(4);
    expect(numberTextBytes({ lo: 0, hi: 5, integer: true, nan: true })).toBe(3);
    expect(numberTextBytes({ lo: 0, hi: 0, integer: true, nan: false })).toBe(1);
    expect(numberTextBytes({ lo: 1, hi: 0, integer: true, nan: false })).toBe(0);
  });
});

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

describe("utf8Size", () => {
  it("equals the encoder's size for well-formed text, and three bytes for a lone surrogate", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        if (isWellFormed(text)) expect(utf8Size(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
    expect(utf8Size("\ud800")).toBe(3);
    expect(utf8Size("a\udc00b")).toBe(5);
  });
});
