/**
 * Variables that keep one place and take new objects by copy: `p = step(p)` in a
 * loop. That is right when nobody can tell the copy from the object: because
 * nothing else ever names the objects, or because they are plain values. In both
 * cases nothing else may name the place of the variable.
 */
import type { HirExpr, HirProgram, HirStatement, HirType } from "../ir/hir.ts";
import type { ClassId, FunctionId, JumpId, LocalId, NodeId, StaticId } from "../ir/ids.ts";
import { memoryKey, type StoreFlow } from "../ir/value-flow.ts";
import { listsOf, walkStatements } from "../ir/walk-hir.ts";
import { type Allocations, livesForEver, type Origin } from "./allocations.ts";
import type { ReferenceFlow } from "./reference-elements.ts";
import type { Scopes } from "./scopes.ts";

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

/** A variable that starts with an object of its own, and that one function writes, by whole statements. */
export interface ObjectVariable {
  readonly variable: Variable;
  readonly owner: FunctionId;
  readonly class: ClassId;
  readonly lifetime: VariableLifetime;
  /** What makes its place. */
  readonly first: Origin;
  readonly assigned: readonly Assignment[];
}

/** Variables whose assignments always copy a fresh object that nothing else names. */
export function findCopiedVariables(
  program: HirProgram,
  allocations: Allocations,
  references: ReferenceFlow,
  variables: readonly ObjectVariable[],
): CopiedVariables {
  return collectCopies(
    variables.flatMap((one) => {
      const origins = [one.first];
      for (const { value } of one.assigned) {
        const made = allocations.originOfNode.get(value.id);
        if (made === undefined) return [];
        origins.push(made);
      }
      const isWanted = origins.some((origin) => needsCopy(origin, one.lifetime));
      const isRight =
        isWanted &&
        canCopy(program, allocations, { kind: "object", class: one.class }) &&
        isPrivate(program, allocations, references, one, origins);
      return isRight ? [{ variable: one, origins }] : [];
    }),
  );
}

/** The copies of variables that hold plain values; the flows of their assignments are not in `references`. */
export function copyPlainVariables(variables: readonly ObjectVariable[]): CopiedVariables {
  return collectCopies(variables.map((variable) => ({ variable, origins: [variable.first] })));
}

export function joinCopies(left: CopiedVariables, right: CopiedVariables): CopiedVariables {
  return {
    assignments: new Set([...left.assignments, ...right.assignments]),
    values: new Set([...left.values, ...right.values]),
    lifetimes: new Map([...left.lifetimes, ...right.lifetimes]),
  };
}

function collectCopies(
  copied: readonly { readonly variable: ObjectVariable; readonly origins: readonly Origin[] }[],
): CopiedVariables {
  const assigned = copied.flatMap(({ variable }) => variable.assigned);
  return {
    assignments: new Set(assigned.map((node) => node.id)),
    values: new Set(assigned.map((node) => node.value.id)),
    lifetimes: new Map(
      copied.flatMap(({ variable, origins }) =>
        origins.map((origin) => [origin, variable.lifetime] as const),
      ),
    ),
  };
}

/** Nothing else names the objects, neither for long nor while somebody else runs. */
export function isPrivate(
  program: HirProgram,
  allocations: Allocations,
  references: ReferenceFlow,
  { variable, owner }: ObjectVariable,
  origins: readonly Origin[],
): boolean {
  if (!references.isOnlyIn(origins, variable)) return false;
  if (isKeptWhileOthersRun(allocations, references, origins)) return false;
  return variable.kind !== "static" || !isHeldByTasks(program, variable.static, owner);
}

/** Objects whose parts in line are objects themselves; arrays in line are not copied. */
function canCopy(
  program: HirProgram,
  allocations: Allocations,
  type: HirType,
  open: ReadonlySet<ClassId> = new Set(),
): boolean {
  if (type.kind !== "object" || open.has(type.class)) return false;
  const inner = new Set(open).add(type.class);
  return (program.classes[type.class]?.fields ?? []).every((field) => {
    const part = program.fields[field]?.type;
    return (
      part !== undefined &&
      (!allocations.inlineFields.has(field) || canCopy(program, allocations, part, inner))
    );
  });
}

function needsCopy(origin: Origin, lifetime: VariableLifetime): boolean {
  if (livesForEver(origin.place)) return false;
  return lifetime.isStatic || !origin.loops.every((jump, index) => lifetime.loops[index] === jump);
}

export function findObjectVariables(
  program: HirProgram,
  allocations: Allocations,
  scopes: Scopes,
): readonly ObjectVariable[] {
  const statementLevel = findStatementAssignments(program);
  const initialisers = findInitialisers(program);
  const stores = new Map<string, StoreFlow[]>();
  for (const flow of allocations.flows) {
    if (flow.kind !== "store" || (flow.to.kind !== "local" && flow.to.kind !== "static")) continue;
    if (flow.from.type.kind !== "object") continue;
    const key = memoryKey(flow.to);
    stores.set(key, [...(stores.get(key) ?? []), flow]);
  }
  return [...stores.values()].flatMap((list): readonly ObjectVariable[] => {
    const initial = list.filter((store) => initialisers.has(store.from.id));
    const assigned = list.flatMap((store) => statementLevel.get(store.from.id) ?? []);
    const [start] = initial;
    const first = start === undefined ? undefined : allocations.originOfNode.get(start.from.id);
    if (start === undefined || first === undefined || start.from.type.kind !== "object") return [];
    if (initial.length !== 1 || assigned.length !== list.length - 1 || assigned.length === 0) return [];
    if (list.some((store) => store.function !== start.function)) return [];
    const { function: owner, to: variable } = start;
    if (variable.kind !== "local" && variable.kind !== "static") return [];
    const lifetime = lifetimeOf(program, scopes, variable, owner);
    return lifetime === null
      ? []
      : [{ variable, owner, class: start.from.type.class, lifetime, first, assigned }];
  });
}

function lifetimeOf(
  program: HirProgram,
  scopes: Scopes,
  variable: Variable,
  owner: FunctionId,
): VariableLifetime | null {
  if (variable.kind === "static") return owner === program.main ? { isStatic: true, loops: [] } : null;
  const declared = program.locals[variable.local];
  if (declared === undefined || declared.captured || declared.isParameter || declared.owner !== owner)
    return null;
  return { isStatic: false, loops: scopes.get(variable.local) ?? [] };
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
      for (const inner of listsOf(statement)) visit(inner);
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
