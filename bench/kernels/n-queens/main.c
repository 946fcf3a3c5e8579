/* The ways to put eight queens on a board, with bit masks for columns and diagonals. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { ALL_COLUMNS = 0xff };

static uint32_t place(int columns, int left_diagonals, int right_diagonals)
{
    if (columns == ALL_COLUMNS)
        return 1;
    uint32_t ways = 0;
    int free = ALL_COLUMNS & ~(columns | left_diagonals | right_diagonals);
    while (free != 0) {
        int queen = free & -free;
        free ^= queen;
        ways += place(columns | queen, (left_diagonals | queen) << 1, (right_diagonals | queen) >> 1);
    }
    return ways;
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    return seed * 31u + place(0, 0, 0);
}

int main(void)
{
    uint32_t sum = 1;
    for (int round = 0; round < 3; round++)
        sum = kernel(sum);
    printf("%" PRIu32 "\n", sum);
    return 0;
}
