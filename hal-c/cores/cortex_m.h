/*
 * What Cortex-M families share beside the register names of regs/cortex_m.h:
 * interrupt masking and the symbols of the linker script.
 */
#ifndef HAL_CORTEX_M_H
#define HAL_CORTEX_M_H

#include "regs/cortex_m.h"
#include "port.h"

/* Defined by the linker script; only their addresses mean something. */
extern uint32_t tsfw_stack_bottom[], tsfw_stack_top[];
extern uint32_t tsfw_data_start[], tsfw_data_end[];
extern const uint32_t tsfw_data_load[];
extern uint32_t tsfw_bss_start[], tsfw_bss_end[];

/** For functions of one to five instructions once their arguments are constants. */
#define HAL_INLINE TSFW_API inline __attribute__((always_inline))

/**
 * The address of a register block, kept from being folded into its registers'
 * addresses: one literal then serves all of them, which on a Cortex-M0 is
 * smaller and faster than one each.
 */
HAL_INLINE uint32_t hal_block(uint32_t base)
{
    __asm__("" : "+r"(base));
    return base;
}

#endif
