/** What every part of the lowering shares: the program, its facts, and the tables of MIR under construction. */
import type { ArrayFacts, NumberFacts, Placement, StringFacts } from "../ir/facts.ts";
import type { HirFunction, HirProgram } from "../ir/hir.ts";
import type { ArrayId, FieldId, FunctionId, NodeId, SiteId, StaticId } from "../ir/ids.ts";
import type { MirStatic, MirTask } from "../ir/mir.ts";
import type { MirPool } from "../ir/mir-pools.ts";
import type { UnionShapes } from "./union-shapes.ts";

/** An allocation, or a call that provides room for what it returns. */
export type SiteKey = SiteId | `call${NodeId}`;

export interface LowerInput {
  readonly program: HirProgram;
  readonly numbers: NumberFacts;
  readonly strings: StringFacts;
  readonly placement: Placement;
  readonly arrays: ArrayFacts;
  readonly checks: "all" | "none";
  readonly log: "text" | "off";
}

export interface Lowering extends LowerInput {
  readonly statics: MirStatic[];
  readonly staticOf: Map<StaticId, number>;
  readonly siteStatics: Map<SiteKey, number>;
  readonly unions: UnionShapes;
  /** Pools in which some lowered code makes objects; indexed as in the placement. */
  readonly pools: (MirPool | undefined)[];
  readonly tasks: MirTask[];
  /** The task of each spawn expression. */
  readonly taskOf: Map<NodeId, number>;
  /** Functions used as values. */
  readonly wrapped: Set<FunctionId>;
  /** Some text of the program contains a `%`, so that a computed text may be a format of console.log. */
  readonly hasPercent: boolean;
  /** Arrays whose elements are assigned somewhere after their construction. */
  readonly writtenArrays: ReadonlySet<ArrayId>;
  /** How many elements an array that lives in its owner's field has. */
  readonly inlineLengths: ReadonlyMap<FieldId, number>;
  /** C functions that the program calls. */
  readonly externals: Set<FunctionId>;
  /** Functions still to be lowered. */
  readonly pending: FunctionId[];
  readonly requested: Set<FunctionId>;
}

export function request(lowering: Lowering, id: FunctionId): void {
  if (lowering.requested.has(id)) return;
  lowering.requested.add(id);
  lowering.pending.push(id);
}

/** Where a captured variable is found: copied when it can no longer change, else by address. */
export function captureMode(lowering: Lowering, fn: HirFunction, local: number): "value" | "pointer" {
  const variable = lowering.program.locals[local];
  if (variable === undefined || variable.reassigned) return "pointer";
  if (variable.isParameter) return "value";
  const isBefore =
    variable.span.file === fn.span.file &&
    (variable.span.start.line < fn.span.start.line ||
      (variable.span.start.line === fn.span.start.line && variable.span.start.column < fn.span.start.column));
  return isBefore ? "value" : "pointer";
}
