/** The runners' own parts: device models, instruction decoding, gdb's protocol, the clock. */

import { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { GdbRemote, hexToWords, wordToHex } from "../cli/emulators/gdb-remote.ts";
import { fromLanes, toLanes } from "../cli/emulators/stm32-bus.ts";
import { Stm32Exti } from "../cli/emulators/stm32-exti.ts";
import { Stm32Gpio } from "../cli/emulators/stm32-gpio.ts";
import { Stm32Timer } from "../cli/emulators/stm32-timer.ts";
import { decodeAccess, skipInstruction } from "../cli/emulators/thumb-access.ts";
import { VirtualClock } from "../cli/emulators/virtual-clock.ts";

const all = 0xffffffff;

describe("TIM2", () => {
  const prescaler = 84;
  const [sr, egr, psc] = [0x10, 0x14, 0x28];

  function startedTimer() {
    const timer = new Stm32Timer({ write: () => {} }, () => {});
    timer.advanceTo(1000);
    timer.write(psc, prescaler - 1, all);
    timer.write(egr, 1, all);
    timer.write(sr, 0, all);
    const program = (enable: number, compare1: number, compare2 = 0) => {
      timer.noteWrites([enable, 0, 0, 0, 0, 0, 0, 0, 0, 0, compare1, compare2, 0, 0]);
    };
    return { timer, program, stepsAt: (count: number) => (count + Math.floor(1000 / prescaler)) * prescaler };
  }

  test("a channel rings when the counter reaches its value, not before", () => {
    const { timer, program, stepsAt } = startedTimer();
    program(2, 500);
    expect(timer.nextInterruptSteps).toBe(stepsAt(500));
    timer.advanceTo(stepsAt(500) - 1);
    expect(timer.interrupting).toBe(false);
    timer.advanceTo(stepsAt(500));
    expect(timer.interrupting).toBe(true);
    expect(timer.read(sr)).toBe(2);
    timer.write(sr, ~2 >>> 0, all);
    expect(timer.interrupting).toBe(false);
  });

  test("a value that has passed rings one turn later", () => {
    const { timer, program, stepsAt } = startedTimer();
    timer.advanceTo(stepsAt(501));
    program(2, 500);
    expect(timer.nextInterruptSteps).toBe(stepsAt(500 + 2 ** 32));
  });

  test("flags rise without an interrupt enabled; clearing one keeps the others", () => {
    const { timer, program, stepsAt } = startedTimer();
    program(0, 10, 20);
    timer.advanceTo(stepsAt(30));
    expect(timer.interrupting).toBe(false);
    expect(timer.read(sr)).toBe(6);
    timer.write(sr, ~4 >>> 0, all);
    expect(timer.read(sr)).toBe(2);
  });

  test("only channel 1 counts as the program's alarm", () => {
    const { timer, program } = startedTimer();
    program(4, 0);
    expect(timer.alarmArmed).toBe(false);
    expect(timer.nextInterruptSteps).toBeLessThan(Number.POSITIVE_INFINITY);
    program(6, 0);
    expect(timer.alarmArmed).toBe(true);
  });
});

describe("GPIO", () => {
  const [moder, otyper, pupdr, idr, odr, bsrr] = [0x00, 0x04, 0x0c, 0x10, 0x14, 0x18];

  test("outputs tell their level when they drive, sets win over resets", () => {
    const levels: [number, number][] = [];
    const gpio = new Stm32Gpio((pin, level) => levels.push([pin, level]));
    gpio.write(0x400 + bsrr, 0b1000, all);
    expect(levels).toEqual([]);
    gpio.write(0x400 + moder, (gpio.read(0x400 + moder) & ~(3 << 6)) | (1 << 6), all);
    expect(levels.at(-1)).toEqual([16 + 3, 1]);
    gpio.write(0x400 + bsrr, 0b1000 | (0b1000 << 16), all);
    expect(gpio.read(0x400 + odr)).toBe(0b1000);
    gpio.write(0x400 + bsrr, 0b1000 << 16, all);
    expect(levels.at(-1)).toEqual([16 + 3, 0]);
  });

  test("inputs follow pulls until the script drives them; an open drain reads what is on the line", () => {
    const gpio = new Stm32Gpio(() => {});
    gpio.write(0x800 + pupdr, 1 << 26, all);
    expect(gpio.read(0x800 + idr)).toBe(1 << 13);
    expect(gpio.drive(45, 0)).toEqual({ before: 1, after: 0 });
    expect(gpio.read(0x800 + idr)).toBe(0);
    gpio.write(0x800 + otyper, 1, all);
    gpio.write(0x800 + moder, 1, all);
    gpio.write(0x800 + odr, 1, all);
    gpio.drive(32, 0);
    expect(gpio.read(0x800 + idr) & 1).toBe(0);
    gpio.drive(32, 1);
    expect(gpio.read(0x800 + idr) & 1).toBe(1);
  });
});

test("EXTI: edges latch, masks gate, ones clear, software raises", () => {
  const exti = new Stm32Exti();
  exti.write(0x0c, 1 << 13, all);
  exti.edge(13, true);
  expect(exti.read(0x14)).toBe(0);
  exti.edge(13, false);
  expect(exti.read(0x14)).toBe(1 << 13);
  expect(exti.interrupting).toEqual([]);
  exti.write(0x00, (1 << 13) | (1 << 7), all);
  expect(exti.interrupting).toEqual([40]);
  exti.write(0x10, 1 << 7, all);
  expect(exti.interrupting).toEqual([23, 40]);
  exti.write(0x14, (1 << 13) | (1 << 7), all);
  expect(exti.interrupting).toEqual([]);
  exti.write(0x10, 1 << 7, all);
  expect(exti.interrupting, "the software bit was cleared with the pending bit").toEqual([23]);
});

describe("Thumb loads and stores", () => {
  const registers = Array.from({ length: 17 }, (_, index) => 0x1000 * (index + 1));
  const cases: readonly (readonly [string, number, number, object])[] = [
    [
      "str r3, [r5, #24]",
      0x61ab,
      0,
      { load: false, bytes: 4, transfers: [{ register: 3, address: 0x6018 }] },
    ],
    ["ldrb r1, [r2, #3]", 0x78d1, 0, { load: true, bytes: 1, transfers: [{ register: 1, address: 0x3003 }] }],
    [
      "strh r1, [r2, #4]",
      0x8091,
      0,
      { load: false, bytes: 2, transfers: [{ register: 1, address: 0x3004 }] },
    ],
    [
      "ldrsh r0, [r1, r2]",
      0x5e88,
      0,
      { load: true, bytes: 2, signed: true, transfers: [{ register: 0, address: 0x5000 }] },
    ],
    ["stmia r1!, {r2, r3}", 0xc10c, 0, { load: false, writeback: { register: 1, value: 0x2008 } }],
    [
      "str.w r2, [r3, #2096]",
      0xf8c3,
      0x2830,
      { load: false, bytes: 4, transfers: [{ register: 2, address: 0x4830 }] },
    ],
    ["ldr.w r2, [r3, #-4]!", 0xf853, 0x2d04, { load: true, writeback: { register: 3, value: 0x3ffc } }],
    [
      "ldr.w r0, [r1, r2, lsl #2]",
      0xf851,
      0x0022,
      { transfers: [{ register: 0, address: 0x2000 + 0xc000 }] },
    ],
    ["ldrsb.w r0, [r1, #1]", 0xf991, 0x0001, { load: true, bytes: 1, signed: true }],
    [
      "strd r0, r1, [r2, #8]",
      0xe9c2,
      0x0102,
      {
        load: false,
        transfers: [
          { register: 0, address: 0x3008 },
          { register: 1, address: 0x300c },
        ],
      },
    ],
  ];
  test.each(cases)("%s", (_text, first, second, expected) => {
    expect(decodeAccess(first, second, registers)).toMatchObject(expected);
  });

  test("other instructions are none", () => {
    const others = [
      [0xbf30, 0],
      [0x2301, 0],
      [0xf000, 0xf801],
      [0xe8d2, 0xf001],
      [0xf8df, 0x0004],
    ] as const;
    for (const [first, second] of others) expect(decodeAccess(first, second, registers)).toBeUndefined();
  });

  test("skipping moves on in an IT block", () => {
    const state = (it: number) => (((it & 3) << 25) | ((it & 0xfc) << 8)) >>> 0;
    const after = [...registers.slice(0, 15), 0x100, 0x01000000 | state(0b0001_1010)];
    skipInstruction(after, 4);
    expect(after[15]).toBe(0x104);
    expect(after[16]).toBe((0x01000000 | state(0b0001_0100)) >>> 0);
    for (let rest = 0; rest < 3; rest++) skipInstruction(after, 2);
    expect(after[16]).toBe(0x01000000);
  });
});

test("byte lanes", () => {
  expect(toLanes(0x1002, 2, 0x12345)).toEqual({ value: 0x23450000, lanes: 0xffff0000 });
  expect(toLanes(0x1003, 1, 0x1ff)).toEqual({ value: 0xff000000, lanes: 0xff000000 });
  expect(fromLanes(0x1002, 2, true, 0x8001_0000)).toBe(0xffff8001);
  expect(fromLanes(0x1001, 1, false, 0x0000_ab00)).toBe(0xab);
});

describe("gdb's protocol", () => {
  function connect(answer: (packet: string) => string) {
    const sent: string[] = [];
    const stream: Duplex = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        for (const [, packet = ""] of chunk.toString("latin1").matchAll(/\$([^#]*)#../g)) {
          sent.push(packet);
          for (const byte of answer(packet)) stream.push(byte);
        }
        done();
      },
    });
    return { stream, sent, gdb: new GdbRemote(stream) };
  }

  test("answers belong to their requests, whatever pieces they come in", async () => {
    const { gdb } = connect((packet) => `+$re-${packet}#00`);
    expect(await gdb.requestAll(["a", "b"])).toEqual(["re-a", "re-b"]);
    expect(await gdb.request("c")).toBe("re-c");
  });

  test("requests fail when the emulator goes away, then and later", async () => {
    const { gdb, stream } = connect(() => "");
    const waiting = gdb.request("c");
    stream.destroy();
    await expect(waiting).rejects.toThrow("closed");
    await expect(gdb.request("g")).rejects.toThrow("closed");
  });

  test("words are little-endian", () => {
    expect(wordToHex(0x80000001)).toBe("01000080");
    expect(hexToWords("0100008078563412")).toEqual([0x80000001, 0x12345678]);
  });
});

test("the virtual clock rings alarms at their own times, also those set on the way", () => {
  const clock = new VirtualClock();
  const rung: string[] = [];
  const second = clock.createAlarm(() => rung.push(`second ${clock.nanos}`));
  const first = clock.createAlarm(() => {
    rung.push(`first ${clock.nanos}`);
    second.schedule(5);
  });
  const cancelled = clock.createAlarm(() => rung.push("cancelled"));
  first.schedule(10);
  cancelled.schedule(12);
  cancelled.cancel();
  expect(clock.nextAlarmNs).toBe(10);
  clock.advanceTo(100);
  expect(rung).toEqual(["first 10", "second 15"]);
  expect(clock.nanos).toBe(100);
  expect(clock.nextAlarmNs).toBe(Number.POSITIVE_INFINITY);
});
