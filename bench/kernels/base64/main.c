/* Base64 of 768 bytes, there and back. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
enum { BYTES = 768, CODES = BYTES / 3 * 4 };
static uint8_t input[BYTES];
static uint8_t encoded[CODES];
static uint8_t decoded[BYTES];
static uint8_t digit_of[256];

static void fill_input(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        input[i] = (uint8_t)(state >> 24);
    }
}

static void fill_digits(void)
{
    for (int i = 0; i < 64; i++)
        digit_of[(uint8_t)alphabet[i]] = (uint8_t)i;
}

static void encode(void)
{
    int to = 0;
    for (int from = 0; from < BYTES; from += 3) {
        int group = (input[from] << 16) | (input[from + 1] << 8) | input[from + 2];
        encoded[to] = (uint8_t)alphabet[group >> 18];
        encoded[to + 1] = (uint8_t)alphabet[(group >> 12) & 63];
        encoded[to + 2] = (uint8_t)alphabet[(group >> 6) & 63];
        encoded[to + 3] = (uint8_t)alphabet[group & 63];
        to += 4;
    }
}

static void decode(void)
{
    int to = 0;
    for (int from = 0; from < CODES; from += 4) {
        int group = (digit_of[encoded[from]] << 18) | (digit_of[encoded[from + 1]] << 12) |
                    (digit_of[encoded[from + 2]] << 6) | digit_of[encoded[from + 3]];
        decoded[to] = (uint8_t)(group >> 16);
        decoded[to + 1] = (uint8_t)(group >> 8);
        decoded[to + 2] = (uint8_t)group;
        to += 3;
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    fill_input(seed);
    fill_digits();
    encode();
    decode();
    uint32_t mixed = 0;
    for (int i = 0; i < CODES; i++)
        mixed = mixed * 31u + encoded[i];
    for (int i = 0; i < BYTES; i++)
        mixed = mixed * 31u + decoded[i];
    return mixed;
}

int main(void)
{
    uint32_t sum = 1;
    for (int round = 0; round < 3; round++)
        sum = kernel(sum);
    printf("%" PRIu32 "\n", sum);
    return 0;
}
