/** The part of MIR that gives objects slots of pools and counts the references to them. */
import type { LocalId } from "./ids.ts";
import type { MirExpr, MirType } from "./mir.ts";

/** A static row of slots for objects of one kind; a slot is free again when nothing refers to it. */
export interface MirPool {
  readonly name: string;
  /** What a slot holds. */
  readonly of: MirType;
  /** null, before references are counted: as many as places can refer to. */
  readonly slots: number | null;
}

export type PoolInstruction =
  /** A slot that nothing refers to; the result counts as one reference. */
  | { readonly kind: "takeSlot"; readonly result: LocalId; readonly pool: number }
  /** One more, or one less, refers to what the value refers to. */
  | { readonly kind: "retain"; readonly value: MirExpr }
  | { readonly kind: "release"; readonly value: MirExpr }
  /** Counted references inside a local object, array or environment: they start as nothing, and are given up at the end. */
  | { readonly kind: "openRoom"; readonly room: LocalId }
  | { readonly kind: "closeRoom"; readonly room: LocalId }
  /** A round of a loop is over: what these locals hold is not needed any more. Only before references are counted. */
  | { readonly kind: "endScope"; readonly locals: readonly LocalId[] }
  /** Gives up the elements from `from` to before `to`. */
  | {
      readonly kind: "dropElements";
      readonly array: MirExpr;
      readonly from: MirExpr;
      readonly to: MirExpr;
    };
