/** What to write instead of a global of browsers and Node that a firmware does not have. */
const hints: Readonly<Record<string, string>> = {
  setTimeout: "Write `await delay(ms)`; to go on meanwhile, `spawn` an async function that waits.",
  setInterval: "Write `for await (const n of every(ms)) { … }` in an async function, and `spawn` it.",
  setImmediate: "Write `await yieldNow()`.",
  queueMicrotask: "Write `await yieldNow()`.",
  clearTimeout: "Let the async function test a variable after its `await delay(ms)`.",
  clearInterval: "Leave the `for await` loop with `break`.",
  performance: "Use `now()`, the milliseconds since reset.",
  Date: "Use `now()`, the milliseconds since reset.",
  fetch: "A chip without a network cannot fetch; read from a driver such as `Uart`.",
  require: "Use an ES import.",
};

export function isKnownGlobal(name: string): boolean {
  return name in hints;
}

export function globalHint(name: string): string {
  return hints[name] ?? "Use what `tsfw` exports (see docs/language.md).";
}
