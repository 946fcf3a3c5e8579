/**
 * The `console` of a firmware program, next to `es2023` in the compiler's
 * library. It prints primitives and strings exactly as Node does; the parameters
 * are `unknown` so that other values get tsfw's own explanation (TSFW2005).
 */

interface Console {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

declare var console: Console;
