/** Checks the invariants of MIR. A failure is a bug of the lowering, never of the user's program. */
import { InternalError } from "../source/assert.ts";
import type { Mir, MirExpr, MirFunction, MirInstruction, MirType } from "./mir.ts";
import { printExpr } from "./print-mir.ts";
import { successors, visitFunction } from "./walk-mir.ts";

export function verifyMir(mir: Mir): void {
  const known = new Set<number>(mir.functions.map((fn) => fn.id));
  for (const fn of [...mir.functions, ...mir.closures.map((closure) => closure.wrapper)])
    verifyFunction(fn, (id) => known.has(id));
}

function verifyFunction(fn: MirFunction, isKnown: (id: number) => boolean): void {
  const fail = (message: string): never => {
    throw new InternalError(`MIR of ${fn.name}: ${message}`);
  };
  visitFunction(fn, {
    read: (local) => void (fn.locals[local] ?? fail(`unknown local ${local}`)),
    write: (local) => void (fn.locals[local] ?? fail(`unknown local ${local}`)),
    address: (local) =>
      void (fn.locals[local]?.isAddressed ? 0 : fail(`the address of %${local} is kept, but it may move`)),
  });
  for (const block of fn.blocks) {
    const { terminator } = block;
    for (const target of successors(terminator))
      if (fn.blocks[target] === undefined) fail(`b${block.id} leads to b${target}, which does not exist`);
    if (terminator.kind === "suspend" && !fn.isAsync) fail("a synchronous function suspends");
    if (terminator.kind === "branch") verifyExpr(terminator.test, fail);
    for (const instruction of block.instructions) verifyInstruction(fn, instruction, isKnown, fail);
  }
}

function verifyInstruction(
  fn: MirFunction,
  instruction: MirInstruction,
  isKnown: (id: number) => boolean,
  fail: (message: string) => never,
): void {
  if (instruction.kind === "call" && !isKnown(instruction.function))
    fail(`call of f${instruction.function}, which was not lowered`);
  if (instruction.kind !== "set") return;
  verifyExpr(instruction.value, fail);
  if (instruction.place.kind !== "local") return;
  const type = fn.locals[instruction.place.local]?.type;
  if (type !== undefined && !isStorable(type, instruction.value.type)) {
    fail(
      `%${instruction.place.local} of type ${type.kind} is set to ${instruction.value.type.kind} ${printExpr(instruction.value)}`,
    );
  }
}

function isStorable(place: MirType, value: MirType): boolean {
  if (place.kind === "union" && value.kind === "union") return place.union === value.union;
  return (
    place.kind === value.kind ||
    (place.kind === "cell" && value.kind === "text") ||
    (place.kind === "unionCell" && value.kind === "union")
  );
}

/** Both operands of an arithmetic operation have one type. */
function verifyExpr(expr: MirExpr, fail: (message: string) => never): void {
  switch (expr.kind) {
    case "binary":
      verifyExpr(expr.left, fail);
      verifyExpr(expr.right, fail);
      if (expr.op !== "<<" && expr.op !== ">>" && expr.left.type.kind !== expr.right.type.kind)
        fail(`mixed operands in ${printExpr(expr)}`);
      return;
    case "unary":
    case "cast":
    case "payload":
    case "hasTag":
    case "isNothing":
      return verifyExpr(expr.value, fail);
    case "select":
      verifyExpr(expr.test, fail);
      verifyExpr(expr.whenTrue, fail);
      verifyExpr(expr.whenFalse, fail);
      if (expr.whenTrue.type.kind !== expr.whenFalse.type.kind) fail(`mixed arms in ${printExpr(expr)}`);
      return;
    case "wrap":
      if (expr.value !== null) verifyExpr(expr.value, fail);
      return;
    case "pure":
      for (const arg of expr.args) verifyExpr(arg, fail);
      return;
    default:
      return;
  }
}
