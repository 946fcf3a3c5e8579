/** Random programs that pass references around in every way the language has. Deterministic by seed. */

/** Numbers in [0, 1) from a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Kind = "P" | "Box" | "Own" | "P[]";

interface Variable {
  readonly name: string;
  readonly kind: Kind;
  readonly isAssignable: boolean;
}

interface Callee {
  readonly name: string;
  readonly parameters: readonly Kind[];
  readonly takesCallback: boolean;
  readonly result: Kind | null;
  readonly isAsync: boolean;
}

const PRELUDE = `import { delay, now } from "tsfw";
let uses = 0;
class P { n: number; constructor(n: number) { this.n = n; } me(): P { return this; } }
class Box {
  p: P;
  constructor(p: P) { this.p = p; }
  get(): P { return this.p; }
  set(p: P): void { this.p = p; }
  fill(): void { this.p = new P(7); }
}
class Own { p = new P(1); box: Box; constructor(q: P) { this.box = new Box(q); } }
let sp = new P(0);
let sb = new Box(sp);
const so = new Own(sp);
const sa: P[] = [new P(1), new P(2)];
`;

const STATICS: readonly Variable[] = [
  { name: "sp", kind: "P", isAssignable: true },
  { name: "sb", kind: "Box", isAssignable: true },
  { name: "so", kind: "Own", isAssignable: false },
  { name: "sa", kind: "P[]", isAssignable: false },
];

/** From a value of each kind to a number in it. */
const TO_NUMBER: Readonly<Record<Kind, string>> = {
  P: ".n",
  Box: ".p.n",
  Own: ".box.p.n",
  "P[]": "[0]!.n",
};

export function generateReferenceProgram(seed: number): string {
  return new Generator(createRandom(seed)).program();
}

/**
 * What a program may do. Each program has its own selection, so that many do one
 * risky thing only and are not refused for another.
 */
const FEATURES = [
  "statics",
  "stores",
  "assignments",
  "calls",
  "tasks",
  "callbacks",
  "loops",
  "branches",
  "arrays",
  "owners",
  "results",
  "updates",
] as const;
type Feature = (typeof FEATURES)[number];

class Generator {
  readonly #random: () => number;
  readonly #features: ReadonlySet<Feature>;
  readonly #callees: Callee[] = [];
  #names = 0;
  #callback: string | null = null;
  #isAsync = false;
  #callbackDepth = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.#features = new Set(FEATURES.filter(() => this.#chance(0.6)));
  }

  #has(feature: Feature): boolean {
    return this.#features.has(feature);
  }

  program(): string {
    const count = 1 + this.#below(3);
    for (let index = 0; index < count; index++) this.#callees.push(this.#signature(index));
    const functions = this.#callees.map((callee) => this.#function(callee));
    this.#isAsync = true;
    const scope = this.#statics();
    const calls = [...this.#callees, ...this.#callees].map((callee) => this.#started(callee, scope)).join("");
    const main = calls + this.#block(scope, 2 + this.#below(3), 2);
    return `${PRELUDE}${functions.join("")}{\n${main}}\nawait delay(1);\nuses += sp.n + sb.p.n + so.box.p.n + so.p.n + sa[0]!.n;\n`;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }

  #name(): string {
    this.#names += 1;
    return `v${this.#names}`;
  }

  #signature(index: number): Callee {
    const isAsync = this.#has("tasks") && this.#chance(0.4);
    return {
      name: `${isAsync ? "t" : "f"}${index}`,
      parameters: Array.from({ length: 1 + this.#below(2) }, () => this.#kind()),
      takesCallback: !isAsync && this.#has("callbacks") && this.#chance(0.5),
      result: this.#has("results") && this.#chance(0.7) ? this.#pick(["P", "P", "Box"] as const) : null,
      isAsync,
    };
  }

  #kind(): Kind {
    const kinds: Kind[] = ["P", "P", "Box", "Box"];
    if (this.#has("arrays")) kinds.push("P[]");
    if (this.#has("owners")) kinds.push("Own");
    return this.#pick(kinds);
  }

  #function(callee: Callee): string {
    const parameters = callee.parameters.map(
      (kind, index): Variable => ({ name: `a${index}`, kind, isAssignable: false }),
    );
    this.#callback = callee.takesCallback ? "g" : null;
    this.#isAsync = callee.isAsync;
    const scope = [...this.#statics(), ...parameters];
    const list = parameters.map((one) => `${one.name}: ${one.kind}`);
    if (callee.takesCallback) list.push("g: (x: P) => void");
    const type = callee.result ?? "void";
    const body = this.#block(scope, 1 + this.#below(4), 2);
    const end = callee.result === null ? "" : this.#ending(callee.result, scope);
    const head = callee.isAsync ? "async function" : "function";
    const result = callee.isAsync ? `Promise<${type}>` : type;
    const wait = callee.isAsync ? "await delay(1);\n" : "";
    this.#callback = null;
    return `${head} ${callee.name}(${list.join(", ")}): ${result} {\n${wait}${body}${end}}\n`;
  }

  #ending(kind: Kind, scope: readonly Variable[]): string {
    const fresh = this.#fresh(kind, scope, 1);
    if (this.#chance(0.4)) return `const r = ${fresh};\nuses += 1;\nreturn r;\n`;
    if (this.#chance(0.5)) return `return ${fresh};\n`;
    return `return ${this.#expression(kind, scope, 2)};\n`;
  }

  /** Module variables are used now and then only: they refuse most of what is stored in them. */
  #statics(): readonly Variable[] {
    return this.#has("statics") ? STATICS.filter(() => this.#chance(0.5)) : [];
  }

  #block(outer: readonly Variable[], count: number, depth: number): string {
    const scope = [...outer];
    const statements = Array.from({ length: count }, () => this.#statement(scope, depth));
    return statements.join("") + this.#useAll(scope);
  }

  /** Looks into what the variables hold: stale objects are found only when they are used. */
  #useAll(scope: readonly Variable[]): string {
    const uses = scope.map((one) => `${one.name}${TO_NUMBER[one.kind]}`);
    return uses.length === 0 ? "" : `uses += ${uses.join(" + ")};\n`;
  }

  #statement(scope: Variable[], depth: number): string {
    const roll = this.#random();
    if (roll < 0.12 && depth > 0 && this.#has("updates")) return this.#update(scope, depth);
    if (roll < 0.28) return this.#declaration(scope);
    if (roll < 0.4 && this.#has("assignments")) return this.#assignment(scope);
    if (roll < 0.52 && this.#has("stores")) return this.#store(scope);
    if (roll < 0.67 && (this.#has("calls") || this.#callback !== null)) return this.#callStatement(scope);
    if (roll < 0.7)
      return `if (${this.#expression("P", scope, 1)} === ${this.#expression("P", scope, 1)}) uses++;\n`;
    if (roll < 0.76 || depth === 0) return `uses += ${this.#expression("P", scope, 2)}.n;\n`;
    if (roll < 0.84 && this.#has("branches")) {
      const [yes, no] = [this.#block(scope, 1 + this.#below(2), depth - 1), this.#block(scope, 1, depth - 1)];
      return `if (now() > 5) {\n${yes}} else {\n${no}}\n`;
    }
    if (!this.#has("loops")) return `uses += ${this.#expression("Box", scope, 1)}.p.n;\n`;
    if (roll < 0.96 || !this.#has("arrays")) {
      return `for (let i = 0; i < 3; i++) {\n${this.#block(scope, 1 + this.#below(3), depth - 1)}}\n`;
    }
    const element = { name: this.#name(), kind: "P", isAssignable: false } as const;
    const body = this.#block([...scope, element], 1 + this.#below(2), depth - 1);
    return `for (const ${element.name} of ${this.#expression("P[]", scope, 1)}) {\n${body}}\n`;
  }

  #declaration(scope: Variable[]): string {
    const kind = this.#kind();
    const value = this.#expression(kind, scope, 2);
    const variable = { name: this.#name(), kind, isAssignable: this.#chance(0.5) };
    scope.push(variable);
    return `${variable.isAssignable ? "let" : "const"} ${variable.name}: ${kind} = ${value};\n`;
  }

  /** `let v = …; for (…) { v = … }`: a variable that gets a new object in every round. */
  #update(scope: Variable[], depth: number): string {
    const kind = this.#pick(["P", "P", "Box", "Own"] as const);
    const variable: Variable = { name: this.#name(), kind, isAssignable: this.#chance(0.3) };
    const start = `let ${variable.name}: ${kind} = ${this.#fresh(kind, scope, 1)};\n`;
    const inner = [...scope, variable];
    const makers = this.#callees.filter((one) => one.result === kind && !one.isAsync);
    const value =
      makers.length > 0 && this.#chance(0.4)
        ? this.#call(this.#pick(makers), inner, 1)
        : kind === "P"
          ? `new P(${variable.name}.n + 1)`
          : this.#fresh(kind, inner, 1);
    // What is declared before the assignment is used after it.
    const around = (): string => (this.#chance(0.6) ? this.#statement(inner, depth - 1) : "");
    const body = `${around()}${variable.name} = ${value};\n${around()}${this.#useAll(inner)}`;
    const use = `uses += ${variable.name}${TO_NUMBER[kind]};\n`;
    if (this.#chance(0.3)) scope.push(variable);
    return `${start}for (let i = 0; i < 3; i++) {\n${body}}\n${use}`;
  }

  #assignment(scope: readonly Variable[]): string {
    const targets = scope.filter((one) => one.isAssignable);
    if (targets.length === 0) return "uses++;\n";
    const target = this.#pick(targets);
    return `${target.name} = ${this.#expression(target.kind, scope, 2)};\n`;
  }

  #store(scope: readonly Variable[]): string {
    const value = this.#expression("P", scope, 2);
    const box = this.#expression("Box", scope, 1);
    if (this.#chance(0.35)) return `${box}.set(${value});\n`;
    if (this.#chance(0.6)) return `${box}.p = ${value};\n`;
    if (this.#chance(0.2) || !this.#has("arrays")) return `${box}.fill();\n`;
    return `${this.#expression("P[]", scope, 0)}[${this.#below(2)}] = ${value};\n`;
  }

  #callStatement(scope: readonly Variable[]): string {
    if (this.#callback !== null && this.#chance(0.5))
      return `${this.#callback}(${this.#expression("P", scope, 1)});\n`;
    return this.#started(this.#pick(this.#callees), scope);
  }

  #started(callee: Callee, scope: readonly Variable[]): string {
    if (!callee.isAsync && callee.result !== null) {
      return `uses += ${this.#call(callee, scope, 1)}${TO_NUMBER[callee.result]};\n`;
    }
    if (!callee.isAsync) return `${this.#call(callee, scope, 1)};\n`;
    const mayAwait = this.#isAsync && this.#callbackDepth === 0;
    return `${mayAwait && this.#chance(0.6) ? "await" : "void"} ${this.#call(callee, scope, 1)};\n`;
  }

  #call(callee: Callee, scope: readonly Variable[], depth: number): string {
    const args = callee.parameters.map((kind) => this.#expression(kind, scope, depth));
    if (callee.takesCallback) args.push(this.#closure(scope));
    return `${callee.name}(${args.join(", ")})`;
  }

  #closure(scope: readonly Variable[]): string {
    if (this.#callback !== null && this.#chance(0.3)) return this.#callback;
    if (this.#callbackDepth > 0) return "() => {}";
    this.#callbackDepth += 1;
    const parameter = { name: this.#name(), kind: "P", isAssignable: false } as const;
    const body = this.#block([...scope, parameter], 1 + this.#below(2), 0);
    this.#callbackDepth -= 1;
    return `(${parameter.name}) => {\n${body}}`;
  }

  #fresh(kind: Kind, scope: readonly Variable[], depth: number): string {
    const inner = (): string => this.#expression("P", scope, depth - 1);
    switch (kind) {
      case "P":
        return `new P(${this.#below(9)})`;
      case "Box":
        return `new Box(${inner()})`;
      case "Own":
        return `new Own(${inner()})`;
      case "P[]":
        return `[${inner()}, ${inner()}]`;
    }
  }

  #expression(kind: Kind, scope: readonly Variable[], depth: number): string {
    const variables = scope.filter((one) => one.kind === kind);
    if (variables.length > 0 && (depth <= 0 || this.#chance(0.45))) return this.#pick(variables).name;
    if (depth <= 0) return this.#fresh(kind, scope, 0);
    const makers = this.#callees.filter((one) => one.result === kind && !one.isAsync);
    if (makers.length > 0 && this.#has("calls") && this.#chance(0.4))
      return this.#call(this.#pick(makers), scope, depth - 1);
    if (this.#has("branches") && this.#chance(0.1)) {
      return `(now() > 5 ? ${this.#expression(kind, scope, depth - 1)} : ${this.#expression(kind, scope, depth - 1)})`;
    }
    if (kind === "P" && this.#chance(0.5)) return this.#part(scope, depth - 1);
    if (kind === "Box" && this.#has("owners") && this.#chance(0.25))
      return `${this.#expression("Own", scope, depth - 1)}.box`;
    return this.#fresh(kind, scope, depth);
  }

  #part(scope: readonly Variable[], depth: number): string {
    const roll = this.#random();
    if (roll < 0.35) return `${this.#expression("Box", scope, depth)}.p`;
    if (roll < 0.5) return `${this.#expression("Box", scope, depth)}.get()`;
    if (roll < 0.65 && this.#has("owners")) return `${this.#expression("Own", scope, depth)}.p`;
    if (roll < 0.8 && this.#has("arrays"))
      return `${this.#expression("P[]", scope, depth)}[${this.#below(2)}]!`;
    return `${this.#expression("P", scope, depth)}.me()`;
  }
}
