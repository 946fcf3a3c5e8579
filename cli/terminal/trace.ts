/** Pin edges and UART bytes as lines with their virtual times. */
import type { RunEvent } from "../emulators/run-types.ts";
import type { Paint } from "./terminal.ts";

/** Names of the board at hand. */
export interface TraceNames {
  /** A pin's name to what the board calls it. */
  readonly pins: ReadonlyMap<string, string>;
  /** The UART that carries the log; it is shown as the log. */
  readonly consoleUart: string | undefined;
}

export interface Tracer {
  add(event: RunEvent, names: TraceNames): void;
  /** Writes what waits for the end of its line. */
  finish(): void;
}

interface OpenLine {
  readonly timeNs: number;
  readonly bytes: number[];
}

/** UART bytes become one line of trace for each line of text, with the time of its first byte. */
export function createTracer(write: (line: string) => void, paint: Paint): Tracer {
  const open = new Map<string, OpenLine>();
  const close = (uart: string) => {
    const line = open.get(uart);
    if (line === undefined) return;
    open.delete(uart);
    write(`${renderTime(line.timeNs, paint)}  ${uart} ${renderBytes(line.bytes)}`);
  };
  const addByte = (uart: string, timeNs: number, byte: number) => {
    const line = open.get(uart) ?? { timeNs, bytes: [] };
    open.set(uart, line);
    line.bytes.push(byte);
    if (byte === newline || line.bytes.length === lineBytesMax) close(uart);
  };
  return {
    add: (event, names) => {
      if (event.kind === "edge") write(renderEdge(event, names, paint));
      else if (event.uart !== names.consoleUart) {
        for (const byte of event.bytes) addByte(event.uart, event.timeNs, byte);
      }
    },
    finish: () => {
      for (const uart of [...open.keys()]) close(uart);
    },
  };
}

const newline = 0x0a;
const lineBytesMax = 80;

/** `  500.000 ms  led (PA5) ▲`. */
function renderEdge(event: RunEvent & { readonly kind: "edge" }, names: TraceNames, paint: Paint): string {
  const label = names.pins.get(event.pin);
  const pin = label === undefined ? event.pin : `${label} (${event.pin})`;
  return `${renderTime(event.timeNs, paint)}  ${pin} ${event.level === 1 ? paint.green("▲") : paint.dim("▼")}`;
}

function renderBytes(bytes: readonly number[]): string {
  return JSON.stringify(Buffer.from(bytes).toString("utf8"));
}

/** Milliseconds with as many decimals as the value needs, three at least. */
function renderTime(timeNs: number, paint: Paint): string {
  const digits = timeNs % 1000 === 0 ? 3 : 6;
  return paint.dim(`${(timeNs / 1e6).toFixed(digits)} ms`.padStart(15));
}

/** Passes text on in whole lines, so that it does not get mixed up with a trace. */
export function createLineBuffer(write: (text: string) => void): { add(text: string): void; finish(): void } {
  const held = { text: "" };
  return {
    add: (text) => {
      held.text += text;
      const end = held.text.lastIndexOf("\n") + 1;
      if (end > 0) write(held.text.slice(0, end));
      held.text = held.text.slice(end);
    },
    finish: () => {
      if (held.text !== "") write(held.text);
      held.text = "";
    },
  };
}
