/** A stack machine that runs a loop of some thousand steps: the sum of a polynomial modulo 2^32. */
import { u32 } from "tsfw";

enum Op {
  Push,
  Load,
  Store,
  Add,
  Subtract,
  Multiply,
  JumpIfNotZero,
  Halt,
}

// biome-ignore format: an instruction and its operand belong together
const program = new Uint8Array([
  Op.Push, 250, Op.Store, 0,
  // loop:
  Op.Load, 1, Op.Load, 0, Op.Load, 0, Op.Multiply, Op.Push, 7, Op.Add, Op.Add, Op.Store, 1,
  Op.Load, 1, Op.Push, 3, Op.Multiply, Op.Store, 1,
  Op.Load, 0, Op.Push, 1, Op.Subtract, Op.Store, 0,
  Op.Load, 0, Op.JumpIfNotZero, 4,
  Op.Halt,
]);
const stack = new Int32Array(16);
const variables = new Int32Array(4);

function run(): void {
  let pc = 0;
  let top = 0;
  for (;;) {
    const op = program[pc];
    switch (op) {
      case Op.Push:
        stack[top] = program[pc + 1];
        top += 1;
        pc += 2;
        break;
      case Op.Load:
        stack[top] = variables[program[pc + 1]];
        top += 1;
        pc += 2;
        break;
      case Op.Store:
        top -= 1;
        variables[program[pc + 1]] = stack[top];
        pc += 2;
        break;
      case Op.Add:
        top -= 1;
        stack[top - 1] += stack[top];
        pc += 1;
        break;
      case Op.Subtract:
        top -= 1;
        stack[top - 1] -= stack[top];
        pc += 1;
        break;
      case Op.Multiply:
        top -= 1;
        stack[top - 1] = Math.imul(stack[top - 1], stack[top]);
        pc += 1;
        break;
      case Op.JumpIfNotZero:
        top -= 1;
        pc = stack[top] !== 0 ? program[pc + 1] : pc + 2;
        break;
      default:
        return;
    }
  }
}

function kernel(seed: u32): u32 {
  variables.fill(0);
  variables[1] = seed;
  run();
  return u32(variables[1]);
}

let sum: u32 = 1;
for (let round = 0; round < 3; round++) {
  sum = kernel(sum);
}
console.log(sum);
