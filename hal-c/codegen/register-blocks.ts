/**
 * One description of a register block, whatever vendor format it came from,
 * and the reader for stm32-data's register files. Names, offsets and bits only:
 * texts of the sources are not carried over.
 */

/** A field, or `count` equal fields `strideBits` apart. */
export interface RegisterField {
  readonly name: string;
  readonly bit: number;
  readonly width: number;
  readonly array?: { readonly count: number; readonly strideBits: number };
}

/** A register, or `count` equal registers `strideBytes` apart. */
export interface Register {
  readonly name: string;
  readonly offset: number;
  readonly array?: { readonly count: number; readonly strideBytes: number };
  readonly fields: readonly RegisterField[];
}

export interface RegisterBlock {
  /** Prefix of every macro: "USART". */
  readonly name: string;
  readonly registers: readonly Register[];
}

interface DataArray {
  readonly len?: number;
  readonly stride?: number;
  readonly offsets?: readonly number[];
}

interface DataItem {
  readonly name: string;
  readonly byte_offset: number;
  readonly array?: DataArray;
  readonly fieldset?: string;
}

interface DataField {
  readonly name: string;
  readonly bit_offset: number | readonly { readonly start: number; readonly end: number }[];
  readonly bit_size: number;
  readonly array?: DataArray;
}

interface DataEntry {
  readonly extends?: string;
  readonly items?: readonly DataItem[];
  readonly fields?: readonly DataField[];
}

/** A parsed file of stm32-data's `registers/`: "block/…" and "fieldset/…" entries. */
export type Stm32RegisterFile = Readonly<Record<string, DataEntry>>;

/**
 * Reads the block `block` with what it extends; a later block replaces a
 * register of the same name.
 */
export function readStm32Block(file: Stm32RegisterFile, block: string, macroName: string): RegisterBlock {
  const items = new Map<string, DataItem>();
  for (const item of blockItems(file, block)) items.set(item.name, item);
  const registers = [...items.values()].map((item) => readRegister(file, item));
  return { name: macroName, registers: registers.sort(byOffset) };
}

function blockItems(file: Stm32RegisterFile, block: string): readonly DataItem[] {
  const entry = file[`block/${block}`];
  if (entry === undefined) throw new Error(`register file has no block ${block}`);
  const inherited = entry.extends === undefined ? [] : blockItems(file, entry.extends);
  return [...inherited, ...(entry.items ?? [])];
}

function readRegister(file: Stm32RegisterFile, item: DataItem): Register {
  const fieldset = item.fieldset === undefined ? undefined : file[`fieldset/${item.fieldset}`];
  const fields = fieldset === undefined ? [] : fieldsOf(file, fieldset);
  const stride = item.array?.stride;
  const count = item.array?.len;
  return {
    name: item.name.toUpperCase(),
    offset: item.byte_offset,
    ...(count !== undefined && stride !== undefined ? { array: { count, strideBytes: stride } } : {}),
    fields,
  };
}

function fieldsOf(file: Stm32RegisterFile, entry: DataEntry): readonly RegisterField[] {
  const fields = new Map<string, RegisterField>();
  const inherited = entry.extends === undefined ? undefined : file[`fieldset/${entry.extends}`];
  if (inherited !== undefined) for (const field of fieldsOf(file, inherited)) fields.set(field.name, field);
  for (const field of entry.fields ?? []) {
    // A field in several pieces has no single mask; none of the registers in use has one.
    if (typeof field.bit_offset !== "number") continue;
    fields.set(field.name, readField(field, field.bit_offset));
  }
  return [...fields.values()];
}

function readField(field: DataField, bit: number): RegisterField {
  const { len, stride, offsets } = field.array ?? {};
  const second = offsets?.[1];
  const regular =
    offsets !== undefined &&
    second !== undefined &&
    offsets.every((offset, index) => offset === index * second);
  const array =
    len !== undefined && stride !== undefined
      ? { count: len, strideBits: stride }
      : regular
        ? { count: offsets.length, strideBits: second }
        : undefined;
  return {
    name: field.name.toUpperCase(),
    bit,
    width: field.bit_size,
    ...(array === undefined ? {} : { array }),
  };
}

function byOffset(left: Register, right: Register): number {
  return left.offset - right.offset || (left.name < right.name ? -1 : 1);
}
