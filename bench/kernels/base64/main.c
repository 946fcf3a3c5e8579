/* Base64 of 768 bytes, there and back. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { BYTES = 768, CODES = BYTES / 3 * 4 };
static uint8_t input[BYTES];
static uint8_t encoded[CODES];
static uint8_t decoded[BYTES];
static uint8_t code_of[64];
static uint8_t digit_of[256];

static void fill_input(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        input[i] = (uint8_t)(state >> 24);
    }
}

/* Letters, small letters and digits in order. */
static void fill_alphabet(void)
{
    for (int i = 0; i < 26; i++) {
        code_of[i] = (uint8_t)(65 + i);
        code_of[26 + i] = (uint8_t)(97 + i);
    }
    for (int i = 0; i < 10; i++)
        code_of[52 + i] = (uint8_t)(48 + i);
    code_of[62] = 43;
    code_of[63] = 47;
    for (int i = 0; i < 64; i++)
        digit_of[code_of[i]] = (uint8_t)i;
}

static void encode(void)
{
    int to = 0;
    for (int from = 0; from < BYTES; from += 3) {
        int group = (input[from] << 16) | (input[from + 1] << 8) | input[from + 2];
        encoded[to] = code_of[group >> 18];
        encoded[to + 1] = code_of[(group >> 12) & 63];
        encoded[to + 2] = code_of[(group >> 6) & 63];
        encoded[to + 3] = code_of[group & 63];
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
    fill_alphabet();
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
