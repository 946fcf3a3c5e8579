/**
 * The runtime's strings against Node's: order and length by UTF-16 units, lone
 * surrogates kept, halves joined where strings meet, U+FFFD where they are printed.
 */

import { describe, expect, it } from "vitest";
import { buildC, randomBits, runC } from "./runtime-c/build-c.ts";

const seed = BigInt(process.env.TSFW_TEST_SEED ?? Date.now());

/** Units at the borders of the encodings and of the surrogates. */
const UNITS = [
  ...[0x61, 0x62, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff],
  ...[0xd800, 0xd801, 0xdbff, 0xdc00, 0xdc01, 0xdfff],
];

/** UTF-8 in which a lone surrogate has the three bytes that its number would have. */
function encodeGeneralised(text: string): number[] {
  return Array.from(text).flatMap((character) => {
    const point = character.codePointAt(0) as number;
    const lone = point >= 0xd800 && point <= 0xdfff;
    if (!lone) return [...Buffer.from(character, "utf8")];
    return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
  });
}

function encodeWithSize(text: string): number[] {
  const bytes = encodeGeneralised(text);
  return [...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes];
}

function* pairs(): Generator<readonly [string, string]> {
  const singles = [
    "",
    ...UNITS.map((unit) => String.fromCharCode(unit)),
    "\u{1f600}",
    "\u{10ffff}",
    "\u{10000}",
  ];
  for (const a of singles) for (const b of singles) yield [a, b];
  const source = randomBits(seed);
  const below = (bound: number) => Number(source.next().value % BigInt(bound));
  const text = (length: number) =>
    String.fromCharCode(...Array.from({ length }, () => UNITS[below(UNITS.length)] as number));
  for (let i = 0; i < 3000; i++) {
    const common = text(below(4));
    yield [common + text(below(4)), common + text(below(4))];
  }
}

describe("runtime strings", () => {
  const program = buildC({ source: "strings_filter" });

  it("orders, measures, joins and prints as Node does", () => {
    const cases = [...pairs()];
    const input = Uint8Array.from(cases.flatMap(([a, b]) => [...encodeWithSize(a), ...encodeWithSize(b)]));
    const lines = runC(program, { input }).split("\n");
    const expected = cases.flatMap(([a, b]) => [
      [a < b ? -1 : a > b ? 1 : 0, a === b, a.length, b.length].join(" "),
      Buffer.from(encodeGeneralised(a + b)).toString("hex"),
      Buffer.from(a + b, "utf8").toString("utf8"),
    ]);
    for (const [i, line] of expected.entries()) {
      expect(lines[i], `seed ${seed}, ${JSON.stringify(cases[Math.floor(i / 3)])}`).toBe(line);
    }
    expect(lines.length).toBe(expected.length + 1);
    console.log(`strings: ${cases.length} pairs equal to Node's, seed ${seed}`);
  });
});
