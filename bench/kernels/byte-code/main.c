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
static int32_t stack[16];
static int32_t variables[4];

static void run(void)
{
    int pc = 0;
    int top = 0;
    for (;;) {
        switch (program[pc]) {
        case PUSH:
            stack[top] = program[pc + 1];
            top += 1;
            pc += 2;
            break;
        case LOAD:
            stack[top] = variables[program[pc + 1]];
            top += 1;
            pc += 2;
            break;
        case STORE:
            top -= 1;
            variables[program[pc + 1]] = stack[top];
            pc += 2;
            break;
        case ADD:
            top -= 1;
            stack[top - 1] = (int32_t)((uint32_t)stack[top - 1] + (uint32_t)stack[top]);
            pc += 1;
            break;
        case SUBTRACT:
            top -= 1;
            stack[top - 1] = (int32_t)((uint32_t)stack[top - 1] - (uint32_t)stack[top]);
            pc += 1;
            break;
        case MULTIPLY:
            top -= 1;
            stack[top - 1] = (int32_t)((uint32_t)stack[top - 1] * (uint32_t)stack[top]);
            pc += 1;
            break;
        case JUMP_IF_NOT_ZERO:
            top -= 1;
            pc = stack[top] != 0 ? program[pc + 1] : pc + 2;
            break;
        default:
            return;
        }
    }
}

static __attribute__((noinline)) uint32_t kernel(uint32_t seed)
{
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
