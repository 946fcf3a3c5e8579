/**
 * Renders the module `tsfw/chip`: each pin and UART of the chip as a number
 * whose type lists what it can do.
 */
import type { Chip } from "./schema.ts";

/** The text of `tsfw/chip` for one chip. */
export function renderChipModule(chip: Chip): string {
  const pins = Object.entries(chip.pins).sort(([, left], [, right]) => left.id - right.id);
  const lines = [
    `/** Pins and peripherals of ${chip.title}. Generated from hal-c/chips/${chip.name}.json. */`,
    'import type { Pin, UartInstance } from "tsfw/hal";',
    "",
    ...pins.map(([name, pin]) => pinLine(name, pin)),
    "",
    ...chip.uarts.map(({ index, peripheral }) => {
      return `export const ${peripheral} = ${index} as UartInstance<"${peripheral.toLowerCase()}">;`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function pinLine(name: string, pin: Chip["pins"][string]): string {
  const functions = ["gpio", ...Object.keys(pin.functions)].map((entry) => `"${entry}"`).join(" | ");
  return `export const ${name} = ${pin.id} as Pin<"${name}", ${functions}>;`;
}
