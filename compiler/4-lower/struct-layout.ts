/**
 * The order of the fields of each class. Within a family the tag comes first, then
 * the fields that several classes have, at one offset in all of them: whoever holds
 * a reference reads them without asking for the class. A class without a field that
 * lies between two of its own keeps a gap there.
 */
import type { HirClass, HirProgram } from "../ir/hir.ts";
import type { ClassId, FieldId } from "../ir/ids.ts";
import type { MirStruct } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import type { Lowering } from "./context.ts";
import { fieldType } from "./representation.ts";

export function layoutStructs(lowering: Lowering): readonly MirStruct[] {
  const { program } = lowering;
  const families = groupFamilies(program);
  return program.classes.map((record) => {
    const relatives = families.get(record.family) ?? [record];
    const ids = relatives.length === 1 ? ownLayout(record) : sharedLayout(relatives, record);
    return {
      class: record.id,
      name: record.name,
      family: record.family,
      hasRelatives: relatives.length > 1,
      fields: ids.map((id) => {
        const field = defined(program.fields[id], "field");
        return { field: id, name: field.name, type: fieldType(lowering, field) };
      }),
    };
  });
}

function groupFamilies(program: HirProgram): ReadonlyMap<ClassId, readonly HirClass[]> {
  const families = new Map<ClassId, HirClass[]>();
  for (const record of program.classes)
    families.set(record.family, [...(families.get(record.family) ?? []), record]);
  return families;
}

function ownLayout(record: HirClass): readonly FieldId[] {
  return record.tag === null ? record.fields : [record.tag.field, ...record.fields];
}

function sharedLayout(relatives: readonly HirClass[], record: HirClass): readonly FieldId[] {
  const counts = new Map<FieldId, number>();
  for (const { fields } of relatives)
    for (const field of fields) counts.set(field, (counts.get(field) ?? 0) + 1);
  const shared = [...counts]
    .filter(([, count]) => count > 1)
    .sort(([a, left], [c, right]) => right - left || a - c)
    .map(([field]) => field);
  const last = shared.findLastIndex((field) => record.fields.includes(field));
  const own = record.fields.filter((field) => !shared.includes(field));
  const tag = relatives.find((one) => one.tag !== null)?.tag ?? null;
  return [...(tag === null ? [] : [tag.field]), ...shared.slice(0, last + 1), ...own];
}
