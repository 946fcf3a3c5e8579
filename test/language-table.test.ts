/**
 * The table of docs/language.md is what the fixtures say: the page is what the
 * script writes, every fixture belongs to a construct, every glob names one.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  fillTable,
  listFixtures,
  matchesGlob,
  pagePath,
  readConstructs,
  sections,
} from "../scripts/language-table.mjs";

const constructs = readConstructs();
const globs = constructs.flatMap((construct) => construct.fixtures);

describe("the table of constructs", () => {
  it("is what the fixtures say", () => {
    const page = readFileSync(pagePath, "utf8");
    expect(page === fillTable(page), "run `node scripts/language-table.mjs` and read the diff").toBe(true);
  });

  it("has a row for every fixture", () => {
    const missing = listFixtures().filter((fixture) => !globs.some((glob) => matchesGlob(glob, fixture)));
    expect(
      missing,
      "add each name to the `fixtures` of its construct in fixtures/constructs.json (or add a line there), then run `node scripts/language-table.mjs`",
    ).toEqual([]);
  });

  it("names only fixtures that exist", () => {
    const fixtures = listFixtures();
    const empty = globs.filter((glob) => !fixtures.some((fixture) => matchesGlob(glob, fixture)));
    expect(empty, "take the name out of fixtures/constructs.json").toEqual([]);
  });

  it("has known sections and a line of code in every row", () => {
    const odd = constructs.filter(
      ({ section, example }) => !(section in sections) || example === "" || example.includes("\n"),
    );
    expect(odd).toEqual([]);
  });
});
