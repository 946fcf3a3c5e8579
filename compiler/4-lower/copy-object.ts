/** Copies one object into another of the same class: what an assignment does whose variable keeps its place. */
import type { ClassId } from "../ir/ids.ts";
import type { MirExpr } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { fieldPlace, read } from "./places.ts";

/** `from` and `to` are evaluated more than once. Objects held in line are copied into those that are there. */
export function copyObject(f: FunctionBuilder, id: ClassId, from: MirExpr, to: MirExpr): void {
  for (const field of defined(f.lowering.program.classes[id], "class").fields) {
    const source = fieldPlace(f, from, field);
    const target = fieldPlace(f, to, field);
    if (target.isInline && target.hirType.kind === "object") {
      copyObject(f, target.hirType.class, read(source), read(target));
    } else {
      f.set(target.place, read(source));
    }
  }
}
