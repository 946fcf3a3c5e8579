/** Traversal of MIR: which locals instructions and terminators read, write and take the address of. */
import type { BlockId, LocalId } from "./ids.ts";
import type { MirExpr, MirFunction, MirInstruction, MirPlace, MirTerminator, MirWait } from "./mir.ts";

export interface LocalUses {
  read(local: LocalId): void;
  write(local: LocalId): void;
  address(local: LocalId): void;
}

export function visitExpr(expr: MirExpr, uses: LocalUses): void {
  switch (expr.kind) {
    case "constant":
    case "textConstant":
    case "nobody":
    case "poolIsFull":
      return;
    case "load":
      return visitPlace(expr.place, uses, "read");
    case "address":
      return visitPlace(expr.place, uses, "address");
    case "unary":
    case "cast":
      return visitExpr(expr.value, uses);
    case "binary":
      visitExpr(expr.left, uses);
      return visitExpr(expr.right, uses);
    case "pure":
      for (const arg of expr.args) visitExpr(arg, uses);
      return;
    case "select":
      visitExpr(expr.test, uses);
      visitExpr(expr.whenTrue, uses);
      return visitExpr(expr.whenFalse, uses);
    case "arrayLength":
    case "arrayCapacity":
      return visitExpr(expr.array, uses);
    case "view":
      visitExpr(expr.array, uses);
      visitExpr(expr.start, uses);
      return visitExpr(expr.end, uses);
    case "overlay":
      visitExpr(expr.array, uses);
      visitExpr(expr.start, uses);
      return visitExpr(expr.length, uses);
    case "wrap":
      if (expr.value !== null) visitExpr(expr.value, uses);
      return;
    case "payload":
    case "hasTag":
    case "isNothing":
      return visitExpr(expr.value, uses);
    case "nothing":
      return;
    case "closure":
      if (expr.environment !== null) visitExpr(expr.environment, uses);
      return;
  }
}

function visitPlace(place: MirPlace, uses: LocalUses, access: "read" | "write" | "address"): void {
  switch (place.kind) {
    case "local":
      return uses[access](place.local);
    case "static":
      return;
    case "slot":
      return visitExpr(place.index, uses);
    case "field":
      return visitExpr(place.object, uses);
    case "element":
      visitExpr(place.array, uses);
      return visitExpr(place.index, uses);
    case "length":
      return visitExpr(place.array, uses);
    case "deref":
      return uses.read(place.pointer);
    case "captured":
      if (place.isNew === true) return uses.read(place.environment);
      return access === "write" ? uses.address(place.environment) : uses.read(place.environment);
  }
}

export function visitInstruction(instruction: MirInstruction, uses: LocalUses): void {
  switch (instruction.kind) {
    case "set":
      visitExpr(instruction.value, uses);
      return visitPlace(instruction.place, uses, "write");
    case "call":
    case "runtime":
    case "callClosure":
      if (instruction.kind === "callClosure") visitExpr(instruction.closure, uses);
      for (const arg of instruction.args) visitExpr(arg, uses);
      if (instruction.result !== null) uses.write(instruction.result);
      return;
    case "check":
      return visitExpr(instruction.ok, uses);
    case "panic":
      return visitExpr(instruction.message, uses);
    case "log":
      for (const part of instruction.parts) visitExpr(part.value, uses);
      return;
    case "buildText":
      for (const part of instruction.parts) visitExpr(part, uses);
      return uses.write(instruction.cell);
    case "openArray":
      visitExpr(instruction.array, uses);
      return visitExpr(instruction.length, uses);
    case "moveElements":
      for (const part of [instruction.array, instruction.to, instruction.from, instruction.count])
        visitExpr(part, uses);
      return;
    case "spawn":
      for (const arg of instruction.args) visitExpr(arg, uses);
      return;
    case "openGroup":
    case "endScope":
      return;
    case "takeSlot":
      return uses.write(instruction.result);
    case "retain":
    case "release":
      return visitExpr(instruction.value, uses);
    case "openRoom":
    case "closeRoom":
      return uses.address(instruction.room);
    case "dropElements":
      for (const part of [instruction.array, instruction.from, instruction.to]) visitExpr(part, uses);
      return;
    case "startBranch":
      for (const arg of instruction.branch.args) visitExpr(arg, uses);
      return;
  }
}

/** The reads that happen before the wait; its results are written after it. */
export function visitWait(wait: MirWait, uses: LocalUses): void {
  switch (wait.kind) {
    case "until":
      return visitExpr(wait.deadline, uses);
    case "all":
      for (const branch of wait.branches) if (branch.result !== null) uses.write(branch.result);
      return;
    case "leaf":
    case "call":
      for (const arg of wait.args) visitExpr(arg, uses);
      if (wait.result !== null) uses.write(wait.result);
      return;
  }
}

export function visitTerminator(terminator: MirTerminator, uses: LocalUses): void {
  switch (terminator.kind) {
    case "goto":
    case "unreachable":
      return;
    case "branch":
      return visitExpr(terminator.test, uses);
    case "return":
      if (terminator.value !== null) visitExpr(terminator.value, uses);
      return;
    case "suspend":
      return visitWait(terminator.wait, uses);
  }
}

export function visitFunction(fn: Pick<MirFunction, "blocks">, uses: LocalUses): void {
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) visitInstruction(instruction, uses);
    visitTerminator(block.terminator, uses);
  }
}

/** The blocks that may run next. */
export function successors(terminator: MirTerminator): readonly BlockId[] {
  switch (terminator.kind) {
    case "goto":
      return [terminator.target];
    case "branch":
      return [terminator.whenTrue, terminator.whenFalse];
    case "suspend":
      return [terminator.next];
    case "return":
    case "unreachable":
      return [];
  }
}
