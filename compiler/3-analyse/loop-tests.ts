/** The conditions under which a loop goes on: its test, and the breaks that every round comes past. */
import type { HirExpr, HirStatement } from "../ir/hir.ts";
import type { JumpId } from "../ir/ids.ts";

type Loop = Extract<HirStatement, { kind: "loop" }>;

export interface LoopTest {
  readonly test: HirExpr;
  /** The loop goes on while the test is false. */
  readonly negated: boolean;
  /** Rounds that begin although the test ends them. */
  readonly extra: number;
}

export function loopTests(loop: Loop): readonly LoopTest[] {
  // The first round of `do … while` is not tested.
  const head = loop.test === null ? [] : allOf(loop.test, false, loop.testFirst ? 0 : 1);
  return [...head, ...breaksOf(loop.body, loop.jump)];
}

function allOf(test: HirExpr, negated: boolean, extra: number): readonly LoopTest[] {
  if (test.kind === "not") return allOf(test.value, !negated, extra);
  if (test.kind === "logical" && test.op === (negated ? "||" : "&&") && test.type.kind === "boolean")
    return [...allOf(test.left, negated, extra), ...allOf(test.right, negated, extra)];
  return [{ test, negated, extra }];
}

/** `if (i >= n) break;` in the body itself, before anything that could go around it. */
function breaksOf(body: readonly HirStatement[], jump: JumpId): readonly LoopTest[] {
  const tests: LoopTest[] = [];
  for (const statement of body) {
    if (statement.kind === "if" && leaves(statement.whenTrue, jump))
      tests.push(...allOf(statement.test, true, 1));
    else if (statement.kind === "block" && statement.breakId === null)
      tests.push(...breaksOf(statement.statements, jump));
    else if (!isPlain(statement)) break;
  }
  return tests;
}

function isPlain({ kind }: HirStatement): boolean {
  return kind === "expression" || kind === "let" || kind === "staticInit";
}

/** The statements end with leaving the loop. */
function leaves(body: readonly HirStatement[], jump: JumpId): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  if (last.kind === "block" && last.breakId === null) return leaves(last.statements, jump);
  return last.kind === "return" || (last.kind === "break" && last.jump === jump);
}
