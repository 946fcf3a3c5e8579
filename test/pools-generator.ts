/**
 * Random programs over pooled objects: references in variables, fields, arrays,
 * unions, captured variables and arguments, through loops, calls, waits and errors.
 * Objects refer to older ones only, so that no circle keeps slots.
 */

/** What bounds the objects: `maxInstances`, or the places that can refer to them (then they refer to leaves only). */
export type PoolBound = "maxInstances" | "places";

const FUNCTIONS = 5;

export function generatePoolProgram(seed: number, bound: PoolBound): string {
  return new Generator(seed, bound).program();
}

class Generator {
  readonly #bound: PoolBound;
  #state: number;
  #names = 0;
  #depth = 0;
  #loops = 0;
  /** Functions before this one may be called. */
  #index = 0;
  #isAsync = false;
  #variables: string[] = [];

  constructor(seed: number, bound: PoolBound) {
    this.#state = seed >>> 0;
    this.#bound = bound;
  }

  #random(count: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((this.#state ^ (this.#state >>> 13)) >>> 3) % count;
  }

  #pick(list: readonly string[]): string {
    return list[this.#random(list.length)] ?? "nil()";
  }

  #variable(): string {
    return this.#pick(this.#variables);
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  /** An expression of type `P | null`. */
  #value(depth = 0): string {
    const inner = (): string => this.#value(depth + 1);
    const simple = [
      () => this.#variable(),
      () => this.#pick(["g0", "g1", "h.p"]),
      () => "nil()",
      () => `(h.list[${this.#random(3)}] ?? null)`,
    ];
    const all = [
      ...simple,
      () => `mk(${this.#random(100)}, ${inner()})`,
      () => `mk(${this.#random(9)}, ${inner()})`,
      () => `getA(${inner()})`,
      () => `getB(${this.#variable()})`,
      () => `(${this.#test()} ? ${inner()} : ${inner()})`,
      () => (this.#index > 0 ? `f${this.#random(this.#index)}(${inner()}, ${inner()})` : this.#variable()),
      () => "take()",
      () => `or(${this.#variable()}, ${inner()})`,
      () => `h.swap(${inner()})`,
      () => "(h.list.pop() ?? null)",
      () => "(h.list.shift() ?? null)",
      () => `pair(${inner()}, ${inner()}).y`,
      () => `first([or(${inner()}, nil()), or(nil(), ${inner()})])`,
      () => `(g0 = (${inner()}) as P | null)`,
      () => (this.#bound === "places" ? inner() : `run(() => or(nil(), ${inner()}))`),
    ];
    const list = depth > 2 ? simple : all;
    return list[this.#random(list.length)]?.() ?? "nil()";
  }

  #test(): string {
    const { 0: one = "x" } = [this.#variable()];
    return this.#pick([
      "cnt % 2 === 0",
      `has(${one})`,
      `val(${one}) % 3 === ${this.#random(3)}`,
      `same(${one}, ${this.#pick(["g0", "g1", ...this.#variables])})`,
    ]);
  }

  #block(count: number): string {
    const saved = [...this.#variables];
    this.#depth += 1;
    const text = Array.from({ length: count }, () => this.#statement()).join("\n");
    this.#depth -= 1;
    this.#variables = saved;
    return text;
  }

  #loop(count: number): string {
    this.#loops += 1;
    const text = this.#block(count);
    this.#loops -= 1;
    return text;
  }

  #assigned(): string {
    return `(${this.#value()}) as P | null`;
  }

  #statement(): string {
    const simple = [
      () => this.#declaration(),
      () => `${this.#variable()} = ${this.#assigned()};`,
      () => `${this.#pick(["g0", "g1", "h.p"])} = ${this.#assigned()};`,
      () => `link(${this.#value()}, ${this.#value()});`,
      () => `add(${this.#value()});`,
      () => `cnt += val(${this.#value()});`,
      () => `show(${this.#value()}, ${this.#value()});`,
      () =>
        `{ const o = { x: ${this.#assigned()}, n: 1, y: ${this.#assigned()} }; cnt += val(o.x) + val(o.y); o.x = ${this.#assigned()}; cnt += val(o.x); }`,
    ];
    const nested = [
      () => `if (${this.#test()}) {\n${this.#block(2)}\n} else {\n${this.#block(1)}\n}`,
      () => this.#counted(),
      () => this.#walk(),
      () => (this.#loops > 0 ? this.#pick(["break;", "continue;"]) : "cnt++;"),
      () => this.#forOf(),
      () =>
        `try {\n${this.#block(2)}\nif (${this.#test()}) throw new Error("e" + val(${this.#variable()}));\n${this.#block(1)}\n} catch (e) {\ncnt += (e as Error).message.length;\n${this.#block(1)}\n}`,
      () => `try {\n${this.#block(2)}\n} finally {\n${this.#block(1)}\n}`,
      () => this.#union(),
      () => this.#captured(),
      () =>
        `switch (cnt % 3) { case 0: { ${this.#block(1)} } break; case 1: { ${this.#block(1)} } default: cnt++; }`,
      () => `h.list.length = Math.min(h.list.length, ${this.#random(4)});`,
      () => `h.list.splice(${this.#random(3)}, ${this.#random(3)});`,
      () => "h.list.reverse();",
      () => "h.list.sort((x, y) => x.id - y.id);",
      () => `[g0, g1] = [${this.#assigned()}, g0];`,
      () =>
        "{ const m = h.list.filter((e) => e.id % 2 === 0); cnt += m.length; if (m.length > 1) { g1 = m[1]!; } }",
      () => (this.#isAsync ? "await delay(1);" : "cnt += 2;"),
      () =>
        this.#isAsync
          ? `{ const t = await later(${this.#value(1)}); cnt += val(t); ${this.#variable()} = await later(t); }`
          : "cnt += 3;",
    ];
    const list = this.#depth > 3 ? simple : [...simple, ...simple, ...nested];
    return list[this.#random(list.length)]?.() ?? "";
  }

  #declaration(): string {
    const value = this.#assigned();
    const name = this.#name("v");
    this.#variables.push(name);
    return `let ${name} = ${value};`;
  }

  #counted(): string {
    const index = this.#name("i");
    return `for (let ${index} = 0; ${index} < ${1 + this.#random(3)}; ${index}++) {\n${this.#loop(2)}\n}`;
  }

  #walk(): string {
    const name = this.#name("w");
    const start = this.#value(1);
    const saved = [...this.#variables];
    this.#variables.push(name);
    const body = this.#loop(2);
    this.#variables = saved;
    return `{ let n = 0; for (let ${name} = (${start}) as P | null; has(${name}) && n < 5; ${name} = getA(${name}), n++) {\n${body}\n} }`;
  }

  #forOf(): string {
    const name = this.#name("q");
    const saved = [...this.#variables];
    this.#variables.push(name);
    const body = this.#loop(2);
    this.#variables = saved;
    return `for (const ${name}_ of [...h.list]) { let ${name} = ${name}_ as P | null;\n${body}\n}`;
  }

  #union(): string {
    const name = this.#name("u");
    return `{ let ${name} = (${this.#value()}) as P | number | string | null; if (${this.#test()}) ${name} = ${this.#random(9)}; if (${this.#test()}) ${name} = "t" + (cnt % 10); ${this.#block(1)}\n cnt += size(${name}); }`;
  }

  #captured(): string {
    const name = this.#name("c");
    const variable = this.#variable();
    const start = this.#value(1);
    const body = this.#block(1);
    return `{ let cap = (${start}) as P | null; const ${name} = (x: P | null): P | null => { cap = ${this.#pick(["x", "cap", "g0", variable])}; cnt += val(cap); return cap; };\n${body}\n${variable} = ${name}(${this.#value(1)}) as P | null; cnt += val(cap); }`;
  }

  #function(index: number): string {
    this.#index = index;
    this.#variables = ["x", "y"];
    const head = this.#block(3);
    return `function f${index}(x: P | null, y: P | null): P | null {\nif (seq > 300) return x;\n${head}\nif (${this.#test()}) return ${this.#value(1)};\n${this.#block(2)}\nreturn ${this.#value(1)};\n}\n`;
  }

  program(): string {
    const functions = Array.from({ length: FUNCTIONS }, (_, index) => this.#function(index)).join("");
    this.#index = FUNCTIONS;
    this.#isAsync = true;
    this.#variables = ["x", "y"];
    const task = `async function task(x: P | null, y: P | null): Promise<P | null> {\nif (seq > 300) return y;\n${this.#block(4)}\nif (${this.#test()}) return x;\n${this.#block(2)}\nreturn ${this.#value(1)};\n}\n`;
    this.#variables = ["r0", "r1"];
    const round = `async function round(n: number): Promise<void> { seq = 0;\nlet r0 = mk(n, null) as P | null; let r1 = mk(n + 1, r0) as P | null;\n${this.#block(4)}\nr0 = await task(r0, r1);\n${this.#block(3)}\nr1 = f${FUNCTIONS - 1}(r0, ${this.#value(1)});\ncnt += val(r0) + val(r1); }\n`;
    const shape = this.#bound === "places" ? LEAVES : LINKS;
    return `${shape}${COMMON}${functions}${task}${round}${ROUNDS}${this.#bound === "places" ? "" : REFILL}`;
  }
}

const LINKS = `import { delay, type Max } from "tsfw";
class P { static readonly maxInstances = 400; a: P | null = null; b: P | null = null; data: number[] = [0, 0]; name: string; constructor(readonly id: number, readonly seq: number) { this.name = "p" + (id & 127); this.data[1] = id; } }
function getA(p: P | null): P | null { return p === null ? null : p.a; }
function getB(p: P | null): P | null { return p?.b ?? null; }
function link(x: P | null, y: P | null): void { if (x !== null && y !== null && x.seq > y.seq) { if (cnt % 2 === 0) x.a = y; else x.b = y; } }
`;

const LEAVES = `import { delay, type Max } from "tsfw";
class L { constructor(readonly v: number) {} }
class P { a: L | null = null; b: L | null = null; data: number[] = [0, 0]; name: string; constructor(readonly id: number, readonly seq: number) { this.name = "p" + (id & 127); this.data[1] = id; } }
function getA(p: P | null): P | null { if (p === null || p.a === null) return null; const q = mk(p.a.v, null); q.a = p.a; return q; }
function getB(p: P | null): P | null { const b = p?.b ?? null; if (b === null) return null; const q = mk(b.v, p); q.b = b; return q; }
function link(x: P | null, y: P | null): void { if (x !== null && y !== null && x.seq > y.seq) { if (cnt % 2 === 0) x.a = y.b ?? new L(y.id); else x.b = new L(y.seq); } }
`;

const COMMON = `class H { p: P | null = null; list: Max<P[], 40> = []; swap(x: P | null): P | null { const old = this.p; this.p = x; return old; } }
let cnt = 0; let seq = 0; let text = 0;
let g0: P | null = null; let g1: P | null = null;
const h = new H();
function nil(): P | null { return null; }
function has(p: P | null): boolean { return p !== null; }
function same(p: P | null, q: P | null): boolean { return p === q; }
function or(p: P | null, q: P | null): P | null { return p ?? q; }
function val(p: P | null): number { return p === null ? 0 : p.id + p.name.length + p.data[1]!; }
function size(u: P | number | string | null): number { if (u === null) return 1; if (typeof u === "number") return u; if (typeof u === "string") return u.length; return val(u); }
function mk(id: number, a: P | null): P { const p = new P(id, seq++); link(p, a); return p; }
function add(p: P | null): void { if (p !== null && h.list.length < 30) h.list.push(p); }
function take(): P | null { const r = g0; g0 = g1; return r; }
function pair(x: P | null, y: P | null): { x: P | null; y: P | null } { return { x: y, y: x }; }
function first(xs: (P | null)[]): P | null { for (const x of xs) if (x !== null) return x; return null; }
function run(f: () => P | null): P | null { const r = f(); cnt += val(r); return f(); }
function show(x: P | null, y: P | null): void { text = (text * 31 + (x?.name ?? "-").length * 7 + val(y)) % 100003; }
async function later(p: P | null): Promise<P | null> { await delay(1); link(mk(3, p), g0); await delay(1); return p === null ? mk(4, g1) : p; }
`;

const ROUNDS = `for (let n = 0; ; n++) { if (n > 10) break; await round(n); g0 = null; g1 = null; h.p = null; h.list.length = 0; console.log(n, cnt, text); cnt %= 1000; }
`;

/** All slots are free again. */
const REFILL = `let all = null as P | null; for (let i = 0; i < 400; i++) { const p: P = new P(i, i); p.a = all; all = p; } console.log("ok", val(all));
`;
