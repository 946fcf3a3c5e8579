/**
 * Decides which locals of an async function live in its frame, and where.
 *
 * A local needs a slot if a wait lies between a write and a later read, if its
 * address is kept, or if it is a parameter (the caller builds it in place). All
 * others stay C locals and cost no RAM. Locals of one type whose live ranges do
 * not overlap share a slot; the frames of what a function awaits share bytes,
 * because it awaits one thing at a time.
 *
 * Needs:      MIR; frames of all callees (async recursion has been refused).
 * Guarantees: offsets and sizes equal those of the C struct.
 */
import type { Frame, FrameChild, FrameSlot } from "../ir/flat-mir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import type { MirFunction, MirType, MirWait } from "../ir/mir.ts";
import { computeLiveness, walkBackwards } from "../ir/mir-liveness.ts";
import { defined } from "../source/assert.ts";
import { type Layout, layoutFields, type TypeSizes } from "./type-sizes.ts";

/** States 1 to 254 fit a byte beside 0 (not running) and 255 (starting). */
const NARROW_STATES_MAX = 254;

export function layoutFrame(fn: MirFunction, sizes: TypeSizes, frameOf: (id: FunctionId) => Frame): Frame {
  const kept = findKept(fn);
  const slots = colour(fn, kept, sizes);
  const children = collectChildren(fn);
  const childLayouts = children.map((child) => childLayout(child, frameOf));
  const union: Layout | null =
    childLayouts.length === 0
      ? null
      : {
          bytes: Math.max(...childLayouts.map((layout) => layout.bytes)),
          align: Math.max(...childLayouts.map((layout) => layout.align)),
        };
  const sorted = [...slots].sort(
    (a, b) => sizes.of(b.type).align - sizes.of(a.type).align || a.first - b.first,
  );
  const resultLayout = fn.result.kind === "void" ? [] : [sizes.of(fn.result)];
  const stateBytes = waitsOf(fn).length <= NARROW_STATES_MAX ? 1 : 2;
  const state: Layout = { bytes: stateBytes, align: stateBytes };
  const unionLayout = union === null ? [] : [roundedUnion(union)];
  const whole = layoutFields([
    ...unionLayout,
    ...resultLayout,
    ...sorted.map((slot) => sizes.of(slot.type)),
    state,
  ]);
  const skip = unionLayout.length + resultLayout.length;
  const placed = sorted.map(
    (slot, index): FrameSlot => ({
      name: slot.name,
      type: slot.type,
      locals: slot.locals,
      bytes: sizes.of(slot.type).bytes,
      offset: defined(whole.offsets[skip + index], "offset"),
      liveAt: [...new Set(slot.locals.flatMap((local) => kept.get(local) ?? []))].sort((a, b) => a - b),
    }),
  );
  const slotOf = new Map<LocalId, number>();
  placed.forEach((slot, index) => {
    for (const local of slot.locals) slotOf.set(local, index);
  });
  return {
    slots: placed,
    slotOf,
    children,
    bytes: whole.bytes,
    align: whole.align,
    stateBytes,
    stateOffset: defined(whole.offsets.at(-1), "state offset"),
    branchCount: waitsOf(fn).reduce((total, wait) => total + branchesOf(wait, frameOf), 0),
  };
}

function roundedUnion(union: Layout): Layout {
  return { align: union.align, bytes: Math.ceil(union.bytes / union.align) * union.align };
}

export function waitsOf(fn: MirFunction): readonly MirWait[] {
  return fn.blocks.flatMap((block) => (block.terminator.kind === "suspend" ? [block.terminator.wait] : []));
}

/** Strands that one wait needs beside the one that waits. */
export function branchesOf(wait: MirWait, frameOf: (id: FunctionId) => Frame): number {
  switch (wait.kind) {
    case "leaf":
    case "until":
      return 0;
    case "call":
      return frameOf(wait.function).branchCount;
    case "all":
      return wait.branches.reduce((total, branch) => total + 1 + branchesOf(branch, frameOf), 0);
  }
}

/** Locals that need a slot, with the lines of the waits they are held across. */
function findKept(fn: MirFunction): Map<LocalId, number[]> {
  const kept = new Map<LocalId, number[]>();
  const keep = (local: LocalId, line: number | null): void => {
    const lines = kept.get(local) ?? [];
    if (line !== null) lines.push(line);
    kept.set(local, lines);
  };
  for (const parameter of fn.parameters) keep(parameter, null);
  for (const local of fn.locals) if (local.isAddressed) keep(local.id, null);
  const liveness = computeLiveness(fn);
  for (const block of fn.blocks) {
    if (block.terminator.kind !== "suspend") continue;
    const results = new Set(resultsOf(block.terminator.wait));
    for (const local of liveness.liveOut(block.id)) {
      if (!results.has(local)) keep(local, block.terminator.span.start.line);
    }
  }
  return kept;
}

function resultsOf(wait: MirWait): readonly LocalId[] {
  if (wait.kind === "all") return wait.branches.flatMap(resultsOf);
  return wait.kind === "until" || wait.result === null ? [] : [wait.result];
}

interface OpenSlot {
  readonly name: string;
  readonly type: MirType;
  readonly locals: LocalId[];
  readonly first: number;
}

function colour(
  fn: MirFunction,
  kept: ReadonlyMap<LocalId, readonly number[]>,
  sizes: TypeSizes,
): OpenSlot[] {
  const interferes = computeInterference(fn, kept);
  const slots: OpenSlot[] = [];
  const fixed = new Set<LocalId>([
    ...fn.parameters,
    ...fn.locals.filter((local) => local.isAddressed).map((local) => local.id),
  ]);
  for (const id of [...kept.keys()].sort((a, b) => a - b)) {
    const local = defined(fn.locals[id], "local");
    if (sizes.of(local.type).bytes === 0) continue;
    const shared = fixed.has(id)
      ? undefined
      : slots.find(
          (slot) =>
            sameType(slot.type, local.type) &&
            slot.locals.every((other) => !fixed.has(other) && !interferes(id, other)),
        );
    if (shared !== undefined) shared.locals.push(id);
    else slots.push({ name: local.name, type: local.type, locals: [id], first: id });
  }
  return slots;
}

function sameType(a: MirType, c: MirType): boolean {
  return JSON.stringify(a) === JSON.stringify(c);
}

/** Two locals interfere when one is written while the other is live. */
function computeInterference(
  fn: MirFunction,
  kept: ReadonlyMap<LocalId, unknown>,
): (a: LocalId, c: LocalId) => boolean {
  const pairs = new Set<string>();
  const key = (a: LocalId, c: LocalId): string => (a < c ? `${a} ${c}` : `${c} ${a}`);
  const liveness = computeLiveness(fn);
  for (const block of fn.blocks) {
    walkBackwards(block, new Set(liveness.liveOut(block.id)), (local, live) => {
      if (!kept.has(local)) return;
      for (const other of live) if (other !== local && kept.has(other)) pairs.add(key(local, other));
    });
  }
  return (a, c) => pairs.has(key(a, c));
}

function collectChildren(fn: MirFunction): FrameChild[] {
  const children: FrameChild[] = [];
  for (const wait of waitsOf(fn)) {
    if (
      wait.kind === "call" &&
      !children.some((child) => child.kind === "call" && child.function === wait.function)
    ) {
      children.push({ kind: "call", name: `f${wait.function}`, function: wait.function });
    }
    if (wait.kind === "all") {
      const branches = wait.branches.map((branch) => (branch.kind === "call" ? branch.function : null));
      children.push({ kind: "all", name: groupName(wait.group), branches });
    }
  }
  return children;
}

/** The frame member of a group of branches. */
export function groupName(group: number): string {
  return `all${group}`;
}

function childLayout(child: FrameChild, frameOf: (id: FunctionId) => Frame): Layout {
  if (child.kind === "call") return frameOf(child.function);
  const frames = child.branches.flatMap((branch): Layout[] => (branch === null ? [] : [frameOf(branch)]));
  return layoutFields([...frames, { bytes: 1, align: 1 }]);
}
