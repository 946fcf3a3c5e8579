/* CRC-32 of a kilobyte with the table of the reflected polynomial. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

static uint32_t table[256];
static uint8_t data[1024];

static void fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) ? (value >> 1) ^ 0xedb88320u : value >> 1;
        table[i] = value;
    }
}

static void fill_data(uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < 1024; i++) {
        state = state * 1664525u + 1013904223u;
        data[i] = (uint8_t)(state >> 24);
    }
}

static uint32_t crc32(const uint8_t *bytes, int length)
{
    uint32_t crc = 0xffffffffu;
    for (int i = 0; i < length; i++)
        crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xff];
    return ~crc;
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    fill_table();
    fill_data(seed);
    return crc32(data, 1024);
}

int main(void)
{
    uint32_t sum = 1;
    for (int round = 0; round < 3; round++)
        sum = kernel(sum);
    printf("%" PRIu32 "\n", sum);
    return 0;
}
