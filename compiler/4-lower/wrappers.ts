/** The function behind a closure value: takes the signature's parameters, passes on what was captured. */
import type { HirFunction, HirType } from "../ir/hir.ts";
import type { LocalId, SignatureId } from "../ir/ids.ts";
import type { MirExpr, MirFunction, MirType } from "../ir/mir.ts";
import { armOf, hasText } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { adaptBigint } from "./bigint-values.ts";
import { captureType, resultType, signatureParameter, signatureResult } from "./calls.ts";
import type { Lowering } from "./context.ts";
import { constant, FunctionBuilder, load } from "./function-builder.ts";
import { cast } from "./numbers.ts";
import { adapt } from "./places.ts";
import { isScalarNumber, localType } from "./representation.ts";
import { copyToRoom } from "./text.ts";
import { convertUnion, passThrough } from "./unions.ts";

export function buildWrapper(lowering: Lowering, fn: HirFunction, id: SignatureId): MirFunction {
  const f = new FunctionBuilder(lowering, { ...fn, name: `${fn.name}_closure`, isAsync: false });
  const environment = f.addLocal("environment", {
    kind: "pointer",
    to: { kind: "environment", function: fn.id },
  });
  const signature = defined(lowering.program.signatures[id], "signature");
  const capacity = hasText(signature.result) ? lowering.strings.signatureResult(id) : null;
  const roomType: MirType | null =
    capacity?.kind === "bytes" ? { kind: "pointer", to: { kind: "cell", bytes: capacity.bytes } } : null;
  const room = roomType === null ? null : f.addLocal("result", roomType);
  const parameters = signature.parameters.map((_, index) =>
    f.addLocal(`p${index}`, signatureParameter({ lowering }, id, index)),
  );
  const args = passArguments(f, fn, id, parameters);
  const captured = fn.captures.map((variable): MirExpr => {
    const type = captureType(f, fn, variable);
    if (fn.environment !== "capture")
      return load({ kind: "captured", environment, function: fn.id, variable }, type);
    const value = load({ kind: "local", local: environment }, f.local(environment).type);
    return { kind: "cast", value, type };
  });
  finishCall(
    f,
    fn,
    id,
    room === null || roomType === null ? null : load({ kind: "local", local: room }, roomType),
    [...args, ...captured],
  );
  return f.finish(
    [environment, ...(room === null ? [] : [room]), ...parameters],
    signatureResult({ lowering }, id),
  );
}

function passArguments(
  f: FunctionBuilder,
  fn: HirFunction,
  id: SignatureId,
  parameters: readonly LocalId[],
): MirExpr[] {
  const { lowering } = f;
  return fn.parameters.map((parameter, index) => {
    const hir = defined(lowering.program.locals[parameter], "parameter");
    const given = load(
      { kind: "local", local: defined(parameters[index], "wrapper parameter") },
      signatureParameter(f, id, index),
    );
    const from = defined(lowering.program.signatures[id]?.parameters[index], "signature parameter");
    const value = passThrough(f, from, hir.type, given);
    const fact = hir.type.kind === "number" ? lowering.numbers.signatureParameter(id, index) : null;
    const type = localType(lowering, parameter);
    return type.kind === "cell" || type.kind === "unionCell" ? value : adapt(f, hir.type, type, value, fact);
  });
}

/** Calls the function and gives its result in the signature's type. */
function finishCall(
  f: FunctionBuilder,
  fn: HirFunction,
  id: SignatureId,
  room: MirExpr | null,
  args: readonly MirExpr[],
): void {
  const wanted = signatureResult(f, id);
  const own = resultType(f, fn);
  const capacity = hasText(fn.result) ? f.lowering.strings.result(fn.id) : null;
  const ownRoom = capacity?.kind === "bytes" ? roomFor(f, room, capacity.bytes) : null;
  const all = ownRoom === null ? args : [ownRoom, ...args];
  const result = own.kind === "void" ? null : f.addLocal("t", own);
  f.emit({ kind: "call", result, function: fn.id, args: all });
  if (wanted.kind === "void") return f.end({ kind: "return", value: null });
  const to = defined(f.lowering.program.signatures[id], "signature").result;
  if (result === null) {
    return f.end({ kind: "return", value: valueOfNothing(f, fn, to, wanted) });
  }
  const value = passThrough(f, fn.result, to, load({ kind: "local", local: result }, own));
  if (ownRoom !== null && room !== null && ownRoom !== room) return returnCopy(f, room, value);
  f.end({
    kind: "return",
    value:
      to.kind === "bigint"
        ? adaptBigint(f, to, wanted, value)
        : isScalarNumber(wanted) && wanted.kind !== "bool"
          ? cast(value, wanted)
          : value,
  });
}

/** A function without a result gives undefined; where the signature has none, it never returns to anyone. */
function valueOfNothing(f: FunctionBuilder, fn: HirFunction, to: HirType, wanted: MirType): MirExpr {
  if (to.kind !== "union" || armOf(to, "void") === null) return { kind: "nobody", type: wanted };
  return convertUnion(f, fn.result, to, constant(wanted, 0));
}

/** The caller's room when it is of the function's own size, else a temporary. */
function roomFor(f: FunctionBuilder, room: MirExpr | null, bytes: number): MirExpr {
  if (
    room !== null &&
    room.type.kind === "pointer" &&
    room.type.to.kind === "cell" &&
    room.type.to.bytes === bytes
  )
    return room;
  const cell = f.addLocal("text", { kind: "cell", bytes }, true);
  return {
    kind: "address",
    place: { kind: "local", local: cell },
    type: { kind: "pointer", to: { kind: "cell", bytes } },
  };
}

function returnCopy(f: FunctionBuilder, room: MirExpr, value: MirExpr): void {
  if (room.kind !== "load" || room.place.kind !== "local") return f.end({ kind: "return", value });
  f.end({ kind: "return", value: copyToRoom(f, room.place.local, value) });
}
