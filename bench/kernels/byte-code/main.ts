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
const memory = new Uint8Array(64);
const stack = new Int32Array(16);
const variables = new Int32Array(4);

/** The registers have as many bits as they need: 6 for the program counter, 4 for the top of the stack. */
function run(): void {
  let pc = 0;
  let top = 0;
  for (;;) {
    const operand = memory[(pc + 1) & 63];
    const below = (top - 1) & 15;
    switch (memory[pc]) {
      case Op.Push:
        stack[top] = operand;
        top = (top + 1) & 15;
        pc = (pc + 2) & 63;
        break;
      case Op.Load:
        stack[top] = variables[operand & 3];
        top = (top + 1) & 15;
        pc = (pc + 2) & 63;
        break;
      case Op.Store:
        variables[operand & 3] = stack[below];
        top = below;
        pc = (pc + 2) & 63;
        break;
      case Op.Add:
        stack[(top - 2) & 15] += stack[below];
        top = below;
        pc = (pc + 1) & 63;
        break;
      case Op.Subtract:
        stack[(top - 2) & 15] -= stack[below];
        top = below;
        pc = (pc + 1) & 63;
        break;
      case Op.Multiply: {
        const at = (top - 2) & 15;
        stack[at] = Math.imul(stack[at], stack[below]);
        top = below;
        pc = (pc + 1) & 63;
        break;
      }
      case Op.JumpIfNotZero:
        pc = (stack[below] !== 0 ? operand : pc + 2) & 63;
        top = below;
        break;
      default:
        return;
    }
  }
}

function kernel(seed: u32): u32 {
  memory.set(program);
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
