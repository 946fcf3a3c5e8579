/**
 * MIR: functions as basic blocks with explicit temporaries and machine types.
 *
 * Expressions are trees without effects; whatever writes, calls or may panic is
 * an instruction, in JavaScript's order. `suspend` is a terminator: 5-async
 * decides what the frame keeps, 6-emit prints it as "remember, return, resume".
 */
import type { SuspendName } from "../intrinsics/table.ts";
import type { Span } from "../source/span.ts";
import type { ArrayId, BlockId, ClassId, FieldId, FunctionId, LocalId, SignatureId } from "./ids.ts";
import type { MirPool, PoolInstruction } from "./mir-pools.ts";
import type { ArmKind } from "./union-types.ts";

export type IntName = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";
export type ScalarName = IntName | "f32" | "f64" | "bool";

export type MirType =
  | { readonly kind: ScalarName }
  | { readonly kind: "void" }
  /** A view of text: pointer and size. */
  | { readonly kind: "text" }
  /** Room for a text of up to `bytes` bytes. */
  | { readonly kind: "cell"; readonly bytes: number }
  /** A reference to an object, and the object itself. */
  | { readonly kind: "object"; readonly class: ClassId }
  | { readonly kind: "struct"; readonly class: ClassId }
  /** A reference to an array, and its elements (with the header, where the class has one). */
  | { readonly kind: "array"; readonly array: ArrayId }
  | { readonly kind: "elements"; readonly array: ArrayId; readonly length: number }
  | { readonly kind: "closure"; readonly signature: SignatureId }
  /** A row of objects or arrays: storage only, no value. */
  | { readonly kind: "slots"; readonly of: MirType; readonly count: number }
  /** What a closure of this function has captured. */
  | { readonly kind: "environment"; readonly function: FunctionId }
  /** A value of a union: its tag and what it holds; a text is a view. */
  | { readonly kind: "union"; readonly union: number }
  /** A union in a place of its own, with room for its text. */
  | { readonly kind: "unionCell"; readonly union: number; readonly bytes: number }
  /** The address of a captured variable. */
  | { readonly kind: "pointer"; readonly to: MirType };

/** Index into `MirFunction.locals`. */
export type MirLocalId = LocalId;

export type MirPlace =
  | { readonly kind: "local"; readonly local: MirLocalId }
  /** Index into `Mir.statics`. */
  | { readonly kind: "static"; readonly static: number }
  | { readonly kind: "field"; readonly object: MirExpr; readonly field: FieldId }
  | { readonly kind: "element"; readonly array: MirExpr; readonly index: MirExpr }
  /** One of a static row of slots. */
  | { readonly kind: "slot"; readonly static: number; readonly index: MirExpr }
  /** The length of an array with a header. */
  | { readonly kind: "length"; readonly array: MirExpr }
  /** What a pointer-typed local points to. */
  | { readonly kind: "deref"; readonly pointer: MirLocalId }
  /** A captured variable of an environment: `environment` is the local that points to it. */
  | {
      readonly kind: "captured";
      readonly environment: MirLocalId;
      readonly function: FunctionId;
      readonly variable: LocalId;
      /** The environment is being filled. */
      readonly isNew?: true;
    };

export type BinaryOp =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "=="
  | "!="
  | "&&"
  | "||";

export type MirExpr = { readonly type: MirType } & (
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "textConstant"; readonly value: string }
  /** An integer of 64 bits that no double holds, in decimal. */
  | { readonly kind: "wideConstant"; readonly value: string }
  /** Any value of the type: nobody reads the result of a function that was left with an error in flight. */
  | { readonly kind: "nobody" }
  | { readonly kind: "load"; readonly place: MirPlace }
  | { readonly kind: "address"; readonly place: MirPlace }
  | { readonly kind: "unary"; readonly op: "-" | "~" | "!"; readonly value: MirExpr }
  /** Both operands have the same type, except for shifts. */
  | { readonly kind: "binary"; readonly op: BinaryOp; readonly left: MirExpr; readonly right: MirExpr }
  | { readonly kind: "cast"; readonly value: MirExpr }
  /** A call without effects of a runtime or libm function. */
  | { readonly kind: "pure"; readonly symbol: string; readonly args: readonly MirExpr[] }
  | {
      readonly kind: "select";
      readonly test: MirExpr;
      readonly whenTrue: MirExpr;
      readonly whenFalse: MirExpr;
    }
  | { readonly kind: "arrayLength"; readonly array: MirExpr }
  /** The elements from `start` to before `end`, in place. The array's class has no length of its own. */
  | { readonly kind: "view"; readonly array: MirExpr; readonly start: MirExpr; readonly end: MirExpr }
  /** The bytes from `start` on as `length` elements of another type, in place. */
  | { readonly kind: "overlay"; readonly array: MirExpr; readonly start: MirExpr; readonly length: MirExpr }
  | { readonly kind: "closure"; readonly function: FunctionId; readonly environment: MirExpr | null }
  | { readonly kind: "arrayCapacity"; readonly array: MirExpr }
  /** A value of a union; null where the arm says all. */
  | { readonly kind: "wrap"; readonly arm: ArmKind; readonly value: MirExpr | null }
  /** What a value of a union holds, known to be of that arm. */
  | { readonly kind: "payload"; readonly arm: ArmKind; readonly value: MirExpr }
  | { readonly kind: "hasTag"; readonly arm: ArmKind; readonly value: MirExpr }
  /** The reference that refers to nothing: undefined or null of a type that has one of them. */
  | { readonly kind: "nothing" }
  /** Every slot of the pool is in use. */
  | { readonly kind: "poolIsFull"; readonly pool: number }
  | { readonly kind: "isNothing"; readonly value: MirExpr }
);

export type MirInstruction = { readonly span: Span } /** Text stored into a cell is copied. */ & (
  | {
      readonly kind: "set";
      readonly place: MirPlace;
      readonly value: MirExpr;
      /** Written by the counting of references: the place gives up what it held; "share": it counts the value once more. */
      readonly counted?: "share" | "move";
    }
  | PoolInstruction
  | {
      readonly kind: "call";
      readonly result: MirLocalId | null;
      readonly function: FunctionId;
      readonly args: readonly MirExpr[];
    }
  | {
      readonly kind: "callClosure";
      readonly result: MirLocalId | null;
      readonly closure: MirExpr;
      readonly args: readonly MirExpr[];
    }
  | {
      readonly kind: "runtime";
      readonly result: MirLocalId | null;
      readonly symbol: string;
      readonly args: readonly MirExpr[];
    }
  /** Panics with the message unless `ok`. */
  | { readonly kind: "check"; readonly ok: MirExpr; readonly message: string }
  | { readonly kind: "panic"; readonly message: MirExpr }
  | { readonly kind: "log"; readonly level: 1 | 2 | 3 | 4; readonly parts: readonly MirLogPart[] }
  /** Makes the header of an array whose room `array` is the address of. */
  | {
      readonly kind: "openArray";
      readonly array: MirExpr;
      readonly capacity: number;
      readonly length: MirExpr;
    }
  /** Moves `count` elements inside an array. */
  | {
      readonly kind: "moveElements";
      readonly array: MirExpr;
      readonly to: MirExpr;
      readonly from: MirExpr;
      readonly count: MirExpr;
      /** The elements are counted references. */
      readonly counted?: true;
    }
  /**
   * Writes the texts of the parts into a cell, one after the other; with a
   * `symbol` they are the arguments of that runtime function, which makes the text.
   */
  | {
      readonly kind: "buildText";
      readonly cell: MirLocalId;
      readonly parts: readonly MirExpr[];
      readonly symbol: string | null;
    }
  | { readonly kind: "spawn"; readonly task: number; readonly args: readonly MirExpr[] }
  /** Begins a group of branches that run side by side; `group` is unique in the function. */
  | { readonly kind: "openGroup"; readonly group: number; readonly count: number }
  /** Starts one branch, which runs to its first wait at once. */
  | {
      readonly kind: "startBranch";
      readonly group: number;
      readonly index: number;
      readonly branch: MirBranch;
    }
);

/** A piece of a log line. Inside a template literal -0 is "0", as an argument of its own "-0". */
export interface MirLogPart {
  readonly value: MirExpr;
  readonly isInTemplate: boolean;
}

/** What a suspend waits for. `result` receives the value when it is over. */
export type MirWait =
  | {
      readonly kind: "leaf";
      readonly name: SuspendName;
      readonly args: readonly MirExpr[];
      readonly result: MirLocalId | null;
    }
  | { readonly kind: "until"; readonly deadline: MirExpr }
  | {
      readonly kind: "call";
      readonly function: FunctionId;
      readonly args: readonly MirExpr[];
      readonly result: MirLocalId | null;
    }
  /** Waits until every branch of the group has ended; the branches have been started before. */
  | { readonly kind: "all"; readonly group: number; readonly branches: readonly MirBranch[] };

export type MirBranch = Extract<MirWait, { kind: "leaf" | "call" }>;

export type MirTerminator = { readonly span: Span } & (
  | { readonly kind: "goto"; readonly target: BlockId }
  | {
      readonly kind: "branch";
      readonly test: MirExpr;
      readonly whenTrue: BlockId;
      readonly whenFalse: BlockId;
    }
  | { readonly kind: "return"; readonly value: MirExpr | null }
  | { readonly kind: "unreachable" }
  | { readonly kind: "suspend"; readonly wait: MirWait; readonly next: BlockId }
);

export interface MirBlock {
  readonly id: BlockId;
  readonly instructions: readonly MirInstruction[];
  readonly terminator: MirTerminator;
}

export interface MirLocal {
  readonly id: MirLocalId;
  readonly name: string;
  readonly type: MirType;
  /** Its address is kept: it must not move or share its bytes. */
  readonly isAddressed: boolean;
}

export interface MirFunction {
  readonly id: FunctionId;
  readonly name: string;
  readonly isAsync: boolean;
  readonly parameters: readonly MirLocalId[];
  readonly result: MirType;
  readonly locals: readonly MirLocal[];
  /** Indexed by BlockId; the entry is block 0. */
  readonly blocks: readonly MirBlock[];
  readonly span: Span;
}

export interface MirStatic {
  readonly name: string;
  readonly type: MirType;
  /** Constant initial value, element by element for arrays; null: zero, and set by code. */
  readonly initial: readonly MirExpr[] | null;
  /** Never written: lives in flash. */
  readonly isConstant: boolean;
  readonly comment: string;
}

export interface MirStruct {
  readonly class: ClassId;
  readonly name: string;
  /** The class whose struct references of its family point to; the class itself where it has no relatives. */
  readonly family: ClassId;
  /** Other classes of the family have the field at the same offset. */
  readonly hasRelatives: boolean;
  readonly fields: readonly { readonly field: FieldId; readonly name: string; readonly type: MirType }[];
}

export interface MirArray {
  readonly array: ArrayId;
  readonly element: MirType;
  /** The length of all arrays of the class, when it is one: then a reference is just a pointer. */
  readonly length: number | null;
  /** Some reference is an overlay of other elements: accesses may be unaligned and alias anything. */
  readonly isLoose: boolean;
  /** A reference points to a header, with the elements behind it in the same room. */
  readonly hasHeader: boolean;
}

/** Numbered by its place in `Mir.unions`. */
export interface MirUnion {
  readonly name: string;
  /** Arms whose tag says all. */
  readonly units: readonly ArmKind[];
  /** Arms that hold something. */
  readonly arms: readonly { readonly arm: ArmKind; readonly type: MirType }[];
}

export interface MirSignature {
  readonly signature: SignatureId;
  readonly parameters: readonly MirType[];
  readonly result: MirType;
}

export interface MirEnvironment {
  readonly function: FunctionId;
  readonly fields: readonly { readonly variable: LocalId; readonly name: string; readonly type: MirType }[];
}

/** A task: the main function or a spawn site. */
export interface MirTask {
  readonly name: string;
  readonly function: FunctionId;
  readonly span: Span;
}

/** A C function of the user's. */
export interface MirExternal {
  readonly symbol: string;
  readonly file: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: MirType;
    /** A pointer to what C does not write. */
    readonly isReadonly: boolean;
  }[];
  readonly result: MirType;
}

export interface Mir {
  readonly functions: readonly MirFunction[];
  readonly statics: readonly MirStatic[];
  readonly structs: readonly MirStruct[];
  readonly arrays: readonly MirArray[];
  readonly unions: readonly MirUnion[];
  readonly signatures: readonly MirSignature[];
  readonly environments: readonly MirEnvironment[];
  /** Task 0 is main. */
  readonly tasks: readonly MirTask[];
  /** Functions that are used as values need a wrapper of their signature. */
  readonly closures: readonly {
    readonly function: FunctionId;
    readonly signature: SignatureId;
    readonly wrapper: MirFunction;
  }[];
  readonly externals: readonly MirExternal[];
  readonly pools: readonly MirPool[];
}
