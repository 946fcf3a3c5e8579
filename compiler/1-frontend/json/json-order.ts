/**
 * The order in which objects have their fields, which is the order in which they
 * got them: what `Object.keys` lists, without what has no value of its own.
 */

import { ts } from "ts-morph";
import type { ClassId, FieldId } from "../../ir/ids.ts";
import type { Builder } from "../builder.ts";
import { fieldKeys } from "../class-members.ts";
import { canonical } from "../families.ts";
import { isOrder, type KeyOrders } from "../key-orders.ts";
import { memberOfLiteral } from "../literal-members.ts";

export interface FieldOrders {
  /** The fields of objects of a class that JavaScript would list. */
  of(id: ClassId, at: ts.Node): readonly FieldId[];
}

export function findFieldOrders(b: Builder, orders: KeyOrders): FieldOrders {
  return { of: (id, at) => orderOf(b, orders, id, at) };
}

function orderOf(b: Builder, orders: KeyOrders, id: ClassId, at: ts.Node): readonly FieldId[] {
  const info = b.info(id);
  const name = b.class(id).name;
  const hasAccessor = info.literal?.properties.some((property) => {
    const member = memberOfLiteral(b, property);
    return member !== null && ts.isAccessor(member);
  });
  if (hasAccessor === true)
    return b.unsupported(
      at,
      `JSON of objects of '${name}', which have accessors, is`,
      "Copy the values into fields.",
    );
  const order = orders.of(id);
  if (!isOrder(order))
    return b.unsupported(
      at,
      `JSON of objects of '${name}', which ${order.reason}, is`,
      "Write the fields of all literals in the same order, with 'undefined' for what is missing.",
    );
  const fields = fieldKeys(info);
  return order.flatMap(({ key }) => {
    const field = fields.get(key);
    return field === undefined ? [] : [canonical(b, field)];
  });
}
