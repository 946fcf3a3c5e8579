/** Strongly connected components of a small directed graph (Tarjan, without recursion). */

export interface Components {
  /** The component of each vertex. */
  readonly componentOf: readonly number[];
  /** Vertices per component; a component comes after those it points to. */
  readonly members: readonly (readonly number[])[];
}

interface Frame {
  readonly vertex: number;
  next: number;
}

export function findComponents(successors: readonly (readonly number[])[]): Components {
  const order = new Array<number>(successors.length).fill(-1);
  const low = new Array<number>(successors.length).fill(0);
  const componentOf = new Array<number>(successors.length).fill(-1);
  const members: number[][] = [];
  const stack: number[] = [];
  let visited = 0;

  const open = (vertex: number): Frame => {
    order[vertex] = visited;
    low[vertex] = visited;
    visited += 1;
    stack.push(vertex);
    return { vertex, next: 0 };
  };
  const close = (root: number): void => {
    const group: number[] = [];
    for (;;) {
      const vertex = stack.pop() ?? root;
      componentOf[vertex] = members.length;
      group.push(vertex);
      if (vertex === root) break;
    }
    members.push(group.reverse());
  };
  const lower = (vertex: number, value: number): void => {
    low[vertex] = Math.min(low[vertex] ?? value, value);
  };

  for (let root = 0; root < successors.length; root++) {
    if (order[root] !== -1) continue;
    const frames = [open(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { vertex } = frame;
      const target = successors[vertex]?.[frame.next];
      if (target !== undefined) {
        frame.next += 1;
        if (order[target] === -1) frames.push(open(target));
        else if (componentOf[target] === -1) lower(vertex, order[target] ?? 0);
        continue;
      }
      frames.pop();
      if (low[vertex] === order[vertex]) close(vertex);
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.vertex, low[vertex] ?? 0);
    }
  }
  return { componentOf, members };
}

/** A vertex is on a cycle when its component has several members or it points to itself. */
export function isOnCycle(
  vertex: number,
  successors: readonly (readonly number[])[],
  components: Components,
): boolean {
  const members = components.members[components.componentOf[vertex] ?? -1] ?? [];
  return members.length > 1 || (successors[vertex]?.includes(vertex) ?? false);
}

/** A shortest cycle through `start`, as `start … start`; empty if there is none. */
export function findCycle(start: number, successors: readonly (readonly number[])[]): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let vertex = queue.shift(); vertex !== undefined; vertex = queue.shift()) {
    for (const target of successors[vertex] ?? []) {
      if (target === start) return pathTo(vertex, start, cameFrom).concat(start);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, vertex);
      queue.push(target);
    }
  }
  return [];
}

function pathTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path = [end];
  for (let vertex = end; vertex !== start; ) {
    vertex = cameFrom.get(vertex) ?? start;
    path.push(vertex);
  }
  return path.reverse();
}
