/* The product of two 20 by 20 matrices of 16-bit numbers. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { N = 20 };
static int16_t left[N * N];
static int16_t right[N * N];
static int32_t product[N * N];

static void fill(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < N * N; i++) {
        state = state * 1664525u + 1013904223u;
        left[i] = (int16_t)((int32_t)(state >> 20) - 2048);
        right[i] = (int16_t)((state >> 8) & 0xfff);
    }
}

static void multiply(void)
{
    for (int row = 0; row < N; row++) {
        for (int column = 0; column < N; column++) {
            int32_t sum = 0;
            for (int k = 0; k < N; k++)
                sum += left[row * N + k] * right[k * N + column];
            product[row * N + column] = sum;
        }
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    fill(seed);
    multiply();
    uint32_t mixed = 0;
    for (int i = 0; i < N * N; i++)
        mixed = mixed * 31u + (uint32_t)product[i];
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
