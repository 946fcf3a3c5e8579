/** Pin edges and UART bytes as lines with their virtual times. */
import type { RunEvent } from "../emulators/run-types.ts";
import type { Paint } from "./terminal.ts";

/** `  500.000 ms  led (PA5) ▲`. Names maps a pin's name to what the board calls it. */
export function renderEvent(event: RunEvent, names: ReadonlyMap<string, string>, paint: Paint): string {
  const time = paint.dim(formatMilliseconds(event.timeNs).padStart(15));
  if (event.kind === "uart") {
    return `${time}  ${event.uart} ${JSON.stringify(Buffer.from(event.bytes).toString("utf8"))}`;
  }
  const label = names.get(event.pin);
  const pin = label === undefined ? event.pin : `${label} (${event.pin})`;
  return `${time}  ${pin} ${event.level === 1 ? paint.green("▲") : paint.dim("▼")}`;
}

/** Milliseconds with as many decimals as the value needs, three at least. */
function formatMilliseconds(timeNs: number): string {
  const digits = timeNs % 1000 === 0 ? 3 : 6;
  return `${(timeNs / 1e6).toFixed(digits)} ms`;
}
