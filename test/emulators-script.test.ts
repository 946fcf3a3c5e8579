/** Scripts of input: what they mean, and what is said about wrong ones. */

import { describe, expect, test } from "vitest";
import { parseDuration, parseScript, ScriptError, type ScriptNames } from "../cli/emulators/script.ts";
import { ScriptPlayer, spreadScript, uartFrameNs } from "../cli/emulators/script-player.ts";

const pins = new Map([
  ["PA5", 5],
  ["button", 45],
]);
const names: ScriptNames = {
  pin: (name) => pins.get(name),
  uart: (name) => (name === "USART2" ? 2 : undefined),
  suggestions: [...pins.keys(), "USART2"],
};

function problemsOf(text: string): string[] {
  try {
    parseScript(text, names);
  } catch (error) {
    if (error instanceof ScriptError) return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

describe("scripts", () => {
  test("pins, UARTs, comments and empty lines", () => {
    const text =
      '# world\n\nat 2s USART2 "hi\\n" # greeting\nat 1250ms PA5 high\r\nat 1s button low # pressed\n';
    expect(parseScript(text, names)).toEqual([
      { kind: "pin", timeNs: 1e9, pin: 45, level: 0 },
      { kind: "pin", timeNs: 1.25e9, pin: 5, level: 1 },
      { kind: "uart", timeNs: 2e9, uart: 2, bytes: Uint8Array.of(104, 105, 10) },
    ]);
  });

  test("events of the same time keep their order", () => {
    const levels = parseScript("at 5ms PA5 high\nat 1ms PA5 low\nat 5ms PA5 low", names).map(
      (event) => event.kind === "pin" && event.level,
    );
    expect(levels).toEqual([0, 1, 0]);
  });

  test("texts are UTF-8, with escapes for any byte", () => {
    const [event] = parseScript('at 0s USART2 "é\\xff\\u{20ac}\\"\\\\#"', names);
    expect(event?.kind === "uart" && [...event.bytes]).toEqual([
      0xc3, 0xa9, 0xff, 0xe2, 0x82, 0xac, 0x22, 0x5c, 0x23,
    ]);
  });

  test("durations", () => {
    expect(["1s", "1.5ms", "20us", "7ns", "2m", "1h"].map(parseDuration)).toEqual([
      1e9, 1.5e6, 2e4, 7, 120e9, 3600e9,
    ]);
    expect(["1", "s", "-1s", "1 s", "1e3s", ""].map(parseDuration)).toEqual(Array(6).fill(undefined));
  });

  test("all problems are told, each with its line", () => {
    expect(
      problemsOf(
        'at 1s buton low\nbutton low\nat soon PA5 low\nat 1s PA5 up\nat 1s USART2 hi\nat 1s USART2 "\\q"\n',
      ),
    ).toEqual([
      "1: 'buton' is neither a pin nor a UART of this chip or board; did you mean 'button'?",
      "2: expected 'at TIME PIN high|low' or 'at TIME UART \"text\"', found 'button low'",
      "3: 'soon' is not a time; write it like 1s, 1250ms, 20us or 500ns",
      "4: expected 'high' or 'low' after 'PA5', found 'up'",
      "5: expected a text in double quotes after 'USART2', found 'hi'",
      '6: the text "\\q" has an escape that is none of \\n \\r \\t \\0 \\" \\\\ \\xNN \\u{N}',
    ]);
  });
});

describe("playing a script", () => {
  test("bytes of a text come one frame after the other, also when texts overlap", () => {
    const text = (timeNs: number, value: string) =>
      ({ kind: "uart", timeNs, uart: 0, bytes: new TextEncoder().encode(value) }) as const;
    const times = spreadScript([text(1000, "abc"), text(1001, "d")]).map((input) => input.timeNs);
    expect(times).toEqual([1000, 1000 + uartFrameNs, 1000 + 2 * uartFrameNs, 1000 + 3 * uartFrameNs]);
  });

  test("inputs are handed out when they are due, once", () => {
    const player = new ScriptPlayer(parseScript("at 1us PA5 high\nat 2us PA5 low", names));
    expect(player.nextNs).toBe(1000);
    expect(player.takeDue(999)).toBeUndefined();
    expect(player.takeDue(2000)).toMatchObject({ timeNs: 1000 });
    expect(player.takeDue(2000)).toMatchObject({ timeNs: 2000 });
    expect(player.takeDue(9999)).toBeUndefined();
    expect(player.nextNs).toBe(Number.POSITIVE_INFINITY);
  });
});
