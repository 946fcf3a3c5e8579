/** Guards of our own invariants: a failure here is a bug of the compiler, never of the user's program. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** Ends an exhaustive `switch`: the type checker proves that no case is left. */
export function assertNever(value: never): never {
  throw new InternalError(
    `unexpected ${String(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part)))}`,
  );
}

export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** Ends a case whose nodes an earlier pass has replaced. */
export function isGone(node: { readonly kind: string }): never {
  throw new InternalError(`'${node.kind}' is still in the program`);
}

/** The value, which our own invariants say is there. */
export function defined<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new InternalError(message);
  return value;
}
