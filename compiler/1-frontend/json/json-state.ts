/** The functions that JSON.stringify and JSON.parse of a program need, by the types they are for. */
import type { ts } from "ts-morph";
import type { ClassId, FunctionId } from "../../ir/ids.ts";

/** How the text is laid out: what one level is indented by, and how deep this one is. */
export interface JsonLayout {
  /** Empty: everything on one line. */
  readonly indent: string;
  readonly depth: number;
}

/** A function that writes objects of a class; its body is made when the program's objects are known. */
export interface JsonWriter {
  readonly function: FunctionId;
  readonly class: ClassId;
  readonly layout: JsonLayout;
  readonly at: ts.Node;
}

export interface JsonState {
  readonly writers: Map<string, JsonWriter>;
  /** Functions that readers share, by name. */
  readonly readers: Map<string, FunctionId>;
  readonly readersByType: Map<ts.Type, FunctionId>;
}

export function createJsonState(): JsonState {
  return { writers: new Map(), readers: new Map(), readersByType: new Map() };
}
