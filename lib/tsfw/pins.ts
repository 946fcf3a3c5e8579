/**
 * The types of pins and UARTs in the generated modules tsfw/chip and tsfw/board.
 *
 * At run time a pin or UART is its number. Its type lists what it can do, so
 * that an impossible choice of pin is a type error in any editor. The brands are
 * optional properties: no object is ever built for them.
 */

/** A pin: its number, its name and the functions it can take ("gpio", "usart2_tx", …). */
export type Pin<Name extends string, Functions extends string = never> = number & {
  readonly __pin?: Name;
  readonly __functions?: { readonly [F in Functions]: true };
  readonly __uart?: never;
};

/** Any pin of any chip. */
export type AnyPin = Pin<string>;

/** Any pin that can be read or driven by the program itself. */
export type GpioPin = Pin<string, "gpio">;

/** A UART of the chip; Name is the prefix of its pin functions, "usart2" for usart2_tx. */
export type UartInstance<Name extends string> = number & { readonly __uart?: Name; readonly __pin?: never };

/** Any UART of any chip. */
export type AnyUart = UartInstance<string>;

/** The name of a UART's type: "usart2" for the type of USART2. */
export type UartName<U extends AnyUart> = U extends { readonly __uart?: infer Name extends string }
  ? Name
  : never;

/** The pins that can transmit for the UART type U. */
export type UartTxPin<U extends AnyUart> = Pin<string, `${UartName<U>}_tx`>;

/** The pins that can receive for the UART type U. */
export type UartRxPin<U extends AnyUart> = Pin<string, `${UartName<U>}_rx`>;
