/** One MIR function under construction: blocks, temporaries, and the current position. */
import type { HirExpr, HirFunction } from "../ir/hir.ts";
import { type BlockId, blockId, type JumpId, type LocalId, localId } from "../ir/ids.ts";
import type {
  MirBlock,
  MirExpr,
  MirFunction,
  MirInstruction,
  MirLocal,
  MirPlace,
  MirTerminator,
  MirType,
} from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import type { Lowering } from "./context.ts";

type Distribute<T> = T extends unknown ? Omit<T, "span"> : never;
type InstructionShape = Distribute<MirInstruction>;
type TerminatorShape = Distribute<MirTerminator>;

interface OpenBlock {
  readonly id: BlockId;
  readonly instructions: MirInstruction[];
  terminator: MirTerminator | null;
}

export interface JumpTargets {
  readonly breakTo: BlockId;
  readonly continueTo: BlockId | null;
}

export class FunctionBuilder {
  readonly lowering: Lowering;
  readonly hir: HirFunction;
  readonly locals: (MirLocal & { isAddressed: boolean })[] = [];
  readonly blocks: OpenBlock[] = [];
  current: OpenBlock;
  readonly jumps = new Map<JumpId, JumpTargets>();
  /** Where each HIR variable lives. */
  readonly places = new Map<LocalId, MirPlace>();
  /** The place the caller provides for the result: an object, an array, or a text cell. */
  resultPlace: MirExpr | null = null;
  /** Locals that end with a round of some loop. */
  readonly ended = new Set<LocalId>();
  span: Span;
  /** The expression whose value the statement being lowered throws away. */
  unused: HirExpr | null = null;

  constructor(lowering: Lowering, hir: HirFunction) {
    this.lowering = lowering;
    this.hir = hir;
    this.span = hir.span;
    this.current = this.newBlock();
  }

  private groups = 0;

  /** A number for a group of branches. */
  nextGroup(): number {
    this.groups += 1;
    return this.groups;
  }

  isUnused(node: HirExpr): boolean {
    return this.unused === node;
  }

  newBlock(): OpenBlock {
    const block: OpenBlock = { id: blockId(this.blocks.length), instructions: [], terminator: null };
    this.blocks.push(block);
    return block;
  }

  addLocal(name: string, type: MirType, isAddressed = false): LocalId {
    const id = localId(this.locals.length);
    this.locals.push({ id, name, type, isAddressed });
    return id;
  }

  local(id: LocalId): MirLocal & { isAddressed: boolean } {
    return defined(this.locals[id], "MIR local");
  }

  emit(shape: InstructionShape): void {
    if (this.current.terminator !== null) this.current = this.newBlock();
    this.current.instructions.push({ ...shape, span: this.span } as MirInstruction);
  }

  /** Ends the current block; code that follows without a label is unreachable. */
  end(shape: TerminatorShape): void {
    if (this.current.terminator === null)
      this.current.terminator = { ...shape, span: this.span } as MirTerminator;
  }

  goto(target: OpenBlock): void {
    this.end({ kind: "goto", target: target.id });
  }

  enter(block: OpenBlock): void {
    this.current = block;
  }

  set(place: MirPlace, value: MirExpr): void {
    this.emit({ kind: "set", place, value });
  }

  /** A fresh local that holds the value from now on. */
  hold(value: MirExpr, name = "t"): MirExpr {
    const id = this.addLocal(name, value.type);
    const place: MirPlace = { kind: "local", local: id };
    this.set(place, value);
    return { kind: "load", place, type: value.type };
  }

  check(ok: MirExpr, message: string): void {
    if (ok.kind === "constant" && ok.value !== 0) return;
    this.emit({ kind: "check", ok, message });
  }

  finish(parameters: readonly LocalId[], result: MirType): MirFunction {
    const blocks = this.blocks.map(
      (block): MirBlock => ({
        id: block.id,
        instructions: block.instructions,
        terminator: block.terminator ?? { kind: "return", value: null, span: this.hir.span },
      }),
    );
    return {
      id: this.hir.id,
      name: this.hir.name,
      isAsync: this.hir.isAsync,
      parameters,
      result,
      locals: this.locals,
      blocks,
      span: this.hir.span,
    };
  }
}

export function constant(type: MirType, value: number): MirExpr {
  return { kind: "constant", type, value };
}

export const boolType: MirType = { kind: "bool" };
export const textType: MirType = { kind: "text" };

export function load(place: MirPlace, type: MirType): MirExpr {
  return { kind: "load", place, type };
}
