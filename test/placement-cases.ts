/** What the tests of placement share: a program's places by line, and what is reported about it. */
import { expect } from "vitest";
import { placeObjects } from "../compiler/3-analyse/placement.ts";
import type { Place } from "../compiler/ir/facts.ts";
import { listFindings, programFrom, type SourceProgram } from "./hir-from-source.ts";

export interface Placed {
  /** `3 static` for the allocations, in the order of the text. */
  readonly places: readonly string[];
  readonly findings: readonly string[];
}

export function place(source: string): Placed {
  const program = programFrom(source);
  const placement = placeObjects(program.hir, program.reporter);
  const { hir } = program;
  const sites = [...hir.sites].sort(
    (left, right) =>
      left.span.start.line - right.span.start.line || left.span.start.column - right.span.start.column,
  );
  const places = sites.map(
    ({ id, span }) => `${span.start.line} ${describePlace(program, placement.place(id))}`,
  );
  return { places, findings: listFindings(program.reporter) };
}

function describePlace({ hir }: SourceProgram, one: Place): string {
  return one.kind === "inOwner" ? `in ${hir.fields[one.field]?.name}` : one.kind;
}

export function expectPlaces(source: string, ...places: readonly string[]): void {
  expect(place(source)).toEqual({ places, findings: [] });
}

/** `keeper` is a part of the message. */
export function expectRefused(source: string, line: number, keeper: string): void {
  const { findings } = place(source);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatch(new RegExp(`^TSFW6001 line ${line}: `));
  expect(findings[0]).toContain(keeper);
}

export const POINT = "class P { x = 0; constructor(x: number) { this.x = x; } }\n";
export const NODE = `${POINT}class Box { p: P; constructor(p: P) { this.p = p; } }\n`;
