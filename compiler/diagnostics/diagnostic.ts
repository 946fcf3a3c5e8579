/** A finding about the user's program, ready to be rendered or serialised. */
import type { Position, Span } from "../source/span.ts";
import {
  type CatalogueEntry,
  catalogue,
  type DiagnosticArguments,
  type DiagnosticCode,
} from "./catalogue.ts";

export interface RelatedPlace {
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  /** `TSFW2001`, or TypeScript's own `TS2322`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly related: readonly RelatedPlace[];
  readonly why?: string;
  readonly fix?: string;
}

export function createDiagnostic<C extends DiagnosticCode>(
  code: C,
  span: Span,
  values: DiagnosticArguments<C>,
  related: readonly { readonly message: string; readonly span: Span }[] = [],
): Diagnostic {
  const entry: CatalogueEntry = catalogue[code];
  const fill = (text: string): string =>
    text.replace(
      /\{(\w+)\}/g,
      (whole, name: string) => (values as Readonly<Record<string, string>>)[name] ?? whole,
    );
  return {
    code,
    severity: entry.severity,
    message: fill(entry.message),
    ...span,
    related: related.map((place) => ({ message: place.message, ...place.span })),
    why: fill(entry.why),
    fix: fill(entry.fix),
  };
}

/** Collects findings of one compilation; the same finding is kept once. */
export interface Reporter {
  report<C extends DiagnosticCode>(
    code: C,
    span: Span,
    values: DiagnosticArguments<C>,
    related?: readonly { readonly message: string; readonly span: Span }[],
  ): void;
  add(diagnostic: Diagnostic): void;
  readonly diagnostics: readonly Diagnostic[];
  hasErrors(): boolean;
}

export function createReporter(): Reporter {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const add = (diagnostic: Diagnostic): void => {
    const key = `${diagnostic.code} ${diagnostic.file} ${diagnostic.start.line}:${diagnostic.start.column} ${diagnostic.message}`;
    if (seen.has(key)) return;
    seen.add(key);
    diagnostics.push(diagnostic);
  };
  return {
    report: (code, span, values, related) => add(createDiagnostic(code, span, values, related)),
    add,
    diagnostics,
    hasErrors: () => diagnostics.some((diagnostic) => diagnostic.severity === "error"),
  };
}
