/** Arrays that fields hold in line: the analysis of references knows them by their owner. */
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { Allocations, Origin } from "./allocations.ts";

/** The arrays that `array` may be where it refers to an object: itself, or all of its class that owners hold. */
export function arraysBehind(
  program: HirProgram,
  allocations: Allocations,
  origin: Origin,
  array: HirExpr,
): readonly Origin[] {
  if (origin.node.type.kind === "array" || array.type.kind !== "array") return [origin];
  const id = program.arrayOf(array.type.array);
  const field = array.kind === "field" && allocations.inlineFields.has(array.field) ? array.field : null;
  return allocations.origins.filter(({ node, place }) => {
    if (node.type.kind !== "array" || place.kind !== "inOwner") return false;
    return program.arrayOf(node.type.array) === id && (field === null || place.field === field);
  });
}
