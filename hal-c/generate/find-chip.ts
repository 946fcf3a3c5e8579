/**
 * Finds the chip or board a user means: its exact name, a unique beginning, or
 * a series such as `stm32f4`, which stands for its documented default part.
 */

export type Lookup<T> =
  | { readonly kind: "found"; readonly item: T }
  /** The beginning fits several. */
  | { readonly kind: "ambiguous"; readonly names: readonly string[] }
  | { readonly kind: "unknown"; readonly suggestions: readonly string[] };

export interface NamedPart {
  readonly name: string;
  readonly series?: string;
  readonly seriesDefault?: boolean;
}

/** Upper and lower case count as equal; so does the vendor's package suffix ("STM32F405RGTx"). */
export function findByName<T extends NamedPart>(items: readonly T[], wanted: string): Lookup<T> {
  const name = wanted.trim().toLowerCase();
  const exact = items.find((item) => item.name === name);
  if (exact !== undefined) return { kind: "found", item: exact };
  const inSeries = items.find((item) => item.series === name && item.seriesDefault === true);
  if (inSeries !== undefined) return { kind: "found", item: inSeries };
  const starting = name === "" ? [] : items.filter((item) => item.name.startsWith(name));
  const only = starting[0];
  if (only !== undefined && starting.length === 1) return { kind: "found", item: only };
  if (starting.length > 1) return { kind: "ambiguous", names: starting.map((item) => item.name) };
  const longer = items.find(
    (item) =>
      item.name.length >= 6 &&
      /^[a-z]{1,3}$/.test(name.slice(item.name.length)) &&
      name.startsWith(item.name),
  );
  if (longer !== undefined) return { kind: "found", item: longer };
  return {
    kind: "unknown",
    suggestions: nearestNames(
      items.map((item) => item.name),
      name,
    ),
  };
}

/** Up to three names within a third of their length of `wanted`, nearest first. */
export function nearestNames(names: readonly string[], wanted: string): readonly string[] {
  return names
    .map((name) => ({ name, distance: editDistance(name, wanted.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.ceil(name.length / 3)))
    .sort((left, right) => left.distance - right.distance || (left.name < right.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...right].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
