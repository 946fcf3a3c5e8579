/*
 * The receive ring and the transmit run of a UART, see uart_queue.h.
 *
 * Each function says its context. Those for tasks lock, because the interrupt
 * changes the same fields; the masked sections have no loop.
 */
#include "uart_queue.h"

/* Context: interrupt. A byte that finds the ring full is lost and counted. */
TSFW_API void uart_queue_received(uart_queue_t *queue, uint8_t byte, uint32_t errors)
{
    queue->errors = (uint8_t)(queue->errors | errors);
    if ((uint8_t)(queue->rx_written - queue->rx_taken) == HAL_UART_RX_BYTES) {
        queue->errors |= HAL_UART_OVERRUN;
        return;
    }
    queue->rx[queue->rx_written & (HAL_UART_RX_BYTES - 1u)] = byte;
    queue->rx_written++;
    if (queue->rx_waits) {
        queue->rx_waits = false;
        tsfw_ready(queue->rx_strand);
    }
}

/* Context: interrupt or locked task; tx_left > 0. The last byte wakes the writer,
 * which may reuse its buffer from then on. */
TSFW_API uint8_t uart_queue_next_to_send(uart_queue_t *queue)
{
    uint8_t byte = (uint8_t)*queue->tx_data++;
    if (--queue->tx_left == 0) {
        tsfw_ready(queue->tx_strand);
    }
    return byte;
}

/* Context: locked task. Bytes not sent at once are the interrupt's from here on. */
TSFW_API void uart_queue_send(uart_queue_t *queue, const char *data, uint32_t size, tsfw_strand_t strand)
{
    if (queue->tx_left != 0) {
        tsfw_panic(HAL_UART_WRITE_TAKEN, NULL, 0);
    }
    queue->tx_data = data;
    queue->tx_left = size;
    queue->tx_strand = strand;
}

TSFW_API bool uart_queue_read(uart_queue_t *queue, tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    bool there = queue->rx_written != queue->rx_taken;
    if (queue->rx_waits) {
        tsfw_panic(HAL_UART_READ_TAKEN, NULL, 0);
    }
    queue->rx_waits = !there;
    queue->rx_strand = strand;
    tsfw_port_unlock(level);
    return there;
}

/* No lock: the interrupt writes other elements and reads rx_taken in one access. */
TSFW_API uint8_t uart_queue_take(uart_queue_t *queue)
{
    uint8_t byte = *(volatile uint8_t *)&queue->rx[queue->rx_taken & (HAL_UART_RX_BYTES - 1u)];
    *(volatile uint8_t *)&queue->rx_taken = (uint8_t)(queue->rx_taken + 1u);
    return byte;
}

TSFW_API void uart_queue_read_cancel(uart_queue_t *queue)
{
    *(volatile bool *)&queue->rx_waits = false;
}

TSFW_API uint32_t uart_queue_take_errors(uart_queue_t *queue)
{
    uint32_t level = tsfw_port_lock();
    uint32_t errors = queue->errors;
    queue->errors = 0;
    tsfw_port_unlock(level);
    return errors;
}
