/**
 * Turns one part of stm32-data into our chip description: memories, the
 * peripherals that have drivers, interrupts, and every pin with all functions.
 */
import type { Chip } from "../generate/schema.ts";
import { type Stm32Facts, stm32Drivers, stm32f4Clocks } from "./facts.ts";
import type { Stm32RegisterFile } from "./register-blocks.ts";

interface DataMemory {
  readonly name: string;
  readonly kind: string;
  readonly address: number;
  readonly size: number;
}

interface DataPeripheral {
  readonly name: string;
  readonly address: number;
  readonly registers?: { readonly kind: string; readonly version: string; readonly block: string };
  readonly rcc?: {
    readonly kernel_clock?: unknown;
    readonly enable?: { readonly register: string; readonly field: string };
  };
  readonly pins?: readonly { readonly pin: string; readonly signal: string; readonly af?: number }[];
  readonly interrupts?: readonly { readonly signal: string; readonly interrupt: string }[];
}

/** The parts of `data/chips/<part>.json` that we read. */
export interface Stm32PartFile {
  readonly name: string;
  readonly line: string;
  readonly memory: readonly (readonly DataMemory[])[];
  readonly cores: readonly {
    readonly name: string;
    readonly nvic_priority_bits: number;
    readonly peripherals: readonly DataPeripheral[];
    readonly interrupts: readonly { readonly name: string; readonly number: number }[];
    readonly pins: readonly { readonly name: string }[];
  }[];
}

/** Builds the chip; `rcc` is the register file of its RCC, which gives enable bits their positions. */
export function buildStm32Chip(part: Stm32PartFile, rcc: Stm32RegisterFile, facts: Stm32Facts): Chip {
  const core = part.cores[0];
  if (core === undefined || core.name !== "cm4") throw new Error(`${part.name}: expected one Cortex-M4`);
  const present = core.peripherals.filter((peripheral) => driverOf(peripheral) !== undefined);
  return {
    schema: 1,
    name: part.name.toLowerCase(),
    title: `${part.name} (${part.line})`,
    family: "stm32",
    series: facts.series,
    seriesDefault: facts.seriesDefault,
    defaultBoard: facts.defaultBoard,
    core: { name: "cortex-m4", fpu: true, nvicPriorityBits: core.nvic_priority_bits },
    memory: buildMemory(part),
    clocks: stm32f4Clocks,
    timeBase: { peripheral: "TIM2", interrupt: "TIM2", tickHz: 1_000_000 },
    interrupts: Object.fromEntries(core.interrupts.map((entry) => [entry.name, entry.number])),
    registerHeaders: stm32Drivers.map((driver) => `regs/stm32/${driver.kind}_${driver.version}.h`),
    uarts: buildUarts(present),
    peripherals: Object.fromEntries(
      present.map((peripheral) => [peripheral.name, buildPeripheral(peripheral, rcc)]),
    ),
    pins: buildPins(
      core.pins.map((pin) => pin.name),
      core.peripherals,
    ),
    probe: { chip: facts.probeChip },
    uf2FamilyId: null,
    emulator: {
      kind: "qemu",
      machine: facts.qemu.machine,
      ...(facts.qemu.note === undefined ? {} : { note: facts.qemu.note }),
    },
  };
}

function buildUarts(peripherals: readonly DataPeripheral[]): Chip["uarts"] {
  const uarts = peripherals.flatMap(({ name }) => {
    const index = /^US?ART(\d+)$/.exec(name)?.[1];
    return index === undefined ? [] : [{ index: Number(index), peripheral: name }];
  });
  return uarts.sort((left, right) => left.index - right.index);
}

function driverOf(peripheral: DataPeripheral): (typeof stm32Drivers)[number] | undefined {
  return stm32Drivers.find(
    (driver) =>
      driver.kind === peripheral.registers?.kind &&
      driver.version === peripheral.registers.version &&
      driver.block === peripheral.registers.block,
  );
}

function buildPeripheral(source: DataPeripheral, rcc: Stm32RegisterFile): Chip["peripherals"][string] {
  const kernelClock = source.rcc?.kernel_clock;
  const enable = source.rcc?.enable;
  return {
    kind: source.registers?.kind ?? "",
    version: source.registers?.version ?? "",
    base: source.address,
    ...(typeof kernelClock === "string" ? { clock: kernelClock.toLowerCase() } : {}),
    ...(enable === undefined
      ? {}
      : { enable: { ...enable, bit: bitOf(rcc, enable.register, enable.field) } }),
    ...(source.interrupts === undefined
      ? {}
      : {
          interrupts: Object.fromEntries(source.interrupts.map((entry) => [entry.signal, entry.interrupt])),
        }),
  };
}

function bitOf(rcc: Stm32RegisterFile, register: string, field: string): number {
  const found = rcc[`fieldset/${register}`]?.fields?.find((entry) => entry.name === field);
  if (typeof found?.bit_offset !== "number") throw new Error(`RCC has no ${register}.${field}`);
  return found.bit_offset;
}

/** Joins the flash banks, and the RAM regions that follow each other, as one; the rest is listed apart. */
function buildMemory(part: Stm32PartFile): Chip["memory"] {
  const regions = part.memory[0] ?? [];
  const banks = regions.filter((region) => region.name.startsWith("BANK_"));
  const sram = regions.filter((region) => /^SRAM\d*$/.test(region.name));
  const other = regions.filter((region) => !banks.includes(region) && !sram.includes(region));
  return {
    flash: joinRegions("FLASH", "flash", banks),
    ram: joinRegions("SRAM", "ram", sram),
    other: other.map(({ name, kind, address, size }) => ({
      name,
      kind: kind === "ram" ? "ram" : "flash",
      address,
      size,
    })),
  };
}

function joinRegions(
  name: string,
  kind: "flash" | "ram",
  regions: readonly DataMemory[],
): Chip["memory"]["flash"] {
  const sorted = [...regions].sort((left, right) => left.address - right.address);
  const first = sorted[0];
  if (first === undefined) throw new Error(`no ${name} region`);
  let size = 0;
  for (const region of sorted) {
    if (region.address !== first.address + size) throw new Error(`${name}: gap before ${region.name}`);
    size += region.size;
  }
  return { name, kind, address: first.address, size };
}

const analogKinds: readonly string[] = ["adc", "dac"];

function buildPins(names: readonly string[], peripherals: readonly DataPeripheral[]): Chip["pins"] {
  const functions = new Map<string, [string, number | null][]>(names.map((name) => [name, []]));
  for (const peripheral of peripherals) {
    for (const entry of peripheral.pins ?? []) {
      const isAnalog = analogKinds.includes(peripheral.registers?.kind ?? "");
      // RCC's oscillator pins carry a number too, but no program selects them.
      if ((entry.af === undefined && !isAnalog) || peripheral.name === "RCC") continue;
      const name = `${peripheral.name}_${entry.signal}`.toLowerCase();
      functions.get(entry.pin)?.push([name, entry.af ?? null]);
    }
  }
  return Object.fromEntries(
    [...functions].map(([name, list]) => [
      name,
      { id: stm32PinId(name), functions: Object.fromEntries(list.sort(byName)) },
    ]),
  );
}

function stm32PinId(name: string): number {
  const match = /^P([A-K])(\d+)$/.exec(name);
  if (match?.[1] === undefined) throw new Error(`${name} is not a pin name`);
  return (match[1].charCodeAt(0) - "A".charCodeAt(0)) * 16 + Number(match[2]);
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}
