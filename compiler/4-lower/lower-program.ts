/**
 * HIR to MIR: every function that the program reaches, from main on.
 *
 * Needs:      a checked program and all facts.
 * Guarantees: MIR whose arithmetic is exact in the chosen types; everything a
 *             user could get wrong has been reported before.
 */
import type { Pool } from "../ir/facts.ts";
import type { HirExpr, HirFunction, HirProgram } from "../ir/hir.ts";
import { type ArrayId, arrayId, type LocalId, type SignatureId, signatureId } from "../ir/ids.ts";
import type { Mir, MirEnvironment, MirExpr, MirFunction, MirType } from "../ir/mir.ts";
import type { MirPool } from "../ir/mir-pools.ts";
import { hasText, objectOrNothing } from "../ir/union-types.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import { defined } from "../source/assert.ts";
import { captureType, resultType, signatureParameter, signatureResult } from "./calls.ts";
import { captureMode, type LowerInput, type Lowering, request } from "./context.ts";
import { describeExternal } from "./external-calls.ts";
import { FunctionBuilder, load, textType } from "./function-builder.ts";
import { findInlineLengths } from "./inline-lengths.ts";
import { findOverlays, writesElements } from "./overlays.ts";
import { constantLength, elementType, localType, returnsNothing } from "./representation.ts";
import { lowerStatements } from "./statements.ts";
import { layoutStructs } from "./struct-layout.ts";
import { createUnionShapes } from "./union-shapes.ts";
import { buildWrapper } from "./wrappers.ts";

export function lowerProgram(input: LowerInput): Mir {
  const { program } = input;
  const lowering: Lowering = {
    ...input,
    statics: [],
    staticOf: new Map(),
    siteStatics: new Map(),
    unions: createUnionShapes(program, input.numbers),
    pools: [],
    tasks: [],
    taskOf: new Map(),
    wrapped: new Set(),
    writtenArrays: findWrittenArrays(program),
    inlineLengths: findInlineLengths(program, input.placement, input.numbers),
    hasPercent: hasPercent(program),
    externals: new Set(),
    pending: [],
    requested: new Set(),
  };
  const main = defined(program.functions[program.main], "main");
  lowering.tasks.push({ name: "main", function: main.id, span: main.span });
  request(lowering, main.id);
  const functions: MirFunction[] = [];
  const environments: MirEnvironment[] = [];
  for (let id = lowering.pending.shift(); id !== undefined; id = lowering.pending.shift()) {
    const fn = defined(program.functions[id], "function");
    functions.push(lowerFunction(lowering, fn));
  }
  const closures = [...lowering.wrapped].map((id) => {
    const fn = defined(program.functions[id], "function");
    const signature = program.signatureOf(defined(fn.signature, "signature"));
    if (fn.captures.length > 0 && fn.environment !== "capture")
      environments.push(environmentOf(lowering, fn));
    return { function: id, signature, wrapper: buildWrapper(lowering, fn, signature) };
  });
  const loose = findOverlays(program);
  return {
    functions,
    statics: lowering.statics,
    structs: layoutStructs(lowering),
    arrays: program.arrays.flatMap((_, index) => {
      const id = arrayId(index);
      if (program.arrayOf(id) !== id) return [];
      return [
        {
          array: id,
          element: elementType(lowering, id),
          length: constantLength(lowering, id),
          isLoose: loose.has(id),
          hasHeader: lowering.arrays.hasHeader(id),
        },
      ];
    }),
    signatures: program.signatures.flatMap((signature, index) => {
      const id = signatureId(index);
      if (program.signatureOf(id) !== id) return [];
      const room = textRoom(lowering, id);
      const parameters = signature.parameters.map((_, position) =>
        signatureParameter({ lowering }, id, position),
      );
      return [
        { signature: id, parameters: [...room, ...parameters], result: signatureResult({ lowering }, id) },
      ];
    }),
    environments,
    unions: lowering.unions.entries,
    tasks: lowering.tasks,
    closures,
    externals: [...lowering.externals].map((id) => describeExternal(lowering, id)),
    pools: lowering.placement.pools.map((pool, index) => lowering.pools[index] ?? unusedPool(pool)),
  };
}

/** All code that would take its slots is unreachable. */
function unusedPool({ name }: Pool): MirPool {
  return { name, of: { kind: "u8" }, slots: 1 };
}

function textRoom(lowering: Lowering, signature: SignatureId): MirType[] {
  const result = lowering.program.signatures[signature]?.result;
  if (result === undefined || !hasText(result)) return [];
  const capacity = lowering.strings.signatureResult(signature);
  return capacity.kind === "literal"
    ? []
    : [{ kind: "pointer", to: { kind: "cell", bytes: capacity.bytes } }];
}

function environmentOf(lowering: Lowering, fn: HirFunction): MirEnvironment {
  const f = new FunctionBuilder(lowering, fn);
  const fields = fn.captures.map((variable) => ({
    variable,
    name: defined(lowering.program.locals[variable], "local").name,
    type: fn.environment === "placed" ? keptType(f, fn, variable) : captureType(f, fn, variable),
  }));
  return { function: fn.id, fields };
}

/** An environment that outlives the frame keeps its own copy of a text. */
function keptType(f: FunctionBuilder, fn: HirFunction, variable: LocalId): MirType {
  const type = captureType(f, fn, variable);
  return type.kind === "text" ? localType(f.lowering, variable) : type;
}

function hasPercent(program: HirProgram): boolean {
  let found = false;
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "string" && node.value.includes("%")) found = true;
      },
    });
  }
  return found;
}

function findWrittenArrays(program: HirProgram): Set<ArrayId> {
  const written = new Set<ArrayId>();
  const note = (array: HirExpr | undefined): void => {
    if (array?.type.kind === "array") written.add(program.arrayOf(array.type.array));
  };
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "intrinsic" && writesElements(node.name)) note(node.args[0]);
        if (node.kind === "overlay") for (const array of [node, node.array]) note(array);
        if (node.kind === "call") for (const array of filledByC(program, node)) written.add(array);
        if (node.kind === "moveElements" && node.array.type.kind === "array")
          written.add(program.arrayOf(node.array.type.array));
        if (
          node.kind !== "assign" &&
          node.kind !== "compound" &&
          node.kind !== "update" &&
          node.kind !== "append"
        )
          return;
        if (node.target.kind !== "element" || node.target.array.type.kind !== "array") return;
        written.add(program.arrayOf(node.target.array.type.array));
      },
    });
  }
  return written;
}

/** Arrays that a C function may write to. */
function filledByC(program: HirProgram, node: Extract<HirExpr, { kind: "call" }>): ArrayId[] {
  const external = program.functions[node.function]?.external ?? null;
  if (external === null) return [];
  return node.args.flatMap(({ type }, index) =>
    type.kind === "array" && external.isReadonly[index] !== true ? [program.arrayOf(type.array)] : [],
  );
}

function lowerFunction(lowering: Lowering, fn: HirFunction): MirFunction {
  const f = new FunctionBuilder(lowering, fn);
  const parameters: LocalId[] = [];
  const room = resultRoomType(lowering, fn);
  if (room !== null) {
    const local = f.addLocal("result", room);
    parameters.push(local);
    f.resultPlace = load({ kind: "local", local }, room);
  }
  for (const parameter of fn.parameters) parameters.push(declareParameter(f, parameter));
  for (const variable of fn.captures) parameters.push(declareCapture(f, fn, variable));
  copyReassignedText(f, fn);
  lowerStatements(f, fn.body);
  return f.finish(parameters, returnsNothing(lowering, fn) ? { kind: "void" } : resultType(f, fn));
}

function resultRoomType(lowering: Lowering, fn: HirFunction): MirType | null {
  if (hasText(fn.result)) {
    const capacity = lowering.strings.result(fn.id);
    return capacity.kind === "literal"
      ? null
      : { kind: "pointer", to: { kind: "cell", bytes: capacity.bytes } };
  }
  if (!lowering.placement.returnsInPlace(fn.id)) return null;
  const object = objectOrNothing(fn.result);
  if (object !== null) return { kind: "object", class: object.class };
  return fn.result.kind === "array"
    ? { kind: "array", array: lowering.program.arrayOf(fn.result.array) }
    : null;
}

/** Text arrives as a view; an async function keeps a copy, because its caller's text may change while it waits. */
function declareParameter(f: FunctionBuilder, id: LocalId): LocalId {
  const hir = defined(f.lowering.program.locals[id], "parameter");
  const type = localType(f.lowering, id);
  const isView = viewType(type) !== type && !f.hir.isAsync;
  const local = f.addLocal(hir.name, isView ? viewType(type) : type, hir.captured && !isView);
  f.places.set(id, { kind: "local", local });
  return local;
}

/** How a value is seen whose place has room for text. */
function viewType(type: MirType): MirType {
  if (type.kind === "unionCell") return { kind: "union", union: type.union };
  return type.kind === "cell" ? textType : type;
}

/** A text parameter that is assigned to, or captured by address, needs a cell of its own. */
function copyReassignedText(f: FunctionBuilder, fn: HirFunction): void {
  for (const id of fn.parameters) {
    const hir = defined(f.lowering.program.locals[id], "parameter");
    const type = localType(f.lowering, id);
    if (viewType(type) === type || fn.isAsync || !hir.reassigned) continue;
    const view = defined(f.places.get(id), "parameter");
    const cell = f.addLocal(hir.name, type, true);
    const value: MirExpr = load(view, viewType(type));
    f.set({ kind: "local", local: cell }, value);
    f.places.set(id, { kind: "local", local: cell });
  }
}

function declareCapture(f: FunctionBuilder, fn: HirFunction, variable: LocalId): LocalId {
  const hir = defined(f.lowering.program.locals[variable], "captured variable");
  const type = captureType(f, fn, variable);
  const local = f.addLocal(hir.name, type);
  const isPointer = captureMode(f.lowering, fn, variable) === "pointer";
  f.places.set(variable, isPointer ? { kind: "deref", pointer: local } : { kind: "local", local });
  return local;
}
