/** The C syntax tree: closed unions that `print-c.ts` turns into text. Types are C type names. */
import type { Span } from "../source/span.ts";

export type CExpr =
  | { readonly kind: "name"; readonly name: string }
  /** A literal as C spells it. */
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "unary"; readonly op: "-" | "~" | "!" | "&" | "*"; readonly value: CExpr }
  | { readonly kind: "binary"; readonly op: string; readonly left: CExpr; readonly right: CExpr }
  | { readonly kind: "cast"; readonly type: string; readonly value: CExpr }
  | { readonly kind: "call"; readonly callee: CExpr; readonly args: readonly CExpr[] }
  | { readonly kind: "member"; readonly object: CExpr; readonly arrow: boolean; readonly name: string }
  | { readonly kind: "index"; readonly array: CExpr; readonly index: CExpr }
  | {
      readonly kind: "conditional";
      readonly test: CExpr;
      readonly whenTrue: CExpr;
      readonly whenFalse: CExpr;
    }
  /** `.a.b = value` among the values of a compound. */
  | { readonly kind: "designated"; readonly field: readonly string[]; readonly value: CExpr }
  /** `(type){ a, b }` */
  | { readonly kind: "compound"; readonly type: string; readonly values: readonly CExpr[] }
  | { readonly kind: "braces"; readonly values: readonly CExpr[] };

export type CStatement =
  | { readonly kind: "expression"; readonly value: CExpr }
  | { readonly kind: "assign"; readonly target: CExpr; readonly value: CExpr }
  /** `declarator` contains the name: `int32_t x`, `uint8_t data[4]`. */
  | { readonly kind: "declare"; readonly declarator: string; readonly value: CExpr | null }
  | {
      readonly kind: "if";
      readonly test: CExpr;
      readonly whenTrue: readonly CStatement[];
      readonly whenFalse: readonly CStatement[];
    }
  | { readonly kind: "forever"; readonly body: readonly CStatement[] }
  | { readonly kind: "while"; readonly test: CExpr; readonly body: readonly CStatement[] }
  | { readonly kind: "break" }
  | { readonly kind: "continue" }
  | { readonly kind: "goto"; readonly label: string }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "return"; readonly value: CExpr | null }
  | {
      readonly kind: "switch";
      readonly subject: CExpr;
      readonly cases: readonly { readonly label: CExpr | null; readonly body: readonly CStatement[] }[];
    }
  | { readonly kind: "comment"; readonly text: string }
  /** The following statements come from this place of the source. */
  | { readonly kind: "line"; readonly span: Span };

export type CDeclaration =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" }
  | { readonly kind: "include"; readonly file: string }
  | { readonly kind: "systemInclude"; readonly file: string }
  | { readonly kind: "define"; readonly name: string; readonly value: string }
  | {
      readonly kind: "struct";
      readonly name: string;
      readonly fields: readonly CField[];
      readonly comment: string | null;
      /** References to other structs of its family point to it as well. */
      readonly mayAlias?: boolean;
    }
  | { readonly kind: "typedef"; readonly text: string }
  | { readonly kind: "assert"; readonly condition: CExpr; readonly message: string }
  | {
      readonly kind: "variable";
      readonly declarator: string;
      readonly value: CExpr | null;
      readonly comment: string | null;
    }
  | { readonly kind: "prototype"; readonly header: string }
  | {
      readonly kind: "function";
      readonly header: string;
      readonly comment: string | null;
      readonly body: readonly CStatement[];
    };

export type CField =
  | { readonly kind: "field"; readonly declarator: string; readonly comment: string | null }
  | {
      readonly kind: "group";
      readonly keyword: "union" | "struct";
      readonly name: string;
      readonly fields: readonly CField[];
    };

export interface CUnit {
  readonly declarations: readonly CDeclaration[];
}

export const name = (text: string): CExpr => ({ kind: "name", name: text });
export const literal = (text: string): CExpr => ({ kind: "literal", text });
export const call = (callee: string, ...args: readonly CExpr[]): CExpr => ({
  kind: "call",
  callee: name(callee),
  args,
});
export const statement = (value: CExpr): CStatement => ({ kind: "expression", value });
export const addressOf = (value: CExpr): CExpr =>
  value.kind === "unary" && value.op === "*" ? value.value : { kind: "unary", op: "&", value };

/** `(*p).x` is `p->x`, `(&s)->x` is `s.x`. */
export function member(object: CExpr, field: string): CExpr {
  if (object.kind === "unary" && object.op === "*")
    return { kind: "member", object: object.value, arrow: true, name: field };
  return { kind: "member", object, arrow: false, name: field };
}

export function arrow(pointer: CExpr, field: string): CExpr {
  if (pointer.kind === "unary" && pointer.op === "&")
    return { kind: "member", object: pointer.value, arrow: false, name: field };
  return { kind: "member", object: pointer, arrow: true, name: field };
}

/** The logical opposite, without piling up `!`. */
export function not(test: CExpr): CExpr {
  if (test.kind === "unary" && test.op === "!") return test.value;
  return { kind: "unary", op: "!", value: test };
}
