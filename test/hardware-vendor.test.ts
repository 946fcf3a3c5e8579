/**
 * The committed chip files and register headers against the vendors' own files,
 * read afresh: they regenerate to the byte, and ST's SVD, which had no part in
 * making them, agrees on addresses, interrupts, offsets and bits.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stm32Drivers, stm32Parts } from "../hal-c/codegen/facts.ts";
import { generateAll } from "../hal-c/codegen/generate-all.ts";
import { type RegisterField, readStm32Block } from "../hal-c/codegen/register-blocks.ts";
import { parseSvd, type Svd, type SvdField } from "../hal-c/codegen/svd.ts";
import { chipNamed, packageRoot, readPackageFile } from "./hardware-files.ts";

const archives = join(packageRoot, "..", "shared", "data");
const hasArchives = existsSync(join(archives, "stm32-data.tar.xz"));
if (!hasArchives) console.log("vendor files are not compared: there is no ../shared/data beside the project");

describe.runIf(hasArchives)("vendor files", () => {
  let folder = "";
  const readUnpacked = (path: string): string => readFileSync(join(folder, path), "utf8");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsfw-vendor-"));
    const wanted = [
      ...stm32Parts.map((part) => `data/chips/${part.vendorName}.json`),
      ...stm32Drivers.map(({ kind, version }) => `data/registers/${kind}_${version}.json`),
    ];
    execFileSync("tar", ["-xJf", join(archives, "stm32-data.tar.xz"), "-C", folder, ...wanted]);
    execFileSync("tar", ["-xJf", join(archives, "vendor-svd.tar.xz"), "-C", folder]);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("regenerate the committed chip files and headers", () => {
    const files = generateAll({
      readStm32: (path) => readUnpacked(`data/${path}`),
      readSvd: (name) => readUnpacked(name),
    });
    expect(files.length).toBeGreaterThan(20);
    for (const { path, text } of files) {
      expect(readPackageFile(`hal-c/${path}`), `${path}: run hal-c/codegen again`).toBe(text);
    }
  });

  it("ST's SVD has the same addresses and interrupts for the STM32F405", () => {
    const svd = parseSvd(readUnpacked("STM32F405.svd"));
    const chip = chipNamed("stm32f405rg");
    for (const [name, { base }] of Object.entries(chip.peripherals)) {
      expect(svd.peripherals.get(name)?.base, name).toBe(base);
    }
    const numbers = new Map(
      [...svd.peripherals.values()].flatMap((peripheral) =>
        peripheral.interrupts.map((entry) => [entry.name, entry.value] as const),
      ),
    );
    const shared = Object.entries(chip.interrupts).filter(([name]) => numbers.has(name));
    expect(shared.length).toBeGreaterThan(70);
    for (const [name, number] of shared) expect(numbers.get(name), name).toBe(number);
  });

  it("ST's SVD has the same offsets and bits for the registers in use", () => {
    const svd = parseSvd(readUnpacked("STM32F405.svd"));
    const instances: Readonly<Record<string, string>> = { GPIO: "GPIOC", USART: "USART2", TIM: "TIM2" };
    let compared = 0;
    for (const { kind, version, block, macroName } of stm32Drivers) {
      const file = JSON.parse(readUnpacked(`data/registers/${kind}_${version}.json`));
      for (const register of readStm32Block(file, block, macroName).registers) {
        const theirs = fieldsAt(svd, instances[macroName] ?? macroName, register.offset);
        for (const field of register.fields)
          compared += compareField(`${macroName}.${register.name}`, field, theirs);
      }
    }
    expect(compared).toBeGreaterThan(450);
  });

  it("Raspberry Pi's pin table and the SVD agree on UART pins", () => {
    const table = JSON.parse(readUnpacked("rp2040_interface_pins.json"));
    const chip = chipNamed("rp2040");
    const uarts: Record<string, Record<string, number[]>> = table.interfaces.UART.instances;
    for (const [instance, signals] of Object.entries(uarts)) {
      for (const [signal, pins] of Object.entries(signals)) {
        const name = `uart${instance}_${signal.toLowerCase()}`;
        const ours = Object.values(chip.pins).filter((pin) => name in pin.functions);
        expect(
          ours.map((pin) => pin.id),
          name,
        ).toEqual(pins);
      }
    }
  });
});

/** Fields of all registers that the SVD shows at an offset (timers overlay input and output views). */
function fieldsAt(svd: Svd, peripheral: string, offset: number): readonly SvdField[] {
  const registers = svd.peripherals.get(peripheral)?.registers ?? [];
  return registers.filter((register) => register.offset === offset).flatMap((register) => register.fields);
}

/** Compares where the SVD knows the name; stm32-data describes a whole series, so it may know more. */
function compareField(where: string, field: RegisterField, theirs: readonly SvdField[]): number {
  if (field.array === undefined) {
    const same = theirs.filter((candidate) => candidate.name === field.name);
    for (const candidate of same) expect(candidate.bit, `${where}.${field.name}`).toBe(field.bit);
    return same.length;
  }
  const { count, strideBits } = field.array;
  const starts = Array.from({ length: count }, (_, index) => field.bit + index * strideBits);
  const family = theirs.filter(
    (candidate) => /\d/.test(candidate.name) && plain(candidate.name) === field.name,
  );
  for (const candidate of family) expect(starts, `${where}.${candidate.name}`).toContain(candidate.bit);
  return family.length;
}

function plain(name: string): string {
  return name.replace(/\d+/g, "");
}
