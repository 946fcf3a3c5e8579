/** What the range analysis proves about module variables, fields, parameters and results. */
import { describe, expect, it } from "vitest";
import { EMPTY } from "../compiler/3-analyse/ranges/fact.ts";
import type { HirExpr } from "../compiler/ir/hir.ts";
import type { FieldId, FunctionId } from "../compiler/ir/ids.ts";
import { numberType, ProgramBuilder } from "./ranges-builder.ts";
import { infer, int } from "./ranges-facts.ts";

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

describe("fields between waits", () => {
  function counterClass(b: ProgramBuilder): { self: HirExpr; step: FunctionId; field: FieldId } {
    const shape = b.class([numberType]);
    const field = shape.fields[0] as FieldId;
    const type = { kind: "object", class: shape.id } as const;
    const step = b.fn("step", { parameters: [type] });
    const object = b.static({ type, reassigned: false });
    b.body(b.main, b.init(object, b.object(shape, b.num(0))));
    const call = b.exec(b.call(step, b.getStatic(object)));
    b.body(b.main, b.while(null, [call, b.delay(b.num(1))]));
    return { self: b.get(b.parameter(step, 0)), step, field };
  }

  it("knows a counter that starts over", () => {
    const b = new ProgramBuilder();
    const { self, step, field } = counterClass(b);
    b.body(
      step,
      b.exec(b.update({ kind: "field", object: self, field })),
      b.if(b.cmp(">=", b.getField(self, field), b.num(60)), [
        b.exec(b.assign({ kind: "field", object: self, field }, b.num(0))),
      ]),
    );
    expect(infer(b).field(field)).toEqual(int(0, 60));
  });

  it("knows a counter that stops at a limit", () => {
    const b = new ProgramBuilder();
    const { self, step, field } = counterClass(b);
    b.body(
      step,
      b.if(b.cmp("<", b.getField(self, field), b.num(5)), [
        b.exec(b.update({ kind: "field", object: self, field })),
      ]),
    );
    expect(infer(b).field(field)).toEqual(int(0, 5));
  });

  it("one object may have two names", () => {
    const b = new ProgramBuilder();
    const shape = b.class([numberType]);
    const field = shape.fields[0] as FieldId;
    const type = { kind: "object", class: shape.id } as const;
    const [x, y] = [
      b.local(b.main, { type, reassigned: false }),
      b.local(b.main, { type, reassigned: false }),
    ];
    const use = b.getField(b.get(x), field);
    b.body(
      b.main,
      b.let(x, b.object(shape, b.num(1))),
      b.let(y, b.get(x)),
      b.exec(b.assign({ kind: "field", object: b.get(y), field }, b.num(9))),
      b.exec(use),
    );
    expect(infer(b).node(use.id)).toEqual(int(1, 9));
  });

  it("a new name sees what was stored through the old one", () => {
    const b = new ProgramBuilder();
    const shape = b.class([numberType]);
    const field = shape.fields[0] as FieldId;
    const type = { kind: "object", class: shape.id } as const;
    const [x, y] = [
      b.local(b.main, { type, reassigned: false }),
      b.local(b.main, { type, reassigned: false }),
    ];
    const use = b.getField(b.get(y), field);
    b.body(
      b.main,
      b.let(x, b.object(shape, b.num(1))),
      b.exec(b.assign({ kind: "field", object: b.get(x), field }, b.num(9))),
      b.let(y, b.get(x)),
      b.exec(use),
    );
    expect(infer(b).node(use.id)).toEqual(int(1, 9));
  });

  it("an object of no fixed name sees what was stored", () => {
    const b = new ProgramBuilder();
    const shape = b.class([numberType]);
    const field = shape.fields[0] as FieldId;
    const type = { kind: "object", class: shape.id } as const;
    const [x, y] = [b.local(b.main, { type, reassigned: false }), b.local(b.main, { type })];
    const use = b.getField(b.get(y), field);
    b.body(
      b.main,
      b.let(x, b.object(shape, b.num(1))),
      b.let(y, b.get(x)),
      b.exec(b.assign({ kind: "field", object: b.get(x), field }, b.num(9))),
      b.exec(use),
    );
    expect(infer(b).node(use.id)).toEqual(int(1, 9));
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
