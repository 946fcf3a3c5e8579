/** Counts the references in one function, by the rules of count-references.ts. */
import { type BlockId, blockId, type LocalId, localId } from "../../ir/ids.ts";
import type {
  MirBlock,
  MirExpr,
  MirFunction,
  MirInstruction,
  MirLocal,
  MirTerminator,
  MirType,
} from "../../ir/mir.ts";
import { successors } from "../../ir/walk-mir.ts";
import { defined, InternalError } from "../../source/assert.ts";
import type { Span } from "../../source/span.ts";
import type { Counting } from "./count-references.ts";
import { dyingOnEdge, findOwningLocals, isResult, type OwningLocals, type Step } from "./owning-locals.ts";
import type { CountedFunction } from "./pool-sizes.ts";

export function countInFunction(counting: Counting, fn: MirFunction, isDetached: boolean): CountedFunction {
  return new FunctionCounter(counting, fn, findOwningLocals(counting, fn, isDetached)).run();
}

type SetInstruction = Extract<MirInstruction, { kind: "set" }>;

class FunctionCounter {
  readonly #counting: Counting;
  readonly #fn: MirFunction;
  readonly #owning: OwningLocals;
  readonly #locals: MirLocal[];
  readonly #rooms: readonly MirLocal[];
  /** Counted variables that others may write: they own from the beginning to the end. */
  readonly #addressed: readonly MirLocal[];
  #code: MirInstruction[] = [];

  constructor(counting: Counting, fn: MirFunction, owning: OwningLocals) {
    const { counted } = counting;
    this.#counting = counting;
    this.#fn = fn;
    this.#owning = owning;
    this.#rooms = fn.locals.filter((local) => counted.hasParts(local.type));
    this.#locals = fn.locals.map((local) =>
      this.#rooms.includes(local) ? { ...local, isAddressed: true } : local,
    );
    this.#addressed = fn.locals.filter(
      (local) => local.isAddressed && counted.isCounted(local.type) && !counted.hasParts(local.type),
    );
  }

  run(): CountedFunction {
    const blocks = this.#fn.blocks.map((block) => this.#block(block));
    const all = this.#countOnEdges(blocks);
    const fn = { ...this.#fn, locals: this.#locals, blocks: this.#open(all) };
    const first = this.#fn.locals.length;
    const owning = this.#locals.filter(
      ({ id, type }) => (id >= first && this.#counting.counted.isCounted(type)) || this.#owns(id),
    );
    return { fn, owning: new Set(owning.map(({ id }) => id)) };
  }

  #block(block: MirBlock): MirBlock {
    this.#code = [];
    const steps = this.#owning.steps[block.id] ?? [];
    block.instructions.forEach((node, index) => {
      this.#instruction(node, defined(steps[index], "step"));
    });
    const end = defined(this.#owning.ends[block.id], "step");
    const terminator = this.#terminator(block.terminator, end);
    return { ...block, instructions: this.#code, terminator };
  }

  // Instructions

  #instruction(node: MirInstruction, step: Step): void {
    const dying = new Set(
      [...step.reads].filter(
        (local) => this.#owns(local) && !step.after.has(local) && !step.writes.has(local),
      ),
    );
    if (node.kind === "set") this.#set(node, step, dying);
    else if (isResult(node)) this.#result(node, step);
    else this.#other(node);
    for (const local of dying) this.#release(local, node.span);
  }

  #set(node: SetInstruction, step: Step, dying: Set<LocalId>): void {
    const { place, value } = node;
    if (place.kind === "local" && this.#owning.isTracked(place.local)) {
      this.#setLocal(node, place.local, step, dying);
    } else if (place.kind === "length" && this.#isCountedArray(place.array)) {
      const { array } = place;
      const to: MirExpr = { kind: "arrayLength", array, type: { kind: "u32" } };
      this.#emit({ kind: "dropElements", array, from: value, to, span: node.span });
      this.#emit(node);
    } else if (this.#counting.counted.isCounted(this.#counting.storage.of(this.#fn, place))) {
      const counted = this.#takeOver(value, step, dying) || refersToNoSlot(value) ? "move" : "share";
      this.#emit({ ...node, counted });
    } else {
      this.#emit(node);
    }
  }

  #setLocal(node: SetInstruction, local: LocalId, step: Step, dying: Set<LocalId>): void {
    if (!this.#owns(local)) return this.#emit(node);
    const { value, span } = node;
    const isRead = step.reads.has(local);
    if (!step.after.has(local)) {
      if (isRead) this.#release(local, span);
    } else if (isRead) {
      const next = this.#hold(value, span);
      if (!refersToNoSlot(value)) this.#emit({ kind: "retain", value: next, span });
      this.#release(local, span);
      this.#emit({ ...node, value: next });
    } else {
      const isTakenOver = this.#takeOver(value, step, dying);
      this.#emit(node);
      if (!isTakenOver && !refersToNoSlot(value))
        this.#emit({ kind: "retain", value: this.#load(local), span });
    }
  }

  /** Whether the value is what a local owns that has its last use here: then its count goes on with the value. */
  #takeOver(value: MirExpr, step: Step, dying: Set<LocalId>): boolean {
    const local = ownedBy(value);
    if (local === null || !dying.has(local) || step.writes.has(local)) return false;
    dying.delete(local);
    return true;
  }

  /** The result comes with its count; the local may hold an operand until then. */
  #result(node: MirInstruction, { reads, writes, after }: Step): void {
    const [local] = writes;
    if (local === undefined || !("result" in node)) return this.#emit(node);
    if (!reads.has(local)) {
      this.#emit(node);
    } else {
      const next = this.#addLocal("next", this.#typeOf(local));
      this.#emit({ ...node, result: next } as MirInstruction);
      this.#release(local, node.span);
      this.#emit({
        kind: "set",
        place: { kind: "local", local },
        value: this.#load(next),
        span: node.span,
      });
    }
    if (!after.has(local)) this.#release(local, node.span);
  }

  #other(node: MirInstruction): void {
    if (node.kind === "endScope") return this.#endScope(node.locals, node.span);
    if (node.kind === "moveElements" && this.#isCountedArray(node.array)) {
      this.#emit({ ...node, counted: true });
      return;
    }
    this.#emit(node);
    if (node.kind !== "openArray" || !this.#isCountedArray(node.array) || !isInFrame(node.array)) return;
    const capacity: MirExpr = { kind: "constant", value: node.capacity, type: { kind: "u32" } };
    this.#emit({ kind: "dropElements", array: node.array, from: node.length, to: capacity, span: node.span });
  }

  // The end of blocks

  #terminator(node: MirTerminator, end: Step): MirTerminator {
    if (node.kind !== "return") return node;
    const { value, span } = node;
    const dying = new Set([...end.reads].filter((local) => this.#owns(local)));
    if (value === null) {
      this.#close(span);
      return node;
    }
    const isCounted = this.#counting.counted.isCounted(value.type);
    const isTakenOver = isCounted && this.#takeOver(value, end, dying);
    const hasEnd = this.#rooms.length > 0 || this.#addressed.length > 0 || dying.size > 0;
    const counts = isCounted && !isTakenOver && !refersToNoSlot(value);
    const isFree = value.kind === "constant" || value.kind === "nothing" || isTakenOver;
    const result = (hasEnd || counts) && !isFree ? this.#hold(value, span) : value;
    if (counts) this.#emit({ kind: "retain", value: result, span });
    this.#close(span);
    for (const local of dying) this.#release(local, span);
    return { ...node, value: result };
  }

  #close(span: Span): void {
    for (const room of this.#rooms) this.#emit({ kind: "closeRoom", room: room.id, span });
    for (const local of this.#addressed) this.#release(local.id, span);
  }

  /** Rooms and variables that others may write are given up at the end of each round. */
  #endScope(locals: readonly LocalId[], span: Span): void {
    for (const { id } of this.#rooms)
      if (locals.includes(id)) this.#emit({ kind: "closeRoom", room: id, span });
    for (const { id, type } of this.#addressed) {
      if (!locals.includes(id)) continue;
      const place = { kind: "local", local: id } as const;
      this.#emit({ kind: "set", place, value: { kind: "nobody", type }, counted: "move", span });
    }
  }

  /** Locals that are live at the end of a block, but not where it goes on, are given up on the way. */
  #countOnEdges(blocks: readonly MirBlock[]): MirBlock[] {
    const all = [...blocks];
    const entries = new Map<BlockId, Set<string>>([[blockId(0), new Set(["entry"])]]);
    const dyingOn = (from: number, to: BlockId): readonly LocalId[] =>
      dyingOnEdge(defined(this.#owning.ends[from], "step"), this.#owning.liveIn(to))
        .filter((local) => this.#owns(local))
        .sort((left, right) => left - right);
    for (const block of blocks) {
      for (const next of successors(block.terminator)) {
        const ways = entries.get(next) ?? new Set();
        entries.set(next, ways.add(dyingOn(block.id, next).join(" ")));
      }
    }
    const done = new Set<BlockId>();
    for (const block of blocks) {
      const { terminator } = block;
      const by = (next: BlockId): BlockId => {
        const dying = dyingOn(block.id, next);
        if (dying.length === 0) return next;
        const code = dying.map(
          (local): MirInstruction => ({ kind: "release", value: this.#load(local), span: terminator.span }),
        );
        if (entries.get(next)?.size === 1) {
          const target = defined(all[next], "block");
          if (!done.has(next)) all[next] = { ...target, instructions: [...code, ...target.instructions] };
          done.add(next);
          return next;
        }
        const id = blockId(all.length);
        all.push({
          id,
          instructions: code,
          terminator: { kind: "goto", target: next, span: terminator.span },
        });
        return id;
      };
      const redirected = redirect(terminator, by);
      all[block.id] = { ...defined(all[block.id], "block"), terminator: redirected };
    }
    return all;
  }

  /** What counted places of the frame hold when the function starts. */
  #open(blocks: readonly MirBlock[]): MirBlock[] {
    const { span, parameters } = this.#fn;
    const isParameter = (local: LocalId): boolean => parameters.includes(local);
    this.#code = [];
    for (const { id } of this.#rooms) {
      if (isParameter(id)) this.#emit({ kind: "retain", value: this.#load(id), span });
      else this.#emit({ kind: "openRoom", room: id, span });
    }
    const live = [...this.#owning.liveIn(0)].filter((local) => this.#owns(local));
    for (const local of [...this.#addressed.map(({ id }) => id), ...live]) {
      const type = this.#typeOf(local);
      if (isParameter(local)) this.#emit({ kind: "retain", value: this.#load(local), span });
      else
        this.#emit({ kind: "set", place: { kind: "local", local }, value: { kind: "nobody", type }, span });
    }
    const [first, ...others] = blocks;
    if (first === undefined || this.#code.length === 0) return [...blocks];
    if (blocks.some((block) => successors(block.terminator).includes(first.id)))
      throw new InternalError("a function jumps to its beginning");
    return [{ ...first, instructions: [...this.#code, ...first.instructions] }, ...others];
  }

  // Parts

  #emit(node: MirInstruction): void {
    this.#code.push(node);
  }

  #release(local: LocalId, span: Span): void {
    this.#emit({ kind: "release", value: this.#load(local), span });
  }

  #hold(value: MirExpr, span: Span): MirExpr {
    const local = this.#addLocal("kept", value.type);
    this.#emit({ kind: "set", place: { kind: "local", local }, value, span });
    return this.#load(local);
  }

  #load(local: LocalId): MirExpr {
    return { kind: "load", place: { kind: "local", local }, type: valueType(this.#typeOf(local)) };
  }

  #addLocal(name: string, type: MirType): LocalId {
    const id = localId(this.#locals.length);
    this.#locals.push({ id, name, type, isAddressed: false });
    return id;
  }

  #typeOf(local: LocalId): MirType {
    return defined(this.#locals[local], "local").type;
  }

  #owns(local: LocalId): boolean {
    return this.#owning.owns(local);
  }

  #isCountedArray(array: MirExpr): boolean {
    return this.#counting.counted.isCounted(this.#counting.storage.element(array.type));
  }
}

/** How a place of the type is read. */
function valueType(type: MirType): MirType {
  return type.kind === "unionCell" ? { kind: "union", union: type.union } : type;
}

/** The local whose count is that of the value. */
function ownedBy(value: MirExpr): LocalId | null {
  switch (value.kind) {
    case "load":
      return value.place.kind === "local" ? value.place.local : null;
    case "wrap":
      return value.value === null ? null : ownedBy(value.value);
    case "cast":
    case "payload":
      return ownedBy(value.value);
    default:
      return null;
  }
}

/** Counting the value would do nothing: it is none, or refers to something with a place of its own. */
function refersToNoSlot(value: MirExpr): boolean {
  switch (value.kind) {
    case "constant":
    case "nothing":
    case "nobody":
      return true;
    case "address":
      return value.place.kind === "local" || value.place.kind === "static" || value.place.kind === "slot";
    case "wrap":
      return value.value === null || refersToNoSlot(value.value) || !isReference(value.value.type);
    case "closure":
      return value.environment === null || refersToNoSlot(value.environment);
    case "cast":
      return refersToNoSlot(value.value);
    case "select":
      return refersToNoSlot(value.whenTrue) && refersToNoSlot(value.whenFalse);
    default:
      return false;
  }
}

function isReference({ kind }: MirType): boolean {
  return kind === "object" || kind === "array" || kind === "closure" || kind === "union";
}

function isInFrame(array: MirExpr): boolean {
  return array.kind === "address" && array.place.kind === "local";
}

function redirect(node: MirTerminator, by: (next: BlockId) => BlockId): MirTerminator {
  switch (node.kind) {
    case "goto":
      return { ...node, target: by(node.target) };
    case "branch":
      return { ...node, whenTrue: by(node.whenTrue), whenFalse: by(node.whenFalse) };
    case "suspend":
      return { ...node, next: by(node.next) };
    case "return":
    case "unreachable":
      return node;
  }
}
