/** What HIR knows of classes of generators. */
import type { FunctionId, NodeId } from "./ids.ts";

/** How objects of a generator's class are made and continued. */
export interface HirSteps {
  /** Makes one object each time it runs. */
  readonly creator: FunctionId;
  readonly step: FunctionId;
  /** Expressions of `step` that its outermost loop runs once for each object. */
  readonly once: ReadonlySet<NodeId>;
  /** Generators that nobody uses any more when the expression in `step` makes the next one. */
  readonly replaced: ReadonlySet<NodeId>;
}
