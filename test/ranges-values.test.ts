/** What the range analysis proves about sized places, arrays and conditions. */
import { describe, expect, it } from "vitest";
import { EMPTY } from "../compiler/3-analyse/ranges/fact.ts";
import { inferRanges } from "../compiler/3-analyse/ranges/infer-ranges.ts";
import { printFacts } from "../compiler/3-analyse/ranges/print-facts.ts";
import { booleanType, ProgramBuilder, sized } from "./ranges-builder.ts";
import { infer, int, MAX } from "./ranges-facts.ts";

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
    expect(facts.arrayLength(kind)).toMatchObject({ lo: 8, hi: 8 });
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

  it("know the index after an access that went well", () => {
    const b = new ProgramBuilder();
    const kind = b.arrayClass();
    const stack = b.static({ type: { kind: "array", array: kind }, reassigned: false });
    const top = b.static();
    const push = b.fn("push");
    const index = b.update({ kind: "static", static: top });
    b.body(push, b.exec(b.assign({ kind: "element", array: b.getStatic(stack), index }, b.num(7))));
    const use = b.getStatic(top);
    b.body(
      b.main,
      b.init(stack, b.arrayFill(kind, 16, b.num(0))),
      b.init(top, b.num(0)),
      b.while(null, [b.exec(b.call(push)), b.delay(use)]),
    );
    const facts = infer(b);
    expect(facts.node(use.id)).toEqual(int(0, 16));
    expect(facts.static(top)).toEqual(int(0, 17));
    expect(facts.isCheckedSum(index.id)).toBe(false);
  });

  it("trust no index where nothing is checked", () => {
    const b = new ProgramBuilder();
    const kind = b.arrayClass();
    const xs = b.local(b.main, { type: { kind: "array", array: kind }, reassigned: false });
    const i = b.local(b.main);
    const use = b.get(i);
    b.body(
      b.main,
      b.let(xs, b.arrayFill(kind, 4, b.num(0))),
      b.let(i, b.convert("u8", b.intrinsic("nowMs"))),
      b.exec(b.element(b.get(xs), b.get(i))),
      b.exec(use),
    );
    expect(infer(b, "none").node(use.id)).toEqual(int(0, 255));
    expect(infer(b).node(use.id)).toEqual(int(0, 3));
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

  it("a case may change what the switch looked at", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const after = b.get(x);
    b.body(
      b.main,
      b.let(x, b.num(1)),
      b.switch(b.get(x), [[b.assign({ kind: "local", local: x }, b.num(2)), []]]),
      b.exec(after),
    );
    expect(infer(b).node(after.id)).toEqual(int(2, 2));
  });

  it("later cases still compare with what the switch looked at", () => {
    const b = new ProgramBuilder();
    const x = b.local(b.main);
    const reached = b.num(7);
    b.body(
      b.main,
      b.let(x, b.convert("u8", b.intrinsic("nowMs"))),
      b.switch(b.get(x), [
        [b.assign({ kind: "local", local: x }, b.num(128)), []],
        [b.num(3), [b.exec(reached)]],
      ]),
    );
    expect(infer(b).node(reached.id)).toEqual(int(7, 7));
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

it("has boolean nodes without facts", () => {
  const b = new ProgramBuilder();
  const test = b.cmp("<", b.num(1), b.num(2));
  b.body(b.main, b.exec(test));
  expect(test.type).toBe(booleanType);
  expect(infer(b).node(test.id)).toEqual(EMPTY);
});

it("prints places, checked sums and doubles", () => {
  const b = new ProgramBuilder();
  const count = b.static({ name: "count" });
  const half = b.local(b.main, { name: "half" });
  const step = b.compound({ kind: "static", static: count }, "+", b.num(1));
  b.body(
    b.main,
    b.init(count, b.num(0)),
    b.while(null, [b.exec(step), b.let(half, b.arith("/", b.getStatic(count), b.num(2)))]),
  );
  const program = b.build();
  expect(printFacts(program, inferRanges(program, { checks: "all" }))).toBe(
    [
      "static count: [0, 9007199254740992] int",
      "function main (test.ts:1)",
      "  local half: [0.5, 4503599627370496]",
      "  checked sum at test.ts:1",
      "  double at test.ts:1: [0.5, 4503599627370496]",
      "",
    ].join("\n"),
  );
});
