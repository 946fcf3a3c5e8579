/** Module variables with constant initial values get them from the image instead of from code. */
import type { HirExpr } from "../ir/hir.ts";
import type { MirExpr } from "../ir/mir.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import type { Place } from "./places.ts";
import { fits, isInt } from "./representation.ts";

/** True: the value is a constant that the place holds as it is, and it is now part of the image. */
export function fitsInitially(f: FunctionBuilder, place: Place, value: MirExpr, node: HirExpr): boolean {
  if (value.kind === "nothing") return true; // zeroed memory
  if (place.place.kind !== "static" || !isStorable(f, place, value, node)) return false;
  const { statics } = f.lowering;
  const entry = statics[place.place.static];
  if (entry === undefined) return false;
  statics[place.place.static] = { ...entry, initial: [{ ...value, type: place.type }] };
  return true;
}

/** A union whose value the image can hold. */
export function isConstantUnion(value: MirExpr): boolean {
  if (value.kind !== "wrap") return false;
  return value.value === null || ["constant", "wideConstant", "textConstant"].includes(value.value.kind);
}

/** Of the place's own type, or one whose value both have. */
function isStorableBigint(place: Place, value: MirExpr): boolean {
  if (value.kind === "wideConstant") return value.type.kind === place.type.kind;
  return value.kind === "constant" && (value.value >= 0 || place.type.kind === "i64");
}

function isStorable(f: FunctionBuilder, place: Place, value: MirExpr, node: HirExpr): boolean {
  if (value.kind === "wrap") return place.type.kind === "union" && isConstantUnion(value);
  if (value.kind === "textConstant") return place.type.kind === "text";
  if (value.kind === "address")
    return value.place.kind === "static" && place.type.kind !== "struct" && place.type.kind !== "elements";
  if (place.hirType.kind === "bigint") return isStorableBigint(place, value);
  if (value.kind !== "constant") return false;
  if (place.hirType.kind !== "number") return true;
  const { type } = place;
  if (isInt(type)) return fits(f.lowering.numbers.node(node.id), type.kind);
  return type.kind === "f64" || (type.kind === "f32" && Math.fround(value.value) === value.value);
}
