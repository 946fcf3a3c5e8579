/*
 * Filter for runtime-number-text.test.ts: MODE "text" reads doubles and prints
 * their forms; MODE "parse" reads texts, one a line, and prints the bits of what
 * they mean.
 */
#include "tsfw_config.h"
#include "tsfw.h"
#include "tsfw_unit.c"
#include "host/unit.c"

static char text[2400];

static void show(const tsfw_builder_t *builder, char after)
{
    printf("%.*s%c", (int)builder->size, builder->data, after);
}

#define SHOW(after, put)                                      \
    do {                                                      \
        tsfw_builder_t builder = { text, 0, sizeof text };    \
        put;                                                  \
        show(&builder, after);                                \
    } while (0)

static void print_forms(double v, uint32_t i)
{
    SHOW(' ', tsfw_put_fixed(&builder, v, (int32_t)(i % 101)));
    SHOW(' ', tsfw_put_fixed(&builder, v, (int32_t)(i % 7)));
    SHOW(' ', tsfw_put_exponential(&builder, v, (int32_t)(i % 102) - 1));
    SHOW(' ', tsfw_put_precision(&builder, v, (int32_t)(1 + i % 100)));
    SHOW(' ', tsfw_put_precision(&builder, v, (int32_t)(1 + i % 9)));
    SHOW(' ', tsfw_put_f64_radix(&builder, v, 2 + i % 35));
    SHOW(' ', tsfw_put_i32_radix(&builder, tsfw_f64_to_i32(v), 2 + i % 35));
    SHOW('\n', tsfw_put_u32_radix(&builder, tsfw_f64_to_u32(v), 2 + i % 35));
}

static void print_bits(double v, char after)
{
    uint64_t bits = 0x7FF8000000000000;
    if (v == v) {
        memcpy(&bits, &v, sizeof bits);
    }
    printf("%llx%c", (unsigned long long)bits, after);
}

static void app_init(void)
{
    if (strcmp(getenv("MODE"), "text") == 0) {
        double v;
        for (uint32_t i = 0; fread(&v, sizeof v, 1, stdin) == 1; i++) {
            print_forms(v, i);
        }
        fflush(stdout);
        return;
    }
    static char line[4096];
    for (uint32_t i = 0; fgets(line, sizeof line, stdin) != NULL; i++) {
        tsfw_str_t s = { line, (uint32_t)strlen(line) - 1 };
        print_bits(tsfw_str_to_number(s), ' ');
        print_bits(tsfw_str_parse_float(s), ' ');
        print_bits(tsfw_str_parse_int(s, 0), ' ');
        print_bits(tsfw_str_parse_int(s, (int32_t)(i % 37)), '\n');
    }
    fflush(stdout);
}

static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
}
