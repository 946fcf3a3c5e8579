/*
 * RP2040 UART (Arm PL011): interrupt-driven receive ring and transmit run over
 * the 32-byte FIFOs, and the polled console of log and panic. RP2040 datasheet 4.2.
 */
#include "../cores/cortex_m.h"
#include "../cores/uart_queue.h"

#define UART_REG(uart, name) TSFW_REG(TSFW_UART_BASE(uart), UART_UART##name##_OFFSET)

/** One byte at 1200 baud takes under 9 ms: 125 MHz * 9 ms / 8 cycles a loop. */
#define UART_WAIT_LOOPS 140000u

/* A pulled-up receiver reads idle, not noise, while nobody drives it. */
HAL_INLINE void uart_pin_connect(uint32_t uart, uint32_t pin)
{
    if (pin != 0xFFFFu) {
        gpio_pad_input(pin, HAL_PULL_UP);
        IO_CTRL(pin) = TSFW_UART_PIN_AF(uart, pin);
    }
}

/* Divisors and format must not change while the UART is on (4.2.7.1): when the
 * program takes over the UART that has carried log text, that text goes out first. */
HAL_INLINE void uart_stop(uint32_t uart)
{
#if TSFW_LOG && TSFW_CONSOLE_SHARED
    for (uint32_t loops = UART_WAIT_LOOPS; loops != 0; loops--) {
        if ((UART_REG(uart, FR) & UART_UARTFR_BUSY) == 0) {
            break;
        }
    }
#endif
    UART_REG(uart, CR) = 0;
}

/* The divisors take effect with the write of LCR_H behind them (4.2.7.1). */
HAL_INLINE void uart_baud_set(uint32_t uart, uint32_t baud)
{
    bool full = rp_clock_is_full();
    UART_REG(uart, IBRD) =
        full ? TSFW_UART_IBRD(TSFW_UART_HZ(uart), baud) : TSFW_UART_IBRD(RP_ROSC_HZ, baud);
    UART_REG(uart, FBRD) =
        full ? TSFW_UART_FBRD(TSFW_UART_HZ(uart), baud) : TSFW_UART_FBRD(RP_ROSC_HZ, baud);
    UART_REG(uart, LCR_H) = 3u << UART_UARTLCR_H_WLEN_SHIFT | UART_UARTLCR_H_FEN; /* 8 bits, FIFOs */
}

/* The UART's reset is only done once clk_peri runs (clk_sys, aux input 0). */
HAL_INLINE void uart_start(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud, uint32_t cr)
{
    CLOCKS_REG(CLK_PERI_CTRL) = CLOCKS_CLK_PERI_CTRL_ENABLE;
    rp_resets_release(RESETS_RESET_UART0 << uart | RESETS_RESET_IO_BANK0 | RESETS_RESET_PADS_BANK0);
    uart_stop(uart);
    uart_baud_set(uart, baud);
    UART_REG(uart, CR) = UART_UARTCR_UARTEN | UART_UARTCR_TXE | cr;
    uart_pin_connect(uart, tx);
    uart_pin_connect(uart, rx);
}

#if TSFW_USES_UART
#define UART_FIELD(uart, tx, rx, baud) uart_queue_t uart_##uart;
static struct {
    TSFW_UARTS(UART_FIELD)
} uart_queues;

#define UART_CASE(uart, tx, rx, baud)                                                       \
    case uart:                                                                              \
        return &uart_queues.uart_##uart;
HAL_INLINE uart_queue_t *uart_queue_of(uint32_t uart)
{
    switch (uart) {
        TSFW_UARTS(UART_CASE)
    default:
        __builtin_unreachable(); /* the compiler claims every UART it uses */
    }
}

HAL_INLINE uint32_t uart_errors(uint32_t data)
{
    return ((data & UART_UARTDR_OE) != 0 ? HAL_UART_OVERRUN : 0u) |
           ((data & (UART_UARTDR_FE | UART_UARTDR_BE)) != 0 ? HAL_UART_FRAMING : 0u) |
           ((data & UART_UARTDR_PE) != 0 ? HAL_UART_PARITY : 0u);
}

/* Context: locked. At most the 32 bytes the FIFO has room for. */
static void uart_fill(uint32_t uart, uart_queue_t *queue)
{
    while (queue->tx_left != 0 && (UART_REG(uart, FR) & UART_UARTFR_TXFF) == 0) {
        UART_REG(uart, DR) = uart_queue_next_to_send(queue);
    }
}

/* RXIM comes at four bytes, RTIM when fewer lie for 32 bit times; both go when the
 * FIFO is empty (4.2.6). The transmit interrupt tells of the FIFO draining past
 * half, not of its being empty, so it is enabled only behind a full FIFO. */
static void uart_serve(uint32_t uart, uart_queue_t *queue)
{
    while ((UART_REG(uart, FR) & UART_UARTFR_RXFE) == 0) {
        uint32_t data = UART_REG(uart, DR);
        uart_queue_received(queue, (uint8_t)data, uart_errors(data));
    }
    UART_REG(uart, ICR) = UART_UARTICR_TXIC;
    uart_fill(uart, queue);
    if (queue->tx_left == 0) {
        TSFW_RP_CLR(TSFW_UART_BASE(uart), UART_UARTIMSC_OFFSET) = UART_UARTIMSC_TXIM;
    }
}

#define UART_HANDLER(uart, tx, rx, baud)                                                    \
    static void TSFW_UART_HANDLER_##uart(void)                                              \
    {                                                                                       \
        uart_serve(uart, &uart_queues.uart_##uart);                                         \
    }
TSFW_UARTS(UART_HANDLER)

/* A receiver without a pin would read a break that never ends. */
TSFW_API void hal_uart_init(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud)
{
    uart_start(uart, tx, rx, baud, rx == 0xFFFFu ? 0 : UART_UARTCR_RXE);
    UART_REG(uart, IFLS) = 2u << UART_UARTIFLS_TXIFLSEL_SHIFT; /* receive at 1/8, send at 1/2 */
    UART_REG(uart, IMSC) = UART_UARTIMSC_RXIM | UART_UARTIMSC_RTIM;
    TSFW_IRQ_ENABLE(TSFW_UART_IRQ(uart));
}

TSFW_API bool hal_uart_read_byte(uint32_t uart, tsfw_strand_t strand)
{
    return uart_queue_read(uart_queue_of(uart), strand);
}

TSFW_API uint8_t hal_uart_take(uint32_t uart)
{
    return uart_queue_take(uart_queue_of(uart));
}

TSFW_API void hal_uart_read_cancel(uint32_t uart)
{
    uart_queue_read_cancel(uart_queue_of(uart));
}

/* What fits the FIFO goes at once; if all does, nobody waits. */
TSFW_API bool hal_uart_write(uint32_t uart, const char *data, uint32_t size, tsfw_strand_t strand)
{
    uart_queue_t *queue = uart_queue_of(uart);
    uint32_t level = tsfw_port_lock();
    if (queue->tx_left == 0) {
        while (size != 0 && (UART_REG(uart, FR) & UART_UARTFR_TXFF) == 0) {
            UART_REG(uart, DR) = (uint8_t)*data++;
            size--;
        }
    }
    if (size != 0) {
        uart_queue_send(queue, data, size, strand);
        TSFW_RP_SET(TSFW_UART_BASE(uart), UART_UARTIMSC_OFFSET) = UART_UARTIMSC_TXIM;
    }
    tsfw_port_unlock(level);
    return size == 0;
}

TSFW_API bool hal_uart_write_byte(uint32_t uart, uint8_t byte, tsfw_strand_t strand)
{
    uart_queue_t *queue = uart_queue_of(uart);
    uint32_t level = tsfw_port_lock();
    bool taken = queue->tx_left == 0 && (UART_REG(uart, FR) & UART_UARTFR_TXFF) == 0;
    if (taken) {
        UART_REG(uart, DR) = byte;
    } else {
        uart_queue_send(queue, (const char *)&queue->tx_byte, 1, strand);
        queue->tx_byte = byte;
        TSFW_RP_SET(TSFW_UART_BASE(uart), UART_UARTIMSC_OFFSET) = UART_UARTIMSC_TXIM;
    }
    tsfw_port_unlock(level);
    return taken;
}

TSFW_API void hal_uart_write_cancel(uint32_t uart)
{
    uint32_t level = tsfw_port_lock();
    uart_queue_of(uart)->tx_left = 0;
    tsfw_port_unlock(level);
}

TSFW_API uint32_t hal_uart_errors(uint32_t uart)
{
    return uart_queue_take_errors(uart_queue_of(uart));
}
#endif

/* ---- console of log and panic ------------------------------------------ */

#if TSFW_CONSOLE_UART != 0xFFFFu
/* Brought up by the first text, so that a panic in a program without a log has a
 * console too. A program that claims the console's UART keeps its settings. */
static bool console_is_up(void)
{
    return (TSFW_REG(RESETS_BASE, RESETS_RESET_OFFSET) & RESETS_RESET_UART0 << TSFW_CONSOLE_UART) == 0 &&
           (UART_REG(TSFW_CONSOLE_UART, CR) & UART_UARTCR_UARTEN) != 0;
}

/* Test and store under one lock: the interrupt may send on the same UART. A FIFO
 * that never drains (no clock) costs the wait and loses the byte. */
static void console_put(uint8_t byte)
{
    for (uint32_t loops = UART_WAIT_LOOPS; loops != 0; loops--) {
        uint32_t level = tsfw_port_lock();
        bool room = (UART_REG(TSFW_CONSOLE_UART, FR) & UART_UARTFR_TXFF) == 0;
        if (room) {
            UART_REG(TSFW_CONSOLE_UART, DR) = byte;
        }
        tsfw_port_unlock(level);
        if (room) {
            return;
        }
    }
}
#endif

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
#if TSFW_CONSOLE_UART != 0xFFFFu
    if (!console_is_up()) {
        uart_start(TSFW_CONSOLE_UART, TSFW_CONSOLE_TX_PIN, 0xFFFFu, TSFW_CONSOLE_BAUD, 0);
    }
    for (uint32_t i = 0; i < size; i++) {
        console_put((uint8_t)data[i]);
    }
#else
    (void)data;
    (void)size;
#endif
}
