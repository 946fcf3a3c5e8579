/** Turns pin levels and UART bytes of a running chip into the event list and the log text. */
import type { RunEvent, RunOptions } from "./run-types.ts";

export class EventRecorder {
  readonly events: RunEvent[] = [];
  private readonly run: RunOptions;
  private readonly consoleUart: number | undefined;
  private readonly levels = new Map<number, 0 | 1>();
  private readonly decoder = new TextDecoder("utf-8");

  /** Without a console UART the log comes from elsewhere. */
  constructor(run: RunOptions, consoleUart?: number) {
    this.run = run;
    this.consoleUart = consoleUart;
  }

  /** The level a pin drives at a time; only changes become events. */
  pin(timeNs: number, pin: number, level: 0 | 1): void {
    if ((this.levels.get(pin) ?? 0) === level) return;
    this.levels.set(pin, level);
    this.add({ kind: "edge", timeNs, pin: this.run.names.pinName(pin), level });
  }

  uart(timeNs: number, uart: number, bytes: Uint8Array): void {
    if (this.isOver(timeNs)) return;
    this.add({ kind: "uart", timeNs, uart: this.run.names.uartName(uart), bytes });
    if (uart !== this.consoleUart) return;
    const text = this.decoder.decode(bytes, { stream: true });
    if (text !== "") this.run.onOutput(text);
  }

  private add(event: RunEvent): void {
    if (this.isOver(event.timeNs)) return;
    this.events.push(event);
    this.run.onEvent?.(event);
  }

  /** What happens at the end of the run is no longer part of it; a busy program is stopped a little late. */
  private isOver(timeNs: number): boolean {
    return this.run.forNs !== undefined && timeNs >= this.run.forNs;
  }
}
