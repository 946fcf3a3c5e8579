/* Quicksort of 512 numbers in place. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 512 };
static int32_t values[SIZE];

static void fill(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (int32_t)(state >> 4);
    }
}

/* Puts the pivot where it belongs: smaller ones before it, the others behind. */
static int partition(int low, int high)
{
    int32_t pivot = values[high];
    int border = low;
    for (int i = low; i < high; i++) {
        int32_t value = values[i];
        if (value < pivot) {
            values[i] = values[border];
            values[border] = value;
            border++;
        }
    }
    values[high] = values[border];
    values[border] = pivot;
    return border;
}

static void sort(int low, int high)
{
    if (low >= high)
        return;
    int middle = partition(low, high);
    sort(low, middle - 1);
    sort(middle + 1, high);
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    fill(seed);
    sort(0, SIZE - 1);
    uint32_t mixed = 0;
    for (int i = 0; i < SIZE; i++)
        mixed = mixed * 31u + (uint32_t)values[i];
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
