/** The range analysis of a large program: about 10,000 lines must take seconds at most. */
import { expect, it } from "vitest";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import type { HirStatement } from "../compiler/ir/hir.ts";
import type { FunctionId, StaticId } from "../compiler/ir/ids.ts";
import { numberType, ProgramBuilder } from "./ranges-builder.ts";

const FUNCTIONS = 500;

/** Twenty statements: loops, branches, statics, calls of earlier functions. */
function fillFunction(
  b: ProgramBuilder,
  id: FunctionId,
  earlier: readonly FunctionId[],
  statics: readonly StaticId[],
): void {
  const [x, y, i, j] = [b.local(id), b.local(id), b.local(id), b.local(id)];
  const [first, second] = [b.parameter(id, 0), b.parameter(id, 1)];
  const called = earlier.at(-1 - (id % 7)) ?? earlier.at(-1);
  const other = earlier[(id * 31) % Math.max(1, earlier.length)];
  const counter = statics[id % statics.length] as StaticId;
  const call = (target: FunctionId | undefined): HirStatement =>
    target === undefined ? b.set(y, b.num(1)) : b.set(y, b.call(target, b.get(x), b.num(id % 100)));
  b.body(
    id,
    b.let(x, b.arith("+", b.get(first), b.num(id % 50))),
    b.let(y, b.num(0)),
    b.count(i, 0, b.num(10 + (id % 20)), [
      b.count(j, 0, b.get(i), [
        b.addTo(x, b.arith("*", b.get(j), b.num(3))),
        b.if(b.cmp(">", b.get(x), b.num(1000 + id)), [b.set(x, b.num(0))], [b.exec(b.increment(x))]),
      ]),
      b.if(
        b.cmp("<", b.get(x), b.get(second)),
        [call(called)],
        [b.set(y, b.arith("%", b.get(x), b.num(17)))],
      ),
    ]),
    b.exec(b.compound({ kind: "static", static: counter }, "+", b.get(y))),
    b.if(b.cmp(">", b.getStatic(counter), b.num(5000)), [b.setStatic(counter, b.num(0))]),
    b.while(b.cmp(">", b.get(y), b.num(0)), [b.exec(b.increment(y, -1)), b.addTo(x, b.num(1))]),
    call(other),
    b.return(b.arith("&", b.arith("+", b.get(x), b.get(y)), b.num(4095))),
  );
}

it("takes seconds at most", () => {
  const b = new ProgramBuilder();
  const statics = Array.from({ length: 40 }, () => b.static());
  b.body(b.main, ...statics.map((id) => b.init(id, b.num(0))));
  const made: FunctionId[] = [];
  for (let index = 0; index < FUNCTIONS; index += 1) {
    const id = b.fn(`f${index}`, { parameters: [numberType, numberType], result: numberType });
    fillFunction(b, id, made, statics);
    made.push(id);
  }
  b.body(b.main, ...made.map((id) => b.exec(b.call(id, b.num(id), b.num(id * 2)))));
  const program = b.build();
  const start = performance.now();
  const facts = inferRanges(program, { checks: "all" });
  const elapsedMs = performance.now() - start;
  console.log(`${FUNCTIONS} functions, ${program.nodeCount} nodes: ${elapsedMs.toFixed(0)} ms`);
  expect(facts.result(made[0] as FunctionId).hi).toBe(4095);
  // It takes two seconds; the rest is for machines that do much else meanwhile.
  expect(elapsedMs).toBeLessThan(45_000);
});
