/**
 * Basic blocks to structured C: loops and ifs where the control flow has them,
 * `goto` only where it does not (Ramsey, "Beyond Relooper", 2022, with C's goto
 * in place of WebAssembly's blocks).
 */
import type { FlatBlock, FlatTerminator } from "../ir/flat-mir.ts";
import type { BlockId } from "../ir/ids.ts";
import { successors } from "../ir/walk-mir.ts";
import { defined } from "../source/assert.ts";
import { type CExpr, type CStatement, not } from "./c-tree.ts";

export interface BlockEmitter {
  instructions(block: FlatBlock): CStatement[];
  test(terminator: Extract<FlatTerminator, { kind: "branch" }>): CExpr;
  /** `return` and `unreachable`. */
  leave(terminator: Extract<FlatTerminator, { kind: "return" | "unreachable" }>): CStatement[];
}

/** What follows the code being emitted, and the loop around it. */
interface Context {
  readonly follow: BlockId | null;
  /** Header of the innermost C loop, and the block its `break` leads to. */
  readonly loop: { readonly header: BlockId; readonly exit: BlockId | null } | null;
  /** Blocks that have a place of their own and are reached by label. */
  readonly placed: ReadonlySet<BlockId>;
}

export function structureBlocks(blocks: readonly FlatBlock[], emitter: BlockEmitter): CStatement[] {
  const graph = analyse(blocks);
  const used = new Set<BlockId>();
  const body = emitTree(graph, emitter, 0 as BlockId, { follow: null, loop: null, placed: new Set() }, used);
  return tidy(dropLabels(body, used));
}

interface Graph {
  readonly blocks: readonly FlatBlock[];
  readonly order: ReadonlyMap<BlockId, number>;
  readonly children: ReadonlyMap<BlockId, readonly BlockId[]>;
  readonly loops: ReadonlyMap<BlockId, ReadonlySet<BlockId>>;
  readonly merges: ReadonlySet<BlockId>;
}

function analyse(blocks: readonly FlatBlock[]): Graph {
  const sequence = reversePostorder(blocks);
  const order = new Map(sequence.map((id, index) => [id, index]));
  const predecessors = new Map<BlockId, BlockId[]>();
  for (const id of sequence) {
    for (const next of successors(defined(blocks[id], "block").terminator)) {
      const known = predecessors.get(next) ?? [];
      known.push(id);
      predecessors.set(next, known);
    }
  }
  const dominator = computeDominators(sequence, order, predecessors);
  const dominates = (a: BlockId, c: BlockId): boolean => {
    let at: BlockId | undefined = c;
    while (at !== undefined && at !== a) at = at === sequence[0] ? undefined : dominator.get(at);
    return at === a;
  };
  const children = new Map<BlockId, BlockId[]>();
  const loops = new Map<BlockId, Set<BlockId>>();
  const merges = new Set<BlockId>();
  for (const id of sequence) {
    const parent = id === sequence[0] ? undefined : dominator.get(id);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), id]);
    let forward = 0;
    for (const from of predecessors.get(id) ?? []) {
      if (dominates(id, from)) addLoop(loops, id, from, predecessors);
      else forward += 1;
    }
    if (forward > 1) merges.add(id);
  }
  return { blocks, order, children, loops, merges };
}

function reversePostorder(blocks: readonly FlatBlock[]): BlockId[] {
  const finished: BlockId[] = [];
  const seen = new Set<BlockId>();
  const stack: { id: BlockId; next: number }[] = [{ id: 0 as BlockId, next: 0 }];
  seen.add(0 as BlockId);
  while (stack.length > 0) {
    const top = defined(stack.at(-1), "stack");
    const following = [...successors(defined(blocks[top.id], "block").terminator)].reverse()[top.next];
    if (following === undefined) {
      finished.push(top.id);
      stack.pop();
    } else {
      top.next += 1;
      if (!seen.has(following)) {
        seen.add(following);
        stack.push({ id: following, next: 0 });
      }
    }
  }
  return finished.reverse();
}

/** Immediate dominators (Cooper, Harvey and Kennedy, 2001). */
function computeDominators(
  sequence: readonly BlockId[],
  order: ReadonlyMap<BlockId, number>,
  predecessors: ReadonlyMap<BlockId, readonly BlockId[]>,
): Map<BlockId, BlockId> {
  const dominator = new Map<BlockId, BlockId>();
  const entry = defined(sequence[0], "entry");
  dominator.set(entry, entry);
  const rank = (id: BlockId): number => order.get(id) ?? 0;
  const intersect = (first: BlockId, second: BlockId): BlockId => {
    let a = first;
    let c = second;
    while (a !== c) {
      while (rank(a) > rank(c)) a = defined(dominator.get(a), "dominator");
      while (rank(c) > rank(a)) c = defined(dominator.get(c), "dominator");
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of sequence.slice(1)) {
      const known = (predecessors.get(id) ?? []).filter((from) => dominator.has(from));
      const first = known[0];
      if (first === undefined) continue;
      const next = known.slice(1).reduce(intersect, first);
      if (dominator.get(id) === next) continue;
      dominator.set(id, next);
      changed = true;
    }
  }
  return dominator;
}

function addLoop(
  loops: Map<BlockId, Set<BlockId>>,
  header: BlockId,
  from: BlockId,
  predecessors: ReadonlyMap<BlockId, readonly BlockId[]>,
): void {
  const body = loops.get(header) ?? new Set([header]);
  loops.set(header, body);
  const pending = [from];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (body.has(id)) continue;
    body.add(id);
    pending.push(...(predecessors.get(id) ?? []));
  }
}

function emitTree(
  graph: Graph,
  emitter: BlockEmitter,
  id: BlockId,
  context: Context,
  used: Set<BlockId>,
): CStatement[] {
  const children = [...(graph.children.get(id) ?? [])].sort(
    (a, c) => (graph.order.get(a) ?? 0) - (graph.order.get(c) ?? 0),
  );
  const loop = graph.loops.get(id);
  if (loop === undefined) {
    const placed = children.filter((child) => graph.merges.has(child));
    return emitSequence(graph, emitter, placed, context, used, (inner) =>
      emitBlock(graph, emitter, id, inner, used),
    );
  }
  const inside = children.filter((child) => loop.has(child));
  const outside = children.filter((child) => !loop.has(child));
  return emitSequence(graph, emitter, outside, context, used, (around) => {
    const within: Context = { follow: id, loop: { header: id, exit: around.follow }, placed: around.placed };
    const merges = inside.filter((child) => graph.merges.has(child));
    const body = emitSequence(graph, emitter, merges, within, used, (inner) =>
      emitBlock(graph, emitter, id, inner, used),
    );
    /* A placed loop has its label in front, which leads to the same place. */
    const label: CStatement[] = context.placed.has(id) ? [] : [{ kind: "label", label: labelOf(id) }];
    return [{ kind: "forever", body: [...label, ...body] }];
  });
}

/** The head, then each placed block behind its label. */
function emitSequence(
  graph: Graph,
  emitter: BlockEmitter,
  placed: readonly BlockId[],
  context: Context,
  used: Set<BlockId>,
  head: (context: Context) => CStatement[],
): CStatement[] {
  const all = new Set([...context.placed, ...placed]);
  const followOf = (index: number): BlockId | null => placed[index] ?? context.follow;
  const statements = head({ ...context, follow: followOf(0), placed: all });
  placed.forEach((id, index) => {
    statements.push(
      { kind: "label", label: labelOf(id) },
      ...emitTree(graph, emitter, id, { ...context, follow: followOf(index + 1), placed: all }, used),
    );
  });
  return statements;
}

function labelOf(id: BlockId): string {
  return `L${id}`;
}

function emitBlock(
  graph: Graph,
  emitter: BlockEmitter,
  id: BlockId,
  context: Context,
  used: Set<BlockId>,
): CStatement[] {
  const block = defined(graph.blocks[id], "block");
  const statements = emitter.instructions(block);
  const { terminator } = block;
  const jump = (target: BlockId): CStatement[] => emitJump(graph, emitter, id, target, context, used);
  switch (terminator.kind) {
    case "goto":
      return [...statements, ...jump(terminator.target)];
    case "branch":
      return [
        ...statements,
        ...branch(emitter.test(terminator), jump(terminator.whenTrue), jump(terminator.whenFalse)),
      ];
    default:
      return [...statements, ...emitter.leave(terminator)];
  }
}

function branch(
  test: CExpr,
  whenTrue: readonly CStatement[],
  whenFalse: readonly CStatement[],
): CStatement[] {
  if (whenTrue.length === 0 && whenFalse.length === 0) return [];
  if (whenTrue.length === 0) return branch(not(test), whenFalse, whenTrue);
  if (leaves(whenTrue)) return [{ kind: "if", test, whenTrue, whenFalse: [] }, ...whenFalse];
  if (leaves(whenFalse))
    return [{ kind: "if", test: not(test), whenTrue: whenFalse, whenFalse: [] }, ...whenTrue];
  return [{ kind: "if", test, whenTrue, whenFalse }];
}

function leaves(statements: readonly CStatement[]): boolean {
  const last = statements.at(-1);
  return (
    last !== undefined &&
    (last.kind === "goto" || last.kind === "break" || last.kind === "continue" || last.kind === "return")
  );
}

function emitJump(
  graph: Graph,
  emitter: BlockEmitter,
  from: BlockId,
  target: BlockId,
  context: Context,
  used: Set<BlockId>,
): CStatement[] {
  if (context.follow === target) return [];
  const isBack =
    graph.loops.get(target)?.has(from) === true &&
    (graph.order.get(target) ?? 0) <= (graph.order.get(from) ?? 0);
  if (isBack && context.loop?.header === target) return [{ kind: "continue" }];
  if (context.loop !== null && context.loop.exit === target) return [{ kind: "break" }];
  if (isBack || context.placed.has(target)) {
    used.add(target);
    return [{ kind: "goto", label: labelOf(target) }];
  }
  return emitTree(graph, emitter, target, context, used);
}

function dropLabels(statements: readonly CStatement[], used: ReadonlySet<BlockId>): CStatement[] {
  const labels = new Set([...used].map(labelOf));
  return mapBodies(statements, (body) =>
    body.filter((node) => node.kind !== "label" || !/^L\d+$/.test(node.label) || labels.has(node.label)),
  );
}

function mapBodies(
  statements: readonly CStatement[],
  map: (body: readonly CStatement[]) => readonly CStatement[],
): CStatement[] {
  return map(statements).map((node): CStatement => {
    if (node.kind === "if")
      return { ...node, whenTrue: mapBodies(node.whenTrue, map), whenFalse: mapBodies(node.whenFalse, map) };
    if (node.kind === "forever" || node.kind === "while") return { ...node, body: mapBodies(node.body, map) };
    return node;
  });
}

/** `for (;;) { if (!c) break; … }` is `while (c) { … }`. */
function tidy(statements: readonly CStatement[]): CStatement[] {
  return mapBodies(statements, (body) => body.map(tidyLoop));
}

function tidyLoop(node: CStatement): CStatement {
  if (node.kind !== "forever") return node;
  const lines = node.body.findIndex((inner) => inner.kind !== "line");
  const first = node.body[lines];
  if (first?.kind !== "if" || first.whenFalse.length > 0) return node;
  const breaks = first.whenTrue.filter((inner) => inner.kind !== "line");
  if (breaks.length !== 1 || breaks[0]?.kind !== "break") return node;
  return { kind: "while", test: not(first.test), body: node.body.slice(lines + 1) };
}
