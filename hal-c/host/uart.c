/*
 * The host's two UARTs: what is sent goes to the trace at once, what is received
 * comes from the script and is kept until somebody reads it.
 */

enum { HOST_UART_COUNT = 2 };

typedef struct {
    uint8_t *received; /* grows: the script decides how much arrives */
    size_t received_size;
    size_t received_next;
    bool waiting; /* a strand waits for a byte */
    tsfw_strand_t strand;
} host_uart_t;

static host_uart_t host_uarts[HOST_UART_COUNT];
static uint32_t host_uarts_waiting;

static host_uart_t *host_uart(uint32_t uart)
{
    if (uart >= HOST_UART_COUNT) {
        tsfw_panic(TSFW_STR("the host has UART0 and UART1 only"), NULL, 0);
    }
    return &host_uarts[uart];
}

static bool host_uart_holds_byte(const host_uart_t *self)
{
    return self->received_next < self->received_size;
}

/* The script sends bytes to the program. */
static void host_uart_event(uint32_t index, const char *bytes, uint32_t size)
{
    host_uart_t *self = host_uart(index);
    if (size == 0) {
        return;
    }
    self->received = realloc(self->received, self->received_size + size);
    if (self->received == NULL) {
        host_fail("cannot hold", "what a UART received");
    }
    memcpy(self->received + self->received_size, bytes, size);
    self->received_size += size;
    if (self->waiting) {
        self->waiting = false;
        host_uarts_waiting--;
        tsfw_ready(self->strand);
    }
}

TSFW_API void hal_uart_init(uint32_t uart, uint32_t tx, uint32_t rx, uint32_t baud)
{
    (void)tx;
    (void)rx;
    (void)baud;
    (void)host_uart(uart);
}

TSFW_API bool hal_uart_read_byte(uint32_t uart, tsfw_strand_t strand)
{
    host_uart_t *self = host_uart(uart);
    if (self->waiting) {
        tsfw_panic(HAL_UART_READ_TAKEN, NULL, 0);
    }
    if (host_uart_holds_byte(self)) {
        return true;
    }
    self->waiting = true;
    self->strand = strand;
    host_uarts_waiting++;
    return false;
}

TSFW_API uint8_t hal_uart_take(uint32_t uart)
{
    host_uart_t *self = host_uart(uart);
    return host_uart_holds_byte(self) ? self->received[self->received_next++] : 0;
}

TSFW_API void hal_uart_read_cancel(uint32_t uart)
{
    host_uart_t *self = host_uart(uart);
    host_uarts_waiting -= self->waiting;
    self->waiting = false;
}

/* Sending takes no virtual time, so nobody ever waits for it. */
TSFW_API bool hal_uart_write(uint32_t uart, const char *data, uint32_t size, tsfw_strand_t strand)
{
    (void)strand;
    (void)host_uart(uart);
    host_trace_uart(uart, data, size);
    return true;
}

TSFW_API bool hal_uart_write_byte(uint32_t uart, uint8_t byte, tsfw_strand_t strand)
{
    char data = (char)byte;
    return hal_uart_write(uart, &data, 1, strand);
}

TSFW_API void hal_uart_write_cancel(uint32_t uart)
{
    (void)host_uart(uart);
}

TSFW_API uint32_t hal_uart_errors(uint32_t uart)
{
    (void)host_uart(uart);
    return 0;
}
