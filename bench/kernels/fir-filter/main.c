/* A low-pass filter with 16 taps in fixed point (Q12) over 12-bit samples. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { TAP_COUNT = 16, SAMPLE_COUNT = 512 };
static const int16_t taps[TAP_COUNT] = {
    -12, -31, -24, 62, 240, 470, 668, 747, 747, 668, 470, 240, 62, -24, -31, -12,
};
static int16_t samples[SAMPLE_COUNT];
static int16_t filtered[SAMPLE_COUNT];

static void sample(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        state = state * 1664525u + 1013904223u;
        samples[i] = (int16_t)((int32_t)(state >> 20) - 2048);
    }
}

static void filter(void)
{
    for (int i = TAP_COUNT - 1; i < SAMPLE_COUNT; i++) {
        int32_t sum = 0;
        for (int k = 0; k < TAP_COUNT; k++)
            sum += taps[k] * samples[i - k];
        filtered[i] = (int16_t)(sum >> 12);
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    sample(seed);
    filter();
    uint32_t mixed = 0;
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        int32_t value = filtered[i];
        mixed = mixed * 31u + (uint32_t)value;
    }
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
