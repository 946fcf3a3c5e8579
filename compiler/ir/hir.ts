/**
 * HIR: the checked program as a closed, typed tree. Names are resolved, sugar
 * that needs no analysis is gone, every expression has an id, a type and a span.
 *
 * The tree is immutable. Facts that analyses find about it live in tables keyed
 * by the ids (`ir/facts.ts`), never in the nodes.
 *
 * Evaluation order is the order of the fields as listed, left to right, as in
 * JavaScript; a compound assignment or update evaluates the object and index of
 * its target once, reads the old value, then evaluates its operand, then stores.
 */

import type { DriverName, IntrinsicName, SuspendName } from "../intrinsics/table.ts";
import type { Span } from "../source/span.ts";
import type { ArrayOperation, ElementTarget } from "./hir-arrays.ts";
import type { CastNode } from "./hir-casts.ts";
import type { HirErrors } from "./hir-errors.ts";
import type { PoolQuestion } from "./hir-pools.ts";
import type {
  ArrayId,
  ClassId,
  FieldId,
  FunctionId,
  JumpId,
  LocalId,
  NodeId,
  SignatureId,
  SiteId,
  StaticId,
} from "./ids.ts";
import type { ArmKind } from "./union-types.ts";

export type SizedName = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64";

export type HirType =
  /** A JavaScript number; `sized` is the annotation of section 3 of LANGUAGE.md, or null for plain `number`. */
  | { readonly kind: "number"; readonly sized: SizedName | null }
  | { readonly kind: "boolean" }
  /** `max`: the bytes that `Max<string, N>` allows in a place of this type. */
  | { readonly kind: "string"; readonly max?: number }
  | { readonly kind: "bigint"; readonly sized: "i64" | "u64" | null }
  /** undefined: of a function, that it returns nothing. */
  | { readonly kind: "void" }
  | { readonly kind: "null" }
  /** A reference to an object: a class instance or an object literal (an anonymous class). */
  | { readonly kind: "object"; readonly class: ClassId }
  /**
   * A reference to an array. Arrays between which values flow share one ArrayId
   * after `HirProgram.arrayOf` (they have one element representation). `max` is
   * the bound that `Max<T[], N>` gives a place or literal of this type.
   */
  | { readonly kind: "array"; readonly array: ArrayId; readonly max?: number }
  /** A function value. Signatures between which values flow are unified by `HirProgram.signatureOf`. */
  | { readonly kind: "closure"; readonly signature: SignatureId }
  /** A driver object (Output, Input, Uart): at run time its pin or peripheral number, a constant. */
  | { readonly kind: "handle"; readonly driver: DriverName }
  /** One of several types: at most one arm of each kind, in the order of `armKinds`; numbers have no size there. */
  | { readonly kind: "union"; readonly arms: readonly HirType[] };

export type ArithmeticOp = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>";
export type CompareOp = "<" | "<=" | ">" | ">=" | "===" | "!==";

interface Node {
  readonly id: NodeId;
  readonly type: HirType;
  readonly span: Span;
}

/** What an assignment writes to. */
export type HirTarget =
  | { readonly kind: "local"; readonly local: LocalId }
  | { readonly kind: "static"; readonly static: StaticId }
  | { readonly kind: "field"; readonly object: HirExpr; readonly field: FieldId }
  | ElementTarget;

/** What an `await` waits for: it is started by the await itself. */
export type HirAwaitable =
  /** A call of an async function (its `this`, if any, is the first argument). */
  | {
      readonly kind: "call";
      readonly function: FunctionId;
      readonly args: readonly HirExpr[];
      readonly span: Span;
    }
  /** A wait that the runtime or a driver implements. */
  | {
      readonly kind: "suspend";
      readonly name: SuspendName;
      readonly args: readonly HirExpr[];
      readonly span: Span;
    };

export type HirExpr = Node &
  (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "string"; readonly value: string }
    | { readonly kind: "bigint"; readonly value: bigint }
    | { readonly kind: "undefined" }
    | { readonly kind: "null" }
    | { readonly kind: "local"; readonly local: LocalId }
    | { readonly kind: "static"; readonly static: StaticId }
    | { readonly kind: "field"; readonly object: HirExpr; readonly field: FieldId }
    | ElementTarget
    | { readonly kind: "arrayLength"; readonly array: HirExpr }
    | { readonly kind: "stringLength"; readonly value: HirExpr }
    /** Value: the value assigned. */
    | { readonly kind: "assign"; readonly target: HirTarget; readonly value: HirExpr }
    /** `target op= value` on numbers. Value: the new value. */
    | {
        readonly kind: "compound";
        readonly target: HirTarget;
        readonly op: ArithmeticOp;
        readonly value: HirExpr;
      }
    /** `target += value` where the target is a string. Value: the new value. */
    | { readonly kind: "append"; readonly target: HirTarget; readonly value: HirExpr }
    /** `++` and `--`. Value: the new value when `prefix`, else the old one. */
    | {
        readonly kind: "update";
        readonly target: HirTarget;
        readonly delta: 1 | -1;
        readonly prefix: boolean;
      }
    | {
        readonly kind: "arithmetic";
        readonly op: ArithmeticOp;
        readonly left: HirExpr;
        readonly right: HirExpr;
      }
    /** Both operands have the same kind of type: number, bigint, string, boolean, or a reference (=== and !== only). */
    | { readonly kind: "compare"; readonly op: CompareOp; readonly left: HirExpr; readonly right: HirExpr }
    | { readonly kind: "negate"; readonly value: HirExpr }
    | { readonly kind: "bitNot"; readonly value: HirExpr }
    | { readonly kind: "not"; readonly value: HirExpr }
    /** ToBoolean of a number, bigint, string or union (of a boolean it is not written). */
    | { readonly kind: "truthy"; readonly value: HirExpr }
    /** `left && right`, `left || right`, both of the node's own type; value as in JavaScript. */
    | { readonly kind: "logical"; readonly op: "&&" | "||"; readonly left: HirExpr; readonly right: HirExpr }
    | {
        readonly kind: "conditional";
        readonly test: HirExpr;
        readonly whenTrue: HirExpr;
        readonly whenFalse: HirExpr;
      }
    /** Into a union: from one of its arms, or from a union of some of them. */
    | { readonly kind: "wrap"; readonly value: HirExpr }
    /** From a union to fewer arms; panics where the value is of another. `trusted`: TypeScript has followed the variable to here. */
    | { readonly kind: "unwrap"; readonly value: HirExpr; readonly trusted: boolean }
    /** Whether the value of a union is of one of these arms. */
    | { readonly kind: "isArm"; readonly value: HirExpr; readonly arms: readonly ArmKind[] }
    /** Template literal, string `+`, `String(x)`, `x.toString()`: the texts of the parts, joined. Parts: number, bigint, boolean, string, or unions of them with undefined and null. */
    | { readonly kind: "template"; readonly parts: readonly HirExpr[] }
    /** `u8(x)`, `i32(x)`, …: wraps as JavaScript's bit operations do (f32: Math.fround, f64: itself). */
    | { readonly kind: "convert"; readonly to: SizedName; readonly value: HirExpr }
    /** Direct call of a synchronous function; a method's `this` is the first argument. */
    | { readonly kind: "call"; readonly function: FunctionId; readonly args: readonly HirExpr[] }
    | { readonly kind: "callClosure"; readonly closure: HirExpr; readonly args: readonly HirExpr[] }
    | { readonly kind: "intrinsic"; readonly name: IntrinsicName; readonly args: readonly HirExpr[] }
    /** `new C(args)`: allocates at `site`, then calls the constructor with the new object as first argument. */
    | {
        readonly kind: "new";
        readonly class: ClassId;
        readonly args: readonly HirExpr[];
        readonly site: SiteId;
      }
    | {
        readonly kind: "object";
        readonly class: ClassId;
        readonly fields: readonly { readonly field: FieldId; readonly value: HirExpr }[];
        readonly site: SiteId;
      }
    /** `new Array(length).fill(value)`; the length is a constant. */
    | { readonly kind: "arrayFill"; readonly length: number; readonly value: HirExpr; readonly site: SiteId }
    /** `array.subarray(start, end)`: the same elements under another name; 0 <= start <= end <= length. */
    | { readonly kind: "view"; readonly array: HirExpr; readonly start: HirExpr; readonly end: HirExpr }
    | ArrayOperation
    | PoolQuestion
    /** A function as a value. If the function has captures, the closure must not leave the scope that made it. */
    | { readonly kind: "closure"; readonly function: FunctionId }
    /** Type: the result's type. */
    | { readonly kind: "await"; readonly operand: HirAwaitable }
    /** `await Promise.all([...])`: all branches start in order; each result goes to its local. Type: void. */
    | {
        readonly kind: "awaitAll";
        readonly branches: readonly { readonly operand: HirAwaitable; readonly result: LocalId | null }[];
      }
    /** `void f(x)` and `spawn(f(x))`: starts a task, which runs to its first wait at once. Type: void. */
    | { readonly kind: "spawn"; readonly function: FunctionId; readonly args: readonly HirExpr[] }
    | CastNode
    /** Whether the object was made as one of the classes; decided by its tag. */
    | { readonly kind: "isInstance"; readonly value: HirExpr; readonly classes: readonly ClassId[] }
    /** Runs the statements, then yields the value. */
    | { readonly kind: "sequence"; readonly statements: readonly HirStatement[]; readonly value: HirExpr }
  );

export interface HirSwitchCase {
  /** null for `default`. */
  readonly test: HirExpr | null;
  readonly body: readonly HirStatement[];
  readonly span: Span;
}

export type HirStatement = { readonly span: Span } & (
  | { readonly kind: "expression"; readonly value: HirExpr }
  /** Declares a local for the enclosing block; without `value` it is assigned later. Runs anew in each iteration. */
  | { readonly kind: "let"; readonly local: LocalId; readonly value: HirExpr | null }
  /** The initialiser of a module variable, at its place in the module's code. */
  | { readonly kind: "staticInit"; readonly static: StaticId; readonly value: HirExpr }
  | { readonly kind: "block"; readonly statements: readonly HirStatement[]; readonly breakId: JumpId | null }
  | {
      readonly kind: "if";
      readonly test: HirExpr;
      readonly whenTrue: readonly HirStatement[];
      readonly whenFalse: readonly HirStatement[];
    }
  /** `while`, `do` and `for`. `test` null: for ever. `testFirst` false: do/while. `update` runs after the body and after `continue`. */
  | {
      readonly kind: "loop";
      readonly jump: JumpId;
      readonly test: HirExpr | null;
      readonly testFirst: boolean;
      readonly update: HirExpr | null;
      readonly body: readonly HirStatement[];
      /** Locals of a `for (let …)` head that get a fresh copy in every iteration. */
      readonly perIteration: readonly LocalId[];
    }
  /** `for (const x of array)`: the length is read before each iteration. */
  | {
      readonly kind: "forOf";
      readonly jump: JumpId;
      readonly local: LocalId;
      readonly array: HirExpr;
      readonly body: readonly HirStatement[];
    }
  /** `for await (const n of every(ms))`; the local, if named, counts periods from 1. */
  | {
      readonly kind: "forEvery";
      readonly jump: JumpId;
      readonly local: LocalId | null;
      readonly periodMs: HirExpr;
      readonly body: readonly HirStatement[];
    }
  /** Cases are tested in order with ===; bodies fall through. `break` uses `jump`. */
  | {
      readonly kind: "switch";
      readonly jump: JumpId;
      readonly subject: HirExpr;
      readonly cases: readonly HirSwitchCase[];
    }
  | { readonly kind: "break"; readonly jump: JumpId }
  | { readonly kind: "continue"; readonly jump: JumpId }
  /** Without a value in a function that has one: it is left with an error in flight. */
  | { readonly kind: "return"; readonly value: HirExpr | null }
  /** These only between the front end's statements and `makeErrorsExplicit`, `makeGeneratorsExplicit`. */
  | { readonly kind: "yield" }
  | { readonly kind: "throw"; readonly value: HirExpr }
  | {
      readonly kind: "try";
      readonly body: readonly HirStatement[];
      readonly handler: { readonly local: LocalId | null; readonly body: readonly HirStatement[] } | null;
      readonly finalizer: readonly HirStatement[] | null;
      /** The `finally` of a `using`: an error of it suppresses the one in flight. */
      readonly isDisposal: boolean;
    }
);

export interface HirLocal {
  readonly id: LocalId;
  readonly name: string;
  readonly type: HirType;
  readonly owner: FunctionId;
  /** false: assigned exactly once, by its `let`, `forOf` or as a parameter. */
  readonly reassigned: boolean;
  /** Read or written by a function nested in its owner. */
  readonly captured: boolean;
  readonly isParameter: boolean;
  readonly span: Span;
}

export interface HirStatic {
  readonly id: StaticId;
  readonly name: string;
  readonly type: HirType;
  /** false: written only by its `staticInit`. */
  readonly reassigned: boolean;
  readonly span: Span;
}

export interface HirField {
  readonly id: FieldId;
  readonly name: string;
  /** The class that declares it; classes of its family may have it too. */
  readonly class: ClassId;
  readonly type: HirType;
  readonly span: Span;
}

export interface HirClass {
  readonly id: ClassId;
  readonly name: string;
  readonly fields: readonly FieldId[];
  /** Runs field initialisers, then the constructor body; its first parameter is the object. null for object literals. */
  readonly constructorFunction: FunctionId | null;
  /**
   * Classes between whose places references flow are one family, named by one of
   * them; references of a family have one type, and shared fields one offset.
   */
  readonly family: ClassId;
  /** Where its objects keep their class, and the number of this one; null where nothing asks. */
  readonly tag: { readonly field: FieldId; readonly value: number } | null;
  readonly steps?: import("./hir-steps.ts").HirSteps;
  readonly span: Span;
}

export interface HirFunction {
  readonly id: FunctionId;
  /** As in the source: `blink`, `Counter.next`, `main`, `callback` of an unnamed arrow. */
  readonly name: string;
  readonly role: "main" | "function" | "method" | "constructor" | "lambda";
  readonly isAsync: boolean;
  /** `this` first, where there is one. */
  readonly parameters: readonly LocalId[];
  readonly result: HirType;
  readonly body: readonly HirStatement[];
  /** The function whose scope encloses it, null at module level. */
  readonly parent: FunctionId | null;
  /** Locals of enclosing functions that it (or a function nested in it) uses, each once. */
  readonly captures: readonly LocalId[];
  /** The unified signature when it is used as a value, else null. */
  readonly signature: SignatureId | null;
  /** Of a function written in C: it has no body here. */
  readonly external: HirExternal | null;
  /**
   * Where its closures keep what they captured: in the frame that makes them, which
   * they never leave; in an environment that is placed like an object; or nowhere,
   * because the one object they captured is their environment.
   */
  readonly environment: "frame" | "placed" | "capture";
  readonly span: Span;
}

/** The kinds of typed arrays; `clamped` is Uint8ClampedArray. */
export type TypedArrayName = SizedName | "clamped";

/** A function of a C file beside the program. It may run any C, but calls nothing of the program and keeps no pointer. */
export interface HirExternal {
  readonly symbol: string;
  /** Absolute path of the C file. */
  readonly file: string;
  /** For each parameter: an array that C only reads. */
  readonly isReadonly: readonly boolean[];
}

export interface HirArray {
  readonly element: HirType;
  /** A typed array: its front end converts what is stored. */
  readonly typed?: TypedArrayName;
}

export interface HirSignature {
  readonly parameters: readonly HirType[];
  readonly result: HirType;
}

/** An allocation: `new`, an object or array literal. */
export interface HirSite {
  readonly id: SiteId;
  readonly owner: FunctionId;
  readonly span: Span;
  readonly what: string;
}

/** A whole program. Tables are indexed by their ids. */
export interface HirProgram {
  readonly functions: readonly HirFunction[];
  readonly classes: readonly HirClass[];
  readonly fields: readonly HirField[];
  readonly locals: readonly HirLocal[];
  readonly statics: readonly HirStatic[];
  readonly sites: readonly HirSite[];
  /** Indexed by canonical ArrayId. */
  readonly arrays: readonly HirArray[];
  readonly signatures: readonly HirSignature[];
  /** The representative of an array's or signature's class. */
  arrayOf(id: ArrayId): ArrayId;
  signatureOf(id: SignatureId): SignatureId;
  /** The top-level code of all modules in initialisation order; always async. */
  readonly main: FunctionId;
  /** Node ids are 0 … nodeCount-1. */
  readonly nodeCount: number;
  /** Jump ids are 0 … jumpCount-1. */
  readonly jumpCount: number;
  /** null: the program names no error. */
  readonly errors: HirErrors | null;
}
