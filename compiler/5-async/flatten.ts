/**
 * MIR to flat MIR: numbers the waits of each async function, lays out frames and
 * numbers strands.
 *
 * Needs:      no async recursion (2-check has refused it).
 * Guarantees: flat MIR has no `suspend`; state numbers are those of the source order.
 */
import type { FlatBlock, FlatFunction, FlatMir, FlatTerminator, Frame } from "../ir/flat-mir.ts";
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
  let state = 0;
  let branchOffset = 0;
  const blocks = fn.blocks.map((block): FlatBlock => {
    const { terminator } = block;
    if (terminator.kind !== "suspend") return { id: block.id, instructions: block.instructions, terminator };
    state += 1;
    const { wait, span } = terminator;
    const next: FlatTerminator = { kind: "goto", target: terminator.next, span };
    const instructions = [...block.instructions, { kind: "wait", state, wait, branchOffset, span } as const];
    branchOffset += branchesOf(wait, frameOf);
    return { id: block.id, instructions, terminator: next };
  });
  return { ...fn, blocks: joinBlocks(blocks), frame };
}
