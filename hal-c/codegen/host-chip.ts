/** The host as a chip: 64 pins, two UARTs, a virtual clock of 1 MHz. */
import type { Chip } from "../generate/schema.ts";

const pinCount = 64;

export function buildHostChip(): Chip {
  const functions = Object.fromEntries(
    ["uart0_rx", "uart0_tx", "uart1_rx", "uart1_tx"].map((name) => [name, 0]),
  );
  return {
    schema: 1,
    name: "host",
    title: "this computer, with a virtual clock",
    family: "host",
    series: "host",
    seriesDefault: true,
    defaultBoard: "host",
    core: { name: "host", fpu: true, nvicPriorityBits: 0 },
    memory: {
      flash: { name: "FLASH", kind: "flash", address: 0, size: 0 },
      ram: { name: "RAM", kind: "ram", address: 0, size: 0 },
      other: [],
    },
    clocks: { tree: "host" },
    timeBase: null,
    interrupts: {},
    registerHeaders: [],
    uarts: [
      { index: 0, peripheral: "UART0" },
      { index: 1, peripheral: "UART1" },
    ],
    peripherals: {
      UART0: { kind: "uart", version: "host", base: 0 },
      UART1: { kind: "uart", version: "host", base: 0 },
    },
    pins: Object.fromEntries(
      Array.from({ length: pinCount }, (_, id) => [`P${id}`, { id, functions }] as const),
    ),
    probe: null,
    uf2FamilyId: null,
    emulator: { kind: "native" },
  };
}
