/** Joins a block with the only block that leads to it, so that straight code is one block. */
import type { FlatBlock } from "../ir/flat-mir.ts";
import { successors } from "../ir/walk-mir.ts";
import { defined } from "../source/assert.ts";

export function joinBlocks(blocks: readonly FlatBlock[]): FlatBlock[] {
  const predecessors = countPredecessors(blocks);
  const joined = [...blocks];
  const gone = new Set<number>();
  for (const block of blocks) {
    if (gone.has(block.id)) continue;
    const instructions = [...block.instructions];
    let { terminator } = block;
    while (terminator.kind === "goto" && terminator.target !== block.id && terminator.target !== 0) {
      const next = defined(joined[terminator.target], "block");
      if (predecessors.get(next.id) !== 1 || gone.has(next.id)) break;
      instructions.push(...next.instructions);
      gone.add(next.id);
      joined[next.id] = {
        id: next.id,
        instructions: [],
        terminator: { kind: "unreachable", span: terminator.span },
      };
      terminator = next.terminator;
    }
    joined[block.id] = { id: block.id, instructions, terminator };
  }
  return joined;
}

function countPredecessors(blocks: readonly FlatBlock[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const block of blocks) {
    for (const target of successors(block.terminator)) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return counts;
}
