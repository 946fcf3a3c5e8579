/**
 * What is known of a loop before it is interpreted: the slots it changes, the
 * shape of its counter (which bounds its rounds) and its accumulators, whose
 * growth is bounded by rounds times what is added.
 */
import type { CompareOp, HirExpr, HirStatement } from "../../ir/hir.ts";
import type { ArrayId } from "../../ir/ids.ts";
import type { Cell } from "./cells.ts";
import { changedByCalls, type SharedSlot, type SlotNumbers, type WholeProgram } from "./function-info.ts";
import { localPath, shrunkClasses } from "./places.ts";
import type { FunctionScan, LoopScan, LoopStatement, Store } from "./scan.ts";

/** The counter of a loop: `slot` moves by `step` each round while `slot op limit`. */
export type Counter =
  | {
      readonly kind: "compare";
      readonly slot: number;
      readonly op: Exclude<CompareOp, "===" | "!==">;
      readonly limit: Cell;
      readonly step: Cell | 1 | -1;
      readonly sign: 1 | -1;
    }
  | { readonly kind: "array" };

export interface Addition {
  readonly delta: Cell | 1 | -1;
  readonly sign: 1 | -1;
  /** Loops around the addition, inside the one whose accumulator this is. */
  readonly inner: readonly LoopInfo[];
}

export interface Accumulator {
  readonly slot: number;
  readonly additions: readonly Addition[];
  /** Values it is set to inside the loop. */
  readonly resets: readonly Cell[];
}

export interface LoopInfo {
  readonly statement: LoopStatement;
  /** The slots that may change between two rounds, with their value at the loop's head. */
  readonly heads: ReadonlyMap<number, Cell>;
  /** Statics and fields that others may change during a round: the head finds what they left. */
  readonly refreshed: readonly SharedSlot[];
  /** Arrays that may become shorter during a round. */
  readonly shrunk: readonly ArrayId[] | "all";
  /** Slots that the loop's own code stores to. */
  readonly assigned: ReadonlySet<number>;
  readonly counter: Counter | null;
  accumulators: readonly Accumulator[];
  /** `hi`: the most rounds of one run of the loop; Infinity when unknown. */
  readonly rounds: Cell;
}

interface Request {
  readonly whole: WholeProgram;
  readonly scan: FunctionScan;
  readonly slots: SlotNumbers;
  readonly shared: readonly SharedSlot[];
  readonly thresholds: readonly number[];
  watch(node: HirExpr): Cell;
}

export function buildLoops(request: Request): ReadonlyMap<LoopStatement, LoopInfo> {
  const infos = new Map<LoopScan, LoopInfo>();
  for (const loop of request.scan.loops) infos.set(loop, buildLoop(request, loop));
  for (const [loop, info] of infos) info.accumulators = findAccumulators(request, loop, info, infos);
  return new Map([...infos.values()].map((info) => [info.statement, info]));
}

function buildLoop(request: Request, loop: LoopScan): LoopInfo {
  const { whole, slots } = request;
  const assigned = new Set<number>();
  for (const { target } of loop.stores) {
    for (const slot of slots.changedBy(target)) assigned.add(slot);
  }
  for (const local of loop.declared) {
    const slot = slots.ofLocal.get(local);
    if (slot !== undefined) assigned.delete(slot);
  }
  const byOthers = changedByCalls(whole, loop);
  const isOther = ({ path }: SharedSlot): boolean =>
    [...loop.declared].some((local) => localPath(local) === path);
  const refreshed = request.shared.filter((each) => loop.waits || byOthers.has(each.key) || isOther(each));
  const kept = [...assigned].filter((slot) => !refreshed.some((each) => each.slot === slot));
  return {
    statement: loop.statement,
    heads: new Map(kept.map((slot) => [slot, whole.cells.make(request.thresholds)])),
    refreshed,
    shrunk: loop.waits ? "all" : [...loop.shrunk, ...shrunkClasses(byOthers)],
    assigned,
    counter: findCounter(request, loop),
    accumulators: [],
    rounds: whole.cells.make(request.thresholds),
  };
}

function findCounter(request: Request, loop: LoopScan): Counter | null {
  const { statement } = loop;
  if (statement.kind === "forOf") return { kind: "array" };
  if (statement.kind !== "loop" || !statement.testFirst || statement.test === null) return null;
  for (const test of conjuncts(statement.test)) {
    const counter = counterOf(request, loop, test);
    if (counter !== null) return counter;
  }
  return null;
}

function conjuncts(test: HirExpr): HirExpr[] {
  if (test.kind !== "logical" || test.op !== "&&") return [test];
  return [...conjuncts(test.left), ...conjuncts(test.right)];
}

const MIRRORED = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function counterOf(request: Request, loop: LoopScan, test: HirExpr): Counter | null {
  if (test.kind !== "compare" || test.op === "===" || test.op === "!==") return null;
  return (
    counterFrom(request, loop, test.left, test.op, test.right) ??
    counterFrom(request, loop, test.right, MIRRORED[test.op], test.left)
  );
}

function counterFrom(
  request: Request,
  loop: LoopScan,
  variable: HirExpr,
  op: keyof typeof MIRRORED,
  limit: HirExpr,
): Counter | null {
  if (variable.kind !== "local" && variable.kind !== "static") return null;
  const slot = request.slots.ofTarget(variable);
  if (slot === null || limit.type.kind !== "number" || !isPrivate(request, slot)) return null;
  const stores = loop.stores.filter((store) => request.slots.ofTarget(store.target) === slot);
  const [store] = stores;
  if (stores.length !== 1 || store?.form.kind !== "add" || store.node === null) return null;
  if (mayWrap(request, store) || !runsEveryRound(loop, store.node)) return null;
  const { delta, sign } = store.form;
  const step = typeof delta === "number" ? delta : request.watch(delta);
  return { kind: "compare", slot, op, limit: request.watch(limit), step, sign };
}

/** Nobody but this function's own code changes the slot. */
function isPrivate(request: Request, slot: number): boolean {
  return !request.shared.some((each) => each.slot === slot);
}

/** The node is the loop's update, or a statement of its body that no `continue` skips. */
function runsEveryRound(loop: LoopScan, node: HirExpr): boolean {
  const { statement } = loop;
  if (statement.kind !== "loop") return false;
  if (statement.update !== null && parts(statement.update).includes(node)) return true;
  const body = loop.continues.has(statement.jump) ? [] : plainStatements(statement.body);
  return body.some((each) => each.kind === "expression" && parts(each.value).includes(node));
}

/** Statements that run one after the other, also those in plain blocks. */
function plainStatements(statements: readonly HirStatement[]): readonly HirStatement[] {
  return statements.flatMap((each) =>
    each.kind === "block" && each.breakId === null ? plainStatements(each.statements) : [each],
  );
}

/** `i++, j--` and the like: what runs whenever the expression does. */
function parts(node: HirExpr): HirExpr[] {
  if (node.kind !== "sequence") return [node];
  const isExpression = (each: HirStatement): boolean => each.kind === "expression";
  if (!node.statements.every(isExpression)) return [];
  return [
    ...node.statements.flatMap((each) => (each.kind === "expression" ? parts(each.value) : [])),
    ...parts(node.value),
  ];
}

/** Without checks a store into a sized place wraps and is no addition. */
function mayWrap(request: Request, store: Store): boolean {
  if (request.whole.checks === "all") return false;
  const { target } = store;
  const { locals, statics } = request.whole.program;
  const type =
    target.kind === "local"
      ? locals[target.local]?.type
      : target.kind === "static"
        ? statics[target.static]?.type
        : undefined;
  return type?.kind !== "number" || type.sized !== null;
}

function findAccumulators(
  request: Request,
  loop: LoopScan,
  info: LoopInfo,
  infos: ReadonlyMap<LoopScan, LoopInfo>,
): Accumulator[] {
  const result: Accumulator[] = [];
  for (const slot of info.assigned) {
    if (!isPrivate(request, slot)) continue;
    const stores = loop.stores.filter((store) => request.slots.ofTarget(store.target) === slot);
    const accumulator = accumulatorOf(request, slot, stores, infos);
    if (accumulator !== null) result.push(accumulator);
  }
  return result;
}

function accumulatorOf(
  request: Request,
  slot: number,
  stores: readonly Store[],
  infos: ReadonlyMap<LoopScan, LoopInfo>,
): Accumulator | null {
  const additions: Addition[] = [];
  const resets: Cell[] = [];
  for (const store of stores) {
    if (store.form.kind === "opaque" || mayWrap(request, store)) return null;
    if (store.form.kind === "reset") {
      resets.push(request.watch(store.form.value));
      continue;
    }
    const { delta, sign } = store.form;
    const inner = store.inner.flatMap((each) => infos.get(each) ?? []);
    additions.push({ delta: typeof delta === "number" ? delta : request.watch(delta), sign, inner });
  }
  return additions.length === 0 ? null : { slot, additions, resets };
}
