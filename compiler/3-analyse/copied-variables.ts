/**
 * Variables that keep one place and take new objects by copy: `p = step(p)` in a
 * loop. That is right when nothing else ever names the objects, so that nobody
 * can tell a copied object from a new one.
 */
import type { HirExpr, HirProgram, HirStatement, HirType } from "../ir/hir.ts";
import type { FunctionId, JumpId, LocalId, NodeId, StaticId } from "../ir/ids.ts";
import { memoryKey, type StoreFlow } from "../ir/value-flow.ts";
import { walkStatements } from "../ir/walk-hir.ts";
import type { Allocations, Origin } from "./allocations.ts";
import type { ReferenceFlow } from "./reference-flow.ts";

/** How long the place of a variable lives. */
export interface VariableLifetime {
  readonly isStatic: boolean;
  readonly loops: readonly JumpId[];
}

export interface CopiedVariables {
  /** The assignments that copy. */
  readonly assignments: ReadonlySet<NodeId>;
  /** The values they copy. */
  readonly values: ReadonlySet<NodeId>;
  /** The objects that such a variable holds live as long as its place. */
  readonly lifetimes: ReadonlyMap<Origin, VariableLifetime>;
}

type Variable =
  | { readonly kind: "local"; readonly local: LocalId }
  | { readonly kind: "static"; readonly static: StaticId };

interface Candidate {
  readonly variable: Variable;
  readonly owner: FunctionId;
  readonly lifetime: VariableLifetime;
  readonly origins: readonly Origin[];
  readonly stores: readonly StoreFlow[];
}

export function findCopiedVariables(
  program: HirProgram,
  allocations: Allocations,
  references: ReferenceFlow,
  scopeOf: (local: LocalId) => readonly JumpId[],
): CopiedVariables {
  const assignments = new Set<NodeId>();
  const values = new Set<NodeId>();
  const lifetimes = new Map<Origin, VariableLifetime>();
  const statementLevel = findStatementAssignments(program);
  const initialisers = findInitialisers(program);
  for (const candidate of findCandidates(program, allocations, scopeOf)) {
    const { variable, owner, lifetime, origins, stores } = candidate;
    const assigned = stores.flatMap((store) => statementLevel.get(store.from.id) ?? []);
    const initial = stores.filter((store) => initialisers.has(store.from.id));
    if (initial.length !== 1 || assigned.length !== stores.length - 1) continue;
    if (stores.some((store) => !canCopy(program, allocations, store.from.type))) continue;
    if (!origins.some((origin) => needsCopy(origin, lifetime))) continue;
    if (!references.isOnlyIn(origins, variable) || isKeptWhileOthersRun(allocations, references, origins))
      continue;
    if (variable.kind === "static" && isHeldByTasks(program, variable.static, owner)) continue;
    for (const node of assigned) {
      assignments.add(node.id);
      values.add(node.value.id);
    }
    for (const origin of origins) lifetimes.set(origin, lifetime);
  }
  return { assignments, values, lifetimes };
}

/** Objects whose parts in line are objects themselves; arrays in line are not copied. */
function canCopy(program: HirProgram, allocations: Allocations, type: HirType): boolean {
  if (type.kind !== "object") return false;
  return (program.classes[type.class]?.fields ?? []).every((field) => {
    const part = program.fields[field]?.type;
    return (
      part !== undefined && (!allocations.inlineFields.has(field) || canCopy(program, allocations, part))
    );
  });
}

function needsCopy(origin: Origin, lifetime: VariableLifetime): boolean {
  if (origin.place.kind === "static") return false;
  return lifetime.isStatic || !origin.loops.every((jump, index) => lifetime.loops[index] === jump);
}

/** Variables of object type that are written by one function only, always with a fresh object. */
function findCandidates(
  program: HirProgram,
  allocations: Allocations,
  scopeOf: (local: LocalId) => readonly JumpId[],
): readonly Candidate[] {
  const stores = new Map<string, StoreFlow[]>();
  for (const flow of allocations.flows) {
    if (flow.kind !== "store" || (flow.to.kind !== "local" && flow.to.kind !== "static")) continue;
    if (flow.from.type.kind !== "object") continue;
    const key = memoryKey(flow.to);
    stores.set(key, [...(stores.get(key) ?? []), flow]);
  }
  return [...stores.values()].flatMap((list): readonly Candidate[] => {
    const [first] = list;
    if (first === undefined || list.length < 2) return [];
    const origins = list.flatMap((store) => allocations.originOfNode.get(store.from.id) ?? []);
    if (origins.length !== list.length || list.some((store) => store.function !== first.function)) return [];
    const owner = first.function;
    const { to } = first;
    if (to.kind === "static") {
      const lifetime = { isStatic: true, loops: [] };
      return owner === program.main ? [{ variable: to, owner, lifetime, origins, stores: list }] : [];
    }
    if (to.kind !== "local") return [];
    const declared = program.locals[to.local];
    if (declared === undefined || declared.captured || declared.isParameter || declared.owner !== owner)
      return [];
    const lifetime = { isStatic: false, loops: scopeOf(to.local) };
    return [{ variable: to, owner, lifetime, origins, stores: list }];
  });
}

type Assignment = Extract<HirExpr, { kind: "assign" }>;

/** Assignments that are whole statements (or a loop's update): no operand of them is still in use. By their value. */
function findStatementAssignments(program: HirProgram): ReadonlyMap<NodeId, Assignment> {
  const found = new Map<NodeId, Assignment>();
  const note = (value: HirExpr | null): void => {
    if (value?.kind === "assign") found.set(value.value.id, value);
  };
  const visit = (statements: readonly HirStatement[]): void => {
    for (const statement of statements) {
      if (statement.kind === "expression") note(statement.value);
      if (statement.kind === "loop") note(statement.update);
      for (const inner of bodiesOf(statement)) visit(inner);
    }
  };
  for (const fn of program.functions) visit(fn.body);
  return found;
}

/** The values that declarations start with. */
function findInitialisers(program: HirProgram): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const fn of program.functions) {
    walkStatements(fn.body, {
      statement: (statement) => {
        if (statement.kind !== "let" && statement.kind !== "staticInit") return;
        if (statement.value !== null) found.add(statement.value.id);
      },
    });
  }
  return found;
}

function bodiesOf(statement: HirStatement): readonly (readonly HirStatement[])[] {
  switch (statement.kind) {
    case "block":
      return [statement.statements];
    case "if":
      return [statement.whenTrue, statement.whenFalse];
    case "loop":
    case "forOf":
    case "forEvery":
      return [statement.body];
    case "switch":
      return statement.cases.map((one) => one.body);
    default:
      return [];
  }
}

/** A part of an object that a loop walks, or an object given to a task, is in use while the variable changes. */
function isKeptWhileOthersRun(
  allocations: Allocations,
  references: ReferenceFlow,
  origins: readonly Origin[],
): boolean {
  const wanted = new Set(origins);
  const holds = (node: HirExpr): boolean =>
    [...references.ofNode(node.id)].some((one) =>
      [...references.originsOf(one)].some((origin) => wanted.has(origin)),
    );
  return allocations.flows.some((flow) => {
    if (flow.kind === "iterate") return holds(flow.array);
    return flow.kind === "call" && flow.call === "spawn" && flow.args.some(holds);
  });
}

/** Another task may wait with the object in its hands; reading a field of it takes no time. */
function isHeldByTasks(program: HirProgram, id: StaticId, owner: FunctionId): boolean {
  return program.functions.some((fn) => {
    if (fn.id === owner || !fn.isAsync) return false;
    let loads = 0;
    let reads = 0;
    walkStatements(fn.body, {
      expression: (node) => {
        if (node.kind === "static" && node.static === id) loads += 1;
        if (node.kind === "field" && node.object.kind === "static" && node.object.static === id) reads += 1;
      },
    });
    return loads !== reads;
  });
}
