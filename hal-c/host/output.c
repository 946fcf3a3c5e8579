/*
 * Buffered output of a host program: stdout, stderr and the trace.
 *
 * Written with plain write(2) from buffers of our own, so that a signal handler
 * can still bring out what a program printed before it was stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_OUTPUT_BYTES = 1 << 16 };

typedef struct {
    int file; /* descriptor; -1 drops everything */
    size_t size;
    char data[HOST_OUTPUT_BYTES];
} host_output_t;

static host_output_t host_stdout = { .file = STDOUT_FILENO };
static host_output_t host_stderr = { .file = STDERR_FILENO };
static host_output_t host_trace = { .file = -1 };
/* Show each line when it is printed: someone watches, or the clock is real. */
static bool host_output_live;

_Noreturn static void host_fail(const char *what, const char *name)
{
    fprintf(stderr, "tsfw host: %s %s: %s\n", what, name, strerror(errno));
    _exit(2);
}

static void host_output_flush(host_output_t *output)
{
    const char *from = output->data;
    size_t left = output->size;
    while (left > 0) {
        ssize_t written = write(output->file, from, left);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            /* Nobody reads any more, or the disk is full: do not try these bytes again. */
            output->size = 0;
            output->file = -1;
            _exit(74);
        }
        from += written;
        left -= (size_t)written;
    }
    output->size = 0;
}

static void host_output_write(host_output_t *output, const char *data, size_t size)
{
    if (output->file < 0) {
        return;
    }
    while (size > 0) {
        size_t room = sizeof output->data - output->size;
        size_t part = size < room ? size : room;
        memcpy(output->data + output->size, data, part);
        output->size += part;
        data += part;
        size -= part;
        if (output->size == sizeof output->data) {
            host_output_flush(output);
        }
    }
}

static void host_output_flush_all(void)
{
    host_output_flush(&host_stdout);
    host_output_flush(&host_stderr);
    host_output_flush(&host_trace);
}

/* Ctrl-C, or a runner that ends a program which never waits. */
static void host_output_on_signal(int signal_number)
{
    host_output_flush_all();
    _exit(128 + signal_number);
}

static void host_output_init(void)
{
    const char *path = getenv("TSFW_TRACE");
    if (path != NULL && *path != '\0') {
        host_trace.file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (host_trace.file < 0) {
            host_fail("cannot write the trace", path);
        }
    }
    host_output_live = isatty(STDOUT_FILENO) != 0;
    signal(SIGINT, host_output_on_signal);
    signal(SIGTERM, host_output_on_signal);
}
