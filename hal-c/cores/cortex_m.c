/*
 * Start-up of a Cortex-M: vector table, reset handler, interrupt masking, faults
 * and the end of a run. Names no peripheral; the family's unit.c includes it.
 *
 * Sections and symbols are the linker script's: .vectors, tsfw_stack_top, …
 */
#include "cortex_m.h"

#ifndef TSFW_SEMIHOSTING
#define TSFW_SEMIHOSTING 0
#endif

/* A family may put its own handlers in when the program's drivers have none. */
#ifndef CORTEX_M_VECTOR_LIST
#define CORTEX_M_VECTOR_LIST TSFW_VECTOR_LIST
#define CORTEX_M_VECTOR_COUNT TSFW_VECTOR_COUNT
#endif

#define CORTEX_M_DECLARE(handler) static void handler(void);
#define CORTEX_M_ENTRY(handler) handler,

_Noreturn void Reset_Handler(void); /* the linker script's entry symbol, so not static */
static void fault_handler(void);
CORTEX_M_VECTOR_LIST(CORTEX_M_DECLARE)

#if CORTEX_M_VECTOR_COUNT > 0
#define CORTEX_M_CORE_ENTRIES 15
#else
/* Stack, reset, NMI, HardFault. All other faults are disabled out of reset and
 * escalate to HardFault (Armv7-M ARM B1.5.1), and no interrupt is ever taken,
 * so no entry behind these is read. */
#define CORTEX_M_CORE_ENTRIES 3
#endif

typedef struct {
    uint32_t *stack;
    void (*core[CORTEX_M_CORE_ENTRIES])(void);
#if CORTEX_M_VECTOR_COUNT > 0
    void (*irq[CORTEX_M_VECTOR_COUNT])(void);
#endif
} vector_table_t;

/* Ends at the highest interrupt in use. */
__attribute__((section(".vectors"), used)) static const vector_table_t vector_table = {
    .stack = tsfw_stack_top,
    .core = { Reset_Handler, fault_handler, fault_handler },
#if CORTEX_M_VECTOR_COUNT > 0
    .irq = { CORTEX_M_VECTOR_LIST(CORTEX_M_ENTRY) },
#endif
};

/* The stores are volatile so that they do not become calls of memcpy and memset. */
static void ram_init(void)
{
    const uint32_t *from = tsfw_data_load;
    for (volatile uint32_t *to = tsfw_data_start; to != tsfw_data_end; to++) {
        *to = *from++;
    }
    for (volatile uint32_t *to = tsfw_bss_start; to != tsfw_bss_end; to++) {
        *to = 0;
    }
}

_Noreturn void Reset_Handler(void)
{
#ifdef __ARM_FP
    SCB_CPACR |= 0xFu << 20; /* CP10 and CP11 full access: Armv7-M ARM B3.2.20 */
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
    ram_init();
    tsfw_run();
}

/* Without driver interrupts nothing but the executor's own thread calls
 * tsfw_ready(), so there is nothing to keep out. */
TSFW_API uint32_t tsfw_port_lock(void)
{
    uint32_t primask = 0;
#if TSFW_HAS_DRIVER_IRQS
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask) : : "memory");
#endif
    return primask;
}

TSFW_API void tsfw_port_unlock(uint32_t level)
{
#if TSFW_HAS_DRIVER_IRQS
    __asm__ volatile("msr primask, %0" : : "r"(level) : "memory");
#else
    (void)level;
#endif
}

#if TSFW_SEMIHOSTING
/* SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit (Arm semihosting 2.0). */
static void semihosting_exit(uint32_t code)
{
    const uint32_t block[2] = { 0x20026u, code };
    register uint32_t operation __asm__("r0") = 0x20u;
    register const uint32_t *argument __asm__("r1") = block;
    __asm__ volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
}
#endif

/* Emulators stop here by the symbol and read the code from the first argument's
 * register; so this function stays one, with its argument. */
#ifdef __clang__
#define CORTEX_M_KEEP __attribute__((noinline, used))
#else
#define CORTEX_M_KEEP __attribute__((noipa, used))
#endif

_Noreturn CORTEX_M_KEEP static void tsfw_port_halt(uint32_t code)
{
#if TSFW_SEMIHOSTING
    semihosting_exit(code);
#else
    (void)code;
#endif
    __asm__ volatile("cpsid i");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

#if TSFW_LOG
static void fault_write_hex(const char *name, uint32_t size, uint32_t value)
{
    char digits[8];
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t digit = (value >> (28 - 4 * i)) & 15u;
        digits[i] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    tsfw_port_write(name, size);
    tsfw_port_write(digits, sizeof digits);
}

/* `frame` is what the core pushed: r0-r3, r12, lr, pc, xpsr (Armv7-M ARM B1.5.6).
 * The stack lies at the bottom of RAM, so one that overflows faults; then nothing
 * was pushed, but the handler is entered all the same. */
_Noreturn __attribute__((used)) static void fault_report(const uint32_t *frame)
{
#define FAULT_WRITE(text) tsfw_port_write(text, sizeof(text) - 1)
#define FAULT_WRITE_HEX(name, value) fault_write_hex(name, sizeof(name) - 1, value)
    if (frame < tsfw_stack_bottom) {
        FAULT_WRITE("panic: stack overflow\n");
        tsfw_port_halt(134);
    }
    FAULT_WRITE_HEX("panic: hardware fault at pc 0x", frame[6]);
    FAULT_WRITE_HEX(", lr 0x", frame[5]);
#if !TSFW_CORE_CORTEX_M0PLUS
    FAULT_WRITE_HEX(", CFSR 0x", SCB_CFSR);
    FAULT_WRITE_HEX(", BFAR 0x", SCB_BFAR);
#endif
    FAULT_WRITE("\n");
    tsfw_port_halt(134);
}

/* Only the main stack is used, so msp is the frame. After an overflow the report
 * starts on an empty stack. */
__attribute__((naked)) static void fault_handler(void)
{
    __asm__ volatile("mrs r0, msp\n"
                     "ldr r1, =tsfw_stack_bottom\n"
                     "cmp r0, r1\n"
                     "bhs 1f\n"
                     "ldr r1, =tsfw_stack_top\n"
                     "mov sp, r1\n"
                     "1: ldr r1, =fault_report\n"
                     "bx r1\n"
                     ".ltorg");
}
#else
/* Without a call's push, for the stack may be full. */
__attribute__((naked)) static void fault_handler(void)
{
    __asm__ volatile("movs r0, #134\n"
                     "ldr r1, =tsfw_port_halt\n"
                     "bx r1\n"
                     ".ltorg");
}
#endif

#if CORTEX_M_VECTOR_COUNT > 0
/* Fills the gaps of the table. The NVIC lines of the gaps are never enabled. */
__attribute__((unused)) static void tsfw_irq_unused(void)
{
    fault_handler();
}
#endif
