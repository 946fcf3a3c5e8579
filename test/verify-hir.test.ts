/** The verifier of HIR refuses what the front end must never build; the printer shows every construct. */
import { describe, expect, it } from "vitest";
import type { HirExpr, HirFunction, HirProgram, HirStatement } from "../compiler/ir/hir.ts";
import { functionId, jumpId, localId, nodeId, siteId } from "../compiler/ir/ids.ts";
import { printHir } from "../compiler/ir/print-hir.ts";
import { verifyHir } from "../compiler/ir/verify-hir.ts";
import { programFrom } from "./hir-from-source.ts";

const SOURCE = `import { delay, every, type u8 } from "tsfw";
class Box { n: u8 = 0; items = [1, 2]; add(x: number): number { return x + this.items.length; } }
const box = new Box();
let text = "a";
function call(f: (n: number) => number): number { return f(1); }
async function work(ms: number): Promise<number> { await delay(ms); return ms; }
{
  const k = 2;
  console.log(call((n) => n * k));
}
outer: for (let i = 0; i < 3; i++) {
  for (const x of box.items) { if (x > 1) continue outer; text += \`\${x}\`; }
  switch (i) { case 0: break; default: box.n = 3; }
}
do { box.n += 1; } while (box.n < 5);
const pair = { a: -1, b: !true };
console.log(pair.b ? ~pair.a : 0, text.length, box.add(2));
void work(5);
const [p, q] = await Promise.all([work(1), work(2)]);
for await (const n of every(10)) { if (n > p + q) break; }
`;

function edit(program: HirProgram, change: (main: HirFunction) => readonly HirStatement[]): HirProgram {
  const functions = program.functions.map((fn) =>
    fn.id === program.main ? { ...fn, body: change(fn) } : fn,
  );
  return {
    ...program,
    functions,
    arrayOf: (id) => program.arrayOf(id),
    signatureOf: (id) => program.signatureOf(id),
    nodeCount: program.nodeCount + 10,
  };
}

describe("verifyHir", () => {
  const { hir } = programFrom(SOURCE);
  const { span } = hir.functions[0] ?? expect.unreachable();
  const number: HirExpr = {
    kind: "number",
    value: 1,
    id: nodeId(hir.nodeCount),
    type: { kind: "number", sized: null },
    span,
  };
  const statement = (value: HirExpr): HirStatement => ({ kind: "expression", value, span });
  const refuse = (added: readonly HirStatement[], message: RegExp): void => {
    expect(() => verifyHir(edit(hir, (main) => [...main.body, ...added]))).toThrow(message);
  };

  it("accepts what the front end builds", () => {
    expect(() => verifyHir(hir)).not.toThrow();
    expect(() => verifyHir(edit(hir, (main) => [...main.body, statement(number)]))).not.toThrow();
  });

  it("refuses ids that are used twice or out of range", () => {
    refuse([statement(number), statement(number)], /id is used twice/);
    refuse([statement({ ...number, id: nodeId(hir.nodeCount + 10) })], /out of range/);
  });

  it("refuses jumps out of nothing", () => {
    refuse([{ kind: "break", jump: jumpId(999), span }], /not around it/);
    refuse(
      [
        {
          kind: "block",
          breakId: jumpId(999),
          statements: [{ kind: "continue", jump: jumpId(999), span }],
          span,
        },
      ],
      /which is no loop/,
    );
  });

  it("refuses locals, sites and calls that do not belong there", () => {
    const parameter = hir.locals.find((one) => one.isParameter && !one.captured)?.id ?? localId(0);
    refuse([statement({ ...number, kind: "local", local: parameter })], /neither its own nor captured/);
    refuse(
      [statement({ ...number, kind: "array", elements: [], site: siteId(9999), type: { kind: "void" } })],
      /site 9999/,
    );
    const call = hir.functions.find((fn) => fn.name === "call")?.id ?? functionId(0);
    refuse([statement({ ...number, kind: "call", function: call, args: [] })], /0 arguments for 1/);
    refuse([statement({ ...number, kind: "spawn", function: call, args: [] })], /not async/);
  });

  it("refuses values of the wrong kind", () => {
    const text = hir.statics.find((one) => one.name === "text")?.id ?? expect.unreachable();
    refuse(
      [
        statement({
          ...number,
          kind: "assign",
          target: { kind: "static", static: text },
          value: { ...number, id: nodeId(hir.nodeCount + 1) },
        }),
      ],
      /number does not fit the target \(string\)/,
    );
    refuse([{ kind: "if", test: number, whenTrue: [], whenFalse: [], span }], /condition is not boolean/);
  });
});

describe("printHir", () => {
  it("shows the whole program", () => {
    expect(printHir(programFrom(SOURCE).hir)).toMatchInlineSnapshot(`
      "const box#0: Box#0
      let text#1: string
      const pair#2: object#1
      const p#3: number
      const q#4: number
      class Box#0 {
        n#0: u8
        items#1: number[]#0
      }
      class object#1 {
        a#2: number
        b#3: boolean
      }
      async main main#0(): void {
        init box#0 = new Box()@0
        init text#1 = "a"
        block {
          const k%1: number = 2
          @logInfo(call#2(&callback#3))
        }
        block {
          let i%4: number = 0
          loop :0 fresh i%4 while (i%4 < 3) update (i%4++) {
            block {
              for :1 x%5: number of box#0.items {
                block {
                  if (x%5 > 1) {
                    continue :0
                  }
                  (text#1 .= text(x%5))
                }
              }
              switch :2 i%4 {
                case 0 {
                  break :2
                }
                default {
                  (box#0.n = 3)
                }
              }
            }
          }
        }
        loop :3 do while (box#0.n < 5) {
          block {
            (box#0.n += 1)
          }
        }
        init pair#2 = { a: -1, b: (!true) }@1
        @logInfo((pair#2.b ? (~pair#2.a) : 0), text#1.length, Box.add#4(box#0, 2))
        spawn work#5(5)
        await all(result%9 = work#5(1), result%10 = work#5(2))
        init p#3 = result%9
        init q#4 = result%10
        for await :4 n%11: number of every(10) {
          block {
            if (n%11 > (p#3 + q#4)) {
              break :4
            }
          }
        }
      }
      constructor Box.constructor#1(this%0: Box#0): void {
        (this%0.n = 0)
        (this%0.items = [1, 2]@2)
      }
      function call#2(f%2: ((number) => number)#0): number {
        return f%2.call(1)
      }
      lambda callback#3(n%3: number): number in main#0 captures k%1 {
        return (n%3 * k%1)
      }
      method Box.add#4(this%6: Box#0, x%7: number): number {
        return (x%7 + this%6.items.length)
      }
      async function work#5(ms%8: number): number {
        await delay(ms%8)
        return ms%8
      }
      "
    `);
  });
});
