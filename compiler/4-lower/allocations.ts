/** Objects and arrays: room where placement says, then their construction in it. */

import { hasEffects } from "../intrinsics/effects.ts";
import { ANY_BIGINT, isWithinBigints } from "../ir/bigint-ranges.ts";
import type { Place as AllocationPlace } from "../ir/facts.ts";
import type { HirExpr, HirFunction } from "../ir/hir.ts";
import type { ArrayId, ClassId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { objectOrNothing } from "../ir/union-types.ts";
import { defined, invariant } from "../source/assert.ts";
import { storeValue } from "./assignments.ts";
import { captureArguments, lowerArguments } from "./calls.ts";
import { request, type SiteKey } from "./context.ts";
import { lowerExpression, lowerOperands } from "./expressions.ts";
import { writeTag } from "./families.ts";
import { constant, type FunctionBuilder, load } from "./function-builder.ts";
import { openArray } from "./growing-arrays.ts";
import { isSimple } from "./numbers.ts";
import { adapt, elementAt, fieldPlace, read } from "./places.ts";
import { pooledRoom } from "./pooled-room.ts";
import { elementType } from "./representation.ts";
import { isConstantUnion } from "./static-initialisers.ts";
import { isView } from "./text.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

/** What the caller passes for the result, and how it reads it afterwards. */
export interface ResultRoom {
  readonly argument: MirExpr;
  readonly value: MirExpr;
}

/** The address of fresh room. `storage` is the type of what is built there. */
export function makeRoom(
  f: FunctionBuilder,
  place: AllocationPlace,
  key: SiteKey,
  name: string,
  storage: MirType,
  reference: MirType,
): MirExpr {
  switch (place.kind) {
    case "static": {
      const { lowering } = f;
      let index = lowering.siteStatics.get(key);
      if (index === undefined) {
        index = lowering.statics.length;
        lowering.siteStatics.set(key, index);
        lowering.statics.push({ name, type: storage, initial: null, isConstant: false, comment: name });
      }
      return { kind: "address", place: { kind: "static", static: index }, type: reference };
    }
    case "local": {
      const local = f.addLocal(name, storage, true);
      return { kind: "address", place: { kind: "local", local }, type: reference };
    }
    case "counted":
      return countedRoom(f, place.count, key, name, storage, reference);
    case "pool":
      return pooledRoom(f, place.pool, name, storage, reference);
    case "result":
      return defined(f.resultPlace, "a function that returns in place has room for its result");
    case "inOwner": {
      const self = defined(f.hir.parameters[0], "this");
      const owner = read({
        place: defined(f.places.get(self), "this"),
        type: { kind: "object", class: defined(f.lowering.program.fields[place.field], "field").class },
        hirType: { kind: "void" },
        fact: null,
        isInline: false,
      });
      return read(fieldPlace(f, owner, place.field));
    }
  }
}

/** The next slot of the row that the allocation owns. */
function countedRoom(
  f: FunctionBuilder,
  count: number,
  key: SiteKey,
  name: string,
  storage: MirType,
  reference: MirType,
): MirExpr {
  const { statics, siteStatics } = f.lowering;
  const used = count < 0x10000 ? ({ kind: "u16" } as const) : ({ kind: "u32" } as const);
  let row = siteStatics.get(key);
  if (row === undefined) {
    row = statics.length;
    siteStatics.set(key, row);
    const type: MirType = { kind: "slots", of: storage, count };
    statics.push({ name, type, initial: null, isConstant: false, comment: name });
    const counter = { name: `${name}_used`, type: used, initial: null, isConstant: false };
    statics.push({ ...counter, comment: `slots of ${name} in use` });
  }
  const next: MirPlace = { kind: "static", static: row + 1 };
  const slot: MirPlace = { kind: "slot", static: row, index: load(next, used) };
  const room = f.hold({ kind: "address", place: slot, type: reference }, name);
  const u32: MirType = { kind: "u32" };
  const more: MirExpr = {
    kind: "binary",
    op: "+",
    left: { kind: "cast", value: load(next, used), type: u32 },
    right: constant(u32, 1),
    type: u32,
  };
  f.set(next, { kind: "cast", value: more, type: used });
  return room;
}

/** The array class of an expression that is an array. */
export function arrayOfNode(f: FunctionBuilder, node: HirExpr): ArrayId {
  invariant(node.type.kind === "array", "an array expression has an array type");
  return f.lowering.program.arrayOf(node.type.array);
}

function objectRoom(f: FunctionBuilder, node: NodeOf<"new" | "object">): MirExpr {
  const type: MirType = { kind: "object", class: node.class };
  const name = roomName(f, node.class);
  const room = makeRoom(
    f,
    f.lowering.placement.place(node.site),
    node.site,
    name,
    { kind: "struct", class: node.class },
    type,
  );
  writeTag(f, node.class, room);
  return room;
}

function roomName(f: FunctionBuilder, id: ClassId): string {
  const { name } = defined(f.lowering.program.classes[id], "class");
  return `${f.hir.role === "main" ? "" : `${f.hir.name}_`}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** Arguments first, then the object, then its constructor, as in JavaScript. */
export function lowerNew(f: FunctionBuilder, node: NodeOf<"new">): MirExpr {
  const record = defined(f.lowering.program.classes[node.class], "class");
  const id = defined(record.constructorFunction, "constructor");
  const fn = defined(f.lowering.program.functions[id], "constructor");
  request(f.lowering, id);
  const args = lowerArguments(f, shifted(fn), node.args).map((arg) => (isSimple(arg) ? arg : f.hold(arg)));
  const room = objectRoom(f, node);
  f.emit({ kind: "call", result: null, function: id, args: [room, ...args, ...captureArguments(f, fn)] });
  return room;
}

/** The constructor without its `this`, for the arguments of `new`. */
function shifted(fn: HirFunction): HirFunction {
  return { ...fn, parameters: fn.parameters.slice(1) };
}

export function lowerObject(f: FunctionBuilder, node: NodeOf<"object">): MirExpr {
  const nodes = node.fields.map((entry) => entry.value);
  const values = holdValues(f, nodes);
  const room = objectRoom(f, node);
  node.fields.forEach((entry, index) => {
    const place = fieldPlace(f, room, entry.field);
    if (place.isInline) return;
    storeValue(f, place, defined(values[index], "field value"), entry.value, true);
  });
  return room;
}

/** Values that must not change while the object is filled: the place may be one they are read from. */
function holdValues(f: FunctionBuilder, nodes: readonly HirExpr[]): MirExpr[] {
  const values = lowerOperands(f, nodes);
  if (nodes.length < 2) return values;
  return values.map((value) =>
    isSimple(value) || value.kind === "address" || isView(value) ? value : f.hold(value),
  );
}

export function arrayRoom(
  f: FunctionBuilder,
  node: NodeOf<"array" | "arrayFill" | "arrayNew">,
  id: ArrayId,
  length: number,
): MirExpr {
  return makeRoom(
    f,
    f.lowering.placement.place(node.site),
    node.site,
    "array",
    { kind: "elements", array: id, length },
    { kind: "array", array: id },
  );
}

export function lowerArray(f: FunctionBuilder, node: NodeOf<"array">): MirExpr {
  const id = arrayOfNode(f, node);
  const constants = constantElements(f, node, id);
  if (constants !== null) return constants;
  const values = holdValues(f, node.elements);
  const capacity = roomFor(f, node, id, node.elements.length);
  const room = arrayRoom(f, node, id, capacity);
  const length = constant({ kind: "u32" }, node.elements.length);
  openArray(f, f.lowering.placement.place(node.site), room, length, capacity);
  node.elements.forEach((element, index) => {
    const place = elementAt(f, room, id, constant({ kind: "i32" }, index));
    storeValue(f, place, defined(values[index], "element"), element, true);
  });
  return measured(f, node, room, length);
}

/** In the caller's room, a reference that carries its length says how much of it is used. */
export function measured(
  f: FunctionBuilder,
  node: NodeOf<"array" | "arrayFill" | "arrayNew">,
  room: MirExpr,
  length: MirExpr,
): MirExpr {
  const id = arrayOfNode(f, node);
  const isExact = node.kind !== "arrayNew" && f.lowering.placement.place(node.site).kind !== "result";
  if (!f.lowering.arrays.carriesLength(id) || isExact) return room;
  const start = constant({ kind: "u32" }, 0);
  return { kind: "view", array: room, start, end: length, type: room.type };
}

/** An array of constants that nothing writes is data in flash. */
function constantElements(f: FunctionBuilder, node: NodeOf<"array">, id: ArrayId): MirExpr | null {
  const { lowering } = f;
  const place = lowering.placement.place(node.site).kind;
  if (place === "inOwner" || place === "result" || lowering.arrays.hasHeader(id)) return null; // somebody else's room has to be filled
  const type = elementType(lowering, id);
  const element = defined(lowering.program.arrays[id], "array").element;
  if (
    lowering.writtenArrays.has(id) ||
    type.kind === "cell" ||
    type.kind === "unionCell" ||
    node.elements.some(hasEffects)
  )
    return null;
  const initial: MirExpr[] = [];
  for (const part of node.elements) {
    const value = literalValue(f, part);
    if (value === null) return null;
    initial.push(
      adapt(f, element, type, value, part.type.kind === "number" ? lowering.numbers.node(part.id) : null),
    );
  }
  const isConstant = (value: MirExpr): boolean =>
    value.kind === "constant" ||
    value.kind === "wideConstant" ||
    value.kind === "textConstant" ||
    isConstantUnion(value);
  if (!initial.every(isConstant)) return null;
  let index = lowering.siteStatics.get(node.site);
  if (index === undefined) {
    index = lowering.statics.length;
    lowering.siteStatics.set(node.site, index);
    lowering.statics.push({
      name: "table",
      type: { kind: "elements", array: id, length: node.elements.length },
      initial,
      isConstant: true,
      comment: "constant array",
    });
  }
  return { kind: "address", place: { kind: "static", static: index }, type: { kind: "array", array: id } };
}

/** Only constants that fit without a check: anything else is built by code. */
function literalValue(f: FunctionBuilder, node: HirExpr): MirExpr | null {
  const inner = node.kind === "wrap" ? node.value : node;
  if (!["number", "bigint", "boolean", "string", "undefined", "null"].includes(inner.kind)) return null;
  if (inner.kind === "bigint" && !isWithinBigints({ lo: inner.value, hi: inner.value }, ANY_BIGINT))
    return null;
  return lowerExpression(f, node);
}

export function lowerArrayFill(f: FunctionBuilder, node: NodeOf<"arrayFill">): MirExpr {
  const id = arrayOfNode(f, node);
  const value = lowerExpression(f, node.value);
  const held = isSimple(value) || isView(value) ? value : f.hold(value);
  const capacity = roomFor(f, node, id, node.length);
  const room = arrayRoom(f, node, id, capacity);
  const length = constant({ kind: "u32" }, node.length);
  openArray(f, f.lowering.placement.place(node.site), room, length, capacity);
  const i32: MirType = { kind: "i32" };
  const index = f.addLocal("i", i32);
  const at: MirPlace = { kind: "local", local: index };
  const head = f.newBlock();
  f.set(at, constant(i32, 0));
  f.goto(head);
  f.enter(head);
  const body = f.newBlock();
  const after = f.newBlock();
  f.end({
    kind: "branch",
    test: {
      kind: "binary",
      op: "<",
      left: load(at, i32),
      right: constant(i32, node.length),
      type: { kind: "bool" },
    },
    whenTrue: body.id,
    whenFalse: after.id,
  });
  f.enter(body);
  storeValue(f, elementAt(f, room, id, load(at, i32)), held, node.value, true);
  f.set(at, { kind: "binary", op: "+", left: load(at, i32), right: constant(i32, 1), type: i32 });
  f.goto(head);
  f.enter(after);
  return measured(f, node, room, length);
}

/** The elements there is room for: those it starts with, or more where it grows. */
function roomFor(
  f: FunctionBuilder,
  node: NodeOf<"array" | "arrayFill">,
  id: ArrayId,
  length: number,
): number {
  return f.lowering.arrays.hasHeader(id) ? f.lowering.arrays.siteCapacity(node.site) : length;
}

/** Room for an object that a called function makes for its caller. */
export function placeForCall(f: FunctionBuilder, fn: HirFunction, node: HirExpr): ResultRoom {
  const place = f.lowering.placement.callPlace(node.id);
  const key = `call${node.id}` as const;
  const object = objectOrNothing(node.type);
  if (object !== null) {
    const room = makeRoom(
      f,
      place,
      key,
      roomName(f, object.class),
      { kind: "struct", class: object.class },
      { kind: "object", class: object.class },
    );
    return { argument: room, value: room };
  }
  const id = arrayOfNode(f, node);
  const { arrays, numbers, placement } = f.lowering;
  const fixed = placement.resultLength(fn.id) ?? numbers.arrayLength(id).hi;
  const isOwn = arrays.hasHeader(id) || arrays.carriesLength(id);
  const capacity = isOwn ? arrays.callCapacity(node.id) : fixed;
  const room = makeRoom(
    f,
    place,
    key,
    `${fn.name}_result`,
    { kind: "elements", array: id, length: capacity },
    { kind: "array", array: id },
  );
  openArray(f, place, room, constant({ kind: "u32" }, 0), capacity);
  return { argument: room, value: room };
}
