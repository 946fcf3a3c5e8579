/** Removes blocks that nothing reaches, and writes to locals that nothing reads. */
import type { LocalId } from "../ir/ids.ts";
import type { MirBlock, MirFunction, MirInstruction, MirTerminator, MirWait } from "../ir/mir.ts";
import { visitFunction } from "../ir/walk-mir.ts";
import { successors } from "./liveness.ts";

export function removeDeadCode(fn: MirFunction): MirFunction {
  let current: MirFunction = { ...fn, blocks: emptyUnreachable(fn.blocks) };
  for (;;) {
    const used = readLocals(current);
    let removed = false;
    const blocks = current.blocks.map((block): MirBlock => {
      const instructions = block.instructions.flatMap((instruction) => {
        const kept = simplify(instruction, used);
        if (kept !== instruction) removed = true;
        return kept === null ? [] : [kept];
      });
      return { ...block, instructions, terminator: simplifyTerminator(block.terminator, used) };
    });
    current = { ...current, blocks };
    if (!removed) return current;
  }
}

/** Ids stay; what is never reached becomes empty. */
function emptyUnreachable(blocks: readonly MirBlock[]): MirBlock[] {
  const reached = new Set<number>([0]);
  const pending = [0];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const block = blocks[id];
    if (block === undefined) continue;
    for (const next of successors(block.terminator)) {
      if (reached.has(next)) continue;
      reached.add(next);
      pending.push(next);
    }
  }
  return blocks.map((block) =>
    reached.has(block.id)
      ? block
      : { ...block, instructions: [], terminator: { kind: "unreachable", span: block.terminator.span } },
  );
}

function readLocals(fn: MirFunction): Set<LocalId> {
  const used = new Set<LocalId>();
  visitFunction(fn, {
    read: (local) => used.add(local),
    address: (local) => used.add(local),
    write: () => {},
  });
  return used;
}

function simplify(instruction: MirInstruction, used: ReadonlySet<LocalId>): MirInstruction | null {
  switch (instruction.kind) {
    case "set":
      return instruction.place.kind === "local" && !used.has(instruction.place.local) ? null : instruction;
    case "buildText":
      return used.has(instruction.cell) ? instruction : null;
    case "call":
    case "callClosure":
    case "runtime":
      return instruction.result !== null && !used.has(instruction.result)
        ? { ...instruction, result: null }
        : instruction;
    default:
      return instruction;
  }
}

function simplifyTerminator(terminator: MirTerminator, used: ReadonlySet<LocalId>): MirTerminator {
  if (terminator.kind !== "suspend") return terminator;
  return { ...terminator, wait: simplifyWait(terminator.wait, used) };
}

function simplifyWait(wait: MirWait, used: ReadonlySet<LocalId>): MirWait {
  if (wait.kind === "until") return wait;
  if (wait.kind === "all") {
    return {
      ...wait,
      branches: wait.branches.map((branch) =>
        branch.result !== null && !used.has(branch.result) ? { ...branch, result: null } : branch,
      ),
    };
  }
  return wait.result !== null && !used.has(wait.result) ? { ...wait, result: null } : wait;
}
