/**
 * Prints JSON the same way every time: two spaces, and what is short on one
 * line, so that a chip file shows a pin a line.
 */
const lineWidth = 140;

export function printJson(value: unknown): string {
  return `${printValue(value, "")}\n`;
}

function printValue(value: unknown, indent: string): string {
  const short = printShort(value);
  if (typeof value !== "object" || value === null || indent.length + short.length <= lineWidth - 40)
    return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + printValue(item, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${printValue(item, inner)}`,
  );
  return `{\n${entries.join(",\n")}\n${indent}}`;
}

function printShort(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printShort).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printShort(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}
