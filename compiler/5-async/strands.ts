/**
 * Numbers the strands: one for each task's main line, one for each branch of a
 * Promise.all in every place the call tree reaches it. Strands that may sleep
 * come first, so that their numbers are timer slots.
 */

import { suspend } from "../intrinsics/table.ts";
import type { FlatFunction, FlatMir, FlatTask, FlatWait, Strand } from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { MirBranch, MirTask } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { groupName } from "./frame-layout.ts";

type Result = Pick<FlatMir, "strands" | "taskStrands" | "timerCount">;

export function numberStrands(
  tasks: readonly MirTask[],
  functions: ReadonlyMap<FunctionId, FlatFunction>,
): Result {
  const sleepCache = new Map<FunctionId, boolean>();
  const lookUp = (id: FunctionId): FlatFunction => defined(functions.get(id), "function");
  const sleeps = (id: FunctionId): boolean => {
    const known = sleepCache.get(id);
    if (known !== undefined) return known;
    sleepCache.set(id, false);
    const result = waits(lookUp(id)).some(({ wait }) =>
      wait.kind === "call"
        ? sleeps(wait.function)
        : wait.kind === "until" || (wait.kind === "leaf" && suspend(wait.name).sleeps),
    );
    sleepCache.set(id, result);
    return result;
  };
  const anySleep = (id: FunctionId): boolean =>
    sleeps(id) ||
    waits(lookUp(id)).some(
      ({ wait }) =>
        (wait.kind === "call" && anySleep(wait.function)) ||
        (wait.kind === "all" && wait.branches.some((branch) => branchSleeps(branch, anySleep))),
    );
  const order = tasks
    .map((_, index) => index)
    .sort(
      (a, b) => Number(anySleep(taskFunction(tasks, b))) - Number(anySleep(taskFunction(tasks, a))) || a - b,
    );
  const strands: Strand[] = [];
  const taskStrands: FlatTask[] = [];
  for (const task of order) {
    const fn = lookUp(taskFunction(tasks, task));
    const strand = strands.length;
    strands.push({ kind: "task", task, sleeps: sleeps(fn.id) });
    const firstBranch = strands.length;
    taskStrands.push({ task, strand, firstBranch });
    const count = fn.frame?.branchCount ?? 0;
    const branches: Strand[] = new Array<Strand>(count);
    collectBranches(fn, lookUp, { task, strand, firstBranch, path: [], base: firstBranch }, branches, (id) =>
      sleeps(id),
    );
    strands.push(...branches);
  }
  const timerCount = strands.reduce((most, strand, index) => (strand.sleeps ? index + 1 : most), 0);
  return { strands, taskStrands: taskStrands.sort((a, b) => a.task - b.task), timerCount };
}

function taskFunction(tasks: readonly MirTask[], task: number): FunctionId {
  return defined(tasks[task], "task").function;
}

function branchSleeps(branch: MirBranch, sleeps: (id: FunctionId) => boolean): boolean {
  return branch.kind === "call" ? sleeps(branch.function) : suspend(branch.name).sleeps;
}

export function waits(fn: FlatFunction): readonly FlatWait[] {
  return fn.blocks.flatMap((block) =>
    block.instructions.filter((instruction): instruction is FlatWait => instruction.kind === "wait"),
  );
}

interface Context {
  readonly task: number;
  readonly strand: number;
  readonly firstBranch: number;
  readonly path: readonly string[];
  /** Number of the strand that stands first in `branches`. */
  readonly base: number;
}

function collectBranches(
  fn: FlatFunction,
  lookUp: (id: FunctionId) => FlatFunction,
  context: Context,
  branches: Strand[],
  sleeps: (id: FunctionId) => boolean,
): void {
  for (const { wait, branchOffset } of waits(fn)) {
    const first = context.firstBranch + branchOffset;
    if (wait.kind === "call") {
      collectBranches(
        lookUp(wait.function),
        lookUp,
        { ...context, firstBranch: first, path: [...context.path, `child.f${wait.function}`] },
        branches,
        sleeps,
      );
    }
    if (wait.kind !== "all") continue;
    let at = first;
    const path = [...context.path, `child.${groupName(wait.group)}`];
    wait.branches.forEach((branch, index) => {
      const callee = branch.kind === "call" ? lookUp(branch.function) : null;
      branches[at - context.base] = {
        kind: "branch",
        task: context.task,
        path,
        branch: index,
        function: callee?.id ?? null,
        parent: context.strand,
        firstBranch: at + 1,
        sleeps: branchSleeps(branch, sleeps),
      };
      if (callee !== null) {
        collectBranches(
          callee,
          lookUp,
          { ...context, strand: at, firstBranch: at + 1, path: [...path, `b${index}`] },
          branches,
          sleeps,
        );
      }
      at += 1 + (callee?.frame?.branchCount ?? 0);
    });
  }
}
