/* The port of the tsfw runtime for the measurements: no interrupts, no clock, output by semihosting. */
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
    return 0;
}

TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    (void)deadline;
}

TSFW_API void tsfw_port_sleep(void)
{
    bench_exit(0);
}

TSFW_API void tsfw_port_log_level(uint8_t level)
{
    (void)level;
}

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
    bench_write(data, size);
}

_Noreturn TSFW_API void tsfw_port_halt(uint32_t code)
{
    bench_exit(code);
}

int main(void)
{
    tsfw_run();
}
