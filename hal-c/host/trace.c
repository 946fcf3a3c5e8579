/*
 * The record of what the program did to the world: TSFW_TRACE, lines
 * `<timeNs> pin <id> <0|1>` and `<timeNs> uart <index> <hex>`, and `<timeNs> end`
 * as the last one.
 */
#include <inttypes.h>
#include <stdarg.h>

/* Virtual time since reset. Moved by clock.c only. */
static uint64_t host_now_ns;

__attribute__((format(printf, 1, 2))) static void host_trace_put(const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    host_output_write(&host_trace, text, (size_t)size);
}

static void host_trace_start(const char *kind, uint32_t index)
{
    host_trace_put("%" PRIu64 " %s %" PRIu32 " ", host_now_ns, kind, index);
}

static void host_trace_pin(uint32_t pin, bool high)
{
    host_trace_start("pin", pin);
    host_output_write(&host_trace, high ? "1\n" : "0\n", 2);
}

static void host_trace_end(void)
{
    host_trace_put("%" PRIu64 " end\n", host_now_ns);
}

static void host_trace_uart(uint32_t uart, const char *data, uint32_t size)
{
    static const char hex[] = "0123456789abcdef";
    if (size == 0) {
        return;
    }
    host_trace_start("uart", uart);
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)data[i];
        char digits[2] = { hex[byte >> 4], hex[byte & 15] };
        host_output_write(&host_trace, digits, sizeof digits);
    }
    host_output_write(&host_trace, "\n", 1);
}
