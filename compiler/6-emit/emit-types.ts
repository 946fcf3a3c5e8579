/** C types for MIR types, and the declarations they need. */
import type { FlatMir } from "../ir/flat-mir.ts";
import type { ArrayId, ClassId, FieldId, FunctionId, LocalId } from "../ir/ids.ts";
import type { MirArray, MirStruct, MirType, MirUnion, ScalarName } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import type { CDeclaration, CField } from "./c-tree.ts";
import { declareUnion, declareUnionCell, unionCellName, unionName } from "./emit-unions.ts";
import type { Names } from "./names.ts";

const scalars: Readonly<Record<ScalarName, string>> = {
  i8: "int8_t",
  u8: "uint8_t",
  i16: "int16_t",
  u16: "uint16_t",
  i32: "int32_t",
  u32: "uint32_t",
  i64: "int64_t",
  u64: "uint64_t",
  f32: "float",
  f64: "double",
  bool: "bool",
};

/** More than one byte: what reads it asks for an alignment. */
function isWide(type: MirType): boolean {
  return type.kind in scalars && type.kind !== "u8" && type.kind !== "i8" && type.kind !== "bool";
}

export interface Types {
  /** The C type of a value. */
  name(type: MirType): string;
  /** A declaration of a variable or field of the type. */
  declarator(type: MirType, name: string): string;
  array(id: ArrayId): MirArray;
  /** A pointer to elements of an array. */
  elementPointer(id: ArrayId): string;
  readonly unions: readonly MirUnion[];
  static(index: number): MirType;
  field(id: FieldId): MirType;
  captured(fn: FunctionId, variable: LocalId): MirType | null;
  /** The struct through which a reference to an object of the class reads the field; null: the one it points to. */
  holder(id: ClassId, field: FieldId): string | null;
  /** The struct that references to a struct of the class point to; null: the struct itself. */
  reference(id: ClassId): string | null;
}

export function createTypes(mir: FlatMir, names: Names): Types {
  const array = (id: ArrayId): MirArray =>
    defined(
      mir.arrays.find((entry) => entry.array === id),
      "array",
    );
  const struct = (id: ClassId): MirStruct =>
    defined(
      mir.structs.find((entry) => entry.class === id),
      "struct",
    );
  const typeName = (type: MirType): string => {
    switch (type.kind) {
      case "void":
        return "void";
      case "text":
        return "tsfw_str_t";
      case "cell":
        return cellName(type.bytes);
      case "object":
        return `struct ${names.struct(struct(type.class).family)} *`;
      case "struct":
        return `struct ${names.struct(type.class)}`;
      case "array":
        if (array(type.array).hasHeader) return `${arrayName(type.array)} *`;
        return array(type.array).length === null ? arrayName(type.array) : elementPointer(type.array);
      case "elements":
        return array(type.array).hasHeader
          ? roomName(type.array, type.length)
          : typeName(array(type.array).element);
      case "slots":
        return typeName(type.of);
      case "closure":
        return closureName(type.signature);
      case "environment":
        return `struct ${names.environment(type.function)}`;
      case "pointer":
        return pointerTo(type.to);
      case "union":
        return unionName(type.union);
      case "unionCell":
        return unionCellName(type.union, type.bytes);
      default:
        return scalars[type.kind];
    }
  };
  const pointerTo = (type: MirType): string => {
    if (type.kind === "elements") return `${typeName(type)} *`;
    const inner = typeName(type);
    return inner.endsWith("*") ? `${inner}*` : `${inner} *`;
  };
  const elementPointer = (id: ArrayId): string => {
    const { element, isLoose } = array(id);
    return isLoose && isWide(element) ? `tsfw_loose_${element.kind}_t *` : pointerTo(element);
  };
  const declarator = (type: MirType, name: string): string => {
    const base = typeName(type);
    const text = base.endsWith("*") ? `${base}${name}` : `${base} ${name}`;
    return `${text}${dimensions(type)}`;
  };
  /** A row of arrays has two dimensions. */
  const dimensions = (type: MirType): string => {
    if (type.kind === "slots") return `[${type.count}]${dimensions(type.of)}`;
    return type.kind === "elements" && !array(type.array).hasHeader ? `[${type.length}]` : "";
  };
  const fields = new Map(
    mir.structs.flatMap((struct) => struct.fields.map((field) => [field.field, field.type] as const)),
  );
  return {
    name: typeName,
    declarator,
    array,
    elementPointer,
    unions: mir.unions,
    static: (index) => defined(mir.statics[index], "static").type,
    field: (id) => defined(fields.get(id), "field"),
    holder: (id, field) => {
      const { family, hasRelatives } = struct(id);
      const has = (entry: MirStruct): boolean => entry.fields.some((one) => one.field === field);
      if (!hasRelatives || has(struct(family))) return null;
      const holder = mir.structs.find((entry) => entry.family === family && has(entry));
      return `struct ${names.struct(defined(holder, "a class with the field").class)} *`;
    },
    reference: (id) => {
      const { family } = struct(id);
      return family === id ? null : `struct ${names.struct(family)} *`;
    },
    captured: (fn, variable) =>
      mir.environments
        .find((entry) => entry.function === fn)
        ?.fields.find((field) => field.variable === variable)?.type ?? null,
  };
}

export function cellName(bytes: number): string {
  return `struct app_text_${bytes}`;
}

export function arrayName(id: ArrayId): string {
  return `struct app_array_${id}`;
}

/** The room of an array with a header: the header, then its elements. */
function roomName(id: ArrayId, capacity: number): string {
  return `${arrayName(id)}_of_${capacity}`;
}

export function closureName(signature: number): string {
  return `struct app_function_${signature}`;
}

/** Structs in an order in which each is complete before it is contained. */
export function declareTypes(mir: FlatMir, names: Names, types: Types): CDeclaration[] {
  const declarations: CDeclaration[] = [];
  const done = new Set<string>();
  const add = (key: string, parts: readonly MirType[], declare: () => CDeclaration): void => {
    if (done.has(key)) return;
    done.add(key);
    for (const part of parts) need(part);
    declarations.push(declare());
  };
  const field = (type: MirType, name: string): CField => ({
    kind: "field",
    declarator: types.declarator(type, name),
    comment: null,
  });
  const need = (type: MirType): void => {
    switch (type.kind) {
      case "cell":
        return add(cellName(type.bytes), [], () => ({
          kind: "struct",
          name: cellName(type.bytes).slice("struct ".length),
          fields: [
            { kind: "field", declarator: "uint32_t size", comment: null },
            { kind: "field", declarator: `char data[${Math.max(1, type.bytes)}]`, comment: null },
          ],
          comment: null,
        }));
      case "struct": {
        const struct = defined(
          mir.structs.find((entry) => entry.class === type.class),
          "struct",
        );
        const fields = struct.fields.map((entry) => field(entry.type, names.field(entry.field)));
        const empty: CField = { kind: "field", declarator: "uint8_t empty", comment: null };
        return add(
          names.struct(type.class),
          struct.fields.map((entry) => entry.type),
          () => ({
            kind: "struct",
            name: names.struct(type.class),
            fields: fields.length > 0 ? fields : [empty],
            comment: `class ${struct.name}`,
            mayAlias: struct.hasRelatives,
          }),
        );
      }
      case "elements": {
        const array = types.array(type.array);
        if (!array.hasHeader) return need(array.element);
        const key = roomName(type.array, type.length);
        return add(key, [{ kind: "array", array: type.array }, array.element], () => ({
          kind: "struct",
          name: key.slice("struct ".length),
          fields: [
            { kind: "field", declarator: `${arrayName(type.array)} head`, comment: null },
            {
              kind: "field",
              declarator: `${types.declarator(array.element, "items")}[${Math.max(1, type.length)}]`,
              comment: null,
            },
          ],
          comment: null,
        }));
      }
      case "slots":
        return need(type.of);
      case "array": {
        const array = types.array(type.array);
        if (array.length !== null && !array.hasHeader) return;
        const element =
          array.element.kind === "struct"
            ? []
            : array.element.kind === "cell" ||
                array.element.kind === "array" ||
                array.element.kind === "union" ||
                array.element.kind === "unionCell" ||
                array.element.kind === "closure"
              ? [array.element]
              : [];
        return add(arrayName(type.array), element, () => ({
          kind: "struct",
          name: arrayName(type.array).slice("struct ".length),
          fields: [
            { kind: "field", declarator: `${types.elementPointer(type.array)}data`, comment: null },
            { kind: "field", declarator: "uint32_t length", comment: null },
            ...(array.hasHeader
              ? [{ kind: "field", declarator: "uint32_t capacity", comment: null } as const]
              : []),
          ],
          comment: null,
        }));
      }
      case "closure": {
        const signature = defined(
          mir.signatures.find((entry) => entry.signature === type.signature),
          "signature",
        );
        const parameters = [
          "const void *",
          ...signature.parameters.map((parameter) => types.name(parameter)),
        ].join(", ");
        return add(
          closureName(type.signature),
          [...signature.parameters, signature.result].filter(
            (part) => part.kind !== "closure" || part.signature !== type.signature,
          ),
          () => ({
            kind: "struct",
            name: closureName(type.signature).slice("struct ".length),
            fields: [
              {
                kind: "field",
                declarator: `${types.name(signature.result)} (*code)(${parameters})`,
                comment: null,
              },
              { kind: "field", declarator: "const void *environment", comment: null },
            ],
            comment: null,
          }),
        );
      }
      case "environment": {
        const environment = defined(
          mir.environments.find((entry) => entry.function === type.function),
          "environment",
        );
        return add(
          names.environment(type.function),
          environment.fields.map((entry) => entry.type),
          () => ({
            kind: "struct",
            name: names.environment(type.function),
            fields: environment.fields.map((entry) => field(entry.type, `v${entry.variable}`)),
            comment: null,
          }),
        );
      }
      case "union": {
        const { arms } = defined(mir.unions[type.union], "union");
        const parts = arms.map((arm) => arm.type);
        return add(unionName(type.union), parts, () => declareUnion(mir, types, type.union));
      }
      case "unionCell":
        return add(unionCellName(type.union, type.bytes), [{ kind: "union", union: type.union }], () =>
          declareUnionCell(type.union, type.bytes),
        );
      case "pointer":
        return need(type.to.kind === "elements" || type.to.kind === "cell" ? type.to : { kind: "void" });
      default:
        return;
    }
  };
  const used: MirType[] = [
    ...mir.statics.map((entry) => entry.type),
    ...mir.pools.map((pool) => pool.of),
    ...mir.signatures.map((entry): MirType => ({ kind: "closure", signature: entry.signature })),
    ...mir.closures.flatMap((closure) => closure.wrapper.locals.map((local) => local.type)),
    ...mir.functions.flatMap((fn) => [fn.result, ...fn.locals.map((local) => local.type)]),
  ];
  const forward = mir.structs.map(
    (struct): CDeclaration => ({ kind: "typedef", text: `struct ${names.struct(struct.class)}` }),
  );
  for (const type of used) need(type);
  mir.unions.forEach((_, union) => {
    need({ kind: "union", union });
  });
  for (const type of used) if (type.kind === "object") need({ kind: "struct", class: type.class });
  for (const struct of mir.structs) need({ kind: "struct", class: struct.class });
  return [...forward, ...declarations];
}
