/** What HIR knows of the class of errors. */
import type { HirType } from "./hir.ts";
import type { ClassId, FieldId, FunctionId } from "./ids.ts";

/** `Error` and its built-in subclasses: one class, told apart by `kind`. */
export interface HirErrors {
  readonly class: ClassId;
  /** What a `catch` may get: an error, or a union where the program throws something else too. */
  readonly thrown: HirType;
  /** The classes of the objects that may be thrown. */
  readonly members: readonly ClassId[];
  /** Those of them that are errors. */
  readonly errorMembers: readonly ClassId[];
  readonly kind: FieldId;
  readonly name: FieldId;
  readonly message: FieldId;
  /** null: the program does not name causes. */
  readonly cause: FieldId | null;
  /** The text of an error: `RangeError: too far`. */
  readonly text: FunctionId;
  /** The text of an error that ends the program. */
  readonly uncaught: FunctionId;
  /** What arrays without room throw. */
  readonly range: { readonly kind: number; readonly name: string };
  /** What a disposal throws while another error is in flight. */
  readonly suppressed: { readonly kind: number; readonly name: string; readonly message: string };
}
