/**
 * What the JavaScript bodies of `tsfw` use of Node, reached through globalThis
 * so that `lib/` type-checks with the ECMAScript library alone. Firmware never
 * contains this file.
 */

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
  openSync(path: string, flags: "w"): number;
  writeSync(file: number, text: string): number;
}

interface NodeGlobals {
  readonly process: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly stderr: { write(text: string): boolean };
    exit(code: number): never;
    getBuiltinModule(name: "node:fs"): FileSystem;
  };
  readonly performance: { now(): number };
  setImmediate(callback: () => void): unknown;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Node's globals, as far as `tsfw` needs them. */
export const node = globalThis as unknown as NodeGlobals;

/** An environment variable, or undefined where it is absent or empty. */
export function readEnvironment(name: string): string | undefined {
  return node.process.env[name] || undefined;
}

/** Prints the panic text and ends the process as the host target does. */
export function endWithPanic(message: string, where: string): never {
  node.process.stderr.write(`panic: ${message}\n${where}`);
  return node.process.exit(134);
}
