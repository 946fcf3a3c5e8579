/** Classes of equal things, with path compression. Representatives are stable: the smaller id wins. */
export interface UnionFind {
  add(): number;
  find(id: number): number;
  /** Returns [kept, merged], or null when both were the same class. */
  union(a: number, b: number): readonly [number, number] | null;
}

export function createUnionFind(): UnionFind {
  const parents: number[] = [];
  const find = (id: number): number => {
    let root = id;
    while (parents[root] !== root) root = parents[root] ?? root;
    let next = id;
    while (parents[next] !== root) {
      const following = parents[next] ?? root;
      parents[next] = root;
      next = following;
    }
    return root;
  };
  return {
    add: () => parents.push(parents.length) - 1,
    find,
    union: (a, b) => {
      const first = find(a);
      const second = find(b);
      if (first === second) return null;
      const kept = Math.min(first, second);
      const merged = Math.max(first, second);
      parents[merged] = kept;
      return [kept, merged];
    },
  };
}
