/** The types of MIR places: what they are as storage. */
import type { ArrayId, ClassId, FieldId, FunctionId, LocalId } from "../../ir/ids.ts";
import type { Mir, MirFunction, MirPlace, MirType } from "../../ir/mir.ts";
import { defined, InternalError } from "../../source/assert.ts";

export interface Storage {
  of(fn: Pick<MirFunction, "locals">, place: MirPlace): MirType;
  element(array: MirType): MirType;
  /** The types of what a struct or an environment holds. */
  fields(id: ClassId): readonly MirType[];
  captured(id: FunctionId): readonly MirType[];
}

export function describeStorage(mir: Mir): Storage {
  const fields = new Map<FieldId, MirType>(
    mir.structs.flatMap((struct) => struct.fields.map((field) => [field.field, field.type] as const)),
  );
  const elements = new Map<ArrayId, MirType>(mir.arrays.map((array) => [array.array, array.element]));
  const captured = new Map<FunctionId, ReadonlyMap<LocalId, MirType>>(
    mir.environments.map((entry) => [
      entry.function,
      new Map(entry.fields.map((field) => [field.variable, field.type])),
    ]),
  );
  const element = (array: MirType): MirType => {
    if (array.kind !== "array") throw new InternalError("an element of what is no array");
    return defined(elements.get(array.array), "array");
  };
  const of = (fn: Pick<MirFunction, "locals">, place: MirPlace): MirType => {
    switch (place.kind) {
      case "local":
        return defined(fn.locals[place.local], "local").type;
      case "static":
        return defined(mir.statics[place.static], "static").type;
      case "slot": {
        const row = defined(mir.statics[place.static], "static").type;
        if (row.kind !== "slots") throw new InternalError("a slot of what is no row");
        return row.of;
      }
      case "field":
        return defined(fields.get(place.field), "field");
      case "element":
        return element(place.array.type);
      case "length":
        return { kind: "u32" };
      case "deref": {
        const { type } = defined(fn.locals[place.pointer], "local");
        if (type.kind !== "pointer") throw new InternalError("what is no pointer is followed");
        return type.to;
      }
      case "captured":
        return defined(captured.get(place.function)?.get(place.variable), "captured variable");
    }
  };
  const structs = new Map<ClassId, readonly MirType[]>(
    mir.structs.map((struct) => [struct.class, struct.fields.map((field) => field.type)]),
  );
  return {
    of,
    element,
    fields: (id) => structs.get(id) ?? [],
    captured: (id) => [...(captured.get(id)?.values() ?? [])],
  };
}
