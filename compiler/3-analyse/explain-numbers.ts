/**
 * How the numbers of a program are kept, for `tsfw build --explain numbers`:
 * counts by machine type, and each double with its place and its reason.
 */
import { buildCallGraph } from "../ir/call-graph.ts";
import type { NumberFact, NumberFacts } from "../ir/facts.ts";
import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import { hasNumber, numberPart } from "../ir/union-types.ts";
import { collectFlows, type MemoryPlace, memoryKey } from "../ir/value-flow.ts";
import { partsOf, walkStatements } from "../ir/walk-hir.ts";
import { defined } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import {
  type Cause,
  DoubleCauses,
  declared,
  integerDivisions,
  isArithmetic,
  isDouble,
} from "./double-causes.ts";

export interface DoubleReport {
  /** `'gain' of Pid`, `the result of mean()`, `an expression`. */
  readonly what: string;
  readonly file: string;
  readonly line: number;
  readonly inLoop: boolean;
  readonly why: string;
  readonly advice: string;
}

export interface NumberReport {
  /** Variables, fields, kinds of elements and results that hold numbers, by what they are kept in. */
  readonly counts: {
    readonly int32: number;
    readonly uint32: number;
    readonly int64: number;
    readonly single: number;
    readonly double: number;
  };
  readonly doubles: readonly DoubleReport[];
}

export const noNumbers: NumberReport = {
  counts: { int32: 0, uint32: 0, int64: 0, single: 0, double: 0 },
  doubles: [],
};

/** `isOwn`: the file is the user's, not the library's. */
export function explainNumbers(
  program: HirProgram,
  facts: NumberFacts,
  isOwn: (file: string) => boolean,
): NumberReport {
  return new NumberExplainer(program, facts, isOwn).report();
}

interface NumberPlace {
  readonly key: string;
  readonly what: string;
  readonly type: HirType;
  readonly fact: NumberFact;
  readonly span: Span;
}

/** What is stored into a place, and where. */
interface Store {
  readonly node: HirExpr;
  readonly span: Span;
  readonly inLoop: boolean;
}

class NumberExplainer {
  readonly #program: HirProgram;
  readonly #facts: NumberFacts;
  readonly #isOwn: (file: string) => boolean;
  readonly #causes: DoubleCauses;
  readonly #stores = new Map<string, Store[]>();
  readonly #places: NumberPlace[] = [];
  /** Lines whose doubles are explained by the place they go to. */
  readonly #explained = new Set<string>();

  constructor(program: HirProgram, facts: NumberFacts, isOwn: (file: string) => boolean) {
    this.#program = program;
    this.#facts = facts;
    this.#isOwn = isOwn;
    this.#causes = new DoubleCauses(program, facts);
  }

  report(): NumberReport {
    this.#collectStores();
    this.#collectPlaces();
    const counts = { int32: 0, uint32: 0, int64: 0, single: 0, double: 0 };
    for (const place of this.#places) counts[machineType(place)] += 1;
    const rows = [
      ...this.#places.filter((place) => machineType(place) === "double").map((place) => this.#row(place)),
      ...this.#expressions(),
    ];
    const doubles = rows.sort((a, b) => compareTexts(a.file, b.file) || a.line - b.line);
    return { counts, doubles };
  }

  #collectStores(): void {
    const stores = this.#stores;
    const add = (key: string, store: Store): void => {
      if (hasNumber(store.node.type)) stores.set(key, [...(stores.get(key) ?? []), store]);
    };
    for (const flow of collectFlows(this.#program)) {
      const inLoop = flow.loops.length > 0;
      if (flow.kind === "store") add(memoryKey(flow.to), { node: flow.from, span: flow.span, inLoop });
      if (flow.kind === "return")
        add(`result ${flow.function}`, { node: flow.value, span: flow.value.span, inLoop });
      if (flow.kind === "call") {
        const parameters = this.#program.functions[flow.callee]?.parameters ?? [];
        flow.args.forEach((node, index) => {
          const local = parameters[index];
          if (local !== undefined) add(`local ${local}`, { node, span: node.span, inLoop });
        });
      }
    }
    for (const fn of this.#program.functions) {
      walkStatements(fn.body, {
        expression: (node, loops) => {
          if (node.kind !== "compound" && node.kind !== "update") return;
          const key = keyOf(this.#program, node.target);
          add(key, { node, span: node.span, inLoop: loops.length > 0 });
        },
      });
    }
  }

  #collectPlaces(): void {
    const { locals, statics, fields, functions, arrays } = this.#program;
    const graph = buildCallGraph(this.#program, collectFlows(this.#program));
    const add = (key: string, what: string, type: HirType, fact: NumberFact, span: Span): void => {
      const isUsed = fact.lo <= fact.hi || fact.nan;
      if (hasNumber(type) && isUsed && this.#isOwn(span.file))
        this.#places.push({ key, what, type, fact, span });
    };
    for (const one of statics)
      add(`static ${one.id}`, `'${one.name}'`, one.type, this.#facts.static(one.id), one.span);
    for (const one of fields) {
      const what = this.#causes.nameOfField(one.id);
      add(`field ${one.id}`, what, one.type, this.#facts.field(one.id), one.span);
    }
    for (const one of locals) {
      if (!isWritten(one.name, one.span) || !graph.isReachable(one.owner)) continue;
      const owner = functions[one.owner];
      const where = owner === undefined || owner.role === "main" ? "" : ` in ${owner.name}`;
      add(`local ${one.id}`, `'${one.name}'${where}`, one.type, this.#facts.local(one.id), one.span);
    }
    for (const fn of functions) {
      if (graph.isReachable(fn.id))
        add(`result ${fn.id}`, `the result of ${fn.name}`, fn.result, this.#facts.result(fn.id), fn.span);
    }
    arrays.forEach((array, index) => {
      const store = this.#stores.get(`element ${index}`)?.[0];
      const id = this.#program.arrayOf(index as Parameters<HirProgram["arrayOf"]>[0]);
      if (id !== index || store === undefined) return;
      add(`element ${index}`, "the elements of an array", array.element, this.#facts.element(id), store.span);
    });
  }

  /** The reason of a place: preferably one that is no other place. */
  #row(place: NumberPlace): DoubleReport {
    const sources = (this.#stores.get(place.key) ?? [])
      .filter(({ node }) => isDouble(this.#facts.node(node.id)))
      .map((store) => ({ store, cause: this.#causes.of(store.node) }));
    const inLoop = (this.#stores.get(place.key) ?? []).some((store) => store.inLoop);
    for (const { store } of sources) this.#explained.add(lineOf(store.span));
    const found = sources.find(({ cause }) => !cause.isPlace) ?? sources[0];
    const sized = numberPart(place.type)?.sized ?? null;
    const cause: Cause =
      sized === "f64"
        ? declared(sized)
        : (found?.cause ?? { why: "its values are not known", advice: "declare it as i32", isPlace: false });
    const { file, start } = place.span;
    const at = found?.store.span.start.line;
    const elsewhere = at === undefined || at === start.line || sized === "f64" ? "" : ` (line ${at})`;
    return {
      what: place.what,
      file,
      line: start.line,
      inLoop,
      why: cause.why + elsewhere,
      advice: cause.advice,
    };
  }

  /** Arithmetic on doubles, each outermost operation once. */
  #expressions(): DoubleReport[] {
    const rows: DoubleReport[] = [];
    const inner = new Set<number>();
    const graph = buildCallGraph(this.#program, collectFlows(this.#program));
    for (const fn of this.#program.functions) {
      if (!graph.isReachable(fn.id) || !this.#isOwn(fn.span.file)) continue;
      const integers = integerDivisions(fn.body, this.#facts);
      walkStatements(fn.body, {
        expression: (node, loops) => {
          if (!isArithmetic(node) || !isDouble(this.#facts.node(node.id)) || integers.has(node.id)) return;
          for (const part of partsOf(node)) if (isArithmetic(part)) inner.add(part.id);
          if (inner.has(node.id)) return;
          const { why, advice } = this.#causes.of(node);
          const { file, start } = node.span;
          if (this.#explained.has(lineOf(node.span))) return;
          this.#explained.add(lineOf(node.span));
          rows.push({ what: EXPRESSION, file, line: start.line, inLoop: loops.length > 0, why, advice });
        },
      });
    }
    return rows;
  }
}

const EXPRESSION = "an expression";

function keyOf(
  program: HirProgram,
  target: Extract<HirExpr, { kind: "compound" | "update" }>["target"],
): string {
  if (target.kind !== "element") return memoryKey(target as MemoryPlace);
  const { type } = target.array;
  return type.kind === "array" ? `element ${program.arrayOf(type.array)}` : "";
}

function lineOf({ file, start }: Span): string {
  return `${file}:${start.line}`;
}

/** A variable of the source: its span is its name. */
function isWritten(name: string, { start, end }: Span): boolean {
  return start.line === end.line && end.column - start.column === name.length;
}

function machineType({ type, fact }: NumberPlace): keyof NumberReport["counts"] {
  const { sized } = defined(numberPart(type), "a place of numbers");
  if (sized === "f32") return "single";
  if (sized === "f64") return "double";
  if (sized === "u32") return "uint32";
  if (sized !== null) return "int32";
  if (isDouble(fact)) return "double";
  if (fact.lo >= -2147483648 && fact.hi <= 2147483647) return "int32";
  return fact.lo >= 0 && fact.hi <= 4294967295 ? "uint32" : "int64";
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
