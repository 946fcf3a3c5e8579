/* A stack machine that runs a loop of some thousand steps: the sum of a polynomial modulo 2^32. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum op { PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, JUMP_IF_NOT_ZERO, HALT };

static const uint8_t program[] = {
    PUSH, 250, STORE, 0,
    /* loop: */
    LOAD, 1, LOAD, 0, LOAD, 0, MULTIPLY, PUSH, 7, ADD, ADD, STORE, 1,
    LOAD, 1, PUSH, 3, MULTIPLY, STORE, 1,
    LOAD, 0, PUSH, 1, SUBTRACT, STORE, 0,
    LOAD, 0, JUMP_IF_NOT_ZERO, 4,
    HALT,
};
static uint8_t memory[64];
static int32_t stack[16];
static int32_t variables[4];

/* The registers have as many bits as they need: 6 for the program counter, 4 for the top of the stack. */
static void run(void)
{
    int pc = 0;
    int top = 0;
    for (;;) {
        int operand = memory[(pc + 1) & 63];
        int below = (top - 1) & 15;
        switch (memory[pc]) {
        case PUSH:
            stack[top] = operand;
            top = (top + 1) & 15;
            pc = (pc + 2) & 63;
            break;
        case LOAD:
            stack[top] = variables[operand & 3];
            top = (top + 1) & 15;
            pc = (pc + 2) & 63;
            break;
        case STORE:
            variables[operand & 3] = stack[below];
            top = below;
            pc = (pc + 2) & 63;
            break;
        case ADD: {
            int32_t *at = &stack[(top - 2) & 15];
            *at = (int32_t)((uint32_t)*at + (uint32_t)stack[below]);
            top = below;
            pc = (pc + 1) & 63;
            break;
        }
        case SUBTRACT: {
            int32_t *at = &stack[(top - 2) & 15];
            *at = (int32_t)((uint32_t)*at - (uint32_t)stack[below]);
            top = below;
            pc = (pc + 1) & 63;
            break;
        }
        case MULTIPLY: {
            int32_t *at = &stack[(top - 2) & 15];
            *at = (int32_t)((uint32_t)*at * (uint32_t)stack[below]);
            top = below;
            pc = (pc + 1) & 63;
            break;
        }
        case JUMP_IF_NOT_ZERO:
            pc = (stack[below] != 0 ? operand : pc + 2) & 63;
            top = below;
            break;
        default:
            return;
        }
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
    memcpy(memory, program, sizeof program);
    memset(variables, 0, sizeof variables);
    variables[1] = (int32_t)seed;
    run();
    return (uint32_t)variables[1];
}

int main(void)
{
    uint32_t sum = 1;
    for (int round = 0; round < 3; round++)
        sum = kernel(sum);
    printf("%" PRIu32 "\n", sum);
    return 0;
}
