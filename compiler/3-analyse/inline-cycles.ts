/** TSFW6004: classes whose objects contain an object of the same class: their construction would never end. */
import type { Reporter } from "../diagnostics/diagnostic.ts";
import type { Placement } from "../ir/facts.ts";
import type { HirField, HirProgram } from "../ir/hir.ts";
import type { ClassId } from "../ir/ids.ts";

export function checkInlineCycles(program: HirProgram, placement: Placement, reporter: Reporter): void {
  for (const record of program.classes) {
    const path = findPath(program, placement, record.id, record.id, new Set());
    const first = path?.[0];
    if (path === null || first === undefined) continue;
    const names = path.map((field) => `${program.classes[field.class]?.name ?? "object"}.${field.name}`);
    reporter.report("TSFW6004", first.span, { name: record.name, path: names.join(" → ") });
  }
}

/** The in-line fields that lead from a class back to `goal`. */
function findPath(
  program: HirProgram,
  placement: Placement,
  from: ClassId,
  goal: ClassId,
  seen: Set<ClassId>,
): HirField[] | null {
  if (seen.has(from)) return null;
  seen.add(from);
  for (const id of program.classes[from]?.fields ?? []) {
    const field = program.fields[id];
    if (field === undefined || !placement.isInline(id) || field.type.kind !== "object") continue;
    if (field.type.class === goal) return [field];
    const rest = findPath(program, placement, field.type.class, goal, seen);
    if (rest !== null) return [field, ...rest];
  }
  return null;
}
