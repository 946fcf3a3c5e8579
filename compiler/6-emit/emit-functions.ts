/** Functions: headers, locals, resumption, and the body as structured C. */
import type { FlatBlock, FlatFunction, FlatInstruction, FlatMir } from "../ir/flat-mir.ts";
import type { FunctionId, LocalId } from "../ir/ids.ts";
import type { MirType } from "../ir/mir.ts";
import { visitInstruction, visitTerminator, visitWait } from "../ir/walk-mir.ts";
import { defined } from "../source/assert.ts";
import { describeLine, type Span } from "../source/span.ts";
import { arrow, type CDeclaration, type CExpr, type CStatement, literal, name } from "./c-tree.ts";
import type { FailedChecks } from "./emit-checks.ts";
import { emitConstant, emitExpr, textConstant } from "./emit-expressions.ts";
import { emitInstruction, type FunctionContext, panicAt } from "./emit-instructions.ts";
import type { Pools } from "./emit-pools.ts";
import type { Types } from "./emit-types.ts";
import { resumeName } from "./emit-waits.ts";
import { assignLocalNames, createNamer, type Names } from "./names.ts";
import { structureBlocks } from "./structure.ts";

export interface Emission {
  readonly mir: FlatMir;
  readonly names: Names;
  readonly types: Types;
  readonly functions: ReadonlyMap<FunctionId, FlatFunction>;
  readonly checks: FailedChecks;
  readonly pools: Pools;
  lineFile(file: string): string;
}

export function functionById(e: Emission, id: FunctionId): FlatFunction {
  return defined(e.functions.get(id), "function");
}

/** `static bool app_f(struct app_f_frame *self, tsfw_strand_t strand)` or a plain function. */
export function functionHeader(e: Emission, fn: FlatFunction, cName: string): string {
  if (fn.frame !== null) {
    const branches = fn.frame.branchCount > 0 ? ", tsfw_strand_t branches" : "";
    return `TSFW_API bool ${cName}(struct ${e.names.frame(fn.id)} *self, tsfw_strand_t strand${branches})`;
  }
  const localNames = assignLocalNames(fn);
  const parameters = fn.parameters.map((id) => parameterDeclarator(e, fn, id, localNames)).join(", ");
  return `TSFW_API ${spaced(e.types.name(fn.result))}${cName}(${parameters === "" ? "void" : parameters})`;
}

function parameterDeclarator(e: Emission, fn: FlatFunction, id: LocalId, names: readonly string[]): string {
  const type = localType(fn, id);
  const text = defined(names[id], "parameter name");
  return type.kind === "pointer" && type.to.kind === "environment"
    ? `const void *${text}`
    : e.types.declarator(type, text);
}

function spaced(type: string): string {
  return type.endsWith("*") ? type : `${type} `;
}

function localType(fn: FlatFunction, id: number): MirType {
  return defined(fn.locals[id], "local").type;
}

/** Field names of a frame's slots. */
export function slotNames(fn: FlatFunction): readonly string[] {
  const namer = createNamer();
  for (const own of ["state", "child", "value"]) namer(own);
  const names = assignLocalNames(fn);
  return (fn.frame?.slots ?? []).map((slot) =>
    namer(defined(names[defined(slot.locals[0], "slot local")], "slot name")),
  );
}

export function emitFunction(e: Emission, fn: FlatFunction, cName: string): CDeclaration {
  const uses = countUses(fn);
  const context = createContext(e, fn);
  const declared = new Set<LocalId>(fn.parameters);
  const homes = blockLocals(fn);
  let line: number | null = null;
  let file = "";
  const instructions = (block: FlatBlock): CStatement[] =>
    block.instructions.flatMap((instruction) => {
      const at = instruction.span.start.line;
      const marker: CStatement[] =
        at !== line || file !== instruction.span.file ? [{ kind: "line", span: instruction.span }] : [];
      line = at;
      file = instruction.span.file;
      const statements = declareAtFirstWrite(e, context, instruction, homes, declared, block);
      /* A comment in front must not count as a line of the statement. */
      const isNoted = statements[0]?.kind === "comment";
      return isNoted
        ? [...statements.slice(0, 1), ...marker, ...statements.slice(1)]
        : [...marker, ...statements];
    });
  const body = structureBlocks(fn.blocks, {
    instructions,
    test: (terminator) => emitExpr(context, terminator.test),
    leave: (terminator) => {
      line = null;
      if (terminator.kind === "unreachable")
        return [
          { kind: "expression", value: { kind: "call", callee: name("__builtin_unreachable"), args: [] } },
        ];
      return leave(
        context,
        fn,
        terminator.span,
        terminator.value === null ? null : emitExpr(context, terminator.value),
        terminator.value?.kind === "nobody",
      );
    },
  });
  const head = [...declareLocals(e, context, fn, homes, declared, uses), ...dispatch(fn)];
  return {
    kind: "function",
    header: functionHeader(e, fn, cName),
    comment: `${describeLine(fn.span)} ${fn.isAsync ? "async " : ""}${fn.name}`,
    body: dropRepeatedLines([...head, ...body, ...unreachableEnd(fn, body)]),
  };
}

/** A `#line` with nothing behind it says nothing. */
function dropRepeatedLines(statements: readonly CStatement[]): CStatement[] {
  return statements.filter((node, index) => node.kind !== "line" || statements[index + 1]?.kind !== "line");
}

function leave(
  context: FunctionContext,
  fn: FlatFunction,
  span: Span,
  value: CExpr | null,
  isForNobody: boolean,
): CStatement[] {
  if (value === null && fn.result.kind !== "void") {
    const message = textConstant("this function ended without a value");
    return [{ kind: "line", span }, panicAt(context, message, span)];
  }
  if (fn.frame === null) return [{ kind: "return", value: fn.result.kind === "void" ? null : value }];
  const store: CStatement[] =
    value === null || isForNobody || fn.result.kind === "void"
      ? []
      : [{ kind: "assign", target: arrow(name("self"), "value"), value }];
  return [...store, { kind: "return", value: literal("true") }];
}

function dispatch(fn: FlatFunction): CStatement[] {
  const states = fn.blocks.flatMap((block) =>
    block.instructions.flatMap((instruction) => (instruction.kind === "wait" ? [instruction.state] : [])),
  );
  if (fn.frame === null || states.length === 0) return [];
  const cases = states.map((state) => ({
    label: literal(`${state}`),
    body: [{ kind: "goto", label: resumeName(state) }] satisfies CStatement[],
  }));
  return [
    {
      kind: "switch",
      subject: arrow(name("self"), "state"),
      cases: [...cases, { label: null, body: [{ kind: "break" }] }],
    },
  ];
}

function createContext(e: Emission, fn: FlatFunction): FunctionContext {
  const names = assignLocalNames(fn);
  const slots = slotNames(fn);
  const frame = fn.frame;
  return {
    names: e.names,
    types: e.types,
    pools: e.pools,
    frame,
    local: (id) => {
      const slot = frame?.slotOf.get(id as LocalId);
      return slot === undefined
        ? name(defined(names[id], "local name"))
        : arrow(name("self"), defined(slots[slot], "slot"));
    },
    localType: (id) => localType(fn, id),
    isConstantStatic: (index) => defined(e.mir.statics[index], "static").isConstant,
    frameOf: (id) => defined(functionById(e, id).frame, "frame"),
    parameterField: (id, index) => {
      const callee = functionById(e, id);
      const parameter = callee.parameters[index];
      const slot = parameter === undefined ? undefined : callee.frame?.slotOf.get(parameter);
      return slot === undefined ? null : defined(slotNames(callee)[slot], "slot");
    },
    parameterType: (id, index) => {
      const callee = functionById(e, id);
      return localType(callee, defined(callee.parameters[index], "parameter"));
    },
    checks: e.checks,
    taskFunction: (task) => defined(e.mir.tasks[task], "task").function,
    lineFile: (path) => e.lineFile(path),
  };
}

/** Locals written and read in one block only are declared where they are first written. */
function blockLocals(fn: FlatFunction): ReadonlyMap<LocalId, number> {
  const homes = new Map<LocalId, number>();
  const note = (local: LocalId, block: number): void => {
    const known = homes.get(local);
    homes.set(local, known === undefined || known === block ? block : -1);
  };
  for (const block of fn.blocks) {
    const touch = (local: LocalId): void => note(local, block.id);
    const uses = { read: touch, write: touch, address: touch };
    for (const instruction of block.instructions) visitFlat(instruction, uses);
    visitTerminator(block.terminator, uses);
  }
  return homes;
}

function visitFlat(instruction: FlatInstruction, uses: Parameters<typeof visitInstruction>[1]): void {
  if (instruction.kind === "wait") visitWait(instruction.wait, uses);
  else visitInstruction(instruction, uses);
}

function isScalarLike(type: MirType): boolean {
  return (
    type.kind !== "cell" &&
    type.kind !== "unionCell" &&
    type.kind !== "struct" &&
    type.kind !== "elements" &&
    type.kind !== "environment"
  );
}

function declareAtFirstWrite(
  e: Emission,
  context: FunctionContext,
  instruction: FlatInstruction,
  homes: ReadonlyMap<LocalId, number>,
  declared: Set<LocalId>,
  block: FlatBlock,
): CStatement[] {
  const statements = emitInstruction(context, instruction);
  const written = writtenLocal(instruction);
  if (
    written === null ||
    declared.has(written) ||
    homes.get(written) !== block.id ||
    context.frame?.slotOf.has(written) === true
  )
    return statements;
  const only = statements[0];
  if (
    statements.length !== 1 ||
    only?.kind !== "assign" ||
    only.target.kind !== "name" ||
    !isScalarLike(context.localType(written))
  )
    return statements;
  declared.add(written);
  return [
    {
      kind: "declare",
      declarator: e.types.declarator(context.localType(written), only.target.name),
      value: only.value,
    },
  ];
}

function writtenLocal(instruction: FlatInstruction): LocalId | null {
  if (instruction.kind === "set") return instruction.place.kind === "local" ? instruction.place.local : null;
  if (
    instruction.kind === "call" ||
    instruction.kind === "callClosure" ||
    instruction.kind === "runtime" ||
    instruction.kind === "takeSlot"
  )
    return instruction.result;
  return null;
}

/** The rest is declared at the top; scalars start at zero, so that no path reads rubbish. */
function declareLocals(
  e: Emission,
  context: FunctionContext,
  fn: FlatFunction,
  homes: ReadonlyMap<LocalId, number>,
  declared: ReadonlySet<LocalId>,
  uses: ReadonlySet<LocalId>,
): CStatement[] {
  return fn.locals.flatMap((local): CStatement[] => {
    if (
      declared.has(local.id) ||
      !homes.has(local.id) ||
      !uses.has(local.id) ||
      context.frame?.slotOf.has(local.id) === true
    )
      return [];
    if (local.type.kind === "void") return [];
    const target = context.local(local.id);
    const declarator = e.types.declarator(local.type, target.kind === "name" ? target.name : "");
    return [{ kind: "declare", declarator, value: initialValue(local.type) }];
  });
}

function initialValue(type: MirType): CExpr | null {
  switch (type.kind) {
    case "cell":
    case "unionCell":
    case "struct":
    case "elements":
    case "environment":
      return null;
    case "text":
    case "union":
    case "closure":
      return { kind: "braces", values: [literal("0")] };
    case "array":
      return null;
    case "object":
    case "pointer":
      return literal("NULL");
    default:
      return emitConstant(type, 0);
  }
}

function countUses(fn: FlatFunction): Set<LocalId> {
  const used = new Set<LocalId>();
  const add = (local: LocalId): void => void used.add(local);
  for (const block of fn.blocks) {
    for (const instruction of block.instructions)
      visitFlat(instruction, { read: add, write: add, address: add });
    visitTerminator(block.terminator, { read: add, write: add, address: add });
  }
  return used;
}

/** A function that never ends has no return, which C wants to be told. */
function unreachableEnd(fn: FlatFunction, body: readonly CStatement[]): CStatement[] {
  const last = body.at(-1);
  const hasResult = fn.frame !== null || fn.result.kind !== "void";
  if (!hasResult || last?.kind === "return") return [];
  return [{ kind: "expression", value: { kind: "call", callee: name("__builtin_unreachable"), args: [] } }];
}
