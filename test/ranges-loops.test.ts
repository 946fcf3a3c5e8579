/** What the range analysis proves about loops, counters and sums. */
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "./ranges-builder.ts";
import { infer, int, MAX } from "./ranges-facts.ts";

describe("loops", () => {
  it("bounds the counter of a for loop", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const use = b.get(i);
    b.body(b.main, b.count(i, 0, b.num(10), [b.exec(use)]));
    const facts = infer(b);
    expect(facts.node(use.id)).toEqual(int(0, 9));
    expect(facts.local(i)).toEqual(int(0, 10));
  });

  it("bounds a sum by rounds times what is added", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const j = b.local(b.main);
    const sum = b.local(b.main);
    b.body(
      b.main,
      b.let(sum, b.num(0)),
      b.count(i, 0, b.num(100), [b.count(j, 0, b.num(50), [b.addTo(sum, b.arith("*", b.get(i), b.get(j)))])]),
    );
    const facts = infer(b);
    expect(facts.local(sum)).toEqual(int(0, 100 * 50 * 99 * 49));
  });

  it("bounds the sum of a module variable that only main names", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const sum = b.static();
    b.body(
      b.main,
      b.init(sum, b.num(0)),
      b.count(i, 1, b.num(11), [b.exec(b.compound({ kind: "static", static: sum }, "+", b.get(i)))]),
    );
    expect(infer(b).static(sum)).toEqual(int(0, 100));
  });

  it("counts down and by steps", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const n = b.local(b.main);
    const use = b.get(i);
    const step = b.compound({ kind: "local", local: i }, "-", b.num(3));
    b.body(
      b.main,
      b.let(n, b.num(0)),
      b.for(i, b.num(30), b.cmp(">=", b.get(i), b.num(0)), step, [b.exec(use), b.exec(b.increment(n))]),
    );
    const facts = infer(b);
    expect(facts.node(use.id)).toEqual(int(0, 30));
    expect(facts.local(n)).toEqual(int(0, 11));
  });

  it("counts the rounds of a while loop whose counter moves in its body", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const sum = b.local(b.main);
    b.body(
      b.main,
      b.let(i, b.num(0)),
      b.let(sum, b.num(0)),
      b.while(b.cmp("<", b.get(i), b.num(8)), [b.block([b.addTo(sum, b.num(5)), b.exec(b.increment(i))])]),
    );
    expect(infer(b).local(sum)).toEqual(int(0, 40));
  });

  it("counts while (n-- > 0)", () => {
    const b = new ProgramBuilder();
    const n = b.local(b.main);
    const inside = b.get(n);
    const after = b.get(n);
    b.body(
      b.main,
      b.let(n, b.num(10)),
      b.while(b.cmp(">", b.increment(n, -1), b.num(0)), [b.exec(inside)]),
      b.exec(after),
    );
    const facts = infer(b);
    expect(facts.node(inside.id)).toEqual(int(0, 9));
    expect(facts.node(after.id)).toEqual(int(-1, -1));
  });

  it("does not trust a counter that the body changes", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const sum = b.local(b.main);
    b.body(
      b.main,
      b.let(sum, b.num(0)),
      b.count(i, 0, b.num(10), [b.addTo(sum, b.num(1)), b.set(i, b.num(0))]),
    );
    expect(infer(b).local(sum).hi).toBe(MAX);
  });

  it("does not trust a counter that moves back now and then", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const sum = b.local(b.main);
    b.body(
      b.main,
      b.let(sum, b.num(0)),
      b.count(i, 0, b.num(10), [
        b.addTo(sum, b.num(1)),
        b.if(b.cmp("<", b.intrinsic("nowMs"), b.num(5)), [b.exec(b.increment(i, -1))]),
      ]),
    );
    expect(infer(b).local(sum).hi).toBe(MAX);
  });

  it("does not trust a counter that a continue skips", () => {
    const b = new ProgramBuilder();
    const i = b.local(b.main);
    const sum = b.local(b.main);
    const jump = b.jump();
    b.body(
      b.main,
      b.let(i, b.num(0)),
      b.let(sum, b.num(0)),
      b.while(
        b.cmp("<", b.get(i), b.num(8)),
        [
          b.addTo(sum, b.num(1)),
          b.if(b.cmp("<", b.intrinsic("nowMs"), b.num(5)), [b.continue(jump)]),
          b.exec(b.increment(i)),
        ],
        jump,
      ),
    );
    expect(infer(b).local(sum).hi).toBe(MAX);
  });
});

it("what a loop's test adds comes once more than its body", () => {
  const b = new ProgramBuilder();
  const [i, n] = [b.local(b.main), b.local(b.main)];
  const counted = b.cmp(">", b.compound({ kind: "local", local: n }, "+", b.num(1)), b.num(0));
  const test = b.logical("&&", counted, b.cmp("<", b.get(i), b.num(3)));
  b.body(b.main, b.let(n, b.num(0)), b.for(i, b.num(0), test, b.increment(i), []));
  expect(infer(b).local(n).hi).toBeGreaterThanOrEqual(4);
});

it("a round whose step is never reached is still a round", () => {
  const b = new ProgramBuilder();
  const [i, step, n] = [b.local(b.main), b.local(b.main), b.local(b.main)];
  const move = b.compound({ kind: "local", local: i }, "+", b.get(step));
  b.body(
    b.main,
    b.let(step, b.num(1)),
    b.let(n, b.num(0)),
    b.for(i, b.num(0), b.cmp("<", b.get(i), b.num(4)), move, [b.exec(b.increment(n)), b.return(null)]),
  );
  expect(infer(b).local(n)).toEqual(int(0, 1));
});

describe("accumulators without end", () => {
  it("stay integers, and the sum is checked", () => {
    const b = new ProgramBuilder();
    const n = b.local(b.main);
    const step = b.increment(n);
    b.body(b.main, b.let(n, b.num(0)), b.while(null, [b.exec(step), b.delay(b.num(1))]));
    const facts = infer(b);
    expect(facts.local(n)).toEqual(int(0, MAX));
    expect(facts.isCheckedSum(step.id)).toBe(true);
  });

  it("are doubles when they multiply", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    b.body(
      b.main,
      b.let(x, b.num(1)),
      b.while(null, [b.set(x, b.arith("+", b.arith("*", b.get(x), b.num(31)), b.num(7)))]),
    );
    const fact = infer(b).local(x);
    expect(fact.hi).toBe(Infinity);
    expect(fact.integer).toBe(true);
  });

  it("are doubles when two variables feed each other", () => {
    const b = new ProgramBuilder();
    const [x, y, next] = [b.local(b.main), b.local(b.main), b.local(b.main)];
    b.body(
      b.main,
      b.let(x, b.num(0)),
      b.let(y, b.num(1)),
      b.while(null, [
        b.let(next, b.arith("+", b.get(x), b.get(y))),
        b.set(x, b.get(y)),
        b.set(y, b.get(next)),
      ]),
    );
    expect(infer(b).local(y).hi).toBe(Infinity);
  });

  it("are doubles when they add fractions", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const step = b.compound({ kind: "local", local: x }, "+", b.num(0.5));
    b.body(b.main, b.let(x, b.num(0)), b.while(null, [b.exec(step)]));
    const facts = infer(b);
    expect(facts.local(x).integer).toBe(false);
    expect(facts.isCheckedSum(step.id)).toBe(false);
  });
});

it("ends quickly on deep nests of loops", () => {
  const b = new ProgramBuilder();
  const counters = Array.from({ length: 12 }, () => b.local(b.main));
  const sum = b.local(b.main);
  let body = b.addTo(sum, b.num(1));
  for (const i of counters) body = b.count(i, 0, b.num(2), [body]);
  b.body(b.main, b.let(sum, b.num(0)), body);
  const start = performance.now();
  expect(infer(b).local(sum)).toEqual(int(0, 4096));
  expect(performance.now() - start).toBeLessThan(2000);
});
