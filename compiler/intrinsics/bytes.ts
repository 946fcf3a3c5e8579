/** Numbers in bytes: what `DataView` reads and writes, with either byte order and at any address. */

export type ByteType = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64";

export interface ByteAccess {
  readonly type: ByteType;
  readonly isStore: boolean;
  /** The C function: bytes, position, the value of a store, whether the byte order is little-endian. */
  readonly c: string;
}

const load = (type: ByteType): ByteAccess => ({ type, isStore: false, c: `tsfw_bytes_get_${type}` });
const store = (type: ByteType): ByteAccess => ({ type, isStore: true, c: `tsfw_bytes_set_${type}` });

/** Named as the methods of DataView. */
export const byteAccesses = {
  getInt8: load("i8"),
  getUint8: load("u8"),
  getInt16: load("i16"),
  getUint16: load("u16"),
  getInt32: load("i32"),
  getUint32: load("u32"),
  getFloat32: load("f32"),
  getFloat64: load("f64"),
  setInt8: store("i8"),
  setUint8: store("u8"),
  setInt16: store("i16"),
  setUint16: store("u16"),
  setInt32: store("i32"),
  setUint32: store("u32"),
  setFloat32: store("f32"),
  setFloat64: store("f64"),
} as const satisfies Record<string, ByteAccess>;

export type ByteAccessName = keyof typeof byteAccesses;

export function isByteAccess(name: string): name is ByteAccessName {
  return Object.hasOwn(byteAccesses, name);
}

/** null: another intrinsic. */
export function byteAccess(name: string): ByteAccess | null {
  return isByteAccess(name) ? byteAccesses[name] : null;
}

export function bytesOf(type: ByteType): number {
  return Number(type.slice(1)) / 8;
}
