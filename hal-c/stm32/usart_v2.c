/*
 * STM32 USART of F1 to F4 (stm32-data: usart_v2): interrupt-driven receive ring
 * and transmit run, and the polled console of log and panic. RM0090 30.3, 30.6.
 */
#include "../cores/cortex_m.h"
#include "../cores/uart_queue.h"

#define USART_REG(uart, name) TSFW_REG(TSFW_UART_BASE(uart), USART_##name##_OFFSET)

/** One byte at 1200 baud takes under 9 ms: 168 MHz * 9 ms / 8 cycles a loop. */
#define USART_WAIT_LOOPS 190000u

HAL_INLINE void usart_pin_connect(uint32_t uart, uint32_t pin, uint32_t pull)
{
    if (pin != 0xFFFFu) {
        gpio_pull_set(pin, pull);
        gpio_alternate_set(pin, TSFW_UART_PIN_AF(uart, pin));
    }
}

/* The divider must not change while a byte is sent (30.3.4): when the program takes
 * over the UART that has carried log text, that text goes out first. */
HAL_INLINE void usart_drain(uint32_t uart)
{
#if TSFW_LOG && TSFW_CONSOLE_SHARED
    for (uint32_t loops = USART_WAIT_LOOPS; loops != 0; loops--) {
        if ((USART_REG(uart, CR1) & USART_CR1_UE) == 0 || (USART_REG(uart, SR) & USART_SR_TC) != 0) {
            return;
        }
    }
#else
    (void)uart;
#endif
}

/* A pulled-up receiver reads idle, not noise, while nobody drives it. */
HAL_INLINE void usart_start(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud, uint32_t cr1)
{
    usart_pin_connect(uart, tx, HAL_PULL_NONE);
    usart_pin_connect(uart, rx, HAL_PULL_UP);
    usart_drain(uart);
    USART_REG(uart, BRR) = TSFW_CLOCK_IS_FULL() ? TSFW_UART_BRR(TSFW_UART_HZ(uart), baud)
                                                : TSFW_UART_BRR(TSFW_UART_FALLBACK_HZ(uart), baud);
    USART_REG(uart, CR1) = USART_CR1_UE | USART_CR1_TE | cr1;
}

#if TSFW_USES_UART
#define USART_FIELD(uart, tx, rx, baud) uart_queue_t uart_##uart;
static struct {
    TSFW_UARTS(USART_FIELD)
} usart_queues;

#define USART_CASE(uart, tx, rx, baud)                                                      \
    case uart:                                                                              \
        return &usart_queues.uart_##uart;
HAL_INLINE uart_queue_t *usart_queue_of(uint32_t uart)
{
    switch (uart) {
        TSFW_UARTS(USART_CASE)
    default:
        __builtin_unreachable(); /* the compiler claims every UART it uses */
    }
}

HAL_INLINE uint32_t usart_errors(uint32_t status)
{
    return ((status & USART_SR_ORE) != 0 ? HAL_UART_OVERRUN : 0u) |
           ((status & USART_SR_FE) != 0 ? HAL_UART_FRAMING : 0u) |
           ((status & USART_SR_NE) != 0 ? HAL_UART_NOISE : 0u) |
           ((status & USART_SR_PE) != 0 ? HAL_UART_PARITY : 0u);
}

/* Reading SR and then DR clears RXNE and the error flags (30.6.1); they belong to
 * the byte in DR. After an overrun DR still holds the byte before the lost one. */
static void usart_serve(uint32_t uart, uart_queue_t *queue)
{
    uint32_t status = USART_REG(uart, SR);
    if ((status & (USART_SR_RXNE | USART_SR_ORE)) != 0) {
        uint8_t byte = (uint8_t)USART_REG(uart, DR);
        if ((status & USART_SR_RXNE) != 0) {
            uart_queue_received(queue, byte, usart_errors(status));
        } else {
            queue->errors |= HAL_UART_OVERRUN;
        }
    }
    if ((status & USART_SR_TXE) != 0 && queue->tx_left != 0) {
        USART_REG(uart, DR) = uart_queue_next_to_send(queue);
    }
    if (queue->tx_left == 0) {
        USART_REG(uart, CR1) &= ~USART_CR1_TXEIE;
    }
}

#define USART_HANDLER(uart, tx, rx, baud)                                                   \
    static void TSFW_UART_HANDLER_##uart(void)                                              \
    {                                                                                       \
        usart_serve(uart, &usart_queues.uart_##uart);                                       \
    }
TSFW_UARTS(USART_HANDLER)

/* A receiver without a pin would read a break that never ends. */
TSFW_API void hal_uart_init(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud)
{
    usart_start(uart, tx, rx, baud, rx == 0xFFFFu ? 0 : USART_CR1_RE | USART_CR1_RXNEIE);
    TSFW_IRQ_ENABLE(TSFW_UART_IRQ(uart));
}

TSFW_API bool hal_uart_read_byte(uint32_t uart, tsfw_strand_t strand)
{
    return uart_queue_read(usart_queue_of(uart), strand);
}

TSFW_API uint8_t hal_uart_take(uint32_t uart)
{
    return uart_queue_take(usart_queue_of(uart));
}

TSFW_API void hal_uart_read_cancel(uint32_t uart)
{
    uart_queue_read_cancel(usart_queue_of(uart));
}

TSFW_API bool hal_uart_write(uint32_t uart, const char *data, uint32_t size, tsfw_strand_t strand)
{
    if (size == 0) {
        return true;
    }
    uint32_t level = tsfw_port_lock();
    uart_queue_send(usart_queue_of(uart), data, size, strand);
    USART_REG(uart, CR1) |= USART_CR1_TXEIE;
    tsfw_port_unlock(level);
    return false;
}

/* Straight into an empty transmitter when nobody else is writing. */
TSFW_API bool hal_uart_write_byte(uint32_t uart, uint8_t byte, tsfw_strand_t strand)
{
    uart_queue_t *queue = usart_queue_of(uart);
    uint32_t level = tsfw_port_lock();
    bool taken = queue->tx_left == 0 && (USART_REG(uart, SR) & USART_SR_TXE) != 0;
    if (taken) {
        USART_REG(uart, DR) = byte;
    } else {
        uart_queue_send(queue, (const char *)&queue->tx_byte, 1, strand);
        queue->tx_byte = byte;
        USART_REG(uart, CR1) |= USART_CR1_TXEIE;
    }
    tsfw_port_unlock(level);
    return taken;
}

TSFW_API void hal_uart_write_cancel(uint32_t uart)
{
    uint32_t level = tsfw_port_lock();
    usart_queue_of(uart)->tx_left = 0;
    USART_REG(uart, CR1) &= ~USART_CR1_TXEIE;
    tsfw_port_unlock(level);
}

TSFW_API uint32_t hal_uart_errors(uint32_t uart)
{
    return uart_queue_take_errors(usart_queue_of(uart));
}
#endif

/* ---- console of log and panic ------------------------------------------ */

#if TSFW_CONSOLE_UART != 0xFFFFu
/* Brought up by the first text, so that a panic in a program without a log has a
 * console too. CR1 reads 0 while the USART has no clock. A program that claims
 * the console's UART keeps its settings. */
static void console_start(void)
{
    RCC_REG(AHB1ENR) |= TSFW_CONSOLE_AHB1ENR;
    RCC_REG(APB1ENR) |= TSFW_CONSOLE_APB1ENR;
    RCC_REG(APB2ENR) |= TSFW_CONSOLE_APB2ENR;
    (void)RCC_REG(APB2ENR);
    usart_start(TSFW_CONSOLE_UART, TSFW_CONSOLE_TX_PIN, 0xFFFFu, TSFW_CONSOLE_BAUD, 0);
}

/* Test and store under one lock: the interrupt may send on the same UART. A
 * transmitter that never empties (no clock) costs the wait and loses the byte. */
static void console_put(uint8_t byte)
{
    for (uint32_t loops = USART_WAIT_LOOPS; loops != 0; loops--) {
        uint32_t level = tsfw_port_lock();
        bool empty = (USART_REG(TSFW_CONSOLE_UART, SR) & USART_SR_TXE) != 0;
        if (empty) {
            USART_REG(TSFW_CONSOLE_UART, DR) = byte;
        }
        tsfw_port_unlock(level);
        if (empty) {
            return;
        }
    }
}
#endif

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
#if TSFW_CONSOLE_UART != 0xFFFFu
    if ((USART_REG(TSFW_CONSOLE_UART, CR1) & USART_CR1_UE) == 0) {
        console_start();
    }
    for (uint32_t i = 0; i < size; i++) {
        console_put((uint8_t)data[i]);
    }
#else
    (void)data;
    (void)size;
#endif
}
