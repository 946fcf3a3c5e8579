/** MIR and flat MIR as text, for `--dump-after` and for people who debug the compiler. */
import type { FlatInstruction, FlatMir } from "./flat-mir.ts";
import type {
  Mir,
  MirExpr,
  MirFunction,
  MirInstruction,
  MirPlace,
  MirTerminator,
  MirType,
  MirWait,
} from "./mir.ts";

export function printMir(mir: Mir): string {
  return `${mir.functions.map((fn) => printFunction(fn, fn.blocks)).join("\n\n")}\n`;
}

export function printFlatMir(mir: FlatMir): string {
  const functions = mir.functions.map((fn) => {
    const slots =
      fn.frame?.slots.map((slot) => `  frame ${slot.offset}: ${slot.name} (${slot.bytes} bytes)`) ?? [];
    return [...slots, printFunction({ ...fn, blocks: [] }, fn.blocks)].join("\n");
  });
  const strands = mir.strands.map(
    (strand, index) =>
      `strand ${index}: ${strand.kind} of task ${strand.task}${strand.sleeps ? ", sleeps" : ""}`,
  );
  return `${[...functions, ...strands].join("\n")}\n`;
}

interface AnyBlock {
  readonly id: number;
  readonly instructions: readonly (MirInstruction | FlatInstruction)[];
  readonly terminator: MirTerminator;
}

function printFunction(fn: MirFunction, blocks: readonly AnyBlock[]): string {
  const parameters = fn.parameters.map((id) => `%${id}: ${printType(fn.locals[id]?.type)}`).join(", ");
  const lines = [`${fn.isAsync ? "async " : ""}function ${fn.name}(${parameters}): ${printType(fn.result)}`];
  for (const local of fn.locals)
    lines.push(
      `  local %${local.id} ${local.name}: ${printType(local.type)}${local.isAddressed ? " addressed" : ""}`,
    );
  for (const block of blocks) {
    lines.push(`  b${block.id}:`);
    for (const instruction of block.instructions) lines.push(`    ${printInstruction(instruction)}`);
    lines.push(`    ${printTerminator(block.terminator)}`);
  }
  return lines.join("\n");
}

function printType(type: MirType | undefined): string {
  if (type === undefined) return "?";
  const details = Object.entries(type).filter(([key]) => key !== "kind");
  return details.length === 0
    ? type.kind
    : `${type.kind}(${details.map(([, value]) => (typeof value === "object" ? printType(value as MirType) : String(value))).join(", ")})`;
}

function printPlace(place: MirPlace): string {
  switch (place.kind) {
    case "local":
      return `%${place.local}`;
    case "static":
      return `@${place.static}`;
    case "slot":
      return `@${place.static}[${printExpr(place.index)}]`;
    case "field":
      return `${printExpr(place.object)}.f${place.field}`;
    case "element":
      return `${printExpr(place.array)}[${printExpr(place.index)}]`;
    case "length":
      return `${printExpr(place.array)}.length`;
    case "deref":
      return `*%${place.pointer}`;
    case "captured":
      return `%${place.environment}.v${place.variable}`;
  }
}

export function printExpr(expr: MirExpr): string {
  switch (expr.kind) {
    case "constant":
      return `${expr.value}:${expr.type.kind}`;
    case "wideConstant":
      return `${expr.value}:${expr.type.kind}`;
    case "nobody":
      return "nobody";
    case "textConstant":
      return JSON.stringify(expr.value);
    case "load":
      return printPlace(expr.place);
    case "address":
      return `&${printPlace(expr.place)}`;
    case "unary":
      return `${expr.op}${printExpr(expr.value)}`;
    case "binary":
      return `(${printExpr(expr.left)} ${expr.op} ${printExpr(expr.right)}):${expr.type.kind}`;
    case "cast":
      return `${expr.type.kind}(${printExpr(expr.value)})`;
    case "pure":
      return `${expr.symbol}(${expr.args.map(printExpr).join(", ")})`;
    case "select":
      return `(${printExpr(expr.test)} ? ${printExpr(expr.whenTrue)} : ${printExpr(expr.whenFalse)})`;
    case "arrayLength":
      return `length(${printExpr(expr.array)})`;
    case "view":
      return `${printExpr(expr.array)}[${printExpr(expr.start)} to ${printExpr(expr.end)}]`;
    case "overlay":
      return `${printExpr(expr.array)}[${printExpr(expr.length)} at byte ${printExpr(expr.start)}]`;
    case "arrayCapacity":
      return `capacity(${printExpr(expr.array)})`;
    case "closure":
      return `closure f${expr.function}`;
    case "wrap":
      return `${expr.arm}{${expr.value === null ? "" : printExpr(expr.value)}}`;
    case "payload":
      return `${printExpr(expr.value)}.${expr.arm}`;
    case "hasTag":
      return `${printExpr(expr.value)} is ${expr.arm}`;
    case "nothing":
      return "nothing";
    case "poolIsFull":
      return `pool ${expr.pool} is full`;
    case "isNothing":
      return `isNothing(${printExpr(expr.value)})`;
  }
}

function printInstruction(instruction: MirInstruction | FlatInstruction): string {
  const args = (list: readonly MirExpr[]): string => list.map(printExpr).join(", ");
  const result = (node: { readonly result: number | null }): string =>
    node.result === null ? "" : `%${node.result} = `;
  const node: MirInstruction | Extract<FlatInstruction, { kind: "wait" }> = instruction;
  switch (node.kind) {
    case "set":
      return `${printPlace(node.place)} = ${printExpr(node.value)}${node.counted === undefined ? "" : ` (${node.counted})`}`;
    case "takeSlot":
      return `%${node.result} = slot of pool ${node.pool}`;
    case "retain":
    case "release":
      return `${node.kind} ${printExpr(node.value)}`;
    case "openRoom":
    case "closeRoom":
      return `${node.kind} %${node.room}`;
    case "endScope":
      return `end scope of ${node.locals.map((local) => `%${local}`).join(", ")}`;
    case "dropElements":
      return `drop ${printExpr(node.array)} from ${printExpr(node.from)} to ${printExpr(node.to)}`;
    case "call":
      return `${result(node)}call f${node.function}(${args(node.args)})`;
    case "callClosure":
      return `${result(node)}call ${printExpr(node.closure)}(${args(node.args)})`;
    case "runtime":
      return `${result(node)}${node.symbol}(${args(node.args)})`;
    case "check":
      return `check ${printExpr(node.ok)} else ${JSON.stringify(node.message)}`;
    case "panic":
      return `panic ${printExpr(node.message)}`;
    case "log":
      return `log ${node.level} ${node.parts.map((part) => printExpr(part.value)).join(", ")}`;
    case "buildText":
      return `%${node.cell} = text ${node.symbol ?? ""}${args(node.parts)}`;
    case "openArray":
      return `open ${printExpr(node.array)} length ${printExpr(node.length)} of ${node.capacity}`;
    case "moveElements":
      return `move ${args([node.array, node.to, node.from, node.count])}`;
    case "spawn":
      return `spawn task ${node.task}(${args(node.args)})`;
    case "openGroup":
      return `open group ${node.group} of ${node.count}`;
    case "startBranch":
      return `start branch ${node.group}.${node.index} ${printWait(node.branch)}`;
    case "wait":
      return `wait ${node.state} ${printWait(node.wait)}`;
  }
}

function printWait(wait: MirWait): string {
  switch (wait.kind) {
    case "until":
      return `until ${printExpr(wait.deadline)}`;
    case "leaf":
      return `${wait.name}(${wait.args.map(printExpr).join(", ")})${wait.result === null ? "" : ` -> %${wait.result}`}`;
    case "call":
      return `f${wait.function}(${wait.args.map(printExpr).join(", ")})${wait.result === null ? "" : ` -> %${wait.result}`}`;
    case "all":
      return `group ${wait.group} [${wait.branches.map(printWait).join("; ")}]`;
  }
}

function printTerminator(terminator: MirTerminator): string {
  switch (terminator.kind) {
    case "goto":
      return `goto b${terminator.target}`;
    case "branch":
      return `if ${printExpr(terminator.test)} goto b${terminator.whenTrue} else b${terminator.whenFalse}`;
    case "return":
      return `return ${terminator.value === null ? "" : printExpr(terminator.value)}`;
    case "unreachable":
      return "unreachable";
    case "suspend":
      return `suspend ${printWait(terminator.wait)} then b${terminator.next}`;
  }
}
