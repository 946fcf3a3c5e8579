/** Calls of C functions, and what their prototypes are: each type of TypeScript has one type of C. */
import type { HirExpr, HirExternal, HirFunction, HirType } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { MirExpr, MirExternal, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { lowerArguments } from "./calls.ts";
import type { Lowering } from "./context.ts";
import { nothing } from "./expressions.ts";
import { type FunctionBuilder, load } from "./function-builder.ts";
import { adapt } from "./places.ts";
import { elementType } from "./representation.ts";

export function lowerExternalCall(
  f: FunctionBuilder,
  fn: HirFunction,
  external: HirExternal,
  nodes: readonly HirExpr[],
): MirExpr {
  f.lowering.externals.add(fn.id);
  const { parameters, result: type } = describeExternal(f.lowering, fn.id);
  const args = lowerArguments(f, fn, nodes).map((value, index): MirExpr => {
    const parameter = defined(parameters[index], "parameter");
    if (value.type.kind === "array")
      return { kind: "pure", symbol: "TSFW_ARRAY_DATA", args: [value], type: parameter.type };
    const hir = defined(f.lowering.program.locals[fn.parameters[index] ?? -1], "parameter");
    const node = defined(nodes[index], "argument");
    const fact = node.type.kind === "number" ? f.lowering.numbers.node(node.id) : null;
    return hir.type.kind === "number" || hir.type.kind === "bigint"
      ? adapt(f, hir.type, parameter.type, value, fact)
      : value;
  });
  const { symbol } = external;
  if (type.kind === "void") {
    f.emit({ kind: "runtime", result: null, symbol, args });
    return nothing;
  }
  const result = f.addLocal("t", type);
  f.emit({ kind: "runtime", result, symbol, args });
  return load({ kind: "local", local: result }, type);
}

/** The prototype of a C function. */
export function describeExternal(lowering: Lowering, id: FunctionId): MirExternal {
  const fn = defined(lowering.program.functions[id], "function");
  const external = defined(fn.external, "a C function");
  return {
    symbol: external.symbol,
    file: external.file,
    parameters: fn.parameters.map((parameter, index) => {
      const local = defined(lowering.program.locals[parameter], "parameter");
      return {
        name: local.name,
        type: externalType(lowering, local.type),
        isReadonly: external.isReadonly[index] === true,
      };
    }),
    result: externalType(lowering, fn.result),
  };
}

/** Unlike places of the program, these do not depend on facts: the C file knows only the declaration. */
function externalType(lowering: Lowering, type: HirType): MirType {
  switch (type.kind) {
    case "number":
      return { kind: type.sized ?? "f64" };
    case "bigint":
      return { kind: type.sized ?? "i64" };
    case "array":
      return { kind: "pointer", to: elementType(lowering, type.array) };
    case "string":
      return { kind: "text" };
    default:
      return { kind: type.kind === "boolean" ? "bool" : "void" };
  }
}
