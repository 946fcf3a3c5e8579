/**
 * Places in source text. A span is plain data: it survives the front end, so
 * later phases can report and emit `#line` without the TypeScript compiler.
 */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

export interface Span {
  /** Absolute path with `/` separators. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** `main.ts:12`, for generated comments and panics. */
export function describeLine(span: Span): string {
  return `${baseName(span.file)}:${span.start.line}`;
}

export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
