/** Direct calls, calls through closures, and closures as values. */
import type { HirExpr, HirFunction } from "../ir/hir.ts";
import type { FunctionId, LocalId, SignatureId } from "../ir/ids.ts";
import type { MirExpr, MirPlace, MirType } from "../ir/mir.ts";
import { hasText, isUnit } from "../ir/union-types.ts";
import { defined } from "../source/assert.ts";
import { placeForCall, type ResultRoom } from "./allocations.ts";
import { captureMode, request } from "./context.ts";
import { lowerOperands, nothing } from "./expressions.ts";
import { lowerExternalCall } from "./external-calls.ts";
import { constant, type FunctionBuilder, load, textType } from "./function-builder.ts";
import { adapt, localPlace, read } from "./places.ts";
import { localType, placeType, returnsNothing, variablePlace } from "./representation.ts";
import { copyToCell, isMutableView } from "./text.ts";
import { convertUnion, passThrough } from "./unions.ts";

type NodeOf<K extends HirExpr["kind"]> = Extract<HirExpr, { kind: K }>;

export function functionOf(f: FunctionBuilder, id: FunctionId): HirFunction {
  return defined(f.lowering.program.functions[id], "function");
}

/** The type of a function's result as its caller sees it. */
export function resultType(f: FunctionBuilder, fn: HirFunction): MirType {
  const { lowering } = f;
  const facts = {
    number: () => lowering.numbers.result(fn.id),
    bigint: () => lowering.numbers.bigints.result(fn.id),
    text: () => ({ kind: "literal" }) as const,
  };
  return placeType(lowering, fn.result, facts, false);
}

export function lowerCall(f: FunctionBuilder, node: NodeOf<"call">): MirExpr {
  const fn = functionOf(f, node.function);
  if (fn.external !== null) return lowerExternalCall(f, fn, fn.external, node.args);
  request(f.lowering, fn.id);
  const args = lowerArguments(f, fn, node.args);
  const room = resultRoom(f, fn, node);
  const captured = captureArguments(f, fn);
  const all = [...(room === null ? [] : [room.argument]), ...args, ...captured];
  const type = resultType(f, fn);
  if (room !== null && !hasText(fn.result) && returnsNothing(f.lowering, fn)) {
    f.emit({ kind: "call", result: null, function: fn.id, args: all });
    return room.value;
  }
  if (type.kind === "void") {
    f.emit({ kind: "call", result: null, function: fn.id, args: all });
    return nothing;
  }
  const result = f.addLocal("t", type);
  f.emit({ kind: "call", result, function: fn.id, args: all });
  return load({ kind: "local", local: result }, type);
}

/** The room a caller provides for a result: an object made in place, or a computed text. */
export function resultRoom(f: FunctionBuilder, fn: HirFunction, node: HirExpr): ResultRoom | null {
  if (hasText(fn.result)) {
    const capacity = f.lowering.strings.result(fn.id);
    if (capacity.kind === "literal") return null;
    const cell = f.addLocal("text", { kind: "cell", bytes: capacity.bytes }, true);
    const place: MirPlace = { kind: "local", local: cell };
    const type: MirType = { kind: "pointer", to: { kind: "cell", bytes: capacity.bytes } };
    return { argument: { kind: "address", place, type }, value: load(place, textType) };
  }
  return f.lowering.placement.returnsInPlace(fn.id) ? placeForCall(f, fn, node) : null;
}

/** Arguments in order, each in the representation of its parameter. */
export function lowerArguments(f: FunctionBuilder, fn: HirFunction, nodes: readonly HirExpr[]): MirExpr[] {
  const values = lowerOperands(f, nodes);
  return values.flatMap((value, index) => {
    const parameter = fn.parameters[index];
    const node = defined(nodes[index], "argument");
    if (parameter === undefined) return [];
    return [adaptArgument(f, parameter, node, value)];
  });
}

function adaptArgument(f: FunctionBuilder, parameter: LocalId, node: HirExpr, value: MirExpr): MirExpr {
  const hir = defined(f.lowering.program.locals[parameter], "parameter");
  if (hasText(hir.type)) return argumentText(f, node, value);
  const type = localType(f.lowering, parameter);
  return adapt(
    f,
    hir.type,
    type,
    value,
    node.type.kind === "number" ? f.lowering.numbers.node(node.id) : null,
  );
}

/** The callee might write the place that the text is a view of. */
function argumentText(f: FunctionBuilder, node: HirExpr, value: MirExpr): MirExpr {
  if (!isMutableView(f, value)) return value;
  const capacity = f.lowering.strings.node(node.id);
  return capacity.kind === "literal" ? value : copyToCell(f, value, capacity.bytes);
}

/** What a nested function has captured, passed behind its arguments. */
export function captureArguments(f: FunctionBuilder, fn: HirFunction): MirExpr[] {
  return fn.captures.map((variable) => captureValue(f, fn, variable));
}

export function captureValue(f: FunctionBuilder, fn: HirFunction, variable: LocalId): MirExpr {
  const place = localPlace(f, variable);
  if (captureMode(f.lowering, fn, variable) === "value") return read(place);
  const type: MirType = { kind: "pointer", to: place.type };
  if (place.place.kind === "deref") return load({ kind: "local", local: place.place.pointer }, type);
  return { kind: "address", place: place.place, type };
}

export function captureType(f: FunctionBuilder, fn: HirFunction, variable: LocalId): MirType {
  const type = localType(f.lowering, variable);
  if (captureMode(f.lowering, fn, variable) === "pointer") return { kind: "pointer", to: type };
  if (type.kind === "unionCell") return { kind: "union", union: type.union };
  return type.kind === "cell" ? textType : type;
}

// Closures

export function lowerCallClosure(f: FunctionBuilder, node: NodeOf<"callClosure">): MirExpr {
  const { lowering } = f;
  const [closure, ...values] = lowerOperands(f, [node.closure, ...node.args]);
  if (node.closure.type.kind !== "closure") return nothing;
  const id = lowering.program.signatureOf(node.closure.type.signature);
  const signature = defined(lowering.program.signatures[id], "signature");
  const args = signature.parameters.map((parameter, index) => {
    const argument = node.args[index];
    const value = values[index];
    if (argument === undefined || value === undefined)
      return parameter.kind === "union"
        ? convertUnion(f, { kind: "void" }, parameter, nothing)
        : constant({ kind: "i32" }, 0);
    const passed = passThrough(f, argument.type, parameter, value);
    if (hasText(parameter)) return argumentText(f, argument, passed);
    return adapt(
      f,
      parameter,
      signatureParameter(f, id, index),
      passed,
      argument.type.kind === "number" ? lowering.numbers.node(argument.id) : null,
    );
  });
  const type = signatureResult(f, id);
  const callee = defined(closure, "closure");
  const finish = (value: MirExpr): MirExpr =>
    isUnit(node.type) ? nothing : passThrough(f, signature.result, node.type, value);
  if (hasText(signature.result)) return finish(callForText(f, id, callee, args, type));
  const result = type.kind === "void" ? null : f.addLocal("t", type);
  f.emit({ kind: "callClosure", result, closure: callee, args });
  return result === null ? nothing : finish(load({ kind: "local", local: result }, type));
}

/** A closure that returns computed text writes it into room of its caller. */
function callForText(
  f: FunctionBuilder,
  id: SignatureId,
  closure: MirExpr,
  args: readonly MirExpr[],
  type: MirType,
): MirExpr {
  const capacity = f.lowering.strings.signatureResult(id);
  const result = f.addLocal("t", type);
  if (capacity.kind === "literal") {
    f.emit({ kind: "callClosure", result, closure, args });
  } else {
    const cell = f.addLocal("text", { kind: "cell", bytes: capacity.bytes }, true);
    const room: MirExpr = {
      kind: "address",
      place: { kind: "local", local: cell },
      type: { kind: "pointer", to: { kind: "cell", bytes: capacity.bytes } },
    };
    f.emit({ kind: "callClosure", result, closure, args: [room, ...args] });
  }
  return load({ kind: "local", local: result }, type);
}

export function signatureParameter(
  f: Pick<FunctionBuilder, "lowering">,
  id: SignatureId,
  index: number,
): MirType {
  const { program, numbers } = f.lowering;
  const parameter = defined(program.signatures[id]?.parameters[index], "signature parameter");
  const facts = {
    number: () => numbers.signatureParameter(id, index),
    bigint: () => numbers.bigints.signatureParameter(id, index),
    text: () => ({ kind: "literal" }) as const,
  };
  return variablePlace(f.lowering, parameter, facts, false);
}

export function signatureResult(f: Pick<FunctionBuilder, "lowering">, id: SignatureId): MirType {
  const { program, numbers } = f.lowering;
  const facts = {
    number: () => numbers.signatureResult(id),
    bigint: () => numbers.bigints.signatureResult(id),
    text: () => ({ kind: "literal" }) as const,
  };
  return placeType(f.lowering, defined(program.signatures[id], "signature").result, facts, false);
}
