/*
 * The board of the measurements: QEMU's mps2-an386, a Cortex-M4. Start-up, output
 * by semihosting, and a count of the instructions inside the kernel. QEMU's
 * -icount shift=8 makes an instruction 256 ns; SysTick counts at 25 MHz.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern uint32_t bench_stack_top[], bench_data_load[], bench_data_start[], bench_data_end[];
extern uint32_t bench_bss_start[], bench_bss_end[];

int main(void);
_Noreturn void bench_reset(void);

__attribute__((section(".vectors"), used)) static void *const bench_vectors[] = {
    bench_stack_top,
    (void *)bench_reset,
};

#define BENCH_SYSTICK ((volatile uint32_t *)0xe000e010u)

/* Ticks of a kernel that runs for up to 2.6 million instructions. */
static uint32_t bench_ticks;

static inline void bench_begin(void)
{
    BENCH_SYSTICK[2] = 0;
}

static inline void bench_end(void)
{
    bench_ticks += 0xffffffu - BENCH_SYSTICK[2];
}

static uint32_t bench_semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void bench_write(const char *data, uint32_t size)
{
    while (size-- > 0)
        bench_semihost(0x03, data++);
}

static void bench_write_number(uint32_t value)
{
    char text[10];
    uint32_t size = 0;
    do
        text[size++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (size > 0)
        bench_write(&text[--size], 1);
}

/** Stands in for printf("%u\n", value) of the C twins. */
int bench_printf(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    bench_write_number(va_arg(values, uint32_t));
    va_end(values);
    bench_write("\n", 1);
    return 0;
}

static _Noreturn void bench_exit(uint32_t code)
{
    const uint32_t arguments[2] = { 0x20026, code };
    bench_write("ticks ", 6);
    bench_write_number(bench_ticks);
    bench_write("\n", 1);
    bench_semihost(0x20, arguments);
    for (;;) {
    }
}

_Noreturn void bench_reset(void)
{
    const uint32_t *from = bench_data_load;
    for (volatile uint32_t *to = bench_data_start; to != bench_data_end; to++)
        *to = *from++;
    for (volatile uint32_t *to = bench_bss_start; to != bench_bss_end; to++)
        *to = 0;
    BENCH_SYSTICK[1] = 0xffffff;
    BENCH_SYSTICK[0] = 5;
    bench_exit((uint32_t)main());
}
