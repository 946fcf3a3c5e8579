/**
 * Every flow of a value in a HIR program, as plain events in program order.
 * Analyses of references, strings, handles and closures all start from this list,
 * so that a new construct is taught to all of them in one place.
 */
import { assertNever, invariant } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import type {
  HirAwaitable,
  HirExpr,
  HirFunction,
  HirProgram,
  HirStatement,
  HirTarget,
  HirType,
} from "./hir.ts";
import type { ArrayId, FieldId, FunctionId, JumpId, LocalId, SignatureId, StaticId } from "./ids.ts";
import { walkStatements } from "./walk-hir.ts";

/** Something that holds a value for longer than an expression. */
export type MemoryPlace =
  | { readonly kind: "local"; readonly local: LocalId }
  | { readonly kind: "static"; readonly static: StaticId }
  | { readonly kind: "field"; readonly field: FieldId }
  | { readonly kind: "element"; readonly array: ArrayId };

/** `all` is a branch of `Promise.all`; `new` calls a constructor with the new object. */
export type CallKind = "call" | "await" | "all" | "spawn" | "new";

/** Where a flow happens. */
export interface FlowContext {
  readonly function: FunctionId;
  /** The loops around it inside that function, outermost first. */
  readonly loops: readonly JumpId[];
}

export interface CallFlow extends FlowContext {
  readonly kind: "call";
  readonly call: CallKind;
  readonly callee: FunctionId;
  /** In the order of the callee's parameters. */
  readonly args: readonly HirExpr[];
  /** The expression that calls; for `new` it is the object, not the callee's result. */
  readonly node: HirExpr;
  /** The local that takes the result of a branch of `Promise.all`. */
  readonly resultLocal: LocalId | null;
  readonly span: Span;
}

export interface StoreFlow extends FlowContext {
  readonly kind: "store";
  readonly from: HirExpr;
  readonly to: MemoryPlace;
  /** The object or array that is written into. */
  readonly container: HirExpr | null;
  readonly span: Span;
}

export type Flow =
  /** `grows`: the value becomes a part of a longer string. */
  | (FlowContext & {
      readonly kind: "copy";
      readonly from: HirExpr;
      readonly to: HirExpr;
      readonly grows: boolean;
    })
  | (FlowContext & {
      readonly kind: "load";
      readonly from: MemoryPlace;
      readonly container: HirExpr | null;
      readonly to: HirExpr;
    })
  | StoreFlow
  /** `for (const local of array)` */
  | (FlowContext & { readonly kind: "iterate"; readonly array: HirExpr; readonly local: LocalId })
  | CallFlow
  | (FlowContext & {
      readonly kind: "callClosure";
      readonly signature: SignatureId;
      readonly args: readonly HirExpr[];
      readonly node: HirExpr;
    })
  | (FlowContext & { readonly kind: "return"; readonly value: HirExpr })
  | (FlowContext & { readonly kind: "closure"; readonly closure: FunctionId; readonly node: HirExpr });

/** All flows of the program, function by function, in evaluation order where that matters to nobody. */
export function collectFlows(program: HirProgram): readonly Flow[] {
  const flows: Flow[] = [];
  for (const fn of program.functions) collectFunction(program, fn, flows);
  return flows;
}

function collectFunction(program: HirProgram, fn: HirFunction, flows: Flow[]): void {
  walkStatements(fn.body, {
    statement: (statement, loops) => collectStatement(statement, { function: fn.id, loops }, flows),
    expression: (expression, loops) =>
      collectExpression(program, expression, { function: fn.id, loops }, flows),
  });
}

function collectStatement(statement: HirStatement, context: FlowContext, flows: Flow[]): void {
  const { span } = statement;
  if (statement.kind === "let" && statement.value !== null) {
    const to = { kind: "local", local: statement.local } as const;
    flows.push({ ...context, kind: "store", from: statement.value, to, container: null, span });
  } else if (statement.kind === "staticInit") {
    const to = { kind: "static", static: statement.static } as const;
    flows.push({ ...context, kind: "store", from: statement.value, to, container: null, span });
  } else if (statement.kind === "forOf") {
    const loops = [...context.loops, statement.jump];
    flows.push({ ...context, loops, kind: "iterate", array: statement.array, local: statement.local });
  } else if (statement.kind === "return" && statement.value !== null) {
    flows.push({ ...context, kind: "return", value: statement.value });
  }
}

function collectExpression(program: HirProgram, node: HirExpr, context: FlowContext, flows: Flow[]): void {
  const copy = (from: HirExpr, grows = false): void => {
    flows.push({ ...context, kind: "copy", from, to: node, grows });
  };
  const store = (from: HirExpr, to: MemoryPlace, container: HirExpr | null): void => {
    flows.push({ ...context, kind: "store", from, to, container, span: node.span });
  };
  switch (node.kind) {
    case "local":
    case "static":
    case "field":
    case "element": {
      const { place, container } = memoryOf(program, node);
      flows.push({ ...context, kind: "load", from: place, container, to: node });
      return;
    }
    case "assign": {
      const { place, container } = memoryOf(program, node.target);
      store(node.value, place, container);
      copy(node.value);
      return;
    }
    case "append": {
      const { place, container } = memoryOf(program, node.target);
      flows.push({ ...context, kind: "load", from: place, container, to: node });
      copy(node.value, true);
      store(node, place, container);
      return;
    }
    case "logical":
      copy(node.left);
      copy(node.right);
      return;
    case "conditional":
      copy(node.whenTrue);
      copy(node.whenFalse);
      return;
    case "template":
      for (const part of node.parts) copy(part, true);
      return;
    case "sequence":
    case "wrap":
    case "unwrap":
    case "cast":
      copy(node.value);
      return;
    case "view":
    case "overlay":
      copy(node.array);
      return;
    case "call":
    case "spawn":
      flows.push(callFlow(context, node.kind, node.function, node.args, node, null, node.span));
      return;
    case "new": {
      const constructorId = program.classes[node.class]?.constructorFunction ?? null;
      if (constructorId === null) return;
      flows.push(callFlow(context, "new", constructorId, [node, ...node.args], node, null, node.span));
      return;
    }
    case "callClosure": {
      if (node.closure.type.kind !== "closure") return;
      const signature = program.signatureOf(node.closure.type.signature);
      flows.push({ ...context, kind: "callClosure", signature, args: node.args, node });
      return;
    }
    case "object":
      for (const { field, value } of node.fields) store(value, { kind: "field", field }, node);
      return;
    case "array":
      for (const element of node.elements) store(element, elementOf(program, node), node);
      return;
    case "arrayFill":
      store(node.value, elementOf(program, node), node);
      return;
    case "push":
      for (const value of node.values) store(value, elementOf(program, node.array), node.array);
      return;
    case "closure":
      flows.push({ ...context, kind: "closure", closure: node.function, node });
      return;
    case "await":
      collectAwaitable(node.operand, "await", node, null, context, flows);
      return;
    case "awaitAll":
      for (const { operand, result } of node.branches) {
        collectAwaitable(operand, "all", node, result, context, flows);
      }
      return;
    case "number":
    case "boolean":
    case "string":
    case "bigint":
    case "undefined":
    case "null":
    case "isArm":
    case "arrayLength":
    case "stringLength":
    case "compound":
    case "update":
    case "arithmetic":
    case "compare":
    case "negate":
    case "bitNot":
    case "not":
    case "truthy":
    case "convert":
    case "isInstance":
      return;
    case "intrinsic":
      if (node.type.kind !== "string") return;
      for (const part of node.args) if (part.type.kind === "string") copy(part, true);
      return;
    case "isPoolFull":
    case "arrayNew":
    case "setLength":
    case "moveElements":
    case "hasIndex":
    case "hasRoom":
      return;
    default:
      assertNever(node);
  }
}

function collectAwaitable(
  operand: HirAwaitable,
  call: CallKind,
  node: HirExpr,
  resultLocal: LocalId | null,
  context: FlowContext,
  flows: Flow[],
): void {
  if (operand.kind !== "call") return;
  flows.push(callFlow(context, call, operand.function, operand.args, node, resultLocal, operand.span));
}

function callFlow(
  context: FlowContext,
  call: CallKind,
  callee: FunctionId,
  args: readonly HirExpr[],
  node: HirExpr,
  resultLocal: LocalId | null,
  span: Span,
): CallFlow {
  return { ...context, kind: "call", call, callee, args, node, resultLocal, span };
}

type Memory = { readonly place: MemoryPlace; readonly container: HirExpr | null };

/** The place that a target or a load names, and the object or array it is in. */
export function memoryOf(
  program: HirProgram,
  target: HirTarget | Extract<HirExpr, { kind: "local" | "static" | "field" | "element" }>,
): Memory {
  switch (target.kind) {
    case "local":
      return { place: { kind: "local", local: target.local }, container: null };
    case "static":
      return { place: { kind: "static", static: target.static }, container: null };
    case "field":
      return { place: { kind: "field", field: target.field }, container: target.object };
    case "element":
      return { place: elementOf(program, target.array), container: target.array };
    default:
      return assertNever(target);
  }
}

function elementOf(program: HirProgram, array: HirExpr): MemoryPlace {
  invariant(array.type.kind === "array", "an element of something that is not an array");
  return { kind: "element", array: program.arrayOf(array.type.array) };
}

/** A text that names the place, for maps. */
export function memoryKey(place: MemoryPlace): string {
  switch (place.kind) {
    case "local":
      return `local ${place.local}`;
    case "static":
      return `static ${place.static}`;
    case "field":
      return `field ${place.field}`;
    case "element":
      return `element ${place.array}`;
    default:
      return assertNever(place);
  }
}

/** The declared type of a place. */
export function typeOfPlace(program: HirProgram, place: MemoryPlace): HirType | undefined {
  switch (place.kind) {
    case "local":
      return program.locals[place.local]?.type;
    case "static":
      return program.statics[place.static]?.type;
    case "field":
      return program.fields[place.field]?.type;
    case "element":
      return program.arrays[place.array]?.element;
  }
}
