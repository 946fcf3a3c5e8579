/** Closures as values: the wrapper of the function's signature, and what it has captured. */
import type { HirExpr, HirFunction } from "../ir/hir.ts";
import type { MirExpr, MirType } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { makeRoom } from "./allocations.ts";
import { captureValue, functionOf } from "./calls.ts";
import { request } from "./context.ts";
import { type FunctionBuilder, load } from "./function-builder.ts";

type ClosureNode = Extract<HirExpr, { kind: "closure" }>;

export function lowerClosure(f: FunctionBuilder, node: ClosureNode): MirExpr {
  const { lowering } = f;
  const fn = functionOf(f, node.function);
  request(lowering, fn.id);
  const signature = lowering.program.signatureOf(
    defined(fn.signature, "a function used as a value has a signature"),
  );
  lowering.wrapped.add(fn.id);
  const type: MirType = { kind: "closure", signature };
  return { kind: "closure", function: fn.id, environment: environmentOf(f, fn, node), type };
}

function environmentOf(f: FunctionBuilder, fn: HirFunction, node: ClosureNode): MirExpr | null {
  if (fn.captures.length === 0) return null;
  switch (fn.environment) {
    case "frame":
      return frameEnvironment(f, fn);
    case "placed":
      return placedEnvironment(f, fn, node);
    case "capture": {
      const value = captureValue(f, fn, defined(fn.captures[0], "captured object"));
      return value.kind === "address" ? value : f.hold(value, `${fn.name}_environment`);
    }
  }
}

function frameEnvironment(f: FunctionBuilder, fn: HirFunction): MirExpr {
  const storage: MirType = { kind: "environment", function: fn.id };
  const environment = f.addLocal(`${fn.name}_environment`, storage, true);
  for (const variable of fn.captures) {
    f.set({ kind: "captured", environment, function: fn.id, variable }, captureValue(f, fn, variable));
  }
  const place = { kind: "local", local: environment } as const;
  return { kind: "address", place, type: { kind: "pointer", to: storage } };
}

/** An object of its own, in the place that it has. */
function placedEnvironment(f: FunctionBuilder, fn: HirFunction, node: ClosureNode): MirExpr {
  const values = fn.captures.map((variable) => captureValue(f, fn, variable));
  const storage: MirType = { kind: "environment", function: fn.id };
  const type: MirType = { kind: "pointer", to: storage };
  const name = `${fn.name}_environment`;
  const place = f.lowering.placement.closurePlace(node.id);
  const room = makeRoom(f, place, `call${node.id}`, name, storage, type);
  const environment = f.addLocal(name, type);
  f.set({ kind: "local", local: environment }, room);
  fn.captures.forEach((variable, index) => {
    const captured = { kind: "captured", environment, function: fn.id, variable, isNew: true } as const;
    f.set(captured, defined(values[index], "captured value"));
  });
  return load({ kind: "local", local: environment }, type);
}
