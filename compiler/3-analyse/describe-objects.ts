/** Where each object of a program lives and why, for `tsfw build --explain memory`. */
import type { ArrayFacts } from "../ir/facts.ts";
import type { HirProgram } from "../ir/hir.ts";
import { assertNever } from "../source/assert.ts";
import type { Origin } from "./allocations.ts";
import type { PlacedObjects } from "./placement.ts";

export interface ObjectReport {
  /** As in messages: `Node`, `array`, `function`. */
  readonly what: string;
  readonly file: string;
  readonly line: number;
  readonly place: string;
}

/** What the pool of this number takes: known when references are counted. */
export interface PoolSize {
  readonly slots: number;
  readonly bytes: number;
}

/** In the order of the text. */
export function describeObjects(
  program: HirProgram,
  placed: PlacedObjects,
  pools: readonly PoolSize[],
  arrays: ArrayFacts,
): readonly ObjectReport[] {
  const { origins, graph } = placed.allocations;
  return origins
    .filter((origin) => origin.site !== null || origin.node.kind === "closure")
    .filter((origin) => graph.isReachable(origin.owner))
    .map((origin) => ({
      what: origin.what,
      file: origin.span.file,
      line: origin.span.start.line,
      place: describePlace(program, placed, pools, origin) + roomOf(arrays, origin),
    }))
    .sort((left, right) => compareTexts(left.file, right.file) || left.line - right.line);
}

function describePlace(
  program: HirProgram,
  placed: PlacedObjects,
  pools: readonly PoolSize[],
  origin: Origin,
): string {
  const owner = program.functions[origin.owner]?.name ?? "?";
  const { place } = origin;
  switch (place.kind) {
    case "static":
      return `static: made once${keptIn(placed, origin)}`;
    case "counted":
      return `static row of ${place.count}: made at most ${place.count} times${keptIn(placed, origin)}`;
    case "pool": {
      const pool = placed.pools[place.pool];
      const { slots, bytes } = pools[place.pool] ?? { slots: 0, bytes: 0 };
      const why = pool?.slots === null ? "as many as places can refer to" : "its maxInstances";
      return `pool of ${pool?.name ?? "?"}: ${slots} slots of ${bytes} bytes, ${why}${keptIn(placed, origin)}`;
    }
    case "local":
      return `in the frame of ${owner}`;
    case "result":
      return `where the caller of ${owner} wants it`;
    case "inOwner": {
      const field = program.fields[place.field];
      const holder = field === undefined ? "?" : (program.classes[field.class]?.name ?? "?");
      return `inside its ${holder}, as ${field?.name ?? "?"}`;
    }
    default:
      return assertNever(place);
  }
}

function roomOf(arrays: ArrayFacts, { site }: Origin): string {
  const room = site === null ? null : arrays.describeRoom(site);
  return room === null ? "" : `; ${room}`;
}

function keptIn(placed: PlacedObjects, origin: Origin): string {
  const keeper = placed.keepers.get(origin.node.id);
  return keeper === undefined ? "" : `, kept in ${keeper}`;
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
