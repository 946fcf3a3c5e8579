/** The ELF reader and the figures, held against the GNU tools' own view of the same files. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDependencies } from "../cli/build/c-compiler.ts";
import { parseCallGraph } from "../cli/build/call-graph.ts";
import { type ElfImage, readElf } from "../cli/build/elf.ts";
import { readVectors } from "../cli/build/figures.ts";
import { anchorTypeScriptLines } from "../cli/build/line-table.ts";
import { computeStack } from "../cli/build/stack-usage.ts";
import { scanThumbCode } from "../cli/build/thumb-code.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-elf-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linkerScript = `
MEMORY { FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 64K
         RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 16K }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > FLASH
  .data : { *(.data*) } > RAM AT > FLASH
  .bss : { *(.bss*) } > RAM
}`;

function buildArm(source: string, core = "cortex-m4"): { image: ElfImage; path: string; graph: string } {
  writeFileSync(join(folder, "a.c"), source);
  writeFileSync(join(folder, "a.ld"), linkerScript);
  const path = join(folder, "a.elf");
  const flags = [
    `-mcpu=${core}`,
    "-mthumb",
    "-Os",
    "-fno-inline",
    "-fcallgraph-info=su",
    "-nostartfiles",
    "--specs=nano.specs",
  ];
  execFileSync("arm-none-eabi-gcc", [...flags, "-T", "a.ld", "a.c", "-o", path, "-lm", "-Wl,-e,reset"], {
    cwd: folder,
  });
  return {
    image: readElf(readFileSync(path)),
    path,
    graph: readFileSync(join(folder, "a.elf-a.ci"), "utf8"),
  };
}

function program(body: string, handlers: string): string {
  return `void reset(void);
${body}
__attribute__((section(".vectors"), used)) static const struct { void *top; void (*handlers[3])(void); } vector_table
  = { (void *)0x20004000, { reset, ${handlers} } };`;
}

describe("ELF reader", () => {
  it("agrees with nm and size on a 32-bit image", () => {
    const { image, path } = buildArm(
      program(
        "int filled[5] = {1}; int empty[7]; void reset(void) { filled[0] = empty[1]; for (;;) {} }",
        "0, 0",
      ),
    );
    const sizes = execFileSync("arm-none-eabi-size", ["-A", path], { encoding: "utf8" });
    for (const name of [".text", ".data", ".bss"]) {
      const expected = new RegExp(`^\\${name}\\s+(\\d+)\\s+(\\d+)`, "m").exec(sizes);
      const section = image.sections.find((candidate) => candidate.name === name);
      expect([section?.sizeBytes, section?.address]).toEqual([Number(expected?.[1]), Number(expected?.[2])]);
    }
    const symbols = execFileSync("arm-none-eabi-nm", ["-S", path], { encoding: "utf8" });
    const reset = /^(\w+) (\w+) T reset$/m.exec(symbols);
    const found = image.symbols.find((symbol) => symbol.name === "reset");
    expect(found?.kind).toBe("function");
    expect(found?.address).toBe(Number.parseInt(reset?.[1] ?? "", 16) & ~1);
    expect(found?.sizeBytes).toBe(Number.parseInt(reset?.[2] ?? "", 16));
    expect(image.segments.map((segment) => segment.physicalAddress >>> 24)).toEqual([0x08, 0x08]);
  });

  it("reads the host's own executables", () => {
    writeFileSync(join(folder, "h.c"), "int counter = 3; int main(void) { return counter - 3; }");
    execFileSync("cc", ["h.c", "-o", "h"], { cwd: folder });
    const bytes = readFileSync(join(folder, "h"));
    if (process.platform !== "linux") return expect(() => readElf(bytes)).toThrow("not an ELF file");
    const image = readElf(bytes);
    expect(image.machine).toBe("other");
    expect(image.symbols.find((symbol) => symbol.name === "counter")?.sizeBytes).toBe(4);
  });

  it("refuses other files", () => {
    expect(() => readElf(new Uint8Array([1, 2, 3, 4, 5, 6]))).toThrow("not an ELF file");
  });
});

describe("stack proof", () => {
  function stackOf(body: string, handlers = "0, 0", core = "cortex-m4") {
    const { image, graph } = buildArm(program(body, handlers), core);
    return computeStack(image, readVectors(image), parseCallGraph(graph), { fpu: false });
  }

  it("adds frames along the deepest path", () => {
    const report = stackOf(`
      static void leaf(void) { volatile char room[100]; room[0] = 1; }
      static void shallow(void) { volatile char room[8]; room[0] = 1; }
      static void middle(void) { volatile char room[40]; room[0] = 1; leaf(); shallow(); }
      void reset(void) { middle(); shallow(); for (;;) {} }`);
    expect(report.perPriority[0]?.path).toEqual(["reset", "middle", "leaf"]);
    expect(report.worstCaseBytes).toBeGreaterThanOrEqual(100 + 40 + 4);
    expect(report.worstCaseBytes).toBeLessThanOrEqual(100 + 40 + 40);
  });

  it("adds the deepest handler with its exception frame", () => {
    const report = stackOf(
      `void reset(void) { for (;;) {} }
       void tick(void) { volatile char room[64]; room[0] = 1; }
       void other(void) { volatile char room[16]; room[0] = 1; }`,
      "tick, other",
    );
    const [thread, interrupt] = report.perPriority;
    expect(interrupt?.path).toEqual(["tick"]);
    expect(interrupt?.bytes).toBeGreaterThanOrEqual(64 + 36);
    expect(report.worstCaseBytes).toBe((thread?.bytes ?? 0) + (interrupt?.bytes ?? 0));
  });

  it.each(["cortex-m4", "cortex-m0plus"])("sees the library functions behind arithmetic on %s", (core) => {
    const report = stackOf(
      "volatile double x; void reset(void) { x = x / 3.0 + 1.0; for (;;) {} }",
      "0, 0",
      core,
    );
    expect(report.unknown).toEqual([]);
    expect(report.perPriority[0]?.path.join(" ")).toMatch(/aeabi_d|div|add/);
    expect(report.worstCaseBytes).toBeGreaterThan(16);
  });

  it("says what has no bound: recursion, pointers, sizes known at run time", () => {
    const recursion = stackOf(`
      static volatile int n;
      static int fib(int k) { return k < 2 ? k : fib(k - 1) + fib(k - 2) + n; }
      void reset(void) { n = fib(n); for (;;) {} }`);
    expect(recursion.worstCaseBytes).toBeNull();
    expect(recursion.unknown).toEqual(["fib calls itself"]);
    const pointer = stackOf("void (*volatile f)(void); void reset(void) { f(); for (;;) {} }");
    expect(pointer.unknown).toEqual(["reset calls through a pointer"]);
    const dynamic = stackOf(`
      volatile int n;
      static void fill(int k) { volatile char room[k]; room[k - 1] = 1; }
      void reset(void) { fill(n); for (;;) {} }`);
    expect(dynamic.unknown).toEqual(["fill takes an amount of stack that depends on its data"]);
  });
});

describe("Thumb scanner", () => {
  /** Assembles and scans one function at address 0. */
  function scan(lines: readonly string[]) {
    writeFileSync(
      join(folder, "t.s"),
      `.syntax unified\n.cpu cortex-m4\n.fpu fpv4-sp-d16\n.thumb\n${lines.join("\n")}\n`,
    );
    execFileSync("arm-none-eabi-gcc", ["-mcpu=cortex-m4", "-mthumb", "-c", "t.s", "-o", "t.o"], {
      cwd: folder,
    });
    const text = readElf(readFileSync(join(folder, "t.o"))).sections.find(
      (section) => section.name === ".text",
    );
    const bytes = Uint8Array.from(text?.contents ?? []);
    return scanThumbCode(new Uint16Array(bytes.buffer, 0, bytes.length >> 1), 0, () => true);
  }

  it.each([
    ["push {r4, lr}", 8],
    ["push.w {r4, r8, lr}", 12],
    ["sub sp, #24", 24],
    ["sub.w sp, sp, #1024", 1024],
    ["subw sp, sp, #1030", 1030],
    ["sub.w sp, sp, #0x10000", 0x10000],
    ["str lr, [sp, #-4]!", 4],
    ["strd r4, r5, [sp, #-16]!", 16],
    ["vpush {d8-d9}", 16],
    ["vpush {s16-s18}", 12],
  ])("counts %s", (line, bytes) => {
    expect(scan([line, "bx lr"])).toMatchObject({
      stackBytes: bytes,
      bounded: true,
      indirect: false,
      targets: [],
    });
  });

  it("ignores what gives stack back or looks alike", () => {
    const lines = ["add sp, #8", "pop {r4, r5}", "sub r0, sp, #8", "sub.w r1, sp, #8", "vpop {d8}", "bx lr"];
    expect(scan(lines)).toMatchObject({ stackBytes: 0, bounded: true, indirect: false });
  });

  it("finds calls and jumps out, near and far", () => {
    const { targets } = scan(["bl . + 0x2000", "b.w . - 0x100", "beq.w . + 0x400", "b 1f", "1: bx lr"]);
    expect(targets).toEqual([0x2000, 4 - 0x100, 8 + 0x400]);
  });

  it("tells a return through a register from a call through a pointer", () => {
    expect(scan(["pop {r4}", "pop {r3}", "bx r3"]).indirect).toBe(false);
    expect(scan(["blx r3", "bx lr"]).indirect).toBe(true);
    expect(scan(["bx r3"]).indirect).toBe(true);
  });
});

describe("lines of TypeScript", () => {
  const files = ['\t.file 1 "unit.c"', '\t.file 2 "main.ts"'];
  const anchor = (...lines: string[]) =>
    anchorTypeScriptLines([...files, ...lines].join("\n"))
      .split("\n")
      .slice(files.length)
      .map((line) => line.trim());

  it("get the first instruction of what was inlined into them", () => {
    const kept = anchor(
      "\t.loc 2 8 9",
      ".LBB1:",
      "\t.loc 1 46 5",
      "\t.loc 1 46 14 is_stmt 0",
      "\tldr\tr1, [r2]",
      "\t.loc 1 47 5",
      "\tbx\tlr",
    );
    expect(kept).toEqual([
      ".loc 2 8 9 is_stmt 1",
      ".LBB1:",
      "ldr\tr1, [r2]",
      ".loc 1 47 5 is_stmt 0",
      "bx\tlr",
    ]);
  });

  it("do not take instructions of the next function, nor for a place that is no statement", () => {
    expect(anchor("\t.loc 2 8 9", "\t.cfi_endproc", "\t.loc 1 3 1", "\tnop")).toContain(
      ".loc 1 3 1 is_stmt 1",
    );
    expect(anchor("\t.loc 2 8 9 is_stmt 0", "\t.loc 1 3 1", "\tnop")).toContain(".loc 1 3 1 is_stmt 0");
  });

  it("that have an instruction leave C alone", () => {
    expect(anchor("\t.loc 2 8 9", "\tnop", "\t.loc 1 3 1", "\tnop")).toContain(".loc 1 3 1 is_stmt 1");
  });
});

describe("dependency files", () => {
  it("are read with continued lines, blanks and dollars", () => {
    expect(parseDependencies("out/a.o: src/a\\ b.c \\\n  x$$y.h \\\n C:/z.h\n")).toEqual([
      "src/a b.c",
      "x$y.h",
      "C:/z.h",
    ]);
  });
});
