/** What a generated program has declared so far: variables, functions and classes by type. */
import type { Tape } from "./tape.ts";

/** The types of generated values. `int` is a whole number of moderate size, `num` any number. */
export type Type =
  | "int"
  | "num"
  | "bool"
  | "str"
  | "u8"
  | "i16"
  | "i32"
  | "u32"
  | "ints"
  | "list"
  | "strs"
  | "maybe"
  | { readonly class: string };

export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly isConst: boolean;
}

export interface FunctionShape {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly result: Type;
  readonly canThrow: boolean;
}

export interface ClassShape {
  readonly name: string;
  readonly base: ClassShape | null;
  readonly isAbstract: boolean;
  readonly fields: readonly { readonly name: string; readonly type: Type }[];
  readonly constructorParameters: readonly Type[];
  readonly methods: readonly FunctionShape[];
}

/** Names in the order of their declaration; a block adds its own and forgets them at its end. */
export class Scope {
  readonly tape: Tape;
  readonly functions: FunctionShape[] = [];
  readonly classes: ClassShape[] = [];
  readonly usesTypes = new Set<string>();
  variables: Variable[] = [];
  /** How deep the loops around are: what is in them stays cheap. */
  loopDepth = 0;
  /** Inside `try`, or in a function that may throw. */
  mayThrow = false;
  returns: Type | null = null;
  #names = 0;

  constructor(tape: Tape) {
    this.tape = tape;
  }

  fresh(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  declare(type: Type, isConst: boolean, prefix = "v"): Variable {
    const variable = { name: this.fresh(prefix), type, isConst };
    this.variables.push(variable);
    return variable;
  }

  /** Runs `body` in a block of its own. */
  inside<T>(body: () => T): T {
    const before = this.variables;
    this.variables = [...before];
    try {
      return body();
    } finally {
      this.variables = before;
    }
  }

  variablesOf(type: Type, isWritable = false): Variable[] {
    return this.variables.filter(
      (variable) => sameType(variable.type, type) && !(isWritable && variable.isConst),
    );
  }

  /** The name of a type in the source. */
  typeText(type: Type): string {
    if (typeof type === "object") return type.class;
    switch (type) {
      case "int":
      case "num":
        return "number";
      case "bool":
        return "boolean";
      case "str":
        return "string";
      case "ints":
        return "number[]";
      case "list":
        this.usesTypes.add("Max");
        return "Max<number[], 12>";
      case "strs":
        return "string[]";
      case "maybe":
        return "number | undefined";
      default:
        this.usesTypes.add(type);
        return type;
    }
  }
}

export function sameType(a: Type, b: Type): boolean {
  if (typeof a === "object" || typeof b === "object")
    return typeof a === "object" && typeof b === "object" && a.class === b.class;
  return a === b;
}
