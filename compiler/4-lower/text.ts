/**
 * Strings. A value is a view; what is stored in a cell is copied. A view of a
 * cell that may change before it is used is copied into a temporary cell first.
 */
import type { CompareOp, HirExpr } from "../ir/hir.ts";
import type { LocalId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { hasText } from "../ir/union-types.ts";
import { lowerOperands } from "./expressions.ts";
import { boolType, constant, type FunctionBuilder, load, textType } from "./function-builder.ts";
import { binary, compareOp, pure } from "./numbers.ts";
import type { Place } from "./places.ts";

/** A view that later effects cannot change: literals stay, computed text is copied. */
export function holdText(f: FunctionBuilder, node: HirExpr, value: MirExpr): MirExpr {
  if (value.kind === "textConstant") return value;
  const capacity = hasText(node.type) ? f.lowering.strings.node(node.id) : null;
  if (capacity === null || capacity.kind === "literal") return f.hold(value);
  return copyToCell(f, value, capacity.bytes);
}

export function copyToCell(f: FunctionBuilder, value: MirExpr, bytes: number): MirExpr {
  const type: MirType =
    value.type.kind === "union"
      ? { kind: "unionCell", union: value.type.union, bytes }
      : { kind: "cell", bytes };
  const cell = f.addLocal("text", type, true);
  f.set({ kind: "local", local: cell }, value);
  return load({ kind: "local", local: cell }, value.type);
}

/** Whether the text is a view of a place that somebody may write. */
export function isMutableView(f: FunctionBuilder, value: MirExpr): boolean {
  if (!isView(value)) return false;
  if (value.kind === "select") return isMutableView(f, value.whenTrue) || isMutableView(f, value.whenFalse);
  if (value.kind === "wrap") return value.value !== null && isMutableView(f, value.value);
  if (value.kind === "payload") return isMutableView(f, value.value);
  if (value.kind === "pure")
    return value.args.some((part) => part.type.kind === "text" && isMutableView(f, part));
  return value.kind === "load" && (value.place.kind !== "local" || isShared(f, value.place.local));
}

/** The variable behind the MIR local, if there is one, is assigned to by nested functions. */
function isShared(f: FunctionBuilder, local: LocalId): boolean {
  for (const [id, place] of f.places) {
    if (place.kind !== "local" || place.local !== local) continue;
    const variable = f.lowering.program.locals[id];
    return variable?.captured === true && variable.reassigned;
  }
  return false;
}

/** A text, or a union that may hold one: it is only as good as the bytes it refers to. */
export function isView(value: MirExpr): boolean {
  return value.type.kind === "text" || value.type.kind === "union";
}

/** Copies the text of a result, if it has one, to the room the caller provides; the result then refers to that. */
export function copyToRoom(f: FunctionBuilder, room: LocalId, value: MirExpr): MirExpr {
  const cell: MirPlace = { kind: "deref", pointer: room };
  if (value.type.kind !== "union") {
    f.set(cell, value);
    return load(cell, textType);
  }
  if (value.kind === "wrap" && value.arm !== "string") return value;
  const held = f.hold(value);
  const yes = f.newBlock();
  const after = f.newBlock();
  const test: MirExpr = { kind: "hasTag", arm: "string", value: held, type: boolType };
  f.end({ kind: "branch", test, whenTrue: yes.id, whenFalse: after.id });
  f.enter(yes);
  f.set(cell, { kind: "payload", arm: "string", value: held, type: textType });
  if (held.kind === "load")
    f.set(held.place, { kind: "wrap", arm: "string", value: load(cell, textType), type: value.type });
  f.goto(after);
  f.enter(after);
  return held;
}

export function storeText(f: FunctionBuilder, place: Place, value: MirExpr): MirExpr {
  f.set(place.place, value);
  if (place.type.kind === "unionCell") return load(place.place, { kind: "union", union: place.type.union });
  return place.type.kind === "cell" ? load(place.place, textType) : value;
}

/** A template: its parts are written one after the other into a temporary cell. */
export function lowerTemplate(f: FunctionBuilder, node: HirExpr, given?: readonly MirExpr[]): MirExpr {
  const parts = (given ?? lowerParts(f, node)).map((part) => printablePart(f, part));
  if (parts.length === 0) return { kind: "textConstant", value: "", type: textType };
  const only = parts[0];
  if (parts.length === 1 && only !== undefined && only.type.kind === "text") return only;
  if (parts.every((part) => part.kind === "textConstant")) {
    return {
      kind: "textConstant",
      value: parts.map((part) => (part.kind === "textConstant" ? part.value : "")).join(""),
      type: textType,
    };
  }
  const capacity = f.lowering.strings.node(node.id);
  const bytes = capacity.kind === "bytes" ? capacity.bytes : 0;
  const cell = f.addLocal("text", { kind: "cell", bytes }, true);
  f.emit({ kind: "buildText", cell, parts, symbol: null });
  return load({ kind: "local", local: cell }, textType);
}

export function lowerParts(f: FunctionBuilder, node: HirExpr): MirExpr[] {
  return node.kind === "template" ? lowerOperands(f, node.parts) : [];
}

/** A union is looked at arm by arm where it is printed. */
export function printablePart(f: FunctionBuilder, part: MirExpr): MirExpr {
  return part.type.kind === "union" && part.kind !== "load" ? f.hold(part) : part;
}

/** By their UTF-16 units. */
export function compareTexts(op: CompareOp, a: MirExpr, c: MirExpr): MirExpr {
  if (op === "===") return pure("tsfw_str_equal", [a, c], boolType);
  if (op === "!==")
    return { kind: "unary", op: "!", value: pure("tsfw_str_equal", [a, c], boolType), type: boolType };
  return binary(
    compareOp(op),
    pure("tsfw_str_compare", [a, c], { kind: "i32" }),
    constant({ kind: "i32" }, 0),
    boolType,
  );
}
