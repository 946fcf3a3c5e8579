/**
 * Expressions of statement lists that end by leaving loops: `{ list.add(new Node()); return; }`
 * runs once each time its function runs, whatever the loops around it.
 */
import type { HirStatement } from "../ir/hir.ts";
import type { JumpId, NodeId } from "../ir/ids.ts";
import { listsOf, walkStatements } from "../ir/walk-hir.ts";

/** For each such expression the loops that it is in and that are left after it. */
export function findLeavingNodes(body: readonly HirStatement[]): ReadonlyMap<NodeId, ReadonlySet<JumpId>> {
  const found = new Map<NodeId, Set<JumpId>>();
  const note = (list: readonly HirStatement[], loops: readonly JumpId[]): void => {
    const end = list.findIndex((one) => one.kind === "return" || one.kind === "break");
    const last = list[end];
    if (last === undefined || loops.length === 0) return;
    const left = last.kind === "break" ? loopsLeftBy(last.jump, loops) : loops;
    const run = list.slice(0, end + 1);
    if (left.length === 0 || mayJumpAway(list.slice(0, end))) return;
    walkStatements(run, {
      expression: ({ id }) => {
        const known = found.get(id) ?? new Set<JumpId>();
        for (const jump of left) known.add(jump);
        found.set(id, known);
      },
    });
  };
  const lists = (statement: HirStatement, loops: readonly JumpId[]): void => {
    const jumps = "jump" in statement && isLoop(statement) ? [...loops, statement.jump] : loops;
    for (const list of listsOf(statement)) note(list, jumps);
  };
  walkStatements(body, {
    statement: lists,
    expression: (node, loops) => {
      if (node.kind === "sequence") note(node.statements, loops);
    },
  });
  return found;
}

function loopsLeftBy(jump: JumpId, loops: readonly JumpId[]): readonly JumpId[] {
  const index = loops.indexOf(jump);
  return index === -1 ? [] : loops.slice(index);
}

function isLoop(statement: HirStatement): boolean {
  return statement.kind === "loop" || statement.kind === "forOf" || statement.kind === "forEvery";
}

/** A jump to somewhere outside the statements: what comes after them may never run. */
function mayJumpAway(statements: readonly HirStatement[]): boolean {
  const own = new Set<JumpId>();
  const jumps: JumpId[] = [];
  let mayThrow = false;
  walkStatements(statements, {
    statement: (statement) => {
      // What is thrown may be caught in the same round.
      if (statement.kind === "try" || statement.kind === "throw") mayThrow = true;
      if (statement.kind === "break" || statement.kind === "continue") jumps.push(statement.jump);
      else if (statement.kind === "block") {
        if (statement.breakId !== null) own.add(statement.breakId);
      } else if ("jump" in statement) own.add(statement.jump);
    },
  });
  return mayThrow || jumps.some((jump) => !own.has(jump));
}
