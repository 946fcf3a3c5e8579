/*
 * Prints what the runtime makes of numbers, for comparison with Node: reads
 * binary doubles (or pairs of them) from stdin, writes one line for each.
 *
 *   MODE=format  String(v)
 *   MODE=unary   ToInt32 ToUint32 round floor ceil trunc ticks, the doubles as hex bits
 *   MODE=integers the bits as i32, u32, i64, u64 in decimal
 *   MODE=binary  mod pow of each pair, as hex bits
 */
#include "tsfw_config.h"
#include "tsfw.h"
#include "tsfw_unit.c"
#include "host/unit.c"

static uint64_t bits(double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    return v != v ? 0x7FF8000000000000u : u;
}

static void print_format(double v)
{
    /* Exactly the promised room: a write past it is the sanitizer's. */
    char *text = malloc(TSFW_F64_TEXT_SIZE);
    fwrite(text, 1, tsfw_format_f64(text, v), stdout);
    putchar('\n');
    free(text);
}

static void print_unary(double v)
{
    printf("%d %u %llx %llx %llx %llx %llu\n", tsfw_f64_to_i32(v), tsfw_f64_to_u32(v),
           (unsigned long long)bits(tsfw_f64_round(v)), (unsigned long long)bits(tsfw_f64_floor(v)),
           (unsigned long long)bits(tsfw_f64_ceil(v)), (unsigned long long)bits(tsfw_f64_trunc(v)),
           (unsigned long long)tsfw_ticks_from_ms_f64(v));
}

static void print_binary(double a)
{
    double b;
    if (fread(&b, sizeof b, 1, stdin) == 1) {
        printf("%llx %llx\n", (unsigned long long)bits(tsfw_f64_mod(a, b)),
               (unsigned long long)bits(tsfw_f64_pow(a, b)));
    }
}

static void print_integers(double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    char *text = malloc(TSFW_U64_TEXT_SIZE);
    fwrite(text, 1, tsfw_format_i32(text, (int32_t)(uint32_t)u), stdout);
    putchar(' ');
    fwrite(text, 1, tsfw_format_u32(text, (uint32_t)u), stdout);
    putchar(' ');
    fwrite(text, 1, tsfw_format_i64(text, (int64_t)u), stdout);
    putchar(' ');
    fwrite(text, 1, tsfw_format_u64(text, u), stdout);
    putchar('\n');
    free(text);
}

static void app_init(void)
{
    const char *mode = getenv("MODE");
    double v;
    while (fread(&v, sizeof v, 1, stdin) == 1) {
        if (strcmp(mode, "format") == 0) {
            print_format(v);
        } else if (strcmp(mode, "unary") == 0) {
            print_unary(v);
        } else if (strcmp(mode, "integers") == 0) {
            print_integers(v);
        } else {
            print_binary(v);
        }
    }
    fflush(stdout);
}

static void app_strand_run(tsfw_strand_t strand)
{
    (void)strand;
}
