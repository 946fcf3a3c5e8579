/** MIR instructions of pools as C statements. */
import type { MirExpr, MirType } from "../ir/mir.ts";
import type { PoolInstruction } from "../ir/mir-pools.ts";
import { assertNever, InternalError } from "../source/assert.ts";
import { addressOf, type CStatement, call, literal, statement } from "./c-tree.ts";
import { arrayData, type ExprContext, emitExpr } from "./emit-expressions.ts";

export function emitPoolInstruction(c: ExprContext, node: PoolInstruction): CStatement[] {
  switch (node.kind) {
    case "takeSlot":
      return [
        {
          kind: "assign",
          target: c.local(node.result),
          value: call("tsfw_pool_take", c.pools.address(node.pool)),
        },
      ];
    case "retain":
    case "release":
      return [statement(call(c.pools.use(node.kind, node.value.type), emitExpr(c, node.value)))];
    case "openRoom": {
      const room = c.local(node.room);
      return [statement(call("__builtin_memset", addressOf(room), literal("0"), call("sizeof", room)))];
    }
    case "closeRoom": {
      const type = c.localType(node.room);
      const isRow = type.kind === "elements" && !c.types.array(type.array).hasHeader;
      const room = c.local(node.room);
      return [statement(call(c.pools.use("clear", type), isRow ? room : addressOf(room)))];
    }
    case "endScope":
      return [];
    case "dropElements": {
      const drop = c.pools.use("drop", elementOf(c, node.array));
      return [statement(call(drop, arrayData(c, node.array), emitExpr(c, node.from), emitExpr(c, node.to)))];
    }
    default:
      return assertNever(node);
  }
}

export function elementOf(c: ExprContext, array: MirExpr): MirType {
  if (array.type.kind !== "array") throw new InternalError("an element of what is no array");
  return c.types.array(array.type.array).element;
}
