/*
 * The virtual clock, and with it the port: time stands still while a strand runs
 * and jumps to the next deadline or scripted event when nothing is ready.
 *
 * The program is over when nothing can ever run again, or at TSFW_FOR_NS.
 */
#include <sys/time.h>
#include <time.h>

static uint64_t host_end_ns = UINT64_MAX;
static uint64_t host_alarm_ns = UINT64_MAX;
static bool host_real_time;
static struct timespec host_real_start;

/* Computing time that a run with an end may spend at one instant of virtual time. */
enum { HOST_STUCK_SECONDS = 5 };
static volatile uint64_t host_watched_ns = UINT64_MAX;
static volatile int host_stuck_seconds;

/* A program may spin on the clock instead of waiting. After this many looks at
 * one instant each further look takes a tick, so such a loop ends. */
enum { HOST_CLOCK_LOOKS_FREE = 1000000 };
static uint32_t host_clock_looks;

static uint64_t host_environment_ns(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    if (text == NULL || *text == '\0') {
        return otherwise;
    }
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end != '\0' || errno != 0) {
        errno = EINVAL;
        host_fail("cannot use", name);
    }
    return value;
}

_Noreturn static void host_exit(int code)
{
    host_trace_end();
    host_output_flush_all();
    exit(code);
}

/* Waits until the real clock has come as far as the virtual one. */
static void host_clock_pace(uint64_t time_ns)
{
    host_output_flush_all();
    struct timespec until = host_real_start;
    until.tv_sec += (time_t)(time_ns / 1000000000);
    until.tv_nsec += (long)(time_ns % 1000000000);
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    for (;;) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        int64_t left = (int64_t)(until.tv_sec - now.tv_sec) * 1000000000 + (until.tv_nsec - now.tv_nsec);
        if (left <= 0) {
            return;
        }
        struct timespec part = { (time_t)(left / 1000000000), (long)(left % 1000000000) };
        nanosleep(&part, NULL);
    }
}

/* Moves the clock, or ends the program at TSFW_FOR_NS: what lies at the end is not part of the run. */
static void host_clock_advance(uint64_t time_ns)
{
    if (time_ns > host_now_ns) {
        uint64_t to_ns = time_ns < host_end_ns ? time_ns : host_end_ns;
        if (host_real_time) {
            host_clock_pace(to_ns);
        }
        host_now_ns = to_ns;
        host_clock_looks = 0;
    }
    if (host_now_ns >= host_end_ns) {
        host_exit(0);
    }
}

/* Makes happen what the script has up to now. */
static void host_script_apply(void)
{
    while (host_script_time() <= host_now_ns) {
        const host_event_t *event = &host_script[host_script_next++];
        if (event->kind == HOST_EVENT_PIN) {
            host_pin_event(event->index, event->bytes[0] != 0);
        } else {
            host_uart_event(event->index, event->bytes, event->size);
        }
    }
}

/* Signal handler, once a second of computing time: sleeping to keep the pace does not count. */
static void host_watch(int signal_number)
{
    (void)signal_number;
    if (host_watched_ns != host_now_ns) {
        host_watched_ns = host_now_ns;
        host_stuck_seconds = 0;
        return;
    }
    host_stuck_seconds = host_stuck_seconds + 1;
    if (host_stuck_seconds < HOST_STUCK_SECONDS) {
        return;
    }
    static char text[160];
    int size = snprintf(text, sizeof text,
                        "tsfw host: stopped: the program has computed for %d s without waiting, so virtual time "
                        "stands still at %.3f ms\n",
                        HOST_STUCK_SECONDS, (double)host_now_ns / 1e6);
    host_output_flush_all();
    if (write(STDERR_FILENO, text, (size_t)size) < 0) {
        _exit(74);
    }
    _exit(0);
}

/* Virtual time never ends in a program that computes for ever. */
static void host_watch_start(void)
{
    struct sigaction action = { .sa_handler = host_watch, .sa_flags = SA_RESTART };
    sigaction(SIGPROF, &action, NULL);
    const struct itimerval second = { .it_interval = { .tv_sec = 1 }, .it_value = { .tv_sec = 1 } };
    setitimer(ITIMER_PROF, &second, NULL);
}

TSFW_API void tsfw_port_init(void)
{
    const char *real_time = getenv("TSFW_REALTIME");
    host_real_time = real_time != NULL && strcmp(real_time, "1") == 0;
    host_end_ns = host_environment_ns("TSFW_FOR_NS", UINT64_MAX);
    host_output_init();
    host_output_live = host_output_live || host_real_time;
    host_script_init();
    clock_gettime(CLOCK_MONOTONIC, &host_real_start);
    host_script_apply();
    if (host_end_ns != UINT64_MAX) {
        host_watch_start();
    }
}

/* Nothing interrupts a host program: events are applied in tsfw_port_sleep(). */
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
    if (host_clock_looks++ >= HOST_CLOCK_LOOKS_FREE) {
        uint32_t looks = host_clock_looks - 1;
        host_clock_advance(host_now_ns + 1000);
        host_clock_looks = looks;
        host_script_apply();
    }
    return host_now_ns / 1000;
}

TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline)
{
    host_alarm_ns = deadline >= TSFW_TICKS_MAX / 1000 ? UINT64_MAX : deadline * 1000;
}

TSFW_API void tsfw_port_sleep(void)
{
    /* Scripted events matter only while somebody waits for a pin or a UART. */
    bool listening = host_pins_waiting > 0 || host_uarts_waiting > 0;
    uint64_t event_ns = host_script_time();
    if (host_alarm_ns == UINT64_MAX && (event_ns == UINT64_MAX || !listening)) {
        host_exit(0);
    }
    host_clock_advance(event_ns < host_alarm_ns ? event_ns : host_alarm_ns);
    host_script_apply();
}

static host_output_t *host_log_output = &host_stdout;

/* As Node: warnings and errors go to stderr. */
TSFW_API void tsfw_port_log_level(uint8_t level)
{
    host_log_output = level >= TSFW_LOG_WARN ? &host_stderr : &host_stdout;
    if (host_log_output == &host_stderr) {
        host_output_flush(&host_stdout);
    }
}

TSFW_API void tsfw_port_write(const char *data, uint32_t size)
{
    host_output_write(host_log_output, data, size);
    bool line_ends = size > 0 && data[size - 1] == '\n';
    if (line_ends && (host_output_live || host_log_output == &host_stderr)) {
        host_output_flush(host_log_output);
    }
}

_Noreturn TSFW_API void tsfw_port_halt(uint32_t code)
{
    host_exit((int)code);
}
