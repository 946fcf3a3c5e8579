/** MIR instructions as C statements; waits have a file of their own. */
import type { FlatInstruction, Frame } from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { MirExpr, MirInstruction, MirType } from "../ir/mir.ts";
import type { ArmKind } from "../ir/union-types.ts";
import { assertNever, defined } from "../source/assert.ts";
import type { Span } from "../source/span.ts";
import {
  addressOf,
  arrow,
  type CExpr,
  type CStatement,
  call,
  literal,
  member,
  name,
  not,
  statement,
} from "./c-tree.ts";
import type { FailedChecks } from "./emit-checks.ts";
import {
  arrayData,
  type ExprContext,
  emitExpr,
  emitPlace,
  placeType,
  textConstant,
} from "./emit-expressions.ts";
import { elementOf, emitPoolInstruction } from "./emit-pool-instructions.ts";
import { forEachArm } from "./emit-unions.ts";
import { emitOpenGroup, emitStart, emitWait, startingState, storeParameters } from "./emit-waits.ts";

export interface FunctionContext extends ExprContext {
  readonly frame: Frame | null;
  frameOf(id: FunctionId): Frame;
  /** Names of the callee's frame fields, by parameter. */
  parameterField(id: FunctionId, index: number): string | null;
  parameterType(id: FunctionId, index: number): MirType;
  taskFunction(task: number): FunctionId;
  readonly checks: FailedChecks;
  lineFile(file: string): string;
}

export function emitInstruction(c: FunctionContext, node: FlatInstruction): CStatement[] {
  switch (node.kind) {
    case "set":
      return emitSet(c, node);
    case "call":
      return [
        keepResult(
          c,
          node.result,
          call(c.names.function(node.function), ...node.args.map((arg) => emitExpr(c, arg))),
        ),
      ];
    case "callClosure":
      return emitCallClosure(c, node);
    case "runtime":
      return [keepResult(c, node.result, call(node.symbol, ...node.args.map((arg) => emitExpr(c, arg))))];
    case "check":
      return [
        {
          kind: "if",
          test: not(emitExpr(c, node.ok)),
          whenTrue: [c.checks.stop(node.message, node.span)],
          whenFalse: [],
        },
      ];
    case "panic":
      return [panicAt(c, emitExpr(c, node.message), node.span)];
    case "log":
      return emitLog(c, node);
    case "buildText":
      return emitBuildText(c, node);
    case "openArray":
      return emitOpenArray(c, node);
    case "moveElements":
      return [emitMoveElements(c, node)];
    case "spawn":
      return emitSpawn(c, node);
    case "openGroup":
      return emitOpenGroup(node);
    case "startBranch":
      return emitStart(c, node);
    case "takeSlot":
    case "retain":
    case "release":
    case "openRoom":
    case "closeRoom":
    case "endScope":
    case "dropElements":
      return emitPoolInstruction(c, node);
    case "wait":
      return emitWait(c, node);
    default:
      return assertNever(node);
  }
}

type InstructionOf<K extends MirInstruction["kind"]> = Extract<MirInstruction, { kind: K }>;

function emitSet(c: FunctionContext, node: InstructionOf<"set">): CStatement[] {
  const target = emitPlace(c, node.place);
  const value = emitExpr(c, node.value);
  const counted = node.counted === undefined ? null : placeType(c, node.place);
  if (counted !== null)
    return [
      statement(
        call(c.pools.use(node.counted === "share" ? "store" : "put", counted), addressOf(target), value),
      ),
    ];
  return [storeInto(placeType(c, node.place), target, value)];
}

/** A place with room for text gets a copy of it. */
export function storeInto(type: MirType | null, target: CExpr, value: CExpr): CStatement {
  if (type?.kind === "cell") return statement(call("TSFW_CELL_STORE", target, value));
  if (type?.kind === "unionCell") return statement(call("TSFW_UNION_STORE", target, value));
  return { kind: "assign", target, value };
}

function keepResult(c: FunctionContext, result: number | null, value: CExpr): CStatement {
  return result === null ? statement(value) : { kind: "assign", target: c.local(result), value };
}

function emitCallClosure(c: FunctionContext, node: InstructionOf<"callClosure">): CStatement[] {
  const closure = emitExpr(c, node.closure);
  const code: CExpr = { kind: "member", object: closure, arrow: false, name: "code" };
  const environment: CExpr = { kind: "member", object: closure, arrow: false, name: "environment" };
  return [
    keepResult(c, node.result, {
      kind: "call",
      callee: code,
      args: [environment, ...node.args.map((arg) => emitExpr(c, arg))],
    }),
  ];
}

/** Stops the program and names the line. */
export function panicAt(c: FunctionContext, message: CExpr, span: Span): CStatement {
  return statement(
    call(
      "tsfw_panic",
      message,
      { kind: "string", value: c.lineFile(span.file) },
      literal(`${span.start.line}u`),
    ),
  );
}

function emitOpenArray(c: FunctionContext, node: InstructionOf<"openArray">): CStatement[] {
  const array = emitExpr(c, node.array);
  const set = (field: string, value: CExpr): CStatement => ({
    kind: "assign",
    target: arrow(array, field),
    value,
  });
  return [
    set("data", node.array.kind === "address" ? arrayData(c, node.array) : itemsBehind(c, node)),
    set("length", emitExpr(c, node.length)),
    set("capacity", literal(`${node.capacity}u`)),
  ];
}

/** The elements of a room that only the address of its header is known of. */
function itemsBehind(c: FunctionContext, { array, capacity }: InstructionOf<"openArray">): CExpr {
  if (array.type.kind !== "array") return emitExpr(c, array);
  const room: MirType = { kind: "elements", array: array.type.array, length: capacity };
  const header: CExpr = { kind: "cast", type: "void *", value: emitExpr(c, array) };
  return arrow({ kind: "cast", type: `${c.types.name(room)} *`, value: header }, "items");
}

function emitMoveElements(c: FunctionContext, node: InstructionOf<"moveElements">): CStatement {
  const data = arrayData(c, node.array);
  if (node.counted === true) {
    const [to, from, count] = [node.to, node.from, node.count].map((part) => emitExpr(c, part));
    return statement(
      call(
        c.pools.use("move", elementOf(c, node.array)),
        data,
        defined(to, "to"),
        defined(from, "from"),
        defined(count, "count"),
      ),
    );
  }
  const at = (index: CExpr): CExpr => addressOf({ kind: "index", array: data, index });
  const size = call("sizeof", { kind: "index", array: data, index: literal("0") });
  const bytes: CExpr = { kind: "binary", op: "*", left: emitExpr(c, node.count), right: size };
  return statement(call("__builtin_memmove", at(emitExpr(c, node.to)), at(emitExpr(c, node.from)), bytes));
}

/** Suffix of the log and builder functions for a value. */
function formatOf(type: MirType): string {
  switch (type.kind) {
    case "text":
      return "str";
    case "bool":
      return "bool";
    case "f32":
    case "f64":
      return "f64";
    case "i64":
      return "i64";
    case "u64":
      return "u64";
    case "u32":
    case "u16":
    case "u8":
      return "u32";
    default:
      return "i32";
  }
}

/** Prints a value, whichever arm it is of. */
function emitPart(
  c: FunctionContext,
  value: MirExpr,
  print: (type: MirType, text: CExpr, arm: ArmKind | null) => readonly CStatement[],
): CStatement[] {
  if (value.type.kind !== "union") return [...print(value.type, emitExpr(c, value), null)];
  return forEachArm(c.types.unions, value.type.union, emitExpr(c, value), (held, type, arm) =>
    print(type, typeof held === "string" ? textConstant(held) : held, arm),
  );
}

function emitLog(c: FunctionContext, node: InstructionOf<"log">): CStatement[] {
  const parts = node.parts.flatMap(({ value, isInTemplate }) =>
    emitPart(c, value, (type, text, arm) => {
      const format = formatOf(type);
      const suffix = format === "f64" && isInTemplate ? "_string" : "";
      const unit =
        arm === "bigint" && !isInTemplate ? [statement(call("tsfw_log_str", textConstant("n")))] : [];
      return [statement(call(`tsfw_log_${format}${suffix}`, text)), ...unit];
    }),
  );
  return [
    statement(call("tsfw_log_begin", literal(`${node.level}`))),
    ...parts,
    statement(call("tsfw_log_end")),
  ];
}

function emitBuildText(c: FunctionContext, node: InstructionOf<"buildText">): CStatement[] {
  const cell = c.local(node.cell);
  const builder = call("TSFW_CELL_BUILDER", cell);
  const open: CStatement = { kind: "declare", declarator: "tsfw_builder_t text_builder", value: builder };
  const put = (symbol: string, args: readonly CExpr[]): CStatement =>
    statement(call(symbol, addressOf(name("text_builder")), ...args));
  const parts =
    node.symbol === null
      ? node.parts.flatMap((part) =>
          emitPart(c, part, (type, text) => [put(`tsfw_put_${formatOf(type)}`, [text])]),
        )
      : [
          put(
            node.symbol,
            node.parts.map((part) => emitExpr(c, part)),
          ),
        ];
  const close: CStatement = {
    kind: "assign",
    target: member(cell, "size"),
    value: member(name("text_builder"), "size"),
  };
  return [{ kind: "if", test: literal("true"), whenTrue: [open, ...parts, close], whenFalse: [] }];
}

/** The task's frame is filled, then it runs to its first wait at once. */
function emitSpawn(c: FunctionContext, node: InstructionOf<"spawn">): CStatement[] {
  const frame = name(c.names.taskFrame(node.task));
  const id = c.taskFunction(node.task);
  const isBusy: CExpr = { kind: "binary", op: "!=", left: member(frame, "state"), right: literal("0") };
  return [
    {
      kind: "if",
      test: isBusy,
      whenTrue: [
        panicAt(
          c,
          textConstant("RangeError: this task is still running; one instance of it can run at a time"),
          node.span,
        ),
      ],
      whenFalse: [],
    },
    ...storeParameters(c, frame, id, node.args),
    { kind: "assign", target: member(frame, "state"), value: startingState(c.frameOf(id).stateBytes) },
    statement(call("tsfw_task_started")),
    statement(call(`${c.names.taskFrame(node.task)}_run`)),
  ];
}
