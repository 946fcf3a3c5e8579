/*
 * Clocks of the STM32F4: from HSI 16 MHz, which runs out of reset, to what the
 * build-time solver chose. Every wait is bounded; when a clock does not come,
 * the chip stays on HSI and everything derived from clocks is chosen by
 * TSFW_CLOCK_IS_FULL() at run time. RM0090 7.2, 7.3 and 3.5.1.
 */
#include "../cores/cortex_m.h"

#define RCC_REG(name) TSFW_REG(RCC_BASE, RCC_##name##_OFFSET)

#if TSFW_CLOCK_PLL || TSFW_CLOCK_USES_HSE
static bool rcc_wait(volatile const uint32_t *reg, uint32_t mask, uint32_t wanted)
{
    for (uint32_t loops = TSFW_CLOCK_WAIT_LOOPS; loops != 0; loops--) {
        if ((*reg & mask) == wanted) {
            return true;
        }
    }
    return false;
}
#endif

/* Wait states before the faster clock (3.5.1); the prescalers change in the same
 * store as the switch, so no bus runs too fast in between. Regulator scale 1,
 * which 168 MHz needs, is the reset state (5.4.1). */
TSFW_API void rcc_start(void)
{
#if TSFW_CLOCK_USES_HSE
    RCC_REG(CR) = TSFW_CLOCK_RCC_CR_HSE;
    if (!rcc_wait(&RCC_REG(CR), RCC_CR_HSERDY, RCC_CR_HSERDY)) {
        return;
    }
#endif
#if TSFW_CLOCK_PLL
    RCC_REG(PLLCFGR) = TSFW_CLOCK_RCC_PLLCFGR;
    RCC_REG(CR) = TSFW_CLOCK_RCC_CR_PLL;
    if (!rcc_wait(&RCC_REG(CR), RCC_CR_PLLRDY, RCC_CR_PLLRDY)) {
        return;
    }
#endif
#if TSFW_CLOCK_PLL || TSFW_CLOCK_USES_HSE
    TSFW_REG(FLASH_BASE, FLASH_ACR_OFFSET) = TSFW_CLOCK_FLASH_ACR;
    RCC_REG(CFGR) = TSFW_CLOCK_RCC_CFGR;
    (void)rcc_wait(&RCC_REG(CFGR), RCC_CFGR_SWS, TSFW_CLOCK_SWS);
#endif
}

/* One store a bus for all peripherals of the program. Reading back gives the two
 * cycles a peripheral needs before its first access (errata sheet ES0182). */
TSFW_API void rcc_enable(void)
{
#if TSFW_RCC_APB1ENR_VALUE
    RCC_REG(APB1ENR) = TSFW_RCC_APB1ENR_VALUE;
#endif
#if TSFW_RCC_APB2ENR_VALUE
    RCC_REG(APB2ENR) = TSFW_RCC_APB2ENR_VALUE;
#endif
#if TSFW_RCC_AHB1ENR_VALUE
    RCC_REG(AHB1ENR) = TSFW_RCC_AHB1ENR_VALUE;
#endif
    (void)RCC_REG(AHB1ENR);
}
