/** Sizes and alignments of MIR types as the C compiler of the target lays them out. */
import type { ArrayId, ClassId, FunctionId } from "../ir/ids.ts";
import type { Mir, MirArray, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";

export interface Layout {
  readonly bytes: number;
  readonly align: number;
}

export interface TypeSizes {
  of(type: MirType): Layout;
}

/** Lays out fields in order with C's padding. */
export function layoutFields(fields: readonly Layout[]): Layout & { readonly offsets: readonly number[] } {
  let at = 0;
  let align = 1;
  const offsets = fields.map((field) => {
    at = roundUp(at, field.align);
    const offset = at;
    at += field.bytes;
    align = Math.max(align, field.align);
    return offset;
  });
  return { bytes: roundUp(at, align), align, offsets };
}

export function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

export function computeTypeSizes(mir: Mir, pointerBytes: number): TypeSizes {
  const structs = new Map<ClassId, Layout>();
  const pointer: Layout = { bytes: pointerBytes, align: pointerBytes };
  const view: Layout = layoutFields([pointer, { bytes: 4, align: 4 }]);
  const header: Layout = layoutFields([pointer, { bytes: 4, align: 4 }, { bytes: 4, align: 4 }]);
  const scalar = (bytes: number): Layout => ({ bytes, align: bytes });
  const of = (type: MirType): Layout => {
    switch (type.kind) {
      case "i8":
      case "u8":
      case "bool":
        return scalar(1);
      case "i16":
      case "u16":
        return scalar(2);
      case "i32":
      case "u32":
      case "f32":
        return scalar(4);
      case "i64":
      case "u64":
      case "f64":
        return scalar(8);
      case "void":
        return { bytes: 0, align: 1 };
      case "text":
        return view;
      case "cell":
        return layoutFields([scalar(4), { bytes: Math.max(1, type.bytes), align: 1 }]);
      case "object":
      case "pointer":
        return pointer;
      case "array":
        return arrayReference(type.array);
      case "closure":
        return layoutFields([pointer, pointer]);
      case "struct":
        return structLayout(type.class);
      case "elements": {
        const element = of(arrayOf(type.array).element);
        const items: Layout = { bytes: element.bytes * Math.max(1, type.length), align: element.align };
        if (arrayOf(type.array).hasHeader) return layoutFields([header, items]);
        return { bytes: element.bytes * type.length, align: element.align };
      }
      case "slots": {
        const slot = of(type.of);
        return { bytes: slot.bytes * type.count, align: slot.align };
      }
      case "environment":
        return environmentLayout(type.function);
      case "union":
        return unionLayout(type.union);
      case "unionCell":
        return layoutFields([unionLayout(type.union), { bytes: Math.max(1, type.bytes), align: 1 }]);
    }
  };
  const arrayOf = (array: ArrayId): MirArray =>
    defined(
      mir.arrays.find((entry) => entry.array === array),
      "array",
    );
  const arrayReference = (array: ArrayId): Layout =>
    arrayOf(array).hasHeader || arrayOf(array).length !== null ? pointer : view;
  const unionLayout = (union: number): Layout => {
    const held = defined(mir.unions[union], "union").arms.map((arm) => of(arm.type));
    if (held.length === 0) return scalar(1);
    const align = Math.max(...held.map((layout) => layout.align));
    const bytes = roundUp(Math.max(...held.map((layout) => layout.bytes)), align);
    return layoutFields([scalar(1), { bytes, align }]);
  };
  const structLayout = (id: ClassId): Layout => {
    const known = structs.get(id);
    if (known !== undefined) return known;
    const struct = defined(
      mir.structs.find((entry) => entry.class === id),
      "struct",
    );
    const layout =
      struct.fields.length === 0 ? scalar(1) : layoutFields(struct.fields.map((field) => of(field.type)));
    structs.set(id, layout);
    return layout;
  };
  const environmentLayout = (id: FunctionId): Layout => {
    const environment = defined(
      mir.environments.find((entry) => entry.function === id),
      "environment",
    );
    return layoutFields(environment.fields.map((field) => of(field.type)));
  };
  return { of };
}
