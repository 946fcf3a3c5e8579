/**
 * Which locals of a function own a count. A local that only borrows must not be
 * live while something may let go of objects.
 */
import type { LocalId } from "../../ir/ids.ts";
import type { MirBlock, MirFunction, MirInstruction, MirTerminator } from "../../ir/mir.ts";
import { computeLiveness } from "../../ir/mir-liveness.ts";
import { type LocalUses, successors, visitInstruction, visitTerminator } from "../../ir/walk-mir.ts";
import type { Counting } from "./count-references.ts";

/** The counted locals that one instruction or terminator reads and writes, and those that are live behind it. */
export interface Step {
  readonly reads: ReadonlySet<LocalId>;
  readonly writes: ReadonlySet<LocalId>;
  readonly after: ReadonlySet<LocalId>;
}

export interface OwningLocals {
  owns(local: LocalId): boolean;
  /** Counted, and no place that others may write. */
  isTracked(local: LocalId): boolean;
  /** Indexed by block: a step for each instruction. */
  readonly steps: readonly (readonly Step[])[];
  readonly ends: readonly Step[];
  liveIn(block: number): ReadonlySet<LocalId>;
}

export function findOwningLocals(counting: Counting, fn: MirFunction, isDetached: boolean): OwningLocals {
  return new Search(counting, fn, isDetached).run();
}

class Search {
  readonly #counting: Counting;
  readonly #fn: MirFunction;
  readonly #tracked = new Set<LocalId>();
  readonly #owning = new Set<LocalId>();
  /** Parameters that the caller holds. */
  readonly #given = new Set<LocalId>();
  readonly #steps: (readonly Step[])[] = [];
  readonly #ends: Step[] = [];
  readonly #liveIn: ReadonlySet<LocalId>[] = [];

  constructor(counting: Counting, fn: MirFunction, isDetached: boolean) {
    this.#counting = counting;
    this.#fn = fn;
    for (const local of fn.locals)
      if (!local.isAddressed && local.type.kind !== "unionCell" && counting.counted.isCounted(local.type))
        this.#tracked.add(local.id);
    if (this.#tracked.size > 0) this.#measure();
    else this.#skip();
    const written = this.#written();
    for (const parameter of fn.parameters) {
      if (!this.#tracked.has(parameter)) continue;
      if (isDetached || written.has(parameter)) this.#owning.add(parameter);
      else this.#given.add(parameter);
    }
  }

  run(): OwningLocals {
    for (const block of this.#fn.blocks) this.#addResults(block);
    for (let size = -1; size !== this.#owning.size; ) {
      size = this.#owning.size;
      for (const block of this.#fn.blocks) this.#visit(block);
    }
    return {
      owns: (local) => this.#owning.has(local),
      isTracked: (local) => this.#tracked.has(local),
      steps: this.#steps,
      ends: this.#ends,
      liveIn: (block) => this.#liveIn[block] ?? new Set(),
    };
  }

  #skip(): void {
    const none: Step = { reads: new Set(), writes: new Set(), after: new Set() };
    for (const block of this.#fn.blocks) {
      this.#steps.push(block.instructions.map(() => none));
      this.#ends.push(none);
      this.#liveIn.push(none.after);
    }
  }

  #measure(): void {
    const liveness = computeLiveness(this.#fn);
    for (const block of this.#fn.blocks) {
      let live = this.#onlyTracked(liveness.liveOut(block.id));
      const end = this.#step((uses) => visitTerminator(block.terminator, uses), live);
      this.#ends.push(end);
      live = before(end);
      const steps: Step[] = [];
      for (const instruction of [...block.instructions].reverse()) {
        const step = this.#step((uses) => visitInstruction(instruction, uses), live);
        steps.push(step);
        live = before(step);
      }
      this.#steps.push(steps.reverse());
      this.#liveIn.push(live);
    }
  }

  #step(visit: (uses: LocalUses) => void, after: ReadonlySet<LocalId>): Step {
    const reads = new Set<LocalId>();
    const writes = new Set<LocalId>();
    visit({
      read: (local) => reads.add(local),
      write: (local) => writes.add(local),
      address: (local) => reads.add(local),
    });
    return { reads: this.#onlyTracked(reads), writes: this.#onlyTracked(writes), after };
  }

  #onlyTracked(locals: ReadonlySet<LocalId>): ReadonlySet<LocalId> {
    return new Set([...locals].filter((local) => this.#tracked.has(local)));
  }

  #written(): ReadonlySet<LocalId> {
    return new Set([...this.#steps.flat(), ...this.#ends].flatMap((step) => [...step.writes]));
  }

  /** What a call gives, or a slot that is taken, is owned from the start. */
  #addResults(block: MirBlock): void {
    block.instructions.forEach((node, index) => {
      if (isResult(node))
        for (const local of this.#steps[block.id]?.[index]?.writes ?? []) this.#owning.add(local);
    });
    for (const local of this.#ends[block.id]?.writes ?? []) this.#owning.add(local);
  }

  #visit(block: MirBlock): void {
    block.instructions.forEach((node, index) => {
      const step = this.#steps[block.id]?.[index];
      if (step === undefined) return;
      const releases = this.#counting.effects.releases(this.#fn, node);
      if (releases) this.#ownAll(step.after, step.writes);
      if (this.#dies(step)) this.#ownAll(step.after);
      if (releases && (node.kind === "call" || node.kind === "callClosure")) this.#ownAll(step.reads);
    });
    const end = this.#ends[block.id];
    if (end === undefined) return;
    if (this.#counting.effects.suspends(block.terminator)) {
      this.#ownAll(end.after);
      this.#ownAll(end.reads);
    }
    this.#visitEdges(block.terminator, end);
  }

  #visitEdges(terminator: MirTerminator, end: Step): void {
    for (const next of successors(terminator)) {
      const entering = this.#liveIn[next] ?? new Set();
      if (dyingOnEdge(end, entering).some((local) => this.#owning.has(local))) this.#ownAll(entering);
    }
  }

  /** An owning local has its last use here. */
  #dies({ reads, writes, after }: Step): boolean {
    return [...reads, ...writes].some(
      (local) => this.#owning.has(local) && (!after.has(local) || (reads.has(local) && writes.has(local))),
    );
  }

  #ownAll(locals: ReadonlySet<LocalId>, except: ReadonlySet<LocalId> = new Set()): void {
    for (const local of locals) if (!except.has(local) && !this.#given.has(local)) this.#owning.add(local);
  }
}

export function isResult({ kind }: MirInstruction): boolean {
  return kind === "call" || kind === "callClosure" || kind === "takeSlot" || kind === "runtime";
}

/** What is live in front of the step. */
function before({ reads, writes, after }: Step): ReadonlySet<LocalId> {
  const live = new Set(after);
  for (const local of writes) live.delete(local);
  for (const local of reads) live.add(local);
  return live;
}

/** Locals that are done with when the edge to a block is taken. */
export function dyingOnEdge(end: Step, entering: ReadonlySet<LocalId>): readonly LocalId[] {
  return [...new Set([...end.after, ...end.reads, ...end.writes])].filter((local) => !entering.has(local));
}
