/** The module `tsfw/hal`: the types that chip and board descriptions are made of. */

export type * from "./pins.ts";
