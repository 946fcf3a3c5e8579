/** Slots of pools: taking one, and the question whether there is one. */
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { boolType, constant, type FunctionBuilder, load } from "./function-builder.ts";

/** A slot for what is made now. The question in front of it has thrown where there is none. */
export function pooledRoom(
  f: FunctionBuilder,
  pool: number,
  name: string,
  storage: MirType,
  reference: MirType,
): MirExpr {
  const { lowering } = f;
  const record = defined(lowering.placement.pools[pool], "pool");
  if (record.slots === null) {
    // The number of slots is counted from the places, so that this cannot be.
    const full: MirExpr = { kind: "poolIsFull", pool, type: boolType };
    f.check(
      { kind: "unary", op: "!", value: full, type: boolType },
      `RangeError: no slot for ${record.name} is free`,
    );
  }
  lowering.pools[pool] ??= { name: record.name, of: storage, slots: record.slots };
  const result = f.addLocal(name, reference);
  f.emit({ kind: "takeSlot", result, pool });
  return load({ kind: "local", local: result }, reference);
}

export function lowerIsPoolFull(f: FunctionBuilder, node: Extract<HirExpr, { kind: "isPoolFull" }>): MirExpr {
  const place = f.lowering.placement.place(node.of);
  if (place.kind !== "pool") return constant(boolType, 0);
  return f.hold({ kind: "poolIsFull", pool: place.pool, type: boolType }, "full");
}
