/*
 * What generated code may ask of the drivers. Each family implements all of it;
 * app.c passes compile-time constants, so most calls fold to one store.
 *
 * Pin numbers: STM32 port * 16 + bit (PA0 = 0), RP2040 the GPIO number, host 0..63.
 * UART numbers are the vendor's (USART2 = 2, UART0 = 0).
 *
 * Context of every function: task, unless it says otherwise. None blocks.
 * Waits: the strand is made ready exactly once, by an interrupt, and only after
 * the function returned false. One strand waits per pin and per UART direction;
 * a second one is a panic. A cancelled wait makes nobody ready, but a wake that
 * the interrupt gave before the cancel stands: the executor has it already.
 */
#ifndef HAL_H
#define HAL_H

#include "tsfw.h"

/* What a program is told that waits twice for the same thing: the same words on every target. */
#define HAL_PIN_TAKEN TSFW_STR("two tasks wait for the same pin; let one task wait and share what it sees")
#define HAL_UART_READ_TAKEN TSFW_STR("two tasks read from the same UART; let one task read and share what it gets")
#define HAL_UART_WRITE_TAKEN TSFW_STR("two tasks write to the same UART at once; let one task write for both")

enum { HAL_PUSH_PULL, HAL_OPEN_DRAIN };
enum { HAL_PULL_NONE, HAL_PULL_UP, HAL_PULL_DOWN };
enum { HAL_EDGE_RISING, HAL_EDGE_FALLING, HAL_EDGE_ANY, HAL_LEVEL_HIGH, HAL_LEVEL_LOW };
/** Bits of hal_uart_errors(). A full receive ring counts as an overrun. */
enum { HAL_UART_OVERRUN = 1, HAL_UART_FRAMING = 2, HAL_UART_NOISE = 4, HAL_UART_PARITY = 8 };

/** Makes `pin` an output that starts at `high`; no other level shows in between. */
TSFW_API void hal_output_init(uint32_t pin, bool high, uint32_t mode);
TSFW_API void hal_output_write(uint32_t pin, bool high);
TSFW_API void hal_output_toggle(uint32_t pin);
/** The level the program drives, whatever the wire does. */
TSFW_API bool hal_output_read(uint32_t pin);

TSFW_API void hal_input_init(uint32_t pin, uint32_t pull);
/** The level on the wire. */
TSFW_API bool hal_input_read(uint32_t pin);

#if TSFW_USES_INPUT_WAIT
/**
 * Waits for an edge or a level. Only edges after the call count; one that comes
 * between the call and the executor's sleep is latched by hardware.
 *
 * Needs: hal_input_init(pin) before; `pin` in TSFW_WAIT_PINS.
 * Returns true when a level is there already (nothing waits then), else false.
 */
TSFW_API bool hal_input_wait(uint32_t pin, uint32_t event, tsfw_strand_t strand);
/** Ends the pin's wait without a wake; does nothing when nobody waits. */
TSFW_API void hal_input_cancel(uint32_t pin);
#endif

#if TSFW_USES_UART
/** 8 data bits, no parity, 1 stop bit. A pin 0xFFFF is not connected. */
TSFW_API void hal_uart_init(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud);

/** True: a byte is there, take it with hal_uart_take(). False: so it will be at the wake. */
TSFW_API bool hal_uart_read_byte(uint32_t uart, tsfw_strand_t strand);
/** The next received byte. Needs: hal_uart_read_byte() true, or its wake. */
TSFW_API uint8_t hal_uart_take(uint32_t uart);
/** Ends the read's wait; no byte is lost, the next read gets it. */
TSFW_API void hal_uart_read_cancel(uint32_t uart);

/** True: the transmitter took the byte. False: it has at the wake. */
TSFW_API bool hal_uart_write_byte(uint32_t uart, uint8_t byte, tsfw_strand_t strand);
/** The same for a run of bytes; the caller keeps `data` unchanged until the wake. */
TSFW_API bool hal_uart_write(uint32_t uart, const char *data, uint32_t size, tsfw_strand_t strand);
/** Ends the write's wait; bytes the transmitter has not taken yet are not sent. */
TSFW_API void hal_uart_write_cancel(uint32_t uart);

/** HAL_UART_… bits since the last call, which this one clears. */
TSFW_API uint32_t hal_uart_errors(uint32_t uart);
#endif

#endif
