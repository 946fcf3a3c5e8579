/** The whole-program rules of 2-check, and the checks of phase 3 that only report or collect: sizes and hardware. */
import { describe, expect, it } from "vitest";
import { checkProgram } from "../compiler/2-check/check-program.ts";
import { type ClaimTarget, collectClaims } from "../compiler/3-analyse/claims.ts";
import { checkSizedStores } from "../compiler/3-analyse/sized-stores.ts";
import { listFindings, programFrom } from "./hir-from-source.ts";

function check(source: string): readonly string[] {
  const { hir, reporter } = programFrom(source);
  checkProgram(hir, reporter);
  return listFindings(reporter);
}

/** Code and line of each finding. */
function brief(findings: readonly string[]): readonly string[] {
  return findings.map((one) => one.slice(0, one.indexOf(":")));
}

const TSFW = 'import { delay, spawn } from "tsfw";\n';

describe("closures with captures", () => {
  it("may be called, passed down and named by constants", () => {
    const source = `function call(f: () => number): number { return again(f); }
function again(g: () => number): number { const h = g; return h() + h(); }
function outer(n: number): number { const f = () => n + 1; const same = f; return call(same) + call(() => n); }
outer(1);`;
    expect(check(source)).toEqual([]);
  });

  it("may be returned, stored and assigned: their variables move to a place that lives as long", () => {
    const outer = (body: string): string =>
      `const kept: (() => number)[] = [() => 0];\nlet last = () => 0;\nclass C { f: () => number = () => 0; }\nconst c = new C();\nfunction outer(n: number) {\n  ${body}\n}\nouter(1);`;
    expect(check("function outer(n: number) {\n  return () => n;\n}\nouter(1);")).toEqual([]);
    for (const body of ["kept[0] = () => n;", "last = () => n;", "c.f = () => n;"])
      expect(check(outer(body)), body).toEqual([]);
    expect(check(outer("let f = () => 1; f = () => n; f();"))).toEqual([]);
  });

  it("may be given to a task or be one", () => {
    expect(
      check(
        `${TSFW}async function run(f: () => number) { await delay(f()); }\nfunction outer(n: number) {\n  spawn(run(() => n));\n}\nouter(1);`,
      ),
    ).toEqual([]);
    expect(
      check(
        `${TSFW}async function outer(n: number) {\n  const run = async () => { await delay(n); };\n  await run();\n}\nawait outer(1);`,
      ),
    ).toEqual([]);
  });
});

describe("recursion", () => {
  it("of async functions is an error that shows the cycle", () => {
    expect(
      check(
        `${TSFW}async function a(n: number): Promise<void> { await b(n); }\nasync function b(n: number): Promise<void> { if (n > 0) await a(n - 1); await delay(1); }\nawait a(3);`,
      ),
    ).toEqual(["TSFW4002 line 2: 'a' awaits itself (a → b → a)."]);
    expect(
      brief(
        check(
          `${TSFW}async function a(n: number): Promise<void> { await delay(1); if (n > 0) await Promise.all([a(n - 1), delay(1)]); }\nawait a(3);`,
        ),
      ),
    ).toEqual(["TSFW4002 line 2"]);
  });

  it("through a task is none", () => {
    expect(
      check(
        `${TSFW}async function a(n: number): Promise<void> { await delay(1); if (n > 0) void a(n - 1); }\nawait a(3);`,
      ),
    ).toEqual([]);
  });

  it("of synchronous functions is a warning, once for each group", () => {
    const source =
      "function even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }\nfunction fine(): number { return 1; }\neven(4);\nfine();";
    const { hir, reporter } = programFrom(source);
    checkProgram(hir, reporter);
    expect(listFindings(reporter)).toEqual([
      "TSFW6003 line 1: 'even' calls itself (even → odd → even); its stack use depends on the depth.",
    ]);
    expect(reporter.hasErrors()).toBe(false);
  });
});

describe("initialisation order", () => {
  const early = (source: string): readonly string[] =>
    brief(check(source)).filter((one) => one.startsWith("TSFW2004"));

  it("sees reads and writes through calls, methods and closures", () => {
    expect(
      check("peek();\nfunction peek() { return inner(); }\nfunction inner() { return x; }\nlet x = 1;\nx++;"),
    ).toEqual(["TSFW2004 line 1: 'x' is read by 'inner' before its initialiser has run."]);
    expect(early("poke();\nfunction poke() { x = 2; }\nlet x = 1;\nconsole.log(x);")).toEqual([
      "TSFW2004 line 1",
    ]);
    expect(
      early(
        "class C { get() { return x; } constructor() { this.get(); } }\nconst c = new C();\nlet x = 1;\nx++;\nc.get();",
      ),
    ).toEqual(["TSFW2004 line 2"]);
    expect(early("function call(f: () => number) { return f(); }\ncall(() => x);\nlet x = 1;\nx++;")).toEqual(
      ["TSFW2004 line 2"],
    );
  });

  it("allows functions that are called later", () => {
    expect(early("function peek() { return x; }\nlet x = 1;\nx++;\npeek();")).toEqual([]);
    expect(
      early(
        "function call(f: () => number) { return f(); }\ncall(() => 1);\nlet x = 1;\nx++;\ncall(() => x);",
      ),
    ).toEqual([]);
    expect(early("const f = () => x;\nlet x = 1;\nx++;\nf();")).toEqual([]);
  });

  it("runs a task to its first certain wait, and on when the module waits", () => {
    const run = "async function run() { await delay(1); x++; }\n";
    expect(early(`${TSFW}${run}void run();\nlet x = 1;\nawait delay(5);`)).toEqual([]);
    expect(early(`${TSFW}${run}void run();\nawait delay(5);\nlet x = 1;\nconsole.log(x);`)).toEqual([
      "TSFW2004 line 4",
    ]);
    expect(
      early(`${TSFW}async function run() { x++; await delay(1); }\nvoid run();\nlet x = 1;\nconsole.log(x);`),
    ).toEqual(["TSFW2004 line 3"]);
    expect(
      early(
        `${TSFW}async function run(now: boolean) { if (!now) await delay(1); x++; }\nvoid run(true);\nlet x = 1;\nconsole.log(x);`,
      ),
    ).toEqual(["TSFW2004 line 3"]);
    expect(
      early(
        `${TSFW}async function run() { for (;;) { await delay(1); x++; } }\nvoid run();\nlet x = 1;\nawait delay(5);`,
      ),
    ).toEqual([]);
    expect(
      early(
        `${TSFW}async function run() { for (;;) { if (x > 0) break; await delay(1); } x++; }\nvoid run();\nlet x = 1;\nconsole.log(x);`,
      ),
    ).toEqual(["TSFW2004 line 3"]);
    expect(
      early(
        `${TSFW}async function wait() { await delay(1); }\nasync function run() { await wait(); x++; }\nvoid run();\nlet x = 1;\nconsole.log(x);`,
      ),
    ).toEqual([]);
    expect(
      early(
        `${TSFW}async function run() { for (let i = 0; i < 3; i++) await delay(1); x++; }\nvoid run();\nlet x = 1;\nconsole.log(x);`,
      ),
    ).toEqual(["TSFW2004 line 3"]);
  });

  it("runs all of an awaited function", () => {
    expect(
      early(
        `${TSFW}async function run() { await delay(1); x++; }\nawait run();\nlet x = 1;\nconsole.log(x);`,
      ),
    ).toEqual(["TSFW2004 line 3"]);
  });
});

describe("sized stores", () => {
  const stores = (source: string): readonly string[] => {
    const { hir, facts, reporter } = programFrom(source);
    checkSizedStores(hir, facts, reporter);
    return listFindings(reporter);
  };
  const types = 'import type { i8, u8 } from "tsfw";\n';

  it("of constants that can never fit are errors", () => {
    expect(stores(`${types}const a: u8 = 300;\nconsole.log(a);`)).toEqual([
      "TSFW3001 line 2: This value (300) can never fit in 'u8' (0 to 255).",
    ]);
    expect(brief(stores(`${types}let a: i8 = -128;\na = -129;\na = 0.5;\nconsole.log(a);`))).toEqual([
      "TSFW3001 line 3",
      "TSFW3001 line 4",
    ]);
    expect(
      brief(
        stores(
          `${types}function f(x: u8): u8 {\n  return -1;\n}\nf(256);\nclass C { x: u8 = 256; }\nconst c = new C();\nconst xs: u8[] = [1, 256];\nconsole.log(c.x, xs[0]);`,
        ),
      ),
    ).toEqual(["TSFW3001 line 3", "TSFW3001 line 5", "TSFW3001 line 6", "TSFW3001 line 8"]);
  });

  it("of what fits or is computed are not", () => {
    expect(
      stores(
        `${types}const a: u8 = 255;\nlet n = 300;\nn += 1;\nlet b: u8 = 0;\nif (n < 0) b = n;\nconst c: u8 = 2 * 127 + 1;\nconsole.log(a, b, c);`,
      ),
    ).toEqual([]);
  });
});

describe("hardware claims", () => {
  const HAL =
    'import { Input, Output, Uart } from "tsfw";\nimport { P5, P6, P21, P22, UART0 } from "tsfw/chip";\n';
  const target: ClaimTarget = { pinName: (id) => `P${id}`, extiLine: (id) => id % 16 };
  const claim = (source: string) => {
    const { hir, facts, reporter } = programFrom(HAL + source);
    const claims = collectClaims(hir, facts, target, reporter);
    return { claims, findings: listFindings(reporter) };
  };

  it("are the constants of all drivers", () => {
    const { claims, findings } = claim(
      "const a = new Output(P6);\nconst b = new Output(P5, { initial: 'high' });\nconst c = new Input(P21);\na.high();\nb.low();\nif (c.isHigh()) a.low();",
    );
    expect(findings).toEqual([]);
    expect(claims).toEqual({ outputs: [5, 6], inputs: [21], waitPins: [], uarts: [] });
  });

  it("tell which inputs are waited for", () => {
    const both = "const a = new Input(P5);\nconst b = new Input(P6);\n";
    expect(claim(`${both}await a.rising();\nb.isHigh();`).claims.waitPins).toEqual([5]);
    expect(
      claim(`${both}async function wait(x: Input) { await x.falling(); }\nawait wait(a);\nawait wait(b);`)
        .claims.waitPins,
    ).toEqual([5, 6]);
    expect(
      claim(
        `${both}class Button { input: Input; constructor(input: Input) { this.input = input; } async press() { await this.input.low(); } }\nconst button = new Button(b);\nawait button.press();\na.isLow();`,
      ).claims.waitPins,
    ).toEqual([6]);
  });

  it("refuse what is not constant", () => {
    const { findings } = claim(
      "import type { GpioPin } from 'tsfw/hal';\nfunction make(pin: GpioPin) {\n  return new Output(pin);\n}\nmake(P5).high();\nmake(P6).high();",
    );
    expect(findings).toEqual(["TSFW5001 line 5: The pin of this Output is not known at build time."]);
  });

  it("refuse a pin with two owners and two pins on one EXTI line", () => {
    expect(
      claim("const a = new Output(P5);\nconst b = new Input(P5);\na.high();\nb.isHigh();").findings,
    ).toEqual(["TSFW5002 line 4: Pin P5 is used twice."]);
    expect(
      claim("const a = new Input(P5);\nconst b = new Input(P21);\nawait a.high();\nawait b.high();").findings,
    ).toEqual(["TSFW5003 line 6: P5 and P21 share EXTI line 5."]);
    expect(
      claim(
        "const a = new Input(P5);\nconst b = new Input(P21);\nawait a.high();\nb.isHigh();\nvoid P22;\nvoid P6;",
      ).findings,
    ).toEqual([]);
  });

  it("give a UART its pins and its rate", () => {
    const { claims, findings } = claim(
      "import { board } from 'tsfw/board';\nconst u = new Uart(board.uart, { tx: board.uartTx, rx: board.uartRx, baud: 9600 });\nawait u.write('x');\nvoid UART0;",
    );
    expect(findings).toEqual([]);
    expect(claims.uarts).toEqual([{ uart: 0, tx: expect.any(Number), rx: expect.any(Number), baud: 9600 }]);
  });
});
