/** The bounds that `Max<T[], N>` gives to arrays: where they are made, or where they come. */

import type { HirExpr, HirProgram, HirType } from "../ir/hir.ts";
import { armsOf } from "../ir/union-types.ts";
import { typeOfPlace } from "../ir/value-flow.ts";
import type { Allocations, Origin } from "./allocations.ts";
import type { ReferenceFlow } from "./reference-elements.ts";

interface Input {
  readonly program: HirProgram;
  readonly allocations: Allocations;
  readonly references: ReferenceFlow;
}

/** The literal's own type decides; otherwise the largest bound of the places an array reaches. */
export function readArrayBounds(
  { program, allocations, references }: Input,
  arraysBehind: (origin: Origin, value: HirExpr) => Iterable<Origin>,
): ReadonlyMap<Origin, number> {
  const bounds = new Map<Origin, number>();
  const reach = (value: HirExpr, type: HirType | undefined): void => {
    const max = boundOf(type);
    if (max === null) return;
    for (const element of references.ofNode(value.id)) {
      for (const object of references.originsOf(element)) {
        for (const origin of arraysBehind(object, value))
          bounds.set(origin, Math.max(bounds.get(origin) ?? 0, max));
      }
    }
  };
  for (const flow of allocations.flows) {
    if (flow.kind === "store") reach(flow.from, typeOfPlace(program, flow.to));
    else if (flow.kind === "return") reach(flow.value, program.functions[flow.function]?.result);
    else if (flow.kind === "call") {
      program.functions[flow.callee]?.parameters.forEach((local, index) => {
        const argument = flow.args[index];
        if (argument !== undefined) reach(argument, program.locals[local]?.type);
      });
    }
  }
  for (const origin of allocations.origins) {
    const own = boundOf(origin.node.type);
    if (own !== null) bounds.set(origin, own);
  }
  return bounds;
}

function boundOf(type: HirType | undefined): number | null {
  if (type === undefined) return null;
  const array = armsOf(type).find((arm) => arm.kind === "array");
  return array?.kind === "array" ? (array.max ?? null) : null;
}
