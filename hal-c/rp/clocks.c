/*
 * RP2040 clocks and resets: crystal, PLL_SYS, 1 us tick. The chip starts on its
 * ring oscillator (ROSC, about 6.5 MHz); every wait is bounded, and without a
 * crystal it stays there, with everything derived from clocks chosen by
 * rp_clock_is_full(). RP2040 datasheet 2.15, 2.16, 2.18, 2.14, 4.7.2.
 */
#include "../cores/cortex_m.h"

/** At 12 MHz and six cycles a loop 25 ms; the crystal needs 1 ms (2.16.3). */
#define RP_WAIT_LOOPS 50000u
/** ROSC out of reset (2.17): between 1.8 and 12 MHz, typically this. */
#define RP_ROSC_HZ 6500000u

#define CLOCKS_REG(name) TSFW_REG(CLOCKS_BASE, CLOCKS_##name##_OFFSET)
#define PLL_SYS_REG(name) TSFW_REG(PLL_SYS_BASE, PLL_##name##_OFFSET)

static bool rp_wait(volatile const uint32_t *reg, uint32_t mask)
{
    for (uint32_t loops = RP_WAIT_LOOPS; loops != 0; loops--) {
        if ((*reg & mask) == mask) {
            return true;
        }
    }
    return false;
}

/** Takes the blocks out of reset. Those that run from clk_peri need it first. */
TSFW_API void rp_resets_release(uint32_t blocks)
{
    TSFW_RP_CLR(RESETS_BASE, RESETS_RESET_OFFSET) = blocks;
    (void)rp_wait(&TSFW_REG(RESETS_BASE, RESETS_RESET_DONE_OFFSET), blocks);
}

/** True when clk_sys runs from PLL_SYS (2.15.3: SELECTED is one-hot, bit 1 = aux). */
TSFW_API bool rp_clock_is_full(void)
{
    return (CLOCKS_REG(CLK_SYS_SELECTED) & 2u) != 0;
}

/* clk_sys and clk_ref leave the PLL and the crystal before these are set up: after
 * a reset by the debugger they may still run from them (2.15.3). */
TSFW_API void clocks_leave_pll(void)
{
    TSFW_RP_CLR(CLOCKS_BASE, CLOCKS_CLK_SYS_CTRL_OFFSET) = CLOCKS_CLK_SYS_CTRL_SRC;
    (void)rp_wait(&CLOCKS_REG(CLK_SYS_SELECTED), 1u);
    TSFW_RP_CLR(CLOCKS_BASE, CLOCKS_CLK_REF_CTRL_OFFSET) = CLOCKS_CLK_REF_CTRL_SRC;
    (void)rp_wait(&CLOCKS_REG(CLK_REF_SELECTED), 1u);
}

static bool clocks_start_crystal(void)
{
    TSFW_REG(XOSC_BASE, XOSC_STARTUP_OFFSET) = TSFW_CLOCK_XOSC_STARTUP;
    TSFW_REG(XOSC_BASE, XOSC_CTRL_OFFSET) = TSFW_CLOCK_XOSC_CTRL;
    if (!rp_wait(&TSFW_REG(XOSC_BASE, XOSC_STATUS_OFFSET), XOSC_STATUS_STABLE)) {
        return false;
    }
    CLOCKS_REG(CLK_REF_CTRL) = 2u; /* SRC = xosc_clksrc (2.15.7) */
    return rp_wait(&CLOCKS_REG(CLK_REF_SELECTED), 1u << 2);
}

/* The order of 2.18: dividers, power for VCO, lock, post dividers, their power. */
static bool clocks_start_pll(void)
{
    PLL_SYS_REG(CS) = TSFW_CLOCK_PLL_SYS_REFDIV;
    PLL_SYS_REG(FBDIV_INT) = TSFW_CLOCK_PLL_SYS_FBDIV;
    TSFW_RP_CLR(PLL_SYS_BASE, PLL_PWR_OFFSET) = PLL_PWR_PD | PLL_PWR_VCOPD;
    if (!rp_wait(&PLL_SYS_REG(CS), PLL_CS_LOCK)) {
        return false;
    }
    PLL_SYS_REG(PRIM) = TSFW_CLOCK_PLL_SYS_POSTDIV;
    TSFW_RP_CLR(PLL_SYS_BASE, PLL_PWR_OFFSET) = PLL_PWR_POSTDIVPD;
    return true;
}

/*
 * The aux input (0 = PLL_SYS) is chosen while clk_sys does not use it, because
 * only the SRC multiplexer is free of glitches (2.15.3). The tick generator
 * divides clk_ref to the 1 MHz that TIMER counts (4.7.2).
 */
TSFW_API void clocks_start(void)
{
    uint32_t tick = WATCHDOG_TICK_ENABLE | (RP_ROSC_HZ / 1000000u);
    if (clocks_start_crystal()) {
        tick = TSFW_CLOCK_WATCHDOG_TICK;
        if (clocks_start_pll()) {
            CLOCKS_REG(CLK_SYS_CTRL) = 0;
            CLOCKS_REG(CLK_SYS_CTRL) = CLOCKS_CLK_SYS_CTRL_SRC;
            (void)rp_wait(&CLOCKS_REG(CLK_SYS_SELECTED), 1u << 1);
        }
    }
    TSFW_REG(WATCHDOG_BASE, WATCHDOG_TICK_OFFSET) = tick;
}
