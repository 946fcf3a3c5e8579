/**
 * Turns the RP2040's SVD into our chip description. Pin functions are the values
 * that the SVD lists for each pin's FUNCSEL.
 */
import type { Chip } from "../generate/schema.ts";
import { rp2040Blocks, rp2040Clocks, rp2040Memory, rp2040Uf2FamilyId } from "./facts.ts";
import type { Svd, SvdPeripheral, SvdRegister } from "./svd.ts";

const drivenPeripherals: readonly string[] = [
  ...rp2040Blocks.map((block) => block.peripheral),
  "PLL_USB",
  "UART1",
];

export function buildRp2040Chip(svd: Svd): Chip {
  return {
    schema: 1,
    name: "rp2040",
    title: "RP2040",
    family: "rp",
    series: "rp2040",
    seriesDefault: true,
    defaultBoard: "pico",
    core: { name: "cortex-m0plus", fpu: false, nvicPriorityBits: svd.nvicPriorityBits },
    memory: rp2040Memory,
    clocks: rp2040Clocks,
    timeBase: { peripheral: "TIMER", interrupt: "TIMER_IRQ_0", tickHz: 1_000_000 },
    interrupts: buildInterrupts(svd),
    registerHeaders: rp2040Blocks.map((block) => `regs/rp2040/${block.file}.h`),
    uarts: [
      { index: 0, peripheral: "UART0" },
      { index: 1, peripheral: "UART1" },
    ],
    peripherals: Object.fromEntries(
      drivenPeripherals.map((name) => [name, buildPeripheral(svd, peripheralOf(svd, name))]),
    ),
    pins: buildPins(peripheralOf(svd, "IO_BANK0")),
    probe: { chip: "RP2040" },
    uf2FamilyId: rp2040Uf2FamilyId,
    emulator: { kind: "rp2040js" },
  };
}

function peripheralOf(svd: Svd, name: string): SvdPeripheral {
  const found = svd.peripherals.get(name);
  if (found === undefined) throw new Error(`the SVD has no ${name}`);
  return found;
}

function buildPeripheral(svd: Svd, source: SvdPeripheral): Chip["peripherals"][string] {
  const reset = peripheralOf(svd, "RESETS").registers.find((register) => register.name === "RESET");
  const bit = reset?.fields.find((field) => field.name === source.name)?.bit;
  const isUart = source.name.startsWith("UART");
  return {
    kind: source.name.replace(/^(UART|PLL)_?\w+$/, "$1").toLowerCase(),
    version: "rp2040",
    base: source.base,
    ...(isUart ? { clock: "clk_peri" } : {}),
    ...(bit === undefined ? {} : { enable: { register: "RESET", field: source.name, bit } }),
    ...(source.interrupts.length === 0
      ? {}
      : { interrupts: Object.fromEntries(source.interrupts.map((entry) => [entry.name, entry.name])) }),
  };
}

function buildInterrupts(svd: Svd): Record<string, number> {
  const all = [...svd.peripherals.values()].flatMap((peripheral) => peripheral.interrupts);
  const byNumber = [...all].sort((left, right) => left.value - right.value);
  return Object.fromEntries(byNumber.map((entry) => [entry.name, entry.value]));
}

function buildPins(ioBank: SvdPeripheral): Chip["pins"] {
  const pins: Record<string, { id: number; functions: Record<string, number> }> = {};
  for (const register of ioBank.registers) {
    const number = /^GPIO(\d+)_CTRL$/.exec(register.name)?.[1];
    if (number === undefined) continue;
    pins[`GPIO${number}`] = { id: Number(number), functions: functionsOf(register) };
  }
  return pins;
}

function functionsOf(control: SvdRegister): Record<string, number> {
  const select = control.fields.find((field) => field.name === "FUNCSEL");
  const values = (select?.values ?? [])
    .filter((entry) => entry.name !== "null")
    .map((entry): [string, number] => [entry.name.toLowerCase(), entry.value]);
  return Object.fromEntries(values.sort((left, right) => (left[0] < right[0] ? -1 : 1)));
}
