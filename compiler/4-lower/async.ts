/** Suspends: `await`, `Promise.all`, tasks and `every`. */

import { type SuspendName, suspend } from "../intrinsics/table.ts";
import type { HirAwaitable, HirExpr, HirStatement } from "../ir/hir.ts";
import type { LocalId, NodeId } from "../ir/ids.ts";
import type { MirBranch, MirExpr, MirType, MirWait } from "../ir/mir.ts";
import { hasText } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { adaptBigint } from "./bigint-values.ts";
import { captureArguments, functionOf, lowerArguments, resultRoom, resultType } from "./calls.ts";
import { request } from "./context.ts";
import { lowerOperands, nothing } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load } from "./function-builder.ts";
import { binary, cast, type Numeric, pure } from "./numbers.ts";
import { adaptNumber, localPlace } from "./places.ts";
import { isInt, returnsNothing } from "./representation.ts";
import { lowerBody } from "./scope-ends.ts";
import { copyToCell, isMutableView, storeText } from "./text.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;
const ticks: MirType = { kind: "u64" };

interface Started {
  readonly wait: MirBranch;
  /** Reads the result once the wait is over. */
  readonly value: MirExpr;
}

export function lowerAwait(f: FunctionBuilder, node: NodeOf<"await">): MirExpr {
  const { wait, value } = lowerAwaitable(f, node.operand, node);
  suspendFor(f, wait);
  return value;
}

function suspendFor(f: FunctionBuilder, wait: MirWait): void {
  const next = f.newBlock();
  f.end({ kind: "suspend", wait, next: next.id });
  f.enter(next);
}

function lowerAwaitable(f: FunctionBuilder, operand: HirAwaitable, node: HirExpr): Started {
  return operand.kind === "call" ? lowerAwaitedCall(f, operand, node) : lowerLeaf(f, operand);
}

function lowerAwaitedCall(
  f: FunctionBuilder,
  operand: Extract<HirAwaitable, { kind: "call" }>,
  node: HirExpr,
): Started {
  const fn = functionOf(f, operand.function);
  request(f.lowering, fn.id);
  const args = lowerArguments(f, fn, operand.args);
  const room = resultRoom(f, fn, node);
  const all = [...(room === null ? [] : [room.argument]), ...args, ...captureArguments(f, fn)];
  const type = resultType(f, fn);
  const isPlain =
    type.kind !== "void" && (room === null || hasText(fn.result) || !returnsNothing(f.lowering, fn));
  const result = isPlain ? f.addLocal("result", type) : null;
  const wait: MirBranch = { kind: "call", function: fn.id, args: all, result };
  if (room !== null && (fn.result.kind === "string" || returnsNothing(f.lowering, fn)))
    return { wait, value: room.value };
  return { wait, value: result === null ? nothing : load({ kind: "local", local: result }, type) };
}

function lowerLeaf(f: FunctionBuilder, operand: Extract<HirAwaitable, { kind: "suspend" }>): Started {
  const values = lowerOperands(f, operand.args);
  const args = values.map((expr, index): Numeric => {
    const node = defined(operand.args[index], "argument");
    return {
      expr,
      fact:
        node.type.kind === "number"
          ? f.lowering.numbers.node(node.id)
          : { lo: 0, hi: 0xffff, integer: true, nan: false },
    };
  });
  const { result: kind } = suspend(operand.name);
  const type: MirType = { kind: "u8" };
  const result = kind.kind === "number" ? f.addLocal("byte", type) : null;
  const [resource, ...rest] = leafArguments(f, operand.name, operand.args, args);
  const wait: MirBranch = {
    kind: "leaf",
    name: operand.name,
    args: resource === undefined ? [] : [keepResource(f, operand.name, resource), ...rest],
    result,
  };
  return { wait, value: result === null ? nothing : load({ kind: "local", local: result }, type) };
}

/** `finish` names the resource again after the wait: a computed one is kept in the frame. */
function keepResource(f: FunctionBuilder, name: SuspendName, resource: MirExpr): MirExpr {
  if (suspend(name).finish === null || resource.kind === "constant") return resource;
  const local = f.addLocal("resource", resource.type, true);
  f.set({ kind: "local", local }, resource);
  return load({ kind: "local", local }, resource.type);
}

/** The driver reads the text while others run: a view of a place that they may write is copied first. */
function keepText(f: FunctionBuilder, node: HirExpr | undefined, text: MirExpr): MirExpr {
  const capacity = node === undefined ? null : f.lowering.strings.node(node.id);
  return capacity?.kind === "bytes" && isMutableView(f, text) ? copyToCell(f, text, capacity.bytes) : text;
}

function leafArguments(
  f: FunctionBuilder,
  name: string,
  nodes: readonly HirExpr[],
  args: readonly Numeric[],
): MirExpr[] {
  if (name === "delay") return [ticksOf(defined(args[0], "duration"))];
  return args.map((arg, index) => {
    if (arg.expr.type.kind === "text") return keepText(f, nodes[index], arg.expr);
    if (name === "uartWriteByte" && index === 1)
      return adaptNumber(f, { kind: "number", sized: "u8" }, { kind: "u8" }, arg);
    return cast(arg.expr, { kind: "u32" });
  });
}

/** Milliseconds to ticks of the chip, rounded up. */
function ticksOf(ms: Numeric): MirExpr {
  if (ms.expr.kind === "constant") return pure("TSFW_MS_TICKS", [ms.expr], ticks);
  if (isInt(ms.expr.type)) return pure("tsfw_ticks_from_ms_i64", [cast(ms.expr, { kind: "i64" })], ticks);
  return pure("tsfw_ticks_from_ms_f64", [cast(ms.expr, { kind: "f64" })], ticks);
}

/** Branch by branch, as JavaScript evaluates the list: the arguments of one, then its start to its first wait. */
export function lowerAll(f: FunctionBuilder, node: NodeOf<"awaitAll">): MirExpr {
  const group = f.nextGroup();
  f.emit({ kind: "openGroup", group, count: node.branches.length });
  const started = node.branches.map((branch, index): Started => {
    const { wait, value } = lowerAwaitable(f, branch.operand, node);
    f.emit({ kind: "startBranch", group, index, branch: wait });
    return { wait, value };
  });
  suspendFor(f, { kind: "all", group, branches: started.map((branch) => branch.wait) });
  node.branches.forEach((branch, index) => {
    if (branch.result !== null) storeResult(f, branch.result, defined(started[index], "branch").value);
  });
  return nothing;
}

function storeResult(f: FunctionBuilder, local: LocalId, value: MirExpr): void {
  const place = localPlace(f, local);
  if (hasText(place.hirType)) storeText(f, place, value);
  else if (place.hirType.kind === "bigint")
    f.set(place.place, adaptBigint(f, place.hirType, place.type, value));
  else f.set(place.place, place.hirType.kind === "number" ? cast(value, place.type) : value);
}

/** One task for each place of the source that starts one. */
export function lowerSpawn(f: FunctionBuilder, node: NodeOf<"spawn">): MirExpr {
  const { lowering } = f;
  const fn = functionOf(f, node.function);
  request(lowering, fn.id);
  const args = lowerArguments(f, fn, node.args);
  const all = [...args, ...captureArguments(f, fn)];
  const task = taskOf(f, node.id, fn.id, fn.name, node.span);
  f.emit({ kind: "spawn", task, args: all });
  return nothing;
}

function taskOf(
  f: FunctionBuilder,
  id: NodeId,
  fn: MirBranchFunction,
  name: string,
  span: HirExpr["span"],
): number {
  const { lowering } = f;
  const known = lowering.taskOf.get(id);
  if (known !== undefined) return known;
  const index = lowering.tasks.length;
  lowering.tasks.push({ name, function: fn, span });
  lowering.taskOf.set(id, index);
  return index;
}

type MirBranchFunction = Extract<MirBranch, { kind: "call" }>["function"];

/**
 * `for await (const n of every(ms))`: wakes at start + n·period. Ticks that
 * passed while the body ran are skipped; the value is the number of the period.
 */
export function lowerForEvery(
  f: FunctionBuilder,
  statement: Extract<HirStatement, { kind: "forEvery" }>,
): void {
  const i64: MirType = { kind: "i64" };
  const period = f.addLocal("period", ticks);
  const next = f.addLocal("next_tick", ticks);
  const count = f.addLocal("count", i64);
  const at = (local: LocalId, type: MirType): MirExpr => load({ kind: "local", local }, type);
  const [ms] = lowerOperands(f, [statement.periodMs]);
  const duration = ticksOf({
    expr: defined(ms, "period"),
    fact: f.lowering.numbers.node(statement.periodMs.id),
  });
  f.set({ kind: "local", local: period }, pure("tsfw_period", [duration], ticks));
  f.emit({ kind: "runtime", result: next, symbol: "tsfw_now", args: [] });
  f.set({ kind: "local", local: count }, constant(i64, 0));
  const [head, skip, wait, body, round, after] = [
    f.newBlock(),
    f.newBlock(),
    f.newBlock(),
    f.newBlock(),
    f.newBlock(),
    f.newBlock(),
  ];
  f.goto(head);
  f.enter(head);
  const advance = (): void => {
    f.set({ kind: "local", local: next }, binary("+", at(next, ticks), at(period, ticks), ticks));
    f.set({ kind: "local", local: count }, binary("+", at(count, i64), constant(i64, 1), i64));
  };
  advance();
  const now = f.addLocal("now", ticks);
  f.emit({ kind: "runtime", result: now, symbol: "tsfw_now", args: [] });
  f.end({
    kind: "branch",
    test: binary("<=", at(next, ticks), at(now, ticks), boolType),
    whenTrue: skip.id,
    whenFalse: wait.id,
  });
  f.enter(skip);
  f.goto(head);
  f.enter(wait);
  f.end({ kind: "suspend", wait: { kind: "until", deadline: at(next, ticks) }, next: body.id });
  f.enter(body);
  if (statement.local !== null) {
    const place = localPlace(f, statement.local);
    f.set(place.place, cast(at(count, i64), place.type));
  }
  f.jumps.set(statement.jump, { breakTo: after.id, continueTo: round.id });
  const endScope = lowerBody(f, statement.body);
  f.goto(round);
  f.enter(round);
  endScope();
  f.goto(head);
  f.enter(after);
  endScope();
}
