/**
 * Hands out scripted input when its time has come. A text for a UART becomes single bytes, one frame apart, as a
 * sender at the usual 115200 baud would send them.
 */
import type { ScriptEvent } from "./run-types.ts";

/** Start bit, eight data bits, stop bit at 115200 baud. */
export const uartFrameNs = Math.round((10 * 1e9) / 115200);

export type InputEvent =
  | { readonly kind: "pin"; readonly timeNs: number; readonly pin: number; readonly level: 0 | 1 }
  | { readonly kind: "byte"; readonly timeNs: number; readonly uart: number; readonly byte: number };

/** Single pin changes and bytes, sorted by time. Bytes of one UART never overlap, whatever the script says. */
export function spreadScript(script: readonly ScriptEvent[]): readonly InputEvent[] {
  const lineFreeNs = new Map<number, number>();
  const inputs: InputEvent[] = [];
  for (const event of [...script].sort((a, b) => a.timeNs - b.timeNs)) {
    if (event.kind === "pin") {
      inputs.push(event);
      continue;
    }
    let timeNs = Math.max(event.timeNs, lineFreeNs.get(event.uart) ?? 0);
    for (const byte of event.bytes) {
      inputs.push({ kind: "byte", timeNs, uart: event.uart, byte });
      timeNs += uartFrameNs;
    }
    lineFreeNs.set(event.uart, timeNs);
  }
  return inputs.sort((a, b) => a.timeNs - b.timeNs);
}

export class ScriptPlayer {
  private readonly inputs: readonly InputEvent[];
  private position = 0;

  constructor(script: readonly ScriptEvent[]) {
    this.inputs = spreadScript(script);
  }

  /** When the next input is due; Infinity when the script is over. */
  get nextNs(): number {
    return this.inputs[this.position]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next input if it is due at `nowNs`. */
  takeDue(nowNs: number): InputEvent | undefined {
    const input = this.inputs[this.position];
    if (input === undefined || input.timeNs > nowNs) return undefined;
    this.position += 1;
    return input;
  }
}
