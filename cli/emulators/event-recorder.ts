/** Turns pin levels and UART bytes of a running chip into the event list and the log text. */
import type { RunEvent, RunOptions } from "./run-types.ts";

/** Bytes of one UART belong together when they follow each other faster than a line at 115200 baud could send them. */
const textGapNs = 50_000;
const newline = 0x0a;

interface OpenText {
  readonly timeNs: number;
  readonly uart: number;
  readonly bytes: number[];
  lastNs: number;
}

export class EventRecorder {
  readonly events: RunEvent[] = [];
  private readonly run: RunOptions;
  private readonly consoleUart: number | undefined;
  private readonly levels = new Map<number, 0 | 1>();
  private readonly decoder = new TextDecoder("utf-8");
  private open: OpenText | undefined;

  /** Without a console UART the log comes from elsewhere. */
  constructor(run: RunOptions, consoleUart?: number) {
    this.run = run;
    this.consoleUart = consoleUart;
  }

  /** The level a pin drives at a time; only changes become events. */
  pin(timeNs: number, pin: number, level: 0 | 1): void {
    if ((this.levels.get(pin) ?? 0) === level || this.isOver(timeNs)) return;
    this.levels.set(pin, level);
    this.finish();
    this.add({ kind: "edge", timeNs, pin: this.run.names.pinName(pin), level });
  }

  /** Bytes that a UART sends. They reach the log at once, and the events as whole texts. */
  uart(timeNs: number, uart: number, bytes: Uint8Array): void {
    if (this.isOver(timeNs)) return;
    if (this.open?.uart !== uart || timeNs - this.open.lastNs > textGapNs) this.finish();
    this.open ??= { timeNs, uart, bytes: [], lastNs: timeNs };
    this.open.bytes.push(...bytes);
    this.open.lastNs = timeNs;
    if (bytes.at(-1) === newline) this.finish();
    if (uart === this.consoleUart) this.log(bytes);
  }

  /** The text that is under way becomes an event. Called at the end of a run. */
  finish(): void {
    const text = this.open;
    if (text === undefined) return;
    this.open = undefined;
    this.add({
      kind: "uart",
      timeNs: text.timeNs,
      uart: this.run.names.uartName(text.uart),
      bytes: Uint8Array.from(text.bytes),
      isLog: text.uart === this.consoleUart,
    });
  }

  private log(bytes: Uint8Array): void {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text !== "") this.run.onOutput(text);
  }

  private add(event: RunEvent): void {
    this.events.push(event);
    this.run.onEvent?.(event);
  }

  /** What happens at the end of the run is no longer part of it; a busy program is stopped a little late. */
  private isOver(timeNs: number): boolean {
    return this.run.forNs !== undefined && timeNs >= this.run.forNs;
  }
}
