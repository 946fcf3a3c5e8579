/** Waits: start, remember the state, return; and behind the resume label the result. */
import { suspend } from "../intrinsics/table.ts";
import type { FlatStart, FlatWait, Frame } from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { MirBranch, MirExpr, MirInstruction } from "../ir/mir.ts";
import { assertNever, defined } from "../source/assert.ts";
import { baseName } from "../source/span.ts";
import {
  addressOf,
  arrow,
  type CExpr,
  type CStatement,
  call,
  literal,
  member,
  name,
  not,
  statement,
} from "./c-tree.ts";
import { emitExpr } from "./emit-expressions.ts";
import { type FunctionContext, storeInto } from "./emit-instructions.ts";

/** The state between a task's start and its first wait. */
export function startingState(stateBytes: 1 | 2): CExpr {
  return name(stateBytes === 1 ? "TSFW_STATE_STARTING" : "TSFW_STATE_STARTING_WIDE");
}

export function storeParameters(
  c: FunctionContext,
  frame: CExpr,
  id: FunctionId,
  args: readonly MirExpr[],
): CStatement[] {
  return args.flatMap((arg, index): CStatement[] => {
    const field = c.parameterField(id, index);
    if (field === null) return [];
    const target = member(frame, field);
    const value = emitExpr(c, arg);
    return [storeInto(c.parameterType(id, index), target, value)];
  });
}

const self = name("self");

export function emitWait(c: FunctionContext, node: FlatWait): CStatement[] {
  const { wait } = node;
  const note: CStatement = {
    kind: "comment",
    text: `wait ${node.state}: ${baseName(node.span.file)}:${node.span.start.line}`,
  };
  switch (wait.kind) {
    case "until":
      return [
        note,
        statement(call("tsfw_sleep_until", name("strand"), emitExpr(c, wait.deadline))),
        ...suspendHere(node),
        resumeLabel(node),
      ];
    case "leaf":
      return [note, ...emitLeaf(c, node, wait)];
    case "call":
      return [note, ...emitAwaitCall(c, node, wait)];
    case "all":
      return [note, ...emitAll(c, node, wait.group, wait.branches)];
    default:
      return assertNever(wait);
  }
}

function suspendHere(node: FlatWait): CStatement[] {
  return [
    { kind: "assign", target: arrow(self, "state"), value: literal(`${node.state}`) },
    { kind: "return", value: literal("false") },
  ];
}

export function resumeName(state: number): string {
  return `resume_${state}`;
}

function resumeLabel(node: FlatWait): CStatement {
  return { kind: "label", label: resumeName(node.state) };
}

function startLeaf(c: FunctionContext, wait: Extract<MirBranch, { kind: "leaf" }>, strand: CExpr): CExpr {
  const args = wait.args.map((arg) => emitExpr(c, arg));
  const { start } = suspend(wait.name);
  if (start === "tsfw_sleep") return call(start, strand, ...args);
  if (wait.name === "yieldNow") return call(start, strand);
  if (wait.name === "uartWrite") {
    const [uart, text] = args;
    const view = defined(text, "text");
    return call(
      start,
      defined(uart, "uart"),
      { kind: "member", object: view, arrow: false, name: "data" },
      { kind: "member", object: view, arrow: false, name: "size" },
      strand,
    );
  }
  return call(start, ...args, strand);
}

function emitLeaf(
  c: FunctionContext,
  node: FlatWait,
  wait: Extract<MirBranch, { kind: "leaf" }>,
): CStatement[] {
  const entry = suspend(wait.name);
  const started = startLeaf(c, wait, name("strand"));
  const begin: CStatement[] = entry.mayCompleteAtOnce
    ? [{ kind: "if", test: not(started), whenTrue: suspendHere(node), whenFalse: [] }, resumeLabel(node)]
    : [statement(started), ...suspendHere(node), resumeLabel(node)];
  return [...begin, ...finishLeaf(c, wait)];
}

function finishLeaf(c: FunctionContext, wait: Extract<MirBranch, { kind: "leaf" }>): CStatement[] {
  const { finish } = suspend(wait.name);
  if (finish === null) return [];
  const resource = wait.args[0];
  const value = call(finish, ...(resource === undefined ? [] : [emitExpr(c, resource)]));
  return [
    wait.result === null
      ? statement({ kind: "cast", type: "void", value })
      : { kind: "assign", target: c.local(wait.result), value },
  ];
}

/** The label stands before the call: resuming means calling the child again. */
function emitAwaitCall(
  c: FunctionContext,
  node: FlatWait,
  wait: Extract<MirBranch, { kind: "call" }>,
): CStatement[] {
  const child = member(arrow(self, "child"), `f${wait.function}`);
  return [
    ...storeParameters(c, child, wait.function, wait.args),
    { kind: "assign", target: member(child, "state"), value: literal("0") },
    resumeLabel(node),
    {
      kind: "if",
      test: not(callChild(c, wait.function, child, name("strand"), branchesArgument(c, node.branchOffset))),
      whenTrue: suspendHere(node),
      whenFalse: [],
    },
    ...takeResult(c, wait.result, child),
  ];
}

export function callChild(
  c: { names: FunctionContext["names"]; frameOf(id: FunctionId): Frame },
  id: FunctionId,
  frame: CExpr,
  strand: CExpr,
  branches: CExpr,
): CExpr {
  const extra = c.frameOf(id).branchCount > 0 ? [branches] : [];
  return call(c.names.function(id), addressOf(frame), strand, ...extra);
}

function branchesArgument(c: FunctionContext, offset: number): CExpr {
  if ((c.frame?.branchCount ?? 0) === 0) return literal("0");
  return offset === 0
    ? name("branches")
    : {
        kind: "cast",
        type: "tsfw_strand_t",
        value: { kind: "binary", op: "+", left: name("branches"), right: literal(`${offset}u`) },
      };
}

function takeResult(c: FunctionContext, result: number | null, child: CExpr): CStatement[] {
  return result === null ? [] : [{ kind: "assign", target: c.local(result), value: member(child, "value") }];
}

/** The frame member that holds the branches of a group. */
function groupMember(group: number): CExpr {
  return member(arrow(self, "child"), `all${group}`);
}

export function emitOpenGroup(node: Extract<MirInstruction, { kind: "openGroup" }>): CStatement[] {
  return [
    { kind: "assign", target: member(groupMember(node.group), "pending"), value: literal(`${node.count}`) },
  ];
}

/** A branch that ends at once is not pending any more. */
export function emitStart(c: FunctionContext, node: FlatStart): CStatement[] {
  const { branch, index } = node;
  const group = groupMember(node.group);
  const pending = member(group, "pending");
  const fewer: CExpr = { kind: "binary", op: "-", left: pending, right: literal("1") };
  const finished: CStatement = {
    kind: "assign",
    target: pending,
    value: { kind: "cast", type: "uint8_t", value: fewer },
  };
  const strand = branchesArgument(c, node.branchOffset + strandsBefore(c, node));
  if (branch.kind === "leaf") {
    const started = startLeaf(c, branch, strand);
    if (!suspend(branch.name).mayCompleteAtOnce) return [statement(started)];
    return [{ kind: "if", test: started, whenTrue: [finished], whenFalse: [] }];
  }
  const frame = member(group, `b${index}`);
  const branches = branchesArgument(c, node.branchOffset + strandsBefore(c, node) + 1);
  return [
    ...storeParameters(c, frame, branch.function, branch.args),
    { kind: "assign", target: member(frame, "state"), value: literal("0") },
    {
      kind: "if",
      test: callChild(c, branch.function, frame, strand, branches),
      whenTrue: [finished],
      whenFalse: [],
    },
  ];
}

/** The strands of the branches in front of this one, with those of what they await. */
function strandsBefore(c: FunctionContext, node: FlatStart): number {
  const child = c.frame?.children.find((candidate) => candidate.name === `all${node.group}`);
  if (child?.kind !== "all") return 0;
  const before = child.branches.slice(0, node.index);
  return before.reduce<number>(
    (total, branch) => total + 1 + (branch === null ? 0 : c.frameOf(branch).branchCount),
    0,
  );
}

function emitAll(
  c: FunctionContext,
  node: FlatWait,
  group: number,
  branches: readonly MirBranch[],
): CStatement[] {
  const place = groupMember(group);
  const waiting: CExpr = { kind: "binary", op: "!=", left: member(place, "pending"), right: literal("0") };
  const finish = branches.flatMap((branch, index) =>
    branch.kind === "leaf" ? finishLeaf(c, branch) : takeResult(c, branch.result, member(place, `b${index}`)),
  );
  return [
    { kind: "if", test: waiting, whenTrue: suspendHere(node), whenFalse: [] },
    resumeLabel(node),
    ...finish,
  ];
}
