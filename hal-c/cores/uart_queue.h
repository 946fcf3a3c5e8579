/*
 * State of one UART between its interrupt and the strands that use it: a
 * receive ring and the run of bytes being sent. Touches no register; the
 * family's UART driver moves the bytes.
 */
#ifndef HAL_UART_QUEUE_H
#define HAL_UART_QUEUE_H

#include "hal.h"
#include "port.h"

/** Bytes the ring holds while no strand reads; a power of two, at most 128. */
#ifndef HAL_UART_RX_BYTES
#define HAL_UART_RX_BYTES 64u
#endif
_Static_assert((HAL_UART_RX_BYTES & (HAL_UART_RX_BYTES - 1u)) == 0 && HAL_UART_RX_BYTES <= 128u,
               "HAL_UART_RX_BYTES is a power of two up to 128");

typedef struct {
    const char *tx_data;        /* next byte to send; borrowed from the writer, or &tx_byte */
    uint32_t tx_left;           /* bytes still to send; 0: nobody writes */
    tsfw_strand_t tx_strand;
    tsfw_strand_t rx_strand;
    uint8_t tx_byte;            /* home of hal_uart_write_byte()'s byte */
    bool rx_waits;              /* rx_strand waits for the next byte */
    uint8_t errors;             /* HAL_UART_… since hal_uart_errors() */
    uint8_t rx_written;         /* free-running counts: their difference is what */
    uint8_t rx_taken;           /* the ring holds */
    uint8_t rx[HAL_UART_RX_BYTES];
} uart_queue_t;

#endif
