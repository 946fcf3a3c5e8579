/**
 * Fields that are read before their class has set them: the constructor of a base
 * runs first, and what it calls may be overridden by a method that reads a field of
 * the class below. In JavaScript that field is still undefined; here it is refused.
 */

import type { HirExpr } from "../ir/hir.ts";
import type { ClassId, FieldId, FunctionId } from "../ir/ids.ts";
import { awaitablesOf, walkStatements } from "../ir/walk-hir.ts";
import type { Builder } from "./builder.ts";
import { derivesFrom } from "./class-members.ts";

export function refuseEarlyReads(b: Builder): void {
  const bases = new Set<ClassId>();
  for (const info of b.classInfos.values()) if (info.base !== null) bases.add(info.base.id);
  if (bases.size === 0) return;
  const uses = b.functions.map((fn) => usesOf(b, fn.id));
  const reported = new Set<HirExpr>();
  for (const base of bases) {
    const start = b.class(base).constructorFunction;
    if (start === null) continue;
    const reached = new Set<FunctionId>([start]);
    for (const id of reached) for (const callee of uses[id]?.calls ?? []) reached.add(callee);
    for (const id of reached) {
      for (const { field, node } of uses[id]?.reads ?? []) {
        const owner = b.classInfos.get(b.field(field).class);
        if (owner === undefined || owner.id === base || !derivesFrom(owner, base)) continue;
        if (reported.has(node)) continue;
        reported.add(node);
        b.reporter.report("TSFW2001", node.span, {
          construct: `'${b.field(field).name}' of '${b.class(owner.id).name}', which is read while the constructor of '${b.class(base).name}' runs, is`,
          hint: "Pass the value to the constructor of the base, or call the method after it.",
        });
      }
    }
  }
}

interface Uses {
  readonly calls: ReadonlySet<FunctionId>;
  readonly reads: readonly { readonly field: FieldId; readonly node: HirExpr }[];
}

function usesOf(b: Builder, id: FunctionId): Uses {
  const calls = new Set<FunctionId>();
  const reads: { field: FieldId; node: HirExpr }[] = [];
  walkStatements(b.function(id).body, {
    expression: (node) => {
      const isKept = node.kind === "closure" && b.families.keptClosures.has(node.id);
      if (node.kind === "call" || node.kind === "spawn" || (node.kind === "closure" && !isKept))
        calls.add(node.function);
      for (const operand of awaitablesOf(node)) if (operand.kind === "call") calls.add(operand.function);
      const made = node.kind === "new" ? b.class(node.class).constructorFunction : null;
      if (made !== null) calls.add(made);
      if (node.kind === "field") reads.push({ field: node.field, node });
      const changes = node.kind === "compound" || node.kind === "update" || node.kind === "append";
      if (changes && node.target.kind === "field") reads.push({ field: node.target.field, node });
    },
  });
  return { calls, reads };
}
