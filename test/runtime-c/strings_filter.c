/*
 * Prints what the runtime makes of pairs of strings, for comparison with Node.
 *
 * stdin: for each pair two strings, each a 32-bit size and its bytes.
 * stdout, through the log: one line of order, equality and both lengths, one of
 * the concatenation in hex, one of both strings as neighbouring pieces.
 */
#include "tsfw_config.h"
#include "tsfw.h"
#include "tsfw_unit.c"
#include "host/unit.c"

/* Each string in memory of exactly its size: reading past it is the sanitizer's. */
static bool read_string(tsfw_str_t *s)
{
    if (fread(&s->size, sizeof s->size, 1, stdin) != 1) {
        return false;
    }
    char *data = malloc(s->size);
    s->data = data;
    return fread(data, 1, s->size, stdin) == s->size;
}

static void log_facts(tsfw_str_t a, tsfw_str_t b)
{
    int32_t order = tsfw_str_compare(a, b);
    tsfw_log_begin(TSFW_LOG_INFO);
    tsfw_log_i32((order > 0) - (order < 0));
    tsfw_log_str(TSFW_STR(" "));
    tsfw_log_bool(tsfw_str_equal(a, b));
    tsfw_log_str(TSFW_STR(" "));
    tsfw_log_u32(tsfw_str_length(a));
    tsfw_log_str(TSFW_STR(" "));
    tsfw_log_u32(tsfw_str_length(b));
    tsfw_log_end();
}

static void log_concatenation(tsfw_str_t a, tsfw_str_t b)
{
    tsfw_builder_t builder = { malloc(a.size + b.size), 0, a.size + b.size };
    tsfw_put_str(&builder, a);
    tsfw_put_str(&builder, b);
    tsfw_str_t joined = tsfw_builder_str(&builder);
    tsfw_log_begin(TSFW_LOG_INFO);
    for (uint32_t i = 0; i < joined.size; i++) {
        char hex[3];
        snprintf(hex, sizeof hex, "%02x", (uint8_t)joined.data[i]);
        tsfw_log_str((tsfw_str_t){ hex, 2 });
    }
    tsfw_log_end();
    free(builder.data);
}

static void app_init(void)
{
    tsfw_str_t a;
    tsfw_str_t b;
    while (read_string(&a) && read_string(&b)) {
        log_facts(a, b);
        log_concatenation(a, b);
        tsfw_log_begin(TSFW_LOG_INFO);
        tsfw_log_str(a);
        tsfw_log_str(b);
        tsfw_log_end();
        free((void *)(uintptr_t)a.data);
        free((void *)(uintptr_t)b.data);
    }
}

static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
}
