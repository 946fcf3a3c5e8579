/** The part of HIR that asks for free slots of pools. */
import type { SiteId } from "./ids.ts";

/**
 * Whether the object of this site, which is made next, would find its pool full;
 * false where it lives in no pool. `limit`: the `maxInstances` of its class.
 */
export interface PoolQuestion {
  readonly kind: "isPoolFull";
  readonly of: SiteId;
  readonly limit: number;
}
