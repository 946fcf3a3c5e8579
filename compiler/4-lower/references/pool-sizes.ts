/**
 * How many slots a pool needs whose class states no number: as many as places can
 * refer into it at a time. Those are the counted places of static storage and of
 * other pools, and what functions own while they run: along the longest chain of
 * calls, in every task. Needs references to be counted already.
 */
import type { FunctionId, LocalId } from "../../ir/ids.ts";
import type { Mir, MirFunction, MirInstruction, MirTerminator, MirType, MirWait } from "../../ir/mir.ts";
import { computeLiveness } from "../../ir/mir-liveness.ts";
import type { MirPool } from "../../ir/mir-pools.ts";
import { type LocalUses, visitInstruction, visitTerminator } from "../../ir/walk-mir.ts";
import { defined, InternalError } from "../../source/assert.ts";
import type { Counting } from "./count-references.ts";

export interface CountedFunction {
  readonly fn: MirFunction;
  /** Locals that own a count while they are live. */
  readonly owning: ReadonlySet<LocalId>;
}

export function sizePools(
  counting: Counting,
  mir: Mir,
  functions: readonly CountedFunction[],
  wrappers: readonly CountedFunction[],
): readonly MirPool[] {
  if (mir.pools.every((pool) => pool.slots !== null)) return mir.pools;
  const sizes = new PoolSizes(counting, mir, functions, wrappers);
  return mir.pools.map((pool, index) => ({ ...pool, slots: sizes.of(index) }));
}

class PoolSizes {
  readonly #counting: Counting;
  readonly #mir: Mir;
  readonly #functions: ReadonlyMap<FunctionId, CountedFunction>;
  readonly #closures = new Map<number, CountedFunction[]>();
  readonly #known = new Map<number, number>();
  readonly #open = new Set<number>();

  constructor(
    counting: Counting,
    mir: Mir,
    functions: readonly CountedFunction[],
    wrappers: readonly CountedFunction[],
  ) {
    this.#counting = counting;
    this.#mir = mir;
    this.#functions = new Map(functions.map((one) => [one.fn.id, one]));
    mir.closures.forEach(({ signature }, index) => {
      const wrapper = defined(wrappers[index], "wrapper");
      this.#closures.set(signature, [...(this.#closures.get(signature) ?? []), wrapper]);
    });
  }

  of(pool: number): number {
    const { slots } = defined(this.#mir.pools[pool], "pool");
    if (slots !== null) return slots;
    const known = this.#known.get(pool);
    if (known !== undefined) return known;
    if (this.#open.has(pool)) throw new InternalError("a pool whose slots refer into it has no size");
    this.#open.add(pool);
    const size = Math.max(1, this.#inStorage(pool) + this.#inTasks(pool));
    this.#open.delete(pool);
    this.#known.set(pool, size);
    return size;
  }

  #inStorage(pool: number): number {
    const inStatics = sum(this.#mir.statics.map(({ type }) => this.#places(type, pool)));
    const inPools = sum(
      this.#mir.pools.map(({ of }, other) => {
        const each = this.#places(of, pool);
        return each === 0 ? 0 : each * this.of(other);
      }),
    );
    return inStatics + inPools;
  }

  /** The places in storage of the type that may refer into the pool. */
  #places(type: MirType, pool: number): number {
    switch (type.kind) {
      case "struct":
        return sum(this.#counting.storage.fields(type.class).map((field) => this.#places(field, pool)));
      case "environment":
        return sum(this.#counting.storage.captured(type.function).map((part) => this.#places(part, pool)));
      case "elements":
        return (
          type.length *
          this.#places(this.#counting.storage.element({ kind: "array", array: type.array }), pool)
        );
      case "slots":
        return type.count * this.#places(type.of, pool);
      default:
        return this.#counting.counted.poolsOf(type).includes(pool) ? 1 : 0;
    }
  }

  #inTasks(pool: number): number {
    const known = new Map<MirFunction, number>();
    return sum(
      this.#mir.tasks.map((task) => this.#chain(pool, this.#function(task.function), known, new Set())),
    );
  }

  #function(id: FunctionId): CountedFunction | undefined {
    return this.#functions.get(id);
  }

  /** What the function and those that it runs own together. */
  #chain(
    pool: number,
    counted: CountedFunction | undefined,
    known: Map<MirFunction, number>,
    open: Set<MirFunction>,
  ): number {
    if (counted === undefined) return 0;
    const { fn } = counted;
    const found = known.get(fn);
    if (found !== undefined) return found;
    const own = this.#own(pool, counted);
    if (open.has(fn)) {
      if (own > 0)
        throw new InternalError("a function that calls itself owns slots of a pool without a number");
      return 0;
    }
    open.add(fn);
    const chain = (one: CountedFunction | undefined): number => this.#chain(pool, one, known, open);
    let deepest = 0;
    for (const block of fn.blocks) {
      for (const node of block.instructions)
        for (const group of this.#callees(node)) deepest = Math.max(deepest, sum(group.map(chain)));
      for (const group of this.#awaited(block.terminator)) deepest = Math.max(deepest, sum(group.map(chain)));
    }
    open.delete(fn);
    const total = own + deepest;
    known.set(fn, total);
    return total;
  }

  /** Those that one instruction may run; those of a group run at a time. */
  #callees(node: MirInstruction): readonly (readonly (CountedFunction | undefined)[])[] {
    if (node.kind === "call") return [[this.#function(node.function)]];
    if (node.kind !== "callClosure" || node.closure.type.kind !== "closure") return [];
    return (this.#closures.get(node.closure.type.signature) ?? []).map((one) => [one]);
  }

  #awaited(node: MirTerminator): readonly (readonly (CountedFunction | undefined)[])[] {
    return node.kind === "suspend" ? [this.#waitedFor(node.wait)] : [];
  }

  #waitedFor(wait: MirWait): readonly (CountedFunction | undefined)[] {
    if (wait.kind === "all") return wait.branches.flatMap((branch) => this.#waitedFor(branch));
    return wait.kind === "call" ? [this.#function(wait.function)] : [];
  }

  /** The most that the function itself owns at any time. */
  #own(pool: number, { fn, owning }: CountedFunction): number {
    const { poolsOf, hasParts } = this.#counting.counted;
    const refers = (type: MirType): boolean => poolsOf(type).includes(pool);
    const always = sum(
      fn.locals.map(({ id, type, isAddressed }) => {
        if (hasParts(type) || type.kind === "unionCell") return this.#places(type, pool);
        return isAddressed && !owning.has(id) && refers(type) ? 1 : 0;
      }),
    );
    const kept = fn.isAsync && refers(fn.result) ? 1 : 0;
    const own = [...owning].filter((id) => refers(defined(fn.locals[id], "local").type));
    return always + kept + (own.length === 0 ? 0 : mostLive(fn, new Set(own)));
  }
}

/** How many of the locals are live at a time. A local that is written counts from there on. */
function mostLive(fn: MirFunction, locals: ReadonlySet<LocalId>): number {
  const liveness = computeLiveness(fn);
  let most = 0;
  for (const block of fn.blocks) {
    const live = new Set([...liveness.liveOut(block.id)].filter((local) => locals.has(local)));
    const step = (visit: (uses: LocalUses) => void): void => {
      const reads: LocalId[] = [];
      const writes: LocalId[] = [];
      visit({
        read: (local) => void reads.push(local),
        write: (local) => void writes.push(local),
        address: (local) => void reads.push(local),
      });
      const during = new Set([...live, ...reads, ...writes].filter((local) => locals.has(local)));
      most = Math.max(most, during.size);
      for (const local of writes) live.delete(local);
      for (const local of reads) if (locals.has(local)) live.add(local);
    };
    most = Math.max(most, live.size);
    step((uses) => visitTerminator(block.terminator, uses));
    for (const node of [...block.instructions].reverse()) step((uses) => visitInstruction(node, uses));
    most = Math.max(most, live.size);
  }
  return most;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
