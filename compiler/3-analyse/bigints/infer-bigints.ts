/**
 * Which bigints every place and expression of a program may hold. One interval
 * a place for the whole program, whatever the order of its stores: with 64 bits
 * there is less to win than with numbers.
 *
 * What leaves 64 bits has stopped the program (or wrapped, without checks), so
 * facts stay within them. Operands whose high bits nobody looks at (`asUintN(64,
 * a * b)`, `x & mask`) are computed modulo 2^64: their ranges are exact ones.
 */
import { type BigintOperatorName, bigintOperators, isBigintOperator } from "../../intrinsics/bigints.ts";
import { maskedOperand } from "../../ir/bigint-bits.ts";
import {
  ANY_BIGINT,
  bigintLimits,
  bigintOperation,
  bigintRange,
  bigintTypeOf,
  invertBigints,
  isWithinBigints,
  joinBigints,
  meetBigints,
  negateBigints,
  wrapBigints,
} from "../../ir/bigint-ranges.ts";
import type { BigintFacts, BigintRange, NumberFact } from "../../ir/facts.ts";
import type { HirExpr, HirProgram, HirType } from "../../ir/hir.ts";
import type { NodeId } from "../../ir/ids.ts";
import { armOf, hasBigint } from "../../ir/union-types.ts";
import { collectFlows, type Flow, memoryKey, memoryOf, typeOfPlace } from "../../ir/value-flow.ts";
import { walkStatements } from "../../ir/walk-hir.ts";
import { defined } from "../../source/assert.ts";

type Maybe = BigintRange | null;
type Intrinsic = Extract<HirExpr, { kind: "intrinsic" }>;

export interface BigintOptions {
  readonly checks: "all" | "none";
  /** null: numbers are not known yet. Then nothing is said about representations either: a superset of what they allow. */
  readonly numbers: ((id: NodeId) => NumberFact) | null;
}

export function inferBigints(program: HirProgram, options: BigintOptions): BigintFacts {
  return new BigintInference(program, options).run();
}

/** Joins without widening, then bounds go on to the next of these. */
const JOINS = 4;
const STEPS: readonly bigint[] = [
  -(2n ** 63n),
  -(2n ** 53n),
  -(2n ** 31n),
  -1n,
  0n,
  255n,
  65535n,
  2n ** 31n - 1n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

interface Cell {
  range: Maybe;
  changes: number;
}

class BigintInference {
  readonly #program: HirProgram;
  readonly #options: BigintOptions;
  readonly #cells = new Map<string, Cell>();
  readonly #nodes = new Map<NodeId, Maybe>();
  /** What expressions gave since a place last changed. */
  #known = new Map<NodeId, Maybe>();
  #changed = false;

  constructor(program: HirProgram, options: BigintOptions) {
    this.#program = program;
    this.#options = options;
  }

  run(): BigintFacts {
    const flows = collectFlows(this.#program).filter((flow) => this.#moves(flow));
    do {
      this.#changed = false;
      for (const flow of flows) this.#follow(flow);
    } while (this.#changed);
    this.#record();
    const at = (key: string): Maybe => this.#read(key);
    const program = this.#program;
    return {
      node: (id) => this.#nodes.get(id) ?? null,
      local: (id) => at(`local ${id}`),
      static: (id) => at(`static ${id}`),
      field: (id) => at(`field ${id}`),
      element: (id) => at(`element ${program.arrayOf(id)}`),
      result: (id) => at(`result ${id}`),
      signatureParameter: (id, index) => at(`parameter ${program.signatureOf(id)} ${index}`),
      signatureResult: (id) => at(`closure ${program.signatureOf(id)}`),
    };
  }

  // Places

  #read(key: string): Maybe {
    return this.#clamp(this.#cells.get(key)?.range ?? null);
  }

  /** The place of this type may hold these values. */
  #store(key: string, type: HirType | undefined, value: Maybe): void {
    if (type === undefined || value === null) return;
    const arm = armOf(type, "bigint");
    if (arm?.kind !== "bigint") return;
    this.#join(key, arm.sized === null ? value : this.#within(value, bigintLimits[arm.sized]));
  }

  #join(key: string, value: Maybe): void {
    const cell = this.#cells.get(key) ?? { range: null, changes: 0 };
    this.#cells.set(key, cell);
    const both = joinBigints(cell.range, value);
    if (both === null || (cell.range !== null && isWithinBigints(both, cell.range))) return;
    cell.changes += 1;
    cell.range = cell.changes <= JOINS || cell.range === null ? both : widen(cell.range, both);
    this.#changed = true;
    this.#known = new Map();
  }

  /** What is left of the values after a check that they are within the limits. */
  #within(value: Maybe, limits: BigintRange): Maybe {
    if (isWithinBigints(value, limits)) return value;
    return this.#options.checks === "all" ? meetBigints(value, limits) : limits;
  }

  /** What is left after the check of the 64-bit type that the values are kept in. */
  #clamp(value: Maybe): Maybe {
    if (value === null) return null;
    if (this.#options.numbers === null) return isWithinBigints(value, ANY_BIGINT) ? value : ANY_BIGINT;
    return this.#within(value, bigintLimits[bigintTypeOf(value)]);
  }

  // Flows between places

  /** Whether bigints may pass here. */
  #moves(flow: Flow): boolean {
    switch (flow.kind) {
      case "store":
        return hasBigint(flow.from.type);
      case "iterate":
        return hasBigint(this.#program.locals[flow.local]?.type ?? { kind: "void" });
      case "return":
        return hasBigint(flow.value.type);
      case "call":
      case "callClosure":
        return (
          hasBigint(flow.node.type) ||
          flow.args.some((argument) => hasBigint(argument.type)) ||
          this.#returns(flow)
        );
      case "closure":
        return true;
      default:
        return false;
    }
  }

  /** A branch of `Promise.all` has a result of its own. */
  #returns(flow: Flow): boolean {
    const result = flow.kind === "call" ? this.#program.functions[flow.callee]?.result : undefined;
    return result !== undefined && hasBigint(result);
  }

  #follow(flow: Flow): void {
    switch (flow.kind) {
      case "store":
        if (hasBigint(flow.from.type))
          this.#store(memoryKey(flow.to), typeOfPlace(this.#program, flow.to), this.#evaluate(flow.from));
        return;
      case "iterate": {
        const { place } = memoryOf(this.#program, { kind: "element", array: flow.array, index: flow.array });
        this.#store(
          `local ${flow.local}`,
          this.#program.locals[flow.local]?.type,
          this.#read(memoryKey(place)),
        );
        return;
      }
      case "return":
        if (hasBigint(flow.value.type)) {
          const fn = this.#program.functions[flow.function];
          const value = this.#evaluate(flow.value);
          this.#store(`result ${flow.function}`, fn?.result, value);
          if (fn?.signature !== null && fn?.signature !== undefined)
            this.#store(`closure ${this.#program.signatureOf(fn.signature)}`, fn.result, value);
        }
        return;
      case "call":
        this.#enter(flow.callee, flow.args);
        if (flow.resultLocal !== null)
          this.#store(
            `local ${flow.resultLocal}`,
            this.#program.locals[flow.resultLocal]?.type,
            this.#read(`result ${flow.callee}`),
          );
        return;
      case "callClosure":
        flow.args.forEach((argument, index) => {
          const type = this.#program.signatures[flow.signature]?.parameters[index];
          if (hasBigint(argument.type))
            this.#store(`parameter ${flow.signature} ${index}`, type, this.#evaluate(argument));
        });
        return;
      case "closure":
        this.#passParameters(flow.closure);
        return;
      default:
        return;
    }
  }

  #enter(callee: number, args: readonly HirExpr[]): void {
    const fn = this.#program.functions[callee];
    fn?.parameters.forEach((local, index) => {
      const argument = args[index];
      if (argument === undefined || !hasBigint(argument.type)) return;
      this.#store(`local ${local}`, this.#program.locals[local]?.type, this.#evaluate(argument));
    });
    /* A C function may return anything. */
    if (fn !== undefined && fn.external !== null && hasBigint(fn.result))
      this.#store(`result ${callee}`, fn.result, ANY_BIGINT);
  }

  /** A function that is used as a value takes what calls through its signature pass. */
  #passParameters(id: number): void {
    const fn = this.#program.functions[id];
    if (fn === undefined || fn.signature === null) return;
    const signature = this.#program.signatureOf(fn.signature);
    fn.parameters.forEach((local, index) => {
      this.#store(
        `local ${local}`,
        this.#program.locals[local]?.type,
        this.#read(`parameter ${signature} ${index}`),
      );
    });
  }

  // Expressions

  #record(): void {
    for (const fn of this.#program.functions) {
      walkStatements(fn.body, {
        expression: (node) => {
          if (hasBigint(node.type)) this.#nodes.set(node.id, this.#evaluate(node));
        },
      });
    }
  }

  #evaluate(node: HirExpr): Maybe {
    const known = this.#known.get(node.id);
    if (known !== undefined) return known;
    const value = this.#clamp(this.#exact(node));
    this.#known.set(node.id, value);
    return value;
  }

  /** Before anything is said about 64 bits. */
  #exact(node: HirExpr): Maybe {
    switch (node.kind) {
      case "bigint":
        return { lo: node.value, hi: node.value };
      case "local":
      case "static":
      case "field":
      case "element":
        return this.#read(memoryKey(memoryOf(this.#program, node).place));
      case "assign":
      case "wrap":
      case "unwrap":
      case "sequence":
        return hasBigint(node.value.type) ? this.#evaluate(node.value) : null;
      case "logical":
        return joinBigints(this.#part(node.left), this.#part(node.right));
      case "conditional":
        return joinBigints(this.#part(node.whenTrue), this.#part(node.whenFalse));
      case "call":
        return this.#read(`result ${node.function}`);
      case "callClosure":
        return node.closure.type.kind === "closure"
          ? this.#read(`closure ${this.#program.signatureOf(node.closure.type.signature)}`)
          : null;
      case "await":
        return node.operand.kind === "call" ? this.#read(`result ${node.operand.function}`) : null;
      case "intrinsic":
        return this.#intrinsic(node);
      default:
        return null;
    }
  }

  #part(node: HirExpr): Maybe {
    return hasBigint(node.type) ? this.#evaluate(node) : null;
  }

  #intrinsic(node: Intrinsic): Maybe {
    const [first, second] = node.args;
    if (first === undefined) return null;
    if (isBigintOperator(node.name)) return this.#operator(node, node.name, defined(second, "right operand"));
    switch (node.name) {
      case "bigintNegate":
        return negateBigints(this.#evaluate(first));
      case "bigintNot":
        return invertBigints(this.#evaluate(first));
      case "bigintAsInt":
      case "bigintAsUint": {
        const bits = first.kind === "number" ? first.value : 64;
        return wrapBigints(bits, node.name === "bigintAsInt", this.#modular(defined(second, "value")));
      }
      case "bigintFromNumber":
        return this.#fromNumber(first);
      default:
        return ANY_BIGINT;
    }
  }

  #operator(node: Intrinsic, name: BigintOperatorName, right: HirExpr): Maybe {
    const left = defined(node.args[0], "left operand");
    const masked = maskedOperand(node, (id) => this.#evaluate(id));
    const value = (side: HirExpr): Maybe => (side === masked ? this.#modular(side) : this.#evaluate(side));
    return bigintOperation(bigintOperators[name], value(left), value(right));
  }

  /** The exact range of a value of which only the low 64 bits are computed. */
  #modular(node: HirExpr): Maybe {
    if (node.kind === "bigint") return this.#exact(node);
    if (node.kind === "sequence") return this.#modular(node.value);
    if (node.kind === "conditional")
      return joinBigints(this.#modular(node.whenTrue), this.#modular(node.whenFalse));
    if (node.kind !== "intrinsic") return this.#evaluate(node);
    const [first, second] = node.args;
    if (first === undefined) return null;
    switch (node.name) {
      case "bigintAdd":
      case "bigintSubtract":
      case "bigintMultiply":
      case "bigintAnd":
      case "bigintOr":
      case "bigintXor":
        return bigintOperation(
          bigintOperators[node.name],
          this.#modular(first),
          this.#modular(defined(second, "right operand")),
        );
      case "bigintShiftLeft":
        return second?.kind === "bigint" && second.value >= 0n
          ? bigintOperation("<<", this.#modular(first), { lo: second.value, hi: second.value })
          : this.#exact(node);
      case "bigintShiftRight":
      case "bigintDivide":
      case "bigintRemainder":
        return this.#exact(node);
      case "bigintNegate":
        return negateBigints(this.#modular(first));
      case "bigintNot":
        return invertBigints(this.#modular(first));
      case "bigintFromText":
        return bigintRange(-(2n ** 500n), 2n ** 500n);
      default:
        return this.#evaluate(node);
    }
  }

  #fromNumber(node: HirExpr): Maybe {
    const { numbers } = this.#options;
    if (numbers === null) return ANY_BIGINT;
    const { lo, hi } = numbers(node.id);
    if (lo > hi) return null;
    const most = 2 ** 65;
    return bigintRange(BigInt(Math.ceil(Math.max(lo, -most))), BigInt(Math.floor(Math.min(hi, most))));
  }
}

function widen(old: BigintRange, next: BigintRange): Maybe {
  const below = STEPS.findLast((step) => step <= next.lo) ?? next.lo;
  const above = STEPS.find((step) => step >= next.hi) ?? next.hi;
  return { lo: next.lo < old.lo ? below : old.lo, hi: next.hi > old.hi ? above : old.hi };
}
