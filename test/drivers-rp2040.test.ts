/** The RP2040's drivers in plain rp2040js: time, waits, UART, console, boot. */

import { describe, expect, test } from "vitest";
import { runEmulated } from "../cli/emulators/index.ts";
import { boot2Checksum, readElfSegments } from "../hal-c/generate/index.ts";
import { buildFirmware, haveArmCompiler } from "./support/driver-firmware.ts";
import { blinky, edgeCounter, levelFollower, uartEcho } from "./support/driver-programs.ts";
import { startRp2040 } from "./support/driver-rp2040.ts";
import { modelTransmitFifo } from "./support/driver-uart-fifo.ts";

const pico = { chip: "rp2040", board: "pico" };
const led = 25;
const button = 14;
const ms = 1e6;

describe.runIf(await haveArmCompiler())("RP2040 drivers", () => {
  test("blinky's edges are 500 ms apart, to one tick", async () => {
    const { elf } = await buildFirmware(blinky(pico, led));
    const run = startRp2040(elf);
    run.until(5200 * ms);
    expect(run.edges).toHaveLength(11);
    const gaps = run.edges.slice(1).map((edge, index) => edge.timeNs - (run.edges[index]?.timeNs ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - 500 * ms)).toBeLessThanOrEqual(1000);
    expect(run.instructions).toBeLessThan(5000);
  });

  test("in the project's runner they are exact: the clock is read in the tick of the alarm", async () => {
    const { elfPath } = await buildFirmware(blinky(pico, led));
    const { events } = await runEmulated({
      chip: "rp2040",
      elfPath,
      forNs: 3200 * ms,
      script: [],
      names: { pinName: String, uartName: String },
      consoleUart: 0,
      onOutput: () => {},
    });
    const gaps = events.slice(1).map((edge, index) => edge.timeNs - (events[index]?.timeNs ?? 0));
    expect(gaps.slice(1)).toEqual([500, 500, 500, 500, 500].map((gap) => gap * ms));
  });

  test("a sleep longer than the alarm's 32 bits ends at its time", async () => {
    const hours = 2 * 3600 * 1000;
    const { elf } = await buildFirmware(blinky(pico, led, hours));
    const run = startRp2040(elf);
    run.until((hours + 10) * ms);
    expect(run.edges).toHaveLength(2);
    const gap = (run.edges[1]?.timeNs ?? 0) - (run.edges[0]?.timeNs ?? 0);
    expect(Math.abs(gap - hours * ms)).toBeLessThanOrEqual(1000);
  });

  const edges = { HAL_EDGE_RISING: 2, HAL_EDGE_FALLING: 2, HAL_EDGE_ANY: 4 } as const;
  test.each(Object.entries(edges))("%s wakes once for each edge after the call", async (event, count) => {
    const { elf } = await buildFirmware(edgeCounter(pico, button, led, event, 3));
    const run = startRp2040(elf);
    run.chip.gpio[button]?.setInputValue(true);
    [10, 20, 30, 40].forEach((time, index) => {
      run.at(time * ms, (chip) => chip.gpio[button]?.setInputValue(index % 2 === 1));
    });
    run.until(60 * ms);
    expect(run.edges).toHaveLength(count);
  });

  test("an edge at any moment around an alarm wakes its strand", async () => {
    const { elf } = await buildFirmware(edgeCounter(pico, button, led, "HAL_EDGE_ANY", 3));
    const run = startRp2040(elf);
    const count = 120;
    for (let index = 0; index < count; index += 1) {
      const timeNs = 3 * ms * (index + 1) - 2000 + index * 72;
      run.at(timeNs, (chip) => chip.gpio[button]?.setInputValue(index % 2 === 0));
    }
    run.until(3 * ms * (count + 2));
    expect(run.edges).toHaveLength(count);
  });

  test("levels are waited for, also when they are there already", async () => {
    const { elf } = await buildFirmware(levelFollower(pico, button, led));
    const run = startRp2040(elf);
    run.chip.gpio[button]?.setInputValue(true);
    const changes = [5, 9, 9.01, 20, 20.004, 31];
    changes.forEach((time, index) => {
      run.at(time * ms, (chip) => chip.gpio[button]?.setInputValue(index % 2 === 1));
    });
    run.until(40 * ms);
    expect(run.edges.map((edge) => edge.level)).toEqual([1, 0, 1, 0, 1, 0, 1].slice(0, changes.length + 1));
    run.edges.slice(1).forEach((edge, index) => {
      const late = edge.timeNs - (changes[index] ?? 0) * ms;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(3000);
    });
  });

  test("text of any length goes out, and what comes in comes back", async () => {
    const { elf } = await buildFirmware(uartEcho(pico, { uart: 0, tx: 0, rx: 1 }));
    const run = startRp2040(elf);
    run.at(2 * ms, (chip) => {
      for (const byte of Buffer.from("HAL")) chip.uart[0]?.feedByte(byte);
    });
    run.at(5 * ms, (chip) => chip.uart[0]?.feedByte(0x40));
    run.until(9 * ms);
    expect(run.text[0]).toBe("the quick brown fox jumps over the lazy dog, twice\nIBMA");
  });

  test("a full transmitter loses nothing and wakes its strand", async () => {
    const { elf } = await buildFirmware(uartEcho(pico, { uart: 0, tx: 0, rx: 1 }));
    const run = startRp2040(elf);
    const fifo = modelTransmitFifo(run.chip, 0, 86_806);
    const greeting = "the quick brown fox jumps over the lazy dog, twice\n";
    run.until(8 * ms);
    expect(run.text[0]).toBe(greeting);
    const sent = [...Buffer.from("and so on ".repeat(6))];
    for (const [index, byte] of sent.entries()) {
      run.at((10 + index * 0.02) * ms, (chip) => chip.uart[0]?.feedByte(byte));
    }
    run.until(30 * ms);
    expect(run.text[0]).toBe(greeting + String.fromCharCode(...sent.map((byte) => byte + 1)));
    expect(fifo.lost).toBe(0);
  });

  test("the second-stage boot sets up quad reads and enters the program", async () => {
    const { elf } = await buildFirmware(blinky(pico, led));
    const run = startRp2040(elf);
    const { chip } = run;
    // As the boot ROM does: a copy at the end of RAM, called with lr 0 (datasheet 2.8.1.3.1).
    chip.sram.set(chip.flash.subarray(0, 256), 0x41f00);
    chip.core.VTOR = 0;
    chip.core.SP = 0x20041f00;
    chip.core.LR = 0;
    chip.core.PC = 0x20041f00;
    run.until(1200 * ms);
    expect(chip.core.VTOR).toBe(0x10000100);
    expect(run.edges).toHaveLength(3);
    const flashInterface = 0x18000000;
    expect(chip.readUint32(flashInterface + 0x08), "SSIENR: on").toBe(1);
    expect(chip.readUint32(flashInterface + 0x00) >>> 21, "CTRLR0.SPI_FRF: quad").toBe(2);
    expect(chip.readUint32(flashInterface + 0xf4) >>> 24, "SPI_CTRLR0.XIP_CMD: stay in continuous read").toBe(
      0xa0,
    );
  });

  test("the second-stage boot, called by a program, returns to it with its registers", async () => {
    const { elf } = await buildFirmware(blinky(pico, led));
    const run = startRp2040(elf);
    const { core, sram, flash } = run.chip;
    sram.set(flash.subarray(0, 256), 0x41f00);
    sram.set([0x30, 0xbf, 0xfd, 0xe7], 0x1000); // wfi; b to itself
    core.registers.set([0, 0, 0, 0, 44, 55, 66, 77]);
    core.SP = 0x20040000;
    core.LR = 0x20001001;
    core.PC = 0x20041f00;
    run.until(0.5 * ms);
    expect(core.waiting).toBe(true);
    expect(core.SP).toBe(0x20040000);
    expect([...core.registers.slice(4, 8)]).toEqual([44, 55, 66, 77]);
  });

  test("the second-stage boot carries its checksum", async () => {
    const { elf } = await buildFirmware(blinky(pico, led));
    const boot2 = Uint8Array.from(readElfSegments(elf)[0]?.bytes ?? []).slice(0, 256);
    expect(boot2).toHaveLength(256);
    const stored = new DataView(boot2.buffer).getUint32(252, true);
    expect(`0x${boot2Checksum(boot2).toString(16)}`, "the word at boot2_checksum in hal-c/rp/boot2.c").toBe(
      `0x${stored.toString(16)}`,
    );
  });
});
