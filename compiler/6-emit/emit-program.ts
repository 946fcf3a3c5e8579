/** The whole application as one C unit, and the macros the runtime is configured with. */
import type { FlatFunction, FlatMir, Strand } from "../ir/flat-mir.ts";
import type { FunctionId } from "../ir/ids.ts";
import type { MirExpr, MirStatic } from "../ir/mir.ts";
import { defined } from "../source/assert.ts";
import { describeLine } from "../source/span.ts";
import { externalPrototypes } from "./c-imports.ts";
import {
  type CDeclaration,
  type CExpr,
  type CField,
  type CStatement,
  type CUnit,
  call,
  literal,
  member,
  name,
  statement,
} from "./c-tree.ts";
import { collectFailedChecks } from "./emit-checks.ts";
import { emitConstant, emitExpr, textInitialiser } from "./emit-expressions.ts";
import { type Emission, emitFunction, functionById, functionHeader, slotNames } from "./emit-functions.ts";
import { createPools } from "./emit-pools.ts";
import { createTypes, declareTypes } from "./emit-types.ts";
import { callChild, startingState } from "./emit-waits.ts";
import { assignNames } from "./names.ts";

export interface EmitOptions {
  /** First line of the file. */
  readonly title: string;
  lineFile(file: string): string;
}

export function emitProgram(mir: FlatMir, options: EmitOptions): CUnit {
  const names = assignNames(mir);
  const types = createTypes(mir, names);
  const functions = new Map(mir.functions.map((fn) => [fn.id, fn]));
  const checks = collectFailedChecks(mir, (file) => options.lineFile(file));
  const pools = createPools(mir, names, types);
  const e: Emission = {
    mir,
    names,
    types,
    functions,
    checks,
    pools,
    lineFile: (file) => options.lineFile(file),
  };
  const wrappers = mir.closures.map(
    (closure): FlatFunction => ({
      ...closure.wrapper,
      blocks: closure.wrapper.blocks as FlatFunction["blocks"],
      frame: null,
    }),
  );
  const code = [
    ...wrappers.flatMap((fn): CDeclaration[] => [
      { kind: "blank" },
      emitFunction(e, fn, names.wrapper(fn.id)),
    ]),
    ...mir.functions.flatMap((fn): CDeclaration[] => [
      { kind: "blank" },
      emitFunction(e, fn, names.function(fn.id)),
    ]),
    ...mir.tasks.flatMap((_, task): CDeclaration[] => [{ kind: "blank" }, emitTaskRun(e, task)]),
  ];
  return {
    declarations: [
      { kind: "comment", text: options.title },
      { kind: "systemInclude", file: "math.h" },
      { kind: "systemInclude", file: "stddef.h" },
      { kind: "include", file: "tsfw.h" },
      ...(mir.pools.length > 0 ? [{ kind: "include", file: "tsfw_pool.h" } as const] : []),
      { kind: "include", file: "app_warnings.h" },
      { kind: "blank" },
      ...declareTypes(mir, names, types),
      ...orderedFrames(mir).flatMap((fn) => frameDeclarations(e, fn)),
      { kind: "blank" },
      ...externalPrototypes(types, mir.externals),
      ...mir.functions.map(
        (fn): CDeclaration => ({ kind: "prototype", header: functionHeader(e, fn, names.function(fn.id)) }),
      ),
      ...wrappers.map(
        (fn): CDeclaration => ({ kind: "prototype", header: functionHeader(e, fn, names.wrapper(fn.id)) }),
      ),
      ...mir.tasks.map(
        (_, task): CDeclaration => ({
          kind: "prototype",
          header: `TSFW_API void ${names.taskFrame(task)}_run(void)`,
        }),
      ),
      { kind: "blank" },
      ...emitStatics(e),
      ...mir.tasks.map(
        (task, index): CDeclaration => ({
          kind: "variable",
          declarator: `static struct ${names.frame(task.function)} ${names.taskFrame(index)}`,
          value: null,
          comment: `${describeLine(task.span)} task ${task.name}`,
        }),
      ),
      ...pools.declarations(),
      ...checks.declarations.flatMap((stop): CDeclaration[] => [{ kind: "blank" }, stop]),
      ...code,
      { kind: "blank" },
      emitStrandRun(e),
      { kind: "blank" },
      emitInit(e),
    ],
  };
}

/** A frame comes after the frames it contains. */
function orderedFrames(mir: FlatMir): FlatFunction[] {
  const byId = new Map(mir.functions.map((fn) => [fn.id, fn]));
  const ordered: FlatFunction[] = [];
  const seen = new Set<FunctionId>();
  const visit = (id: FunctionId): void => {
    const fn = byId.get(id);
    if (fn === undefined || fn.frame === null || seen.has(id)) return;
    seen.add(id);
    for (const child of fn.frame.children) {
      if (child.kind === "call") visit(child.function);
      else for (const branch of child.branches) if (branch !== null) visit(branch);
    }
    ordered.push(fn);
  };
  for (const fn of mir.functions) visit(fn.id);
  return ordered;
}

function frameDeclarations(e: Emission, fn: FlatFunction): CDeclaration[] {
  const frame = defined(fn.frame, "frame");
  const slots = slotNames(fn);
  const union = frame.children.map((child): CField => {
    if (child.kind === "call")
      return {
        kind: "field",
        declarator: `struct ${e.names.frame(child.function)} ${child.name}`,
        comment: null,
      };
    const branches = child.branches.flatMap((branch, index): CField[] =>
      branch === null
        ? []
        : [{ kind: "field", declarator: `struct ${e.names.frame(branch)} b${index}`, comment: null }],
    );
    return {
      kind: "group",
      keyword: "struct",
      name: child.name,
      fields: [...branches, { kind: "field", declarator: "uint8_t pending", comment: null }],
    };
  });
  const fields: CField[] = [
    ...(union.length > 0 ? [{ kind: "group", keyword: "union", name: "child", fields: union } as const] : []),
    ...(fn.result.kind === "void"
      ? []
      : [{ kind: "field", declarator: e.types.declarator(fn.result, "value"), comment: "result" } as const]),
    ...frame.slots.map(
      (slot, index): CField => ({
        kind: "field",
        declarator: e.types.declarator(slot.type, defined(slots[index], "slot")),
        comment: slot.liveAt.length === 0 ? null : `held across line ${slot.liveAt.join(", ")}`,
      }),
    ),
    { kind: "field", declarator: `${frame.stateBytes === 1 ? "uint8_t" : "uint16_t"} state`, comment: null },
  ];
  const cName = e.names.frame(fn.id);
  const size: CExpr = {
    kind: "binary",
    op: "==",
    left: call("sizeof", name(`struct ${cName}`)),
    right: literal(`${frame.bytes}u`),
  };
  return [
    {
      kind: "struct",
      name: cName,
      fields,
      comment: `${describeLine(fn.span)} ${fn.name}: ${frame.bytes} bytes`,
    },
    { kind: "assert", condition: size, message: `${fn.name}: frame layout` },
  ];
}

/** A variable that starts with the address of another comes after it. */
function emitStatics(e: Emission): CDeclaration[] {
  const entries = e.mir.statics.map((entry, index) => ({ entry, index }));
  const refers = (entry: MirStatic): boolean =>
    entry.initial?.some((value) => value.kind === "address") ?? false;
  return [
    ...entries.filter(({ entry }) => !refers(entry)),
    ...entries.filter(({ entry }) => refers(entry)),
  ].map(({ entry, index }) => emitStatic(e, entry, index));
}

function emitStatic(e: Emission, entry: MirStatic, index: number): CDeclaration {
  const cName = e.names.static(index);
  const keyword = entry.isConstant ? "static const" : "static";
  const declarator = `${keyword} __attribute__((unused)) ${e.types.declarator(entry.type, cName)}`;
  return { kind: "variable", declarator, value: staticValue(e, entry), comment: null };
}

function staticValue(e: Emission, entry: MirStatic): CExpr | null {
  if (entry.initial === null) return null;
  const context = {
    names: e.names,
    types: e.types,
    pools: e.pools,
    local: () => literal("0"),
    localType: () => ({ kind: "void" }) as const,
    isConstantStatic: (index: number) => defined(e.mir.statics[index], "static").isConstant,
  };
  const values = entry.initial.map((value): CExpr => {
    if (value.kind === "textConstant") return textInitialiser(value.value);
    if (value.kind === "constant") return emitConstant(value.type, value.value);
    const emitted = emitExpr(context, value);
    if (emitted.kind !== "compound") return emitted;
    return { kind: "braces", values: emitted.values.map((part) => withText(part, value)) };
  });
  return entry.type.kind === "elements" ? { kind: "braces", values } : defined(values[0], "initial value");
}

/** The text that a union holds, without the compound literal that C does not take there. */
function withText(part: CExpr, value: MirExpr): CExpr {
  if (value.kind !== "wrap" || value.value?.kind !== "textConstant") return part;
  if (part.kind !== "designated" || part.field[0] !== "as") return part;
  return { ...part, value: textInitialiser(value.value.value) };
}

/** Runs a task's main line; at its end the place is free for the next instance. */
function emitTaskRun(e: Emission, task: number): CDeclaration {
  const fn = functionById(e, defined(e.mir.tasks[task], "task").function);
  const frame = name(e.names.taskFrame(task));
  const { strand, firstBranch } = defined(e.mir.taskStrands[task], "task strand");
  const result: CStatement[] = e.pools.isCounted(fn.result)
    ? [statement(call(e.pools.use("release", fn.result), member(frame, "value")))]
    : [];
  const end: CStatement[] = [
    ...result,
    { kind: "assign", target: member(frame, "state"), value: literal("0") },
    statement(call("tsfw_task_ended")),
  ];
  const run = callChild(helpers(e), fn.id, frame, literal(`${strand}`), literal(`${firstBranch}`));
  return {
    kind: "function",
    header: `TSFW_API void ${e.names.taskFrame(task)}_run(void)`,
    comment: null,
    body: [{ kind: "if", test: run, whenTrue: end, whenFalse: [] }],
  };
}

function helpers(e: Emission) {
  return { names: e.names, frameOf: (id: FunctionId) => defined(functionById(e, id).frame, "frame") };
}

function emitStrandRun(e: Emission): CDeclaration {
  const cases = e.mir.strands.map((strand, index) => ({
    label: literal(`${index}`),
    body: [...strandBody(e, strand, index), { kind: "break" } satisfies CStatement],
  }));
  return {
    kind: "function",
    header: "static void app_strand_run(tsfw_strand_t strand)",
    comment: "resumes what waits under this number",
    body: [
      {
        kind: "switch",
        subject: name("strand"),
        cases: [...cases, { label: null, body: [{ kind: "break" }] }],
      },
    ],
  };
}

function strandBody(e: Emission, strand: Strand, index: number): CStatement[] {
  if (strand.kind === "task") return [statement(call(`${e.names.taskFrame(strand.task)}_run`))];
  const group = strand.path.reduce<CExpr>(
    (at, step) => step.split(".").reduce(member, at),
    name(e.names.taskFrame(strand.task)),
  );
  const pending = member(group, "pending");
  const fewer: CExpr = {
    kind: "cast",
    type: "uint8_t",
    value: { kind: "binary", op: "-", left: pending, right: literal("1") },
  };
  const finished: CStatement[] = [
    { kind: "assign", target: pending, value: fewer },
    {
      kind: "if",
      test: { kind: "binary", op: "==", left: pending, right: literal("0") },
      whenTrue: [statement(call("tsfw_ready", literal(`${strand.parent}`)))],
      whenFalse: [],
    },
  ];
  if (strand.function === null) return finished;
  const frame = member(group, `b${strand.branch}`);
  const run = callChild(
    helpers(e),
    strand.function,
    frame,
    literal(`${index}`),
    literal(`${strand.firstBranch}`),
  );
  return [{ kind: "if", test: run, whenTrue: finished, whenFalse: [] }];
}

function emitInit(e: Emission): CDeclaration {
  const main = e.names.taskFrame(0);
  const mainFrame = defined(functionById(e, defined(e.mir.tasks[0], "main").function).frame, "frame");
  return {
    kind: "function",
    header: "static void app_init(void)",
    comment: "starts the main task",
    body: [
      { kind: "assign", target: member(name(main), "state"), value: startingState(mainFrame.stateBytes) },
      statement(call("tsfw_task_started")),
      statement(call(`${main}_run`)),
    ],
  };
}
