/** Arrays whose bytes are seen as elements of other types, and what reads and writes those bytes. */
import { byteAccess } from "../intrinsics/bytes.ts";
import type { IntrinsicName } from "../intrinsics/table.ts";
import type { HirExpr, HirProgram } from "../ir/hir.ts";
import type { ArrayId } from "../ir/ids.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { defined } from "../source/assert.ts";
import { lowerOperands, nothing } from "./expressions.ts";
import { boolType, type FunctionBuilder, load } from "./function-builder.ts";
import { cast, isSimple, pure } from "./numbers.ts";
import { arrayLength } from "./places.ts";

/** Array classes some of whose references are overlays. */
export function findOverlays(program: HirProgram): ReadonlySet<ArrayId> {
  const found = new Set<ArrayId>();
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "overlay" && node.type.kind === "array")
          found.add(program.arrayOf(node.type.array));
      },
    });
  }
  return found;
}

/** The intrinsic writes elements of its first argument. */
export function writesElements(name: IntrinsicName): boolean {
  return name === "arrayMove" || name === "arraySort" || byteAccess(name)?.isStore === true;
}

/** `view.getUint16(at, little)` and `view.setUint16(at, value, little)`, inside the bytes. */
export function lowerByteAccess(
  f: FunctionBuilder,
  node: Extract<HirExpr, { kind: "intrinsic" }>,
): MirExpr | null {
  const access = byteAccess(node.name);
  if (access === null) return null;
  const values = lowerOperands(f, node.args);
  const bytes = pure("TSFW_ARRAY_DATA", [defined(values[0], "bytes")], { kind: "u32" });
  const at = cast(defined(values[1], "position"), { kind: "u32" });
  const isLittle = defined(values.at(-1), "byte order");
  const type: MirType = { kind: access.type };
  if (access.isStore) {
    const value = cast(defined(values[2], "value"), type);
    f.emit({
      kind: "runtime",
      result: null,
      symbol: access.c,
      args: [bytes, at, value, cast(isLittle, boolType)],
    });
    return nothing;
  }
  const result = f.addLocal("t", type);
  f.emit({ kind: "runtime", result, symbol: access.c, args: [bytes, at, cast(isLittle, boolType)] });
  return load({ kind: "local", local: result }, type);
}

/** Numbers in ascending order, as typed arrays sort without a comparator. */
export function lowerArraySort(f: FunctionBuilder, node: Extract<HirExpr, { kind: "intrinsic" }>): MirExpr {
  const argument = defined(node.args[0], "array");
  if (argument.type.kind !== "array") return nothing;
  const [value] = lowerOperands(f, [argument]);
  const array = defined(value, "array");
  const held = array.kind === "address" || isSimple(array) ? array : f.hold(array);
  const data = pure("TSFW_ARRAY_DATA", [held], { kind: "u32" });
  const length = arrayLength(f, held, f.lowering.program.arrayOf(argument.type.array));
  f.emit({ kind: "runtime", result: null, symbol: "TSFW_ARRAY_SORT", args: [data, length] });
  return nothing;
}
