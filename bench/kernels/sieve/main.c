/* Sieve of Eratosthenes over 8,192 numbers; the sum of the primes it finds. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 8192 };
static uint8_t composite[SIZE];

static void sieve(void)
{
    memset(composite, 0, sizeof composite);
    for (int i = 2; i * i < SIZE; i++) {
        if (composite[i] != 0)
            continue;
        for (int multiple = i * i; multiple < SIZE; multiple += i)
            composite[multiple] = 1;
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    sieve();
    uint32_t sum = seed;
    for (int i = 2; i < SIZE; i++) {
        if (composite[i] == 0)
            sum = sum * 31u + (uint32_t)i;
    }
    return sum;
}

int main(void)
{
    uint32_t sum = 1;
    for (int round = 0; round < 3; round++)
        sum = kernel(sum);
    printf("%" PRIu32 "\n", sum);
    return 0;
}
