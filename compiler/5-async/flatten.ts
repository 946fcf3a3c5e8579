/**
 * MIR to flat MIR: numbers the waits of each async function, lays out frames and
 * numbers strands.
 *
 * Needs:      no async recursion (2-check has refused it).
 * Guarantees: flat MIR has no `suspend`; state numbers are those of the source order.
 */
import type {
  FlatBlock,
  FlatFunction,
  FlatInstruction,
  FlatMir,
  FlatTerminator,
  Frame,
} from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { Mir, MirFunction } from "../ir/mir.ts";
import { defined, InternalError } from "../source/assert.ts";
import { removeDeadCode } from "./dead-code.ts";
import { branchesOf, layoutFrame } from "./frame-layout.ts";
import { joinBlocks } from "./join-blocks.ts";
import { numberStrands } from "./strands.ts";
import { computeTypeSizes } from "./type-sizes.ts";

export function flatten(input: Mir, pointerBytes: number): FlatMir {
  const mir: Mir = {
    ...input,
    functions: input.functions.map(removeDeadCode),
    closures: input.closures.map((closure) => ({ ...closure, wrapper: removeDeadCode(closure.wrapper) })),
  };
  const sizes = computeTypeSizes(mir, pointerBytes);
  const byId = new Map(mir.functions.map((fn) => [fn.id, fn]));
  const frames = new Map<FunctionId, Frame>();
  const open = new Set<FunctionId>();
  const frameOf = (id: FunctionId): Frame => {
    const known = frames.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) throw new InternalError("async recursion reached frame layout");
    open.add(id);
    const frame = layoutFrame(defined(byId.get(id), "async function"), sizes, frameOf);
    frames.set(id, frame);
    return frame;
  };
  const functions = mir.functions.map((fn) => flattenFunction(fn, frameOf));
  const flat = new Map(functions.map((fn) => [fn.id, fn]));
  return { ...mir, functions, ...numberStrands(mir.tasks, flat) };
}

function flattenFunction(fn: MirFunction, frameOf: (id: FunctionId) => Frame): FlatFunction {
  const frame = fn.isAsync ? frameOf(fn.id) : null;
  const offsets = branchOffsets(fn, frameOf);
  const blocks = fn.blocks.map((block): FlatBlock => {
    const { terminator } = block;
    const instructions = block.instructions.map((instruction): FlatInstruction => {
      if (instruction.kind !== "startBranch") return instruction;
      return { ...instruction, branchOffset: offsets.ofGroup.get(instruction.group) ?? 0 };
    });
    if (terminator.kind !== "suspend") return { id: block.id, instructions, terminator };
    const { wait, span } = terminator;
    const place = defined(offsets.ofBlock.get(block.id), "wait");
    const next: FlatTerminator = { kind: "goto", target: terminator.next, span };
    return {
      id: block.id,
      instructions: [...instructions, { kind: "wait", ...place, wait, span } as const],
      terminator: next,
    };
  });
  return { ...fn, blocks: joinBlocks(blocks), frame };
}

interface WaitPlace {
  readonly state: number;
  readonly branchOffset: number;
}

/** State numbers and first branch strands, in the order of the blocks. */
function branchOffsets(fn: MirFunction, frameOf: (id: FunctionId) => Frame) {
  const ofBlock = new Map<number, WaitPlace>();
  const ofGroup = new Map<number, number>();
  let state = 0;
  let branchOffset = 0;
  for (const { id, terminator } of fn.blocks) {
    if (terminator.kind !== "suspend") continue;
    state += 1;
    ofBlock.set(id, { state, branchOffset });
    if (terminator.wait.kind === "all") ofGroup.set(terminator.wait.group, branchOffset);
    branchOffset += branchesOf(terminator.wait, frameOf);
  }
  return { ofBlock, ofGroup };
}
