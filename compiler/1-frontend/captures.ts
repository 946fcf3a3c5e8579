/** Computes which locals of enclosing functions each function uses, through the functions it calls. */
import type { FunctionId, LocalId } from "../ir/ids.ts";
import type { Builder } from "./builder.ts";

export function computeCaptures(b: Builder): void {
  const free = new Map<FunctionId, Set<LocalId>>();
  for (const fn of b.functions) {
    const uses = [...(b.uses.get(fn.id) ?? [])].filter((id) => b.local(id).owner !== fn.id);
    free.set(fn.id, new Set(uses));
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const fn of b.functions) {
      const own = free.get(fn.id) ?? new Set<LocalId>();
      for (const callee of b.callees.get(fn.id) ?? []) {
        for (const local of free.get(callee) ?? []) {
          if (b.local(local).owner === fn.id || own.has(local)) continue;
          own.add(local);
          changed = true;
        }
      }
    }
  }
  for (const fn of b.functions) {
    fn.captures = [...(free.get(fn.id) ?? [])].sort((x, y) => x - y);
    for (const local of fn.captures) b.local(local).captured = true;
  }
}
