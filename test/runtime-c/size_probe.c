/*
 * One part of the runtime with what it drags in, to be measured, never run.
 *
 *   PROBE_BLINK=n     n strands that toggle a bit and sleep, on a port as short as a real one
 *   PROBE_FORMAT_F64, PROBE_FORMAT_I32, PROBE_LOG
 */
#define TSFW_TICK_HZ 1000000
#ifdef PROBE_BLINK
#define TSFW_STRAND_COUNT PROBE_BLINK
#define TSFW_TIMER_COUNT PROBE_BLINK
#define TSFW_LOG 0
#endif
#include "tsfw_config.h"
#include "tsfw.h"

#define PROBE_REG(offset) (*(volatile uint32_t *)(0x40000000u + (offset)))

static void app_init(void)
{
#ifdef PROBE_BLINK
    for (tsfw_strand_t strand = 0; strand < TSFW_TIMER_COUNT; strand++) {
        tsfw_sleep(strand, 0);
    }
#endif
}

static void app_strand_run(tsfw_strand_t strand)
{
    PROBE_REG(0x20014) ^= (uint32_t)32 << strand;
#ifdef PROBE_BLINK
    tsfw_sleep(strand, TSFW_MS_TICKS(500));
#endif
}

#include "tsfw_unit.c"

static uint32_t probe_high;

TSFW_API void tsfw_port_init(void)
{
}

TSFW_API uint32_t tsfw_port_lock(void)
{
    return 0;
}

TSFW_API void tsfw_port_unlock(uint32_t level)
{
    (void)level;
}

TSFW_API tsfw_ticks_t tsfw_port_now(void)
{
    uint32_t low = PROBE_REG(0x24);
    if (PROBE_REG(0x10) & 1) {
        PROBE_REG(0x10) = ~(uint32_t)1;
        probe_high++;
        low = PROBE_REG(0x24);
    }
    return (tsfw_ticks_t)probe_high << 32 | low;
}

TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    PROBE_REG(0x34) = (uint32_t)deadline;
    PROBE_REG(0x10) = ~(uint32_t)2;
    if (tsfw_port_now() >= deadline) {
        PROBE_REG(0x14) = 2;
    }
}

TSFW_API void tsfw_port_sleep(void)
{
    __asm volatile("wfi");
}

TSFW_API void tsfw_port_log_level(uint8_t level)
{
    (void)level;
}

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
    for (; size > 0; size--) {
        PROBE_REG(0x4404) = (uint32_t)*data++;
    }
}

_Noreturn TSFW_API void tsfw_port_halt(uint32_t code)
{
    (void)code;
    for (;;) {
    }
}

/* What is measured: the only symbols that leave this file. */
#if defined(PROBE_BLINK)
_Noreturn void probe(void);
_Noreturn void probe(void)
{
    tsfw_run();
}
#elif defined(PROBE_FORMAT_F64)
uint32_t probe(char *out, double v);
uint32_t probe(char *out, double v)
{
    return tsfw_format_f64(out, v);
}
#elif defined(PROBE_FORMAT_I32)
uint32_t probe(char *out, int32_t v);
uint32_t probe(char *out, int32_t v)
{
    return tsfw_format_i32(out, v);
}
#elif defined(PROBE_LOG)
void probe(tsfw_str_t s);
void probe(tsfw_str_t s)
{
    tsfw_log_begin(TSFW_LOG_INFO);
    tsfw_log_str(s);
    tsfw_log_end();
}
#endif
