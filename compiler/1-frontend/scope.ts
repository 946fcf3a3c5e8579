/** What the lowering of one function knows: its jumps, what it uses, and what names and classes stand for. */

import type { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId, JumpId, LocalId, StaticId } from "../ir/ids.ts";
import type { Instance } from "./instances.ts";

/** What a name stands for. */
export type Entity =
  | { readonly kind: "local"; readonly local: LocalId }
  | { readonly kind: "static"; readonly static: StaticId }
  | { readonly kind: "function"; readonly function: FunctionId };

export interface ClassInfo {
  readonly id: ClassId;
  readonly declaration: ts.ClassDeclaration | null;
  readonly fields: Map<string, FieldId>;
  /** The instance its members are lowered in, when it is generic or inside a generic function. */
  readonly instance: Instance | null;
}

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
}

export interface Jump {
  readonly id: JumpId;
  /** `outer` of `outer: for (…)`; of several labels, the innermost. */
  readonly label: string | null;
  readonly isLoop: boolean;
  /** A plain `break` ends it (loops and switches, not labelled blocks). */
  readonly takesPlainBreak: boolean;
}
