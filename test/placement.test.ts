/**
 * Where objects live: each case is a program, the places of its allocations by
 * line, and what is reported. A program that would use an object after its place
 * is reused must be reported.
 */
import { describe, it } from "vitest";
import { expectPlaces, expectRefused, NODE, POINT } from "./placement-cases.ts";

describe("objects made once", () => {
  it("are static, whatever keeps them", () => {
    expectPlaces(
      `${NODE}const p = new P(1);\nconst b = new Box(p);\nb.p = new P(2);`,
      "3 static",
      "4 static",
      "5 static",
    );
  });

  it("are static in functions and constructors that are called once", () => {
    expectPlaces(
      `${NODE}let kept = new P(0);\nfunction start() { kept = new P(1); return new P(2); }\nconst q = start();`,
      "3 static",
      "4 static",
      "4 static",
    );
  });

  it("are static in a task that is started once", () => {
    expectPlaces(
      "import { delay } from 'tsfw';\nasync function run() { const xs = [1, 2]; for (;;) { xs[0] += 1; await delay(1); } }\nvoid run();",
      "2 static",
    );
  });

  it("are not made once in a loop, in a function with two calls, or in a callback", () => {
    expectPlaces(`${POINT}for (let i = 0; i < 3; i++) { const p = new P(i); console.log(p.x); }`, "2 local");
    expectPlaces(`${POINT}function f() { const p = new P(1); return p.x; }\nf();\nf();`, "2 local");
    expectPlaces(
      `${POINT}function twice(f: () => number) { return f() + f(); }\ntwice(() => { const p = new P(1); return p.x; });`,
      "3 local",
    );
  });
});

describe("objects of a function", () => {
  const call = "\nf();\nf();";

  it("may be passed down, also to async functions and through this", () => {
    expectPlaces(
      `${POINT}function read(p: P): number { const q = p; return q.x; }\nfunction f() { return read(new P(1)); }${call}`,
      "3 local",
    );
    expectPlaces(
      `import { delay } from "tsfw";\n${POINT}async function read(p: P) { await delay(1); return p.x; }\nasync function f() { await read(new P(1)); }\nawait f();\nawait f();`,
      "4 local",
    );
  });

  it("may come back from what they were passed to", () => {
    expectPlaces(
      `class Chain { n = 0; add(): Chain { this.n++; return this; } }\nfunction f() { const c = new Chain(); return c.add().add().n; }\nfunction g() { const c = new Chain(); const d = c.add(); return d.n; }\nf(); f(); g(); g();`,
      "2 local",
      "3 local",
    );
  });

  it("may be kept in objects of the same scope", () => {
    expectPlaces(
      `${NODE}function f() { const b = new Box(new P(1)); b.p = new P(2); return b.p.x; }${call}`,
      "3 local",
      "3 local",
      "3 local",
    );
    expectPlaces(
      `${POINT}function f() { const ps = [new P(1), new P(2)]; let s = 0; for (const p of ps) s += p.x; return s; }${call}`,
      "2 local",
      "2 local",
      "2 local",
    );
  });

  it("must not be kept in a module variable", () => {
    expectRefused(
      `${POINT}let kept = new P(0);\nfunction f() { kept = new P(1); }${call}`,
      3,
      "the module variable 'kept'",
    );
  });

  it("must not be kept in a module variable by a function they are passed to", () => {
    expectRefused(
      `${POINT}let kept = new P(0);\nfunction keep(p: P) { kept = p; }\nfunction f() { keep(new P(1)); }${call}`,
      4,
      "the module variable 'kept'",
    );
  });

  it("must not be kept in an object of the module", () => {
    expectRefused(
      `${NODE}const box = new Box(new P(0));\nfunction f() { box.p = new P(1); }${call}`,
      4,
      "the field 'p'",
    );
    expectRefused(
      `${NODE}const boxes = [new Box(new P(0))];\nfunction f() { for (const b of boxes) b.p = new P(1); }${call}`,
      4,
      "the field 'p'",
    );
  });

  it("must not be kept in an object that was passed in", () => {
    expectRefused(
      `${NODE}function set(b: Box) { b.p = new P(1); }\nfunction f() { const b = new Box(new P(0)); set(b); return b.p.x; }${call}`,
      3,
      "the field 'p'",
    );
    expectRefused(
      `${POINT}function f(ps: P[]) { ps[0] = new P(1); }\nconst all = [new P(0)];\nf(all);\nf(all);`,
      2,
      "an array",
    );
  });

  it("must not be returned inside another object", () => {
    expectRefused(
      `${NODE}function f() { const b = new Box(new P(1)); return b; }\nconst a = f();\nconst c = f();`,
      3,
      "the field 'p'",
    );
    expectRefused(
      `${NODE}function f() { const b = new Box(new P(1)); return b.p; }${call}`,
      3,
      "the result of 'f'",
    );
  });

  it("must not be given to a task", () => {
    expectRefused(
      `import { delay } from "tsfw";\n${POINT}async function blink(p: P) { for (;;) { await delay(p.x); } }\nfunction f() { void blink(new P(1)); }${call}`,
      4,
      "the task 'blink'",
    );
  });

  it("must not be kept in a variable of the function around", () => {
    expectRefused(
      `${POINT}function each(f: (n: number) => void) { f(1); f(2); }\nfunction outer() { let kept = new P(0); each((n) => { kept = new P(n); }); return kept.x; }\nouter();\nouter();`,
      3,
      "the variable 'kept'",
    );
  });

  it("must not be handed up through a callback", () => {
    expectRefused(
      `${POINT}function each(f: (p: P) => void) { f(new P(1)); }\nfunction outer() { let kept = new P(0); each((p) => { kept = p; }); return kept.x; }\nouter();\nouter();`,
      2,
      "kept",
    );
  });
});

describe("objects of a loop", () => {
  it("live for one iteration", () => {
    expectPlaces(
      `${NODE}for (let i = 0; i < 3; i++) { const p = new P(i); for (let j = 0; j < 2; j++) { const q = p; const b = new Box(q); console.log(b.p.x); } }`,
      "3 local",
      "3 local",
    );
  });

  it("must not be named by a variable outside the loop", () => {
    expectRefused(
      `${POINT}function f() { let last = new P(0); let before = last; for (let i = 0; i < 3; i++) { before = last; last = new P(i); } return before.x; }\nf();\nf();`,
      2,
      "'last'",
    );
  });

  it("must not be named by the head of the loop", () => {
    expectRefused(
      `${POINT}for (let p = new P(0); p.x < 3; p = new P(p.x + 1)) { const q = p; console.log(q.x); }`,
      2,
      "'p'",
    );
  });

  it("must not be kept in an object outside the loop, also when another function stores it", () => {
    expectRefused(
      `${NODE}function f() { const b = new Box(new P(0)); for (let i = 0; i < 3; i++) b.p = new P(i); return b.p.x; }\nf();\nf();`,
      3,
      "the field 'p'",
    );
    expectRefused(
      `${NODE}function set(b: Box, p: P) { b.p = p; }\nfunction f() { const b = new Box(new P(0)); for (let i = 0; i < 3; i++) set(b, new P(i)); return b.p.x; }\nf();\nf();`,
      4,
      "the field 'p'",
    );
  });

  it("tells the calls of one function apart", () => {
    expectPlaces(
      `${NODE}function set(b: Box, p: P) { b.p = p; }\nfunction f() { const b = new Box(new P(0)); set(b, new P(1)); for (let i = 0; i < 3; i++) { const c = new Box(new P(2)); set(c, new P(i)); console.log(c.p.x); } return b.p.x; }\nf();\nf();`,
      "4 local",
      "4 local",
      "4 local",
      "4 local",
      "4 local",
      "4 local",
    );
  });

  it("sees a value that takes a way through an object", () => {
    expectRefused(
      `${NODE}function copy(a: Box, b: Box) { a.p = b.p; }\nfunction f() { const a = new Box(new P(0)); for (let i = 0; i < 3; i++) { const b = new Box(new P(i)); copy(a, b); } return a.p.x; }\nf();\nf();`,
      4,
      "the field 'p'",
    );
  });
});

describe("results", () => {
  it("are built in the place of the caller", () => {
    expectPlaces(
      `${POINT}function make(x: number): P { return new P(x); }\nconst a = make(1);\nconst b = make(2);\nconsole.log(a.x + b.x);`,
      "2 result",
    );
  });

  it("may be named before they are returned", () => {
    expectPlaces(
      `${POINT}function make(x: number): P { const p = new P(x); p.x += 1; return p; }\nconst a = make(1);\nconst b = make(2);`,
      "2 result",
    );
  });

  it("may be made in both arms of a conditional", () => {
    expectPlaces(
      "function order(a: number, b: number) {\n return a < b ? { lo: a, hi: b } : { lo: b, hi: a };\n}\nconst r = order(1, 2);\nconst s = order(3, 2);",
      "2 result",
      "2 result",
    );
  });

  it("go on through callers, and end in a loop's iteration, in an owner or at a module variable", () => {
    expectPlaces(
      `${POINT}function make(x: number): P { return new P(x); }\nfunction again(x: number): P { return make(x + 1); }\nclass Owner { p: P; constructor() { this.p = again(5); } }\nconst a = again(1);\nconst o = new Owner();\nconst o2 = new Owner();\nfor (let i = 0; i < 3; i++) { const b = again(i); console.log(b.x); }`,
      "2 result",
      "6 static",
      "7 static",
    );
  });

  it("must not outlive the place of the caller", () => {
    const make = `${POINT}function make(x: number): P { return new P(x); }\n`;
    expectRefused(
      `${make}let last = make(0);\nlet before = last;\nfor (let i = 0; i < 3; i++) { before = last; last = make(i); }`,
      5,
      "the module variable",
    );
    expectRefused(
      `${make}function f() { let last = make(0); let before = last; for (let i = 0; i < 3; i++) { before = last; last = make(i); } return before.x; }\nf();\nf();`,
      3,
      "'last'",
    );
  });

  it("may be registered in the caller's place when every caller makes it once", () => {
    const make = `${NODE}const box = new Box(new P(0));\nfunction make(x: number): P { const p = new P(x); box.p = p; return p; }\n`;
    expectPlaces(`${make}const a = make(1);\nconst b = make(2);`, "3 static", "3 static", "4 result");
    expectRefused(`${make}function f() { return make(1).x; }\nf();\nf();`, 5, "the field 'p'");
  });

  it("are the caller's also when they are loaded from memory", () => {
    expectRefused(
      `${NODE}function make(box: Box): P { const p = new P(1); box.p = p; return p; }\nfunction f() { const far = new Box(new P(0)); for (let i = 0; i < 2; i++) { const near = new Box(far.p); make(near); far.p = near.p; } return far.p.x; }\nf();\nf();`,
      4,
      "the field 'p'",
    );
  });
});

describe("objects of an owner", () => {
  it("live in it when the constructor makes them and nothing replaces them", () => {
    expectPlaces(
      `${POINT}class Line { a = new P(1); b: P; xs = [0, 0]; constructor() { this.b = new P(2); } }\nfunction f() { const l = new Line(); return l.a.x + l.b.x + (l.xs[0] ?? 0); }\nf();\nf();\nconst m = new Line();\nconst n = new Line();`.replace(
        " ?? 0",
        "!",
      ),
      "2 in a",
      "2 in xs",
      "2 in b",
      "3 local",
      "6 static",
      "7 static",
    );
  });

  it("are not in it when the field is stored twice", () => {
    expectRefused(
      `${POINT}class C { p = new P(1); reset() { this.p = new P(0); } }\nconst a = new C();\nconst b = new C();\na.reset();`,
      2,
      "the field 'p'",
    );
  });

  it("live no longer than it", () => {
    expectRefused(
      `${POINT}class C { p = new P(1); }\nlet kept = new P(0);\nfunction f() { const c = new C(); kept = c.p; }\nf();\nf();`,
      4,
      "the module variable 'kept'",
    );
    expectRefused(
      `${POINT}class C { p = new P(1); }\nfunction f() { const c = new C(); return c.p; }\nf();\nf();`,
      3,
      "the result of 'f'",
    );
    expectPlaces(
      `${POINT}class C { p = new P(1); }\nlet kept = new P(0);\nconst c = new C();\nconst d = new C();\nkept = c.p;`,
      "2 in p",
      "3 static",
      "4 static",
      "5 static",
    );
  });

  it("may be owners themselves", () => {
    expectPlaces(
      `${POINT}class A { p = new P(1); }\nclass B { a = new A(); }\nlet kept = new P(0);\nconst one = new B();\nconst two = new B();\nkept = two.a.p;`,
      "2 in p",
      "3 in a",
      "4 static",
      "5 static",
      "6 static",
    );
    expectRefused(
      `${POINT}class A { p = new P(1); }\nclass B { a = new A(); }\nlet kept = new P(0);\nfunction f() { const b = new B(); kept = b.a.p; }\nf();\nf();`,
      5,
      "the module variable 'kept'",
    );
  });
});

describe("recursion", () => {
  it("keeps objects of each activation apart", () => {
    expectPlaces(
      `${NODE}function f(n: number, above: P): number { const p = new P(n); const b = new Box(above); return n === 0 ? b.p.x : f(n - 1, p); }\nf(3, new P(9));`,
      "3 local",
      "3 local",
      "4 static",
    );
  });

  it("refuses to store what an inner activation makes into what an outer one made", () => {
    expectRefused(
      `${NODE}function f(n: number, outer: Box): number { const b = new Box(new P(n)); outer.p = new P(n); if (n > 0) f(n - 1, b); return b.p.x; }\nf(3, new Box(new P(9)));`,
      3,
      "the field 'p'",
    );
  });
});
