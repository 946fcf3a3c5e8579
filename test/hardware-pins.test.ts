/**
 * The generated tsfw/chip and tsfw/board under the stock TypeScript compiler:
 * right pins pass, wrong ones are type errors on the pin.
 */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { renderBoardModule, renderChipModule } from "../hal-c/generate/index.ts";
import { boardNamed, chipNamed, packageRoot } from "./hardware-files.ts";

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.es2024.string.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  types: [],
};

const folder = `${packageRoot}test/virtual/`;

/** Errors of `source` as "line: first line of the message", with tsfw/chip and tsfw/board of a board. */
function check(source: string, boardName: string): readonly string[] {
  const board = boardNamed(boardName);
  const chip = chipNamed(board.chip);
  const files = new Map([
    [`${folder}main.ts`, source],
    [`${folder}chip.ts`, renderChipModule(chip)],
    [`${folder}board.ts`, renderBoardModule(board, chip)],
  ]);
  const modules: Readonly<Record<string, string>> = {
    "tsfw/chip": `${folder}chip.ts`,
    "tsfw/board": `${folder}board.ts`,
    "tsfw/hal": `${packageRoot}lib/tsfw/hal.ts`,
    tsfw: `${packageRoot}lib/tsfw/index.ts`,
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version);
  };
  host.resolveModuleNameLiterals = (literals, containingFile) =>
    literals.map(({ text }) => {
      const path = modules[text];
      if (path === undefined) return ts.resolveModuleName(text, containingFile, options, host);
      return { resolvedModule: { resolvedFileName: path, extension: ts.Extension.Ts } };
    });
  const program = ts.createProgram([`${folder}main.ts`], options, host);
  return [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()].map((diagnostic) => {
    const { file, start } = diagnostic;
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    const name = file?.fileName === `${folder}main.ts` ? "" : (file?.fileName ?? "");
    return `${name}${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n").split("\n")[0]}`;
  });
}

describe("pins under stock tsc", () => {
  it("right pins pass", () => {
    const source = `
      import { Input, Output, Uart, delay } from "tsfw";
      import { PA2, PA3, PA9, PB6, PB7, PC13, USART1, USART2 } from "tsfw/chip";
      import { board } from "tsfw/board";
      const led = new Output(board.led, { initial: "high" });
      const button = new Input(PC13, { pull: "up" });
      const a = new Uart(USART2, { tx: PA2, rx: PA3, baud: 9600 });
      const b = new Uart(USART1, { tx: PB6, rx: PB7 });
      const c = new Uart(board.uart, { tx: board.uartTx, rx: board.uartRx });
      const any: Uart = a;
      const pins = [PA9, PB6, board.button];
      const number: number = PA2;
      for (const pin of pins) new Output(pin).high();
      await delay(1);
      await any.write(\`\${led.isHigh()} \${button.isLow()} \${number} \${b.errors()} \${c.errors()}\`);
    `;
    expect(check(source, "stm32f405rg-bare")).toEqual([]);
  });

  it("wrong pins are errors where they stand", () => {
    const source = [
      'import { Output, Uart } from "tsfw";',
      'import { PA2, PA3, PA9, PB1, USART1, USART2 } from "tsfw/chip";',
      "new Uart(USART2, { tx: PB1, rx: PA3 });",
      "new Uart(USART2, { tx: PA3, rx: PA2 });",
      "new Uart(USART1, { tx: PA9, rx: PA3 });",
      "new Uart(PA2, { tx: PA9, rx: PA3 });",
      "new Output(USART1);",
    ].join("\n");
    const errors = check(source, "stm32f405rg-bare");
    expect(errors.map((error) => Number(error.split(":")[0]))).toEqual([3, 4, 4, 5, 6, 7]);
    expect(errors[0]).toMatch(/^3: Type 'Pin<"PB1", "gpio" \|.*is not assignable to type 'UartTxPin</);
  });

  it("pins that the package lacks do not exist", () => {
    const source = 'import { PE0 } from "tsfw/chip";\nexport const pin = PE0;';
    expect(check(source, "stm32f405rg-bare")).toHaveLength(1);
    expect(check(source, "stm32f4-discovery")).toEqual([]);
  });

  it.each(["host", "pico", "netduinoplus2", "olimex-stm32-h405", "stm32f4-discovery", "stm32f405rg-bare"])(
    "%s has the names that examples use",
    (name) => {
      const source = `
        import { Input, Output, Uart } from "tsfw";
        import { board } from "tsfw/board";
        const led = new Output(board.led);
        const button = new Input(board.button, { pull: "up" });
        const serial = new Uart(board.uart, { tx: board.uartTx, rx: board.uartRx });
        led.write(button.isHigh());
        await serial.write("x");
      `;
      expect(check(source, name)).toEqual([]);
    },
  );
});
