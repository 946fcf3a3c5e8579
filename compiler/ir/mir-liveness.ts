/** Which locals are live after each instruction: backward data flow over the blocks of one function. */
import type { LocalId } from "./ids.ts";
import type { MirBlock, MirFunction } from "./mir.ts";
import { type LocalUses, successors, visitInstruction, visitTerminator } from "./walk-mir.ts";

export interface Liveness {
  /** Live at the end of the block, before its successors. */
  liveOut(block: number): ReadonlySet<LocalId>;
}

export function computeLiveness(fn: MirFunction): Liveness {
  const liveIn = fn.blocks.map(() => new Set<LocalId>());
  const liveOut = fn.blocks.map(() => new Set<LocalId>());
  const order = [...fn.blocks].reverse();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order) {
      const out = new Set<LocalId>();
      for (const next of successors(block.terminator)) for (const local of liveIn[next] ?? []) out.add(local);
      liveOut[block.id] = out;
      const entering = transferBlock(block, out);
      if (entering.size === liveIn[block.id]?.size) continue;
      liveIn[block.id] = entering;
      changed = true;
    }
  }
  return { liveOut: (block) => liveOut[block] ?? new Set() };
}

function transferBlock(block: MirBlock, out: ReadonlySet<LocalId>): Set<LocalId> {
  const live = new Set(out);
  walkBackwards(block, live, () => {});
  return live;
}

/**
 * Walks a block from its end, updating `live`. `onDefine` is called for each
 * write with the set that is live right after it.
 */
export function walkBackwards(
  block: MirBlock,
  live: Set<LocalId>,
  onDefine: (local: LocalId, live: ReadonlySet<LocalId>) => void,
): void {
  const step = (visit: (uses: LocalUses) => void): void => {
    const reads: LocalId[] = [];
    const writes: LocalId[] = [];
    visit({
      read: (local) => reads.push(local),
      write: (local) => writes.push(local),
      address: (local) => reads.push(local),
    });
    for (const local of writes) onDefine(local, live);
    for (const local of writes) live.delete(local);
    for (const local of reads) live.add(local);
  };
  step((uses) => visitTerminator(block.terminator, uses));
  for (const instruction of [...block.instructions].reverse())
    step((uses) => visitInstruction(instruction, uses));
}
