/**
 * Flat MIR: what 5-async hands to emission. Suspends are gone from the control
 * flow: a `wait` is an instruction that knows its state number, and each async
 * function has a frame that says where every kept local lives.
 */

import type { Span } from "../source/span.ts";
import type { BlockId, FunctionId, LocalId } from "./ids.ts";
import type { Mir, MirFunction, MirInstruction, MirTerminator, MirType, MirWait } from "./mir.ts";

export interface FlatWait {
  readonly kind: "wait";
  /** Number of the wait inside its function, from 1: the state to resume at. */
  readonly state: number;
  readonly wait: MirWait;
  /** First branch strand of this wait, counted from the function's own first. */
  readonly branchOffset: number;
  readonly span: Span;
}

/** A branch that is started, with the first branch strand of its group. */
export interface FlatStart extends Extract<MirInstruction, { kind: "startBranch" }> {
  readonly branchOffset: number;
}

export type FlatInstruction = Exclude<MirInstruction, { kind: "startBranch" }> | FlatStart | FlatWait;
export type FlatTerminator = Exclude<MirTerminator, { kind: "suspend" }>;

export interface FlatBlock {
  readonly id: BlockId;
  readonly instructions: readonly FlatInstruction[];
  readonly terminator: FlatTerminator;
}

/** One field of a frame. Locals that are never live together share it. */
export interface FrameSlot {
  readonly name: string;
  readonly type: MirType;
  readonly locals: readonly LocalId[];
  readonly bytes: number;
  readonly offset: number;
  /** Source lines of the waits it is held across; empty for a parameter that is not. */
  readonly liveAt: readonly number[];
}

/** What a wait keeps in the frame beside the locals: the frames of what it waits for. */
export type FrameChild =
  | { readonly kind: "call"; readonly name: string; readonly function: FunctionId }
  | {
      readonly kind: "all";
      readonly name: string;
      readonly branches: readonly (FunctionId | null)[];
    };

export interface Frame {
  readonly slots: readonly FrameSlot[];
  readonly slotOf: ReadonlyMap<LocalId, number>;
  readonly children: readonly FrameChild[];
  /** Bytes and alignment of the C struct. */
  readonly bytes: number;
  readonly align: number;
  readonly stateOffset: number;
  /** 1 where every state number fits beside "not running" and "starting", else 2. */
  readonly stateBytes: 1 | 2;
  /** Strands that its Promise.all branches need, with those of the functions it awaits. */
  readonly branchCount: number;
}

export interface FlatFunction extends Omit<MirFunction, "blocks"> {
  readonly blocks: readonly FlatBlock[];
  /** null: a plain function. */
  readonly frame: Frame | null;
}

/** A strand's root: a task's main line, or a branch of a Promise.all at a place in the task's frames. */
export type Strand =
  | { readonly kind: "task"; readonly task: number; readonly sleeps: boolean }
  | {
      readonly kind: "branch";
      readonly task: number;
      /** Members from the task's frame down to the group of branches. */
      readonly path: readonly string[];
      readonly branch: number;
      readonly function: FunctionId | null;
      /** The strand that waits for the group. */
      readonly parent: number;
      readonly firstBranch: number;
      readonly sleeps: boolean;
    };

export interface FlatTask {
  readonly task: number;
  readonly strand: number;
  readonly firstBranch: number;
}

export interface FlatMir extends Omit<Mir, "functions"> {
  readonly functions: readonly FlatFunction[];
  readonly strands: readonly Strand[];
  readonly taskStrands: readonly FlatTask[];
  /** Strands 0 … timerCount-1 may sleep. */
  readonly timerCount: number;
}
