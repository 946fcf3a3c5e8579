/** Removes blocks that nothing reaches, and writes to locals that nothing reads. */
import type { BlockId, LocalId } from "../ir/ids.ts";
import type { MirBlock, MirFunction, MirInstruction, MirTerminator, MirWait } from "../ir/mir.ts";
import { successors, visitFunction } from "../ir/walk-mir.ts";

export function removeDeadCode(fn: MirFunction): MirFunction {
  let current: MirFunction = { ...fn, blocks: emptyUnreachable(threadJumps(fn.blocks)) };
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
    const threaded = threadJumps(blocks);
    removed ||= threaded.some((block, index) => block.terminator !== blocks[index]?.terminator);
    current = { ...current, blocks: emptyUnreachable(threaded) };
    if (!removed) return current;
  }
}

/** Jumps to blocks that only jump on go there directly; a branch with one outcome is a jump. */
function threadJumps(blocks: readonly MirBlock[]): MirBlock[] {
  const final = (start: BlockId): BlockId => {
    const seen = new Set<BlockId>();
    let at = start;
    for (;;) {
      const block = blocks[at];
      if (
        block === undefined ||
        block.instructions.length > 0 ||
        block.terminator.kind !== "goto" ||
        seen.has(at)
      )
        return at;
      seen.add(at);
      at = block.terminator.target;
    }
  };
  return blocks.map((block): MirBlock => {
    const { terminator } = block;
    if (terminator.kind === "goto") {
      const target = final(terminator.target);
      return target === terminator.target ? block : { ...block, terminator: { ...terminator, target } };
    }
    if (terminator.kind !== "branch") return block;
    const whenTrue = final(terminator.whenTrue);
    const whenFalse = final(terminator.whenFalse);
    const { test, span } = terminator;
    if (whenTrue === whenFalse) return { ...block, terminator: { kind: "goto", target: whenTrue, span } };
    if (test.kind === "constant")
      return {
        ...block,
        terminator: { kind: "goto", target: test.value !== 0 ? whenTrue : whenFalse, span },
      };
    if (whenTrue === terminator.whenTrue && whenFalse === terminator.whenFalse) return block;
    return { ...block, terminator: { ...terminator, whenTrue, whenFalse } };
  });
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
