/** Random HIR expressions over what a scope offers. */
import type { IntrinsicName } from "../compiler/intrinsics/table.ts";
import type { ArithmeticOp, CompareOp, HirExpr, HirTarget, SizedName } from "../compiler/ir/hir.ts";
import {
  type ArrayId,
  type ClassId,
  classId,
  type FieldId,
  type FunctionId,
  type JumpId,
  type LocalId,
  type StaticId,
} from "../compiler/ir/ids.ts";
import { ProgramBuilder } from "./ranges-builder.ts";

import type { Random } from "./ranges-random.ts";

const constants = [
  0,
  0,
  1,
  1,
  2,
  3,
  5,
  7,
  10,
  16,
  31,
  64,
  100,
  127,
  128,
  255,
  256,
  1000,
  -1,
  -2,
  -10,
  -128,
  0.5,
  1.5,
  -0.25,
  65535,
  2147483647,
  2147483648,
  -2147483648,
  4294967295,
  4294967296,
  9007199254740991,
  9007199254740992,
  1e300,
  NaN,
  Infinity,
  -Infinity,
  -0,
];
export const small = [0, 1, 2, 3, 4, 5, 8, 10];
const arithmeticOps: readonly ArithmeticOp[] = [
  "+",
  "+",
  "+",
  "-",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
];
const compareOps: readonly CompareOp[] = ["<", "<", "<=", ">", ">=", "===", "!=="];
export const sizedNames: readonly SizedName[] = ["i8", "u8", "i16", "u16", "i32", "u32", "f32", "f64"];
const mathNames: readonly IntrinsicName[] = [
  "mathAbs",
  "mathMin",
  "mathMax",
  "mathFloor",
  "mathCeil",
  "mathTrunc",
  "mathRound",
  "mathSign",
  "mathImul",
  "mathClz32",
  "mathFround",
  "mathSqrt",
  "mathSin",
  "nowMs",
  "nowMs",
];
const predicates: readonly IntrinsicName[] = [
  "numberIsInteger",
  "numberIsFinite",
  "numberIsNaN",
  "numberIsSafeInteger",
];
const twoArguments = new Set<IntrinsicName>(["mathMin", "mathMax", "mathImul"]);

export interface Scope {
  readonly owner: FunctionId;
  /** Locals that may be read, and those that may be written. */
  readonly readable: LocalId[];
  readonly writable: LocalId[];
  readonly loops: readonly JumpId[];
  readonly breaks: readonly JumpId[];
  /** Locals that name an object. */
  readonly objects: LocalId[];
  readonly callable: readonly FunctionId[];
  readonly canWait: boolean;
  readonly depth: number;
}

export class ExpressionGenerator {
  protected readonly random: Random;
  protected readonly b = new ProgramBuilder();
  protected readonly statics: StaticId[] = [];
  protected readonly constants: StaticId[] = [];
  protected readonly arrays: { readonly local: StaticId; readonly kind: ArrayId }[] = [];
  protected class: { readonly id: ClassId; readonly fields: readonly FieldId[] } = {
    id: classId(0),
    fields: [],
  };
  /** Statics that name objects of that class; one may be reassigned. */
  protected readonly holders: StaticId[] = [];
  protected closure: FunctionId | null = null;

  constructor(random: Random) {
    this.random = random;
  }

  protected store(scope: Scope, depth: number): HirExpr {
    const b = this.b;
    const target = this.target(scope);
    const choice = this.random.below(6);
    if (choice === 0) return b.update(target, this.random.pick([1, -1] as const), this.random.chance(0.5));
    if (choice <= 2) {
      const op = this.random.chance(0.6)
        ? this.random.pick(["+", "-"] as const)
        : this.random.pick(arithmeticOps);
      return b.compound(target, op, this.number(scope, depth - 1));
    }
    if (choice === 3 && (target.kind === "local" || target.kind === "static")) {
      const old = target.kind === "local" ? b.get(target.local) : b.getStatic(target.static);
      const delta = this.number(scope, depth - 1);
      const op = this.random.pick(["+", "-"] as const);
      const isSwapped = op === "+" && this.random.chance(0.3);
      return b.assign(target, isSwapped ? b.arith(op, delta, old) : b.arith(op, old, delta));
    }
    return b.assign(target, this.number(scope, depth));
  }

  private target(scope: Scope): HirTarget {
    const choice = this.random.below(8);
    if (choice <= 3 && scope.writable.length > 0)
      return { kind: "local", local: this.random.pick(scope.writable) };
    if (choice === 4 || choice === 6) {
      return { kind: "field", object: this.object(scope), field: this.random.pick(this.class.fields) };
    }
    if (choice === 5) return this.element(scope);
    return { kind: "static", static: this.random.pick(this.statics) };
  }

  private element(scope: Scope): Extract<HirTarget, { kind: "element" }> {
    const b = this.b;
    const { local } = this.random.pick(this.arrays);
    return { kind: "element", array: b.getStatic(local), index: this.index(scope, local) };
  }

  protected number(scope: Scope, depth: number): HirExpr {
    const b = this.b;
    if (depth <= 0) return this.leaf(scope);
    const number = (): HirExpr => this.number(scope, depth - 1);
    switch (this.random.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return b.arith(this.random.pick(arithmeticOps), number(), number());
      case 5:
        return b.convert(this.random.pick(sizedNames), number());
      case 6:
        return b.conditional(this.condition(scope, depth - 1), number(), number());
      case 7: {
        const name = this.random.pick(mathNames);
        const args = name === "nowMs" ? [] : twoArguments.has(name) ? [number(), number()] : [number()];
        return b.intrinsic(name, ...args);
      }
      case 8:
        return b.logical(this.random.pick(["&&", "||"] as const), number(), number());
      case 9:
        return this.random.chance(0.5) ? b.negate(number()) : b.bitNot(number());
      case 10:
        return this.store(scope, depth);
      case 11:
        return this.call(scope, depth);
      default:
        return this.leaf(scope);
    }
  }

  private call(scope: Scope, depth: number): HirExpr {
    const b = this.b;
    const number = (): HirExpr => this.number(scope, depth - 1);
    const isMain = scope.owner === b.main;
    if (isMain && this.closure !== null && this.random.chance(0.3))
      return b.callClosure(b.closure(this.closure), number());
    if (scope.callable.length === 0) return this.leaf(scope);
    return b.call(this.random.pick(scope.callable), number(), number(), this.object(scope));
  }

  private leaf(scope: Scope): HirExpr {
    const b = this.b;
    switch (this.random.below(12)) {
      case 0:
        return b.num(this.random.pick(constants));
      case 1:
      case 2:
        return b.num(this.random.pick(small));
      case 3:
        return b.getStatic(this.random.pick(this.statics));
      case 4: {
        const constant = this.constants[0];
        return constant === undefined ? b.num(1) : b.getStatic(constant);
      }
      case 5: {
        const array = this.arrays[0];
        return array === undefined ? b.num(1) : b.length(b.getStatic(array.local));
      }
      case 6:
        if (this.arrays.length === 0) return b.num(2);
        return this.randomElement(scope);
      case 7:
        if (this.holders.length === 0) return b.num(3);
        return b.getField(this.object(scope), this.random.pick(this.class.fields));
      default:
        return scope.readable.length === 0
          ? b.num(this.random.pick(constants))
          : b.get(this.random.pick(scope.readable));
    }
  }

  private randomElement(scope: Scope): HirExpr {
    const { local } = this.random.pick(this.arrays);
    return this.b.element(this.b.getStatic(local), this.index(scope, local));
  }

  /** Mostly one that exists. */
  private index(scope: Scope, array: StaticId): HirExpr {
    const { b } = this;
    const isVariable = scope.readable.length > 0 && this.random.chance(0.6);
    const any = isVariable ? b.get(this.random.pick(scope.readable)) : b.num(this.random.below(3));
    if (this.random.chance(0.2)) return any;
    return b.arith("%", b.arith(">>>", any, b.num(0)), b.length(b.getStatic(array)));
  }

  protected condition(scope: Scope, depth: number): HirExpr {
    const b = this.b;
    const choice = this.random.below(10);
    if (choice === 0 && depth > 0) return b.not(this.condition(scope, depth - 1));
    if (choice <= 2 && depth > 0) {
      const op = this.random.pick(["&&", "||"] as const);
      return b.logical(op, this.condition(scope, depth - 1), this.condition(scope, depth - 1));
    }
    if (choice === 3) return b.truthy(this.number(scope, depth));
    if (choice === 4) return b.intrinsic(this.random.pick(predicates), this.number(scope, 0));
    return b.cmp(
      this.random.pick(compareOps),
      this.number(scope, this.random.chance(0.7) ? 0 : 1),
      this.number(scope, depth),
    );
  }

  protected object(scope: Scope): HirExpr {
    const b = this.b;
    const choice = this.random.below(10);
    if (choice < 5 && scope.objects.length > 0) return b.get(this.random.pick(scope.objects));
    if (choice < 9) return b.getStatic(this.random.pick(this.holders));
    const [first, second] = [
      b.getStatic(this.random.pick(this.holders)),
      b.getStatic(this.random.pick(this.holders)),
    ];
    return b.conditional(this.condition(scope, 0), first, second);
  }
}
