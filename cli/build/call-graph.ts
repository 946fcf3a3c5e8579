/**
 * Reads what `gcc -fcallgraph-info=su` writes: the functions of a translation unit with their own stack use and
 * whom they call. The format is VCG text; one node or edge a line.
 */

export interface CallGraphFunction {
  readonly name: string;
  /** Bytes this function itself takes; undefined for functions that are only declared here (libraries). */
  readonly stackBytes: number | undefined;
  /** False when gcc could not bound the size (variable-length arrays, alloca). */
  readonly bounded: boolean;
  readonly callees: readonly string[];
}

/** gcc's name for a call through a pointer. */
export const indirectCall = "__indirect_call";

const nodePattern = /^node: \{ title: "([^"]*)" label: "([^"]*)"/;
const edgePattern = /^edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"/;
const stackPattern = /(\d+) bytes \(([a-z,]+)\)/;

/** Functions by name. A static function's title carries its file ("unit.c:foo"); the file is dropped. */
export function parseCallGraph(text: string): ReadonlyMap<string, CallGraphFunction> {
  const functions = new Map<
    string,
    { stackBytes: number | undefined; bounded: boolean; callees: Set<string> }
  >();
  const lines = text.split("\n");
  for (const line of lines) {
    const node = nodePattern.exec(line);
    if (node?.[1] === undefined) continue;
    const stack = stackPattern.exec(node[2] ?? "");
    functions.set(plainName(node[1]), {
      stackBytes: stack?.[1] === undefined ? undefined : Number(stack[1]),
      bounded: stack?.[2] === undefined || stack[2] !== "dynamic",
      callees: new Set(),
    });
  }
  for (const line of lines) {
    const edge = edgePattern.exec(line);
    if (edge?.[1] === undefined || edge[2] === undefined) continue;
    functions.get(plainName(edge[1]))?.callees.add(plainName(edge[2]));
  }
  return new Map(
    [...functions].map(([name, entry]) => [name, { ...entry, name, callees: [...entry.callees] }]),
  );
}

function plainName(title: string): string {
  return title.slice(title.lastIndexOf(":") + 1);
}
