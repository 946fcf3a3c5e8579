/**
 * Replaces `throw` and `try` by jumps: an error in flight is a flag and a slot
 * (error-slot.ts), tested after the calls that may throw and nowhere else. All
 * later phases see plain control flow, so what they prove holds on every way.
 *
 * Needs:      HIR of the front end.
 * Guarantees: no `throw` or `try` is left; functions that cannot throw and
 *             contain neither keep their nodes.
 * Reports:    TSFW2001 for Promise.all of functions that may throw.
 */
import type { Reporter } from "../../diagnostics/diagnostic.ts";
import type { HirFunction, HirProgram, HirStatement } from "../../ir/hir.ts";
import type { FunctionId } from "../../ir/ids.ts";
import { defined } from "../../source/assert.ts";
import { needsIdentity } from "./error-identity.ts";
import { ErrorRewriter, type RewriteInput } from "./error-rewriter.ts";
import { ErrorSlot } from "./error-slot.ts";
import { throwWhenFull } from "./full-arrays.ts";
import { ProgramDraft, voidType } from "./program-draft.ts";
import { findPooled } from "./tagged-cargo.ts";
import { inferThrows } from "./throw-effects.ts";
import { findThrownParts } from "./thrown-parts.ts";

export interface ErrorOptions {
  /** How a file is named in a message. */
  lineFile(file: string): string;
}

export function makeErrorsExplicit(given: HirProgram, options: ErrorOptions, reporter: Reporter): HirProgram {
  const { errors } = given;
  if (errors === null) return given;
  const program = throwWhenFull(given, errors, inferThrows(given).isGuarded);
  const effects = inferThrows(program);
  const draft = new ProgramDraft(program);
  const main = defined(program.functions[program.main], "main");
  const pooled = findPooled(program);
  const keepsIdentity = needsIdentity(program, errors, pooled);
  const slot = effects.hasCatchable ? new ErrorSlot(draft, errors, main.span, keepsIdentity, pooled) : null;
  const thrownParts = findThrownParts(program, errors, effects.targets);
  const tasks = new Map<FunctionId, FunctionId>();
  const taskOf = (id: FunctionId): FunctionId => {
    if (slot === null || !effects.mayThrow(id)) return id;
    const known = tasks.get(id);
    if (known !== undefined) return known;
    const made = declareTask(draft, slot, defined(program.functions[id], "task"));
    tasks.set(id, made);
    return made;
  };
  const { lineFile } = options;
  const input: RewriteInput = { draft, effects, errors, slot, thrownParts, reporter, taskOf, lineFile };
  for (const fn of program.functions) {
    const body = new ErrorRewriter(input, fn).run();
    const start = fn.id === program.main && slot !== null ? slot.initialise(main.span) : [];
    if (body !== fn.body || start.length > 0) draft.functions[fn.id] = { ...fn, body: [...start, ...body] };
  }
  return draft.finish();
}

/** The main line of a task: runs the function; an error that comes out ends the program. */
function declareTask(draft: ProgramDraft, slot: ErrorSlot, fn: HirFunction): FunctionId {
  const { span } = fn;
  const id = draft.addFunction({
    ...fn,
    name: `${fn.name}_task`,
    role: "function",
    parameters: [],
    result: voidType,
    signature: null,
    body: [],
  });
  const parameters = fn.parameters.map((parameter) => {
    const { name, type } = defined(draft.locals[parameter], "parameter");
    return draft.addLocal(id, name, type, span, true);
  });
  const args = parameters.map((parameter) => draft.local(parameter, span));
  const operand = { kind: "call", function: fn.id, args, span } as const;
  const body: HirStatement[] = [
    { kind: "expression", value: draft.expression(span, { kind: "await", operand, type: fn.result }), span },
    { kind: "if", test: slot.isPending(span), whenTrue: [slot.endProgram(span)], whenFalse: [], span },
  ];
  draft.functions[id] = { ...defined(draft.functions[id], "task"), parameters, body };
  return id;
}
