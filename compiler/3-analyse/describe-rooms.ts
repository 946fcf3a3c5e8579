/** Why an array has the room it has, for `tsfw build --explain memory`. */
import type { Origin } from "./allocations.ts";
import type { Growth } from "./growths.ts";

export function describeRoom(
  { node }: Origin,
  size: number,
  hasBound: boolean,
  growth: Growth | null,
): string {
  return `room for ${size}, from ${hasBound ? "its Max" : sourceOf(node, growth)}`;
}

function sourceOf(node: Origin["node"], growth: Growth | null): string {
  const isCopy = node.kind === "arrayNew" || (node.kind === "array" && node.most !== undefined);
  if (growth === null) return isCopy ? "the arrays it is made from" : "its elements";
  const { line } = growth.node.span.start;
  return growth.guard === null ? `what grows it (line ${line})` : `the test before line ${line}`;
}
