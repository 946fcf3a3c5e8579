/** What the lowering of one function knows: its jumps, what it uses, and what names and classes stand for. */

import type { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { FunctionId, JumpId, LocalId, StaticId } from "../ir/ids.ts";
import type { GeneratorInfo } from "./generators/generator-tables.ts";
import type { Inlined } from "./generators/inline-generators.ts";

/** What is asked of a build of HIR. */
export interface BuildOptions {
  /** A copy of each function that makes text from text for each of its calls. */
  readonly copiesTextFunctions: boolean;
  /** Limits the length of the messages of errors. */
  readonly boundsMessages: boolean;
  /** How a file is named in a message. */
  lineFile(file: string): string;
}

/** What a name stands for. */
export type Entity =
  | { readonly kind: "local"; readonly local: LocalId }
  | { readonly kind: "static"; readonly static: StaticId }
  | { readonly kind: "function"; readonly function: FunctionId };

/** The function being lowered. */
export interface Scope {
  readonly function: FunctionId;
  readonly isAsync: boolean;
  readonly result: HirType;
  readonly thisLocal: LocalId | null;
  /** Targets of break and continue, innermost last. */
  readonly jumps: Jump[];
  readonly uses: Set<LocalId>;
  readonly calls: Set<FunctionId>;
  readonly parent: Scope | null;
  /** Whose body it is. */
  readonly generator: GeneratorInfo | null;
  /** The body of a generator that stands in this function. */
  readonly inlined?: Inlined;
  /** The scope around that body. */
  readonly outside?: Scope;
}

/** What TypeScript's narrowing cannot be trusted with. */
export interface Doubts {
  /** Some function narrows types by its word alone. */
  hasTypeGuards: boolean;
  /** Variables that may hold undefined where their type does not say so. */
  readonly missing: Set<ts.Symbol>;
}

export function createDoubts(): Doubts {
  return { hasTypeGuards: false, missing: new Set() };
}

export interface Jump {
  readonly id: JumpId;
  /** `outer` of `outer: for (…)`; of several labels, the innermost. */
  readonly label: string | null;
  readonly isLoop: boolean;
  /** A plain `break` ends it (loops and switches, not labelled blocks). */
  readonly takesPlainBreak: boolean;
  /** The block whose end `continue` goes to, where there is no loop of HIR. */
  readonly round?: JumpId;
}
