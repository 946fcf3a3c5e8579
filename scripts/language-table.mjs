/**
 * `node scripts/language-table.mjs`: writes the table of constructs in docs/language.md. fixtures/constructs.json
 * says which fixtures show a construct; its status follows from whether they run (fixtures/behaviour) or are
 * refused (fixtures/errors, codes from their `//~` markers). test/language-table.test.ts compares.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const pagePath = join(root, "docs", "language.md");
const BEGIN = "<!-- made by scripts/language-table.mjs from fixtures/constructs.json -->";
const END = "<!-- end of the table -->";

/** Titles of the sections, in the order of the page. */
export const sections = {
  numbers: "Numbers",
  strings: "Strings",
  memory: "Objects, arrays and where they live",
  syntax: "Syntax and types",
  functions: "Functions and closures",
  classes: "Classes and object types",
  errors: "Errors",
  iteration: "Iteration",
  async: "Async and tasks",
  library: "Library and drivers",
  "C and packages": "Modules, C and packages",
  rejected: "Outside the language",
};

/** @returns {{ section: string, construct: string, example: string, fixtures: string[] }[]} */
export function readConstructs() {
  return JSON.parse(readFileSync(join(root, "fixtures", "constructs.json"), "utf8"));
}

/** All fixtures of the language as `behaviour/<name>` and `errors/<name>`, sorted. @returns {string[]} */
export function listFixtures() {
  return ["behaviour", "errors"].flatMap((kind) =>
    readdirSync(join(root, "fixtures", kind), { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && existsSync(join(root, "fixtures", kind, entry.name, "main.ts")),
      )
      .map((entry) => `${kind}/${entry.name}`)
      .sort(),
  );
}

/** Whether a glob, in which `*` stands for any characters, names the fixture. @param {string} glob @param {string} fixture */
export function matchesGlob(glob, fixture) {
  const pattern = glob
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`).test(fixture);
}

/** The page with its table replaced by what the fixtures say now. @param {string} page @returns {string} */
export function fillTable(page) {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/language.md has lost the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n${printTables()}\n${page.slice(end)}`;
}

function printTables() {
  const fixtures = listFixtures();
  const constructs = readConstructs();
  return Object.entries(sections)
    .map(([section, title]) => {
      const shown = constructs.filter((construct) => construct.section === section);
      const rows = shown.map((construct) => cellsOf(construct, fixtures));
      return `\n### ${title}\n\n${printTable([["construct", "status", "example"], ...rows])}`;
    })
    .join("");
}

/** Columns of one width, as the formatter has them. */
function printTable([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column].length)));
  const rule = widths.map((width) => "-".repeat(width));
  const lines = [head, rule, ...rows].map((cells) => cells.map((cell, i) => cell.padEnd(widths[i])));
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function cellsOf({ construct, example, fixtures: globs }, fixtures) {
  const matched = globs.flatMap((glob) => fixtures.filter((fixture) => matchesGlob(glob, fixture)));
  const shown = matched.find((fixture) => fixture.startsWith("behaviour/")) ?? matched[0];
  const link = shown === undefined ? "" : ` ([fixture](../fixtures/${shown}/main.ts))`;
  return [construct, statusOf(matched), `${codeSpan(example)}${link}`];
}

function statusOf(matched) {
  const refused = matched.filter((fixture) => fixture.startsWith("errors/"));
  const codes = [...new Set(refused.flatMap(readCodes))].sort().join(", ");
  if (refused.length === 0) return "compiled";
  return refused.length === matched.length ? `refused (${codes})` : `partly (${codes})`;
}

/** The marked codes; where the report is not in the program's own text, those of the pinned report. */
function readCodes(fixture) {
  const folder = join(root, "fixtures", fixture);
  const markers = readFileSync(join(folder, "main.ts"), "utf8").match(/\/\/~.*$/gm) ?? [];
  const marked = markers.flatMap((marker) => marker.match(/TS(FW)?\d+/g) ?? []);
  if (marked.length > 0 || !existsSync(join(folder, "expected.txt"))) return marked;
  return readFileSync(join(folder, "expected.txt"), "utf8").match(/TSFW\d{4}/g) ?? [];
}

function codeSpan(code) {
  const fence = code.includes("`") ? "``" : "`";
  const padding = code.startsWith("`") || code.endsWith("`") ? " " : "";
  return `${fence}${padding}${code.replaceAll("|", "\\|")}${padding}${fence}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(pagePath, fillTable(readFileSync(pagePath, "utf8")));
}
