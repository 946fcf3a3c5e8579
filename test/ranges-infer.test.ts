/** What the range analysis proves about whole programs that people write. */
import { describe, expect, it } from "vitest";
import { EMPTY } from "../compiler/3-analyse/ranges/fact.ts";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import type { NumberFact, NumberFacts } from "../compiler/ir/facts.ts";
import { booleanType, numberType, ProgramBuilder, sized } from "./ranges-builder.ts";

function infer(b: ProgramBuilder, checks: "all" | "none" = "all"): NumberFacts {
  return inferRanges(b.build(), { checks });
}

const int = (lo: number, hi: number): NumberFact => ({ lo, hi, integer: true, nan: false });
const MAX = 9007199254740992;

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

describe("statics between waits", () => {
  it("knows a counter that starts over, in the function that owns it", () => {
    const b = new ProgramBuilder();
    const count = b.static();
    const tick = b.fn("tick");
    b.body(
      tick,
      b.exec(b.update({ kind: "static", static: count })),
      b.if(b.cmp(">=", b.getStatic(count), b.num(100)), [b.setStatic(count, b.num(0))]),
    );
    b.body(b.main, b.init(count, b.num(0)), b.while(null, [b.exec(b.call(tick)), b.delay(b.num(1))]));
    expect(infer(b).static(count)).toEqual(int(0, 100));
  });

  it("forgets what another task may have changed during a wait", () => {
    const b = new ProgramBuilder();
    const level = b.static();
    const other = b.fn("other", { isAsync: true });
    b.body(other, b.while(null, [b.setStatic(level, b.num(7)), b.delay(b.num(1))]));
    const after = b.getStatic(level);
    b.body(
      b.main,
      b.init(level, b.num(0)),
      b.spawn(other),
      b.setStatic(level, b.num(1)),
      b.delay(b.num(5)),
      b.exec(after),
    );
    expect(infer(b).node(after.id)).toEqual(int(0, 7));
  });

  it("lets a called function see what was stored", () => {
    const b = new ProgramBuilder();
    const level = b.static();
    const read = b.fn("read", { result: numberType });
    b.body(read, b.return(b.getStatic(level)));
    const use = b.call(read);
    b.body(b.main, b.init(level, b.num(3)), b.exec(use), b.setStatic(level, b.num(9)), b.exec(b.call(read)));
    expect(infer(b).node(use.id)).toEqual(int(3, 9));
  });
});

describe("functions", () => {
  it("join arguments and results over all calls", () => {
    const b = new ProgramBuilder();
    const double = b.fn("double", { parameters: [numberType], result: numberType });
    b.body(double, b.return(b.arith("*", b.get(b.parameter(double, 0)), b.num(2))));
    const use = b.call(double, b.num(4));
    b.body(b.main, b.exec(use), b.exec(b.call(double, b.num(10))));
    const facts = infer(b);
    expect(facts.node(use.id)).toEqual(int(8, 20));
    expect(facts.local(b.parameter(double, 0))).toEqual(int(4, 10));
    expect(facts.result(double)).toEqual(int(8, 20));
  });

  it("recursion ends with a fact", () => {
    const b = new ProgramBuilder();
    const down = b.fn("down", { parameters: [numberType], result: numberType });
    const n = b.parameter(down, 0);
    b.body(
      down,
      b.if(b.cmp("<=", b.get(n), b.num(0)), [b.return(b.num(0))]),
      b.return(b.call(down, b.arith("-", b.get(n), b.num(1)))),
    );
    b.body(b.main, b.exec(b.call(down, b.num(20))));
    const facts = infer(b);
    expect(facts.local(n)).toEqual(int(0, 20));
    expect(facts.result(down)).toEqual(int(0, 0));
  });

  it("closures go through their signature", () => {
    const b = new ProgramBuilder();
    const signature = b.signature([numberType], numberType);
    const addOne = b.fn("addOne", { parameters: [numberType], result: numberType, signature });
    b.body(addOne, b.return(b.arith("+", b.get(b.parameter(addOne, 0)), b.num(1))));
    const use = b.callClosure(b.closure(addOne), b.num(41));
    b.body(b.main, b.exec(use));
    const facts = infer(b);
    expect(facts.node(use.id)).toEqual(int(42, 42));
    expect(facts.signatureParameter(signature, 0)).toEqual(int(41, 41));
    expect(facts.signatureResult(signature)).toEqual(int(42, 42));
  });

  it("captured locals that change are joined over the whole program", () => {
    const b = new ProgramBuilder();
    const signature = b.signature([], numberType);
    const x = b.local(b.main, { captured: true });
    const next = b.fn("next", { result: numberType, signature, parent: b.main });
    b.body(next, b.set(x, b.num(50)), b.return(b.num(0)));
    const use = b.get(x);
    b.body(b.main, b.let(x, b.num(1)), b.exec(b.callClosure(b.closure(next))), b.exec(use));
    expect(infer(b).node(use.id)).toEqual(int(1, 50));
  });

  it("what is never called has empty facts", () => {
    const b = new ProgramBuilder();
    const unused = b.fn("unused", { result: numberType });
    b.body(unused, b.return(b.num(1)));
    expect(infer(b).result(unused)).toEqual(EMPTY);
  });
});

describe("sized places", () => {
  it("hold their range; the node that stores shows what is checked", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main, { type: sized("u8") });
    const step = b.compound({ kind: "local", local: x }, "+", b.num(1));
    b.body(b.main, b.let(x, b.num(0)), b.while(null, [b.exec(step)]));
    const facts = infer(b);
    expect(facts.local(x)).toEqual(int(0, 255));
    expect(facts.node(step.id)).toEqual(int(1, 256));
    expect(facts.isCheckedSum(step.id)).toBe(false);
  });

  it("wrap without checks", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main, { type: sized("u8") });
    b.body(b.main, b.let(x, b.num(300)));
    expect(infer(b, "none").local(x)).toEqual(int(0, 255));
  });
});

describe("arrays", () => {
  it("prove indices by the length", () => {
    const b = new ProgramBuilder();
    const kind = b.arrayClass();
    const xs = b.local(b.main, { type: { kind: "array", array: kind }, reassigned: false });
    const i = b.local(b.main);
    const good = b.element(b.get(xs), b.get(i));
    const bad = b.element(b.get(xs), b.arith("+", b.get(i), b.num(1)));
    b.body(
      b.main,
      b.let(xs, b.arrayFill(kind, 8, b.num(3))),
      b.count(i, 0, b.length(b.get(xs)), [b.exec(good), b.exec(bad)]),
    );
    const facts = infer(b);
    expect(facts.isIndexInBounds(good.id)).toBe(true);
    expect(facts.isIndexInBounds(bad.id)).toBe(false);
    expect(facts.element(kind)).toEqual(int(3, 3));
    expect(facts.arrayLength(kind)).toEqual({ lo: 8, hi: 8 });
  });

  it("prove indices by the very array when lengths differ", () => {
    const b = new ProgramBuilder();
    const kind = b.arrayClass();
    const type = { kind: "array", array: kind } as const;
    const [xs, ys] = [
      b.local(b.main, { type, reassigned: false }),
      b.local(b.main, { type, reassigned: false }),
    ];
    const i = b.local(b.main);
    const good = b.element(b.get(xs), b.get(i));
    const previous = b.element(b.get(xs), b.arith("-", b.get(i), b.num(1)));
    const other = b.element(b.get(ys), b.get(i));
    b.body(
      b.main,
      b.let(xs, b.arrayFill(kind, 8, b.num(0))),
      b.let(ys, b.arrayFill(kind, 4, b.num(1))),
      b.count(i, 1, b.length(b.get(xs)), [b.exec(good), b.exec(previous), b.exec(other)]),
    );
    const facts = infer(b);
    expect(facts.isIndexInBounds(good.id)).toBe(true);
    expect(facts.isIndexInBounds(previous.id)).toBe(true);
    expect(facts.isIndexInBounds(other.id)).toBe(false);
  });

  it("for…of bounds sums by the length", () => {
    const b = new ProgramBuilder();
    const kind = b.arrayClass(sized("u16"));
    const xs = b.local(b.main, { type: { kind: "array", array: kind }, reassigned: false });
    const x = b.local(b.main, { reassigned: false });
    const sum = b.local(b.main);
    b.body(
      b.main,
      b.let(xs, b.array(kind, b.num(1), b.intrinsic("nowMs"), b.num(3))),
      b.let(sum, b.num(0)),
      b.forOf(x, b.get(xs), [b.addTo(sum, b.get(x))]),
    );
    expect(infer(b).local(sum)).toEqual(int(0, 3 * 65535));
  });
});

describe("conditions", () => {
  it("narrow through && || ! and switch", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const inside = b.get(x);
    const outside = b.get(x);
    const inCase = b.get(x);
    b.body(
      b.main,
      b.let(x, b.intrinsic("mathFloor", b.intrinsic("nowMs"))),
      b.if(
        b.logical("&&", b.cmp(">=", b.get(x), b.num(5)), b.not(b.cmp(">", b.get(x), b.num(9)))),
        [b.exec(inside)],
        [b.exec(outside)],
      ),
      b.switch(b.get(x), [[b.num(2), [b.exec(inCase)]]]),
    );
    const facts = infer(b);
    expect(facts.node(inside.id)).toEqual(int(5, 9));
    expect(facts.node(outside.id)).toEqual(int(0, MAX - 1));
    expect(facts.node(inCase.id)).toEqual(int(2, 2));
  });

  it("a false < does not exclude NaN", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const use = b.get(x);
    b.body(
      b.main,
      b.let(x, b.intrinsic("mathSqrt", b.arith("-", b.intrinsic("nowMs"), b.num(10)))),
      b.if(b.cmp("<", b.get(x), b.num(5)), [], [b.exec(use)]),
    );
    const fact = infer(b).node(use.id);
    expect(fact.nan).toBe(true);
    expect(fact.lo).toBe(5);
  });

  it("default values by ||", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const use = b.logical("||", b.get(x), b.num(5));
    b.body(b.main, b.let(x, b.convert("u8", b.intrinsic("nowMs"))), b.exec(use));
    expect(infer(b).node(use.id)).toEqual(int(1, 255));
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

it("has boolean nodes without facts", () => {
  const b = new ProgramBuilder();
  const test = b.cmp("<", b.num(1), b.num(2));
  b.body(b.main, b.exec(test));
  expect(test.type).toBe(booleanType);
  expect(infer(b).node(test.id)).toEqual(EMPTY);
});
