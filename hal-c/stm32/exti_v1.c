/*
 * Waiting for pins with the STM32's external interrupt lines (stm32-data:
 * exti_v1). Line n serves bit n of one port; two pins with the same bit are a
 * compile-time error of the claims. RM0090 12.2, 9.2.3.
 *
 * A line is unmasked exactly while a strand waits for it. The pending register
 * latches an edge from the moment it is armed, so none is lost on the way to sleep.
 */
#include "../cores/cortex_m.h"
#include "hal.h"

#if TSFW_USES_INPUT_WAIT
#define EXTI_REG(name) TSFW_REG(EXTI_BASE, EXTI_##name##_OFFSET(0u)) /* bank 0: lines 0 to 31 */
#define EXTI_MASK(pin) (1u << TSFW_PIN_EXTI_LINE(pin))

/* One strand number for each claimed pin, and no more RAM than that. */
#define EXTI_FIELD(pin) tsfw_strand_t pin_##pin;
static struct {
    TSFW_WAIT_PINS(EXTI_FIELD)
} exti_strand;

#define EXTI_CASE(pin)                                                                      \
    case pin:                                                                               \
        return &exti_strand.pin_##pin;
HAL_INLINE tsfw_strand_t *exti_strand_of(uint32_t pin)
{
    switch (pin) {
        TSFW_WAIT_PINS(EXTI_CASE)
    default:
        __builtin_unreachable(); /* the compiler claims every pin it waits for */
    }
}

/* One handler for all lines: what is pending and unmasked is served. A spurious
 * entry, when the NVIC saw the line before PR was cleared, finds nothing. */
static void exti_serve(void)
{
    uint32_t pending = EXTI_REG(PR) & EXTI_REG(IMR) & TSFW_EXTI_LINES;
    EXTI_REG(IMR) &= ~pending;
    EXTI_REG(PR) = pending; /* written ones clear */
#define EXTI_WAKE(pin)                                                                      \
    if ((pending & EXTI_MASK(pin)) != 0) {                                                  \
        tsfw_ready(exti_strand.pin_##pin);                                                  \
    }
    TSFW_WAIT_PINS(EXTI_WAKE)
}

#define EXTI_HANDLER(irq, handler, lines)                                                   \
    static void handler(void)                                                               \
    {                                                                                       \
        exti_serve();                                                                       \
    }
TSFW_EXTI_IRQS(EXTI_HANDLER)

/* Ports to lines (EXTICR is 0 out of reset), and the interrupts of the lines. */
TSFW_API void exti_start(void)
{
#define EXTI_ROUTE(pin)                                                                     \
    TSFW_REG(SYSCFG_BASE, SYSCFG_EXTICR_OFFSET(TSFW_PIN_EXTI_LINE(pin) / 4u)) |=            \
        TSFW_GPIO_PORT(pin) << (TSFW_PIN_EXTI_LINE(pin) % 4u * 4u);
    TSFW_WAIT_PINS(EXTI_ROUTE)
#define EXTI_IRQ_ENABLE(irq, handler, lines) TSFW_IRQ_ENABLE(irq);
    TSFW_EXTI_IRQS(EXTI_IRQ_ENABLE)
}

HAL_INLINE void exti_edges_set(uint32_t mask, bool rising, bool falling)
{
    EXTI_REG(RTSR) = rising ? EXTI_REG(RTSR) | mask : EXTI_REG(RTSR) & ~mask;
    EXTI_REG(FTSR) = falling ? EXTI_REG(FTSR) | mask : EXTI_REG(FTSR) & ~mask;
}

/*
 * Levels wait for the edge that leads to them: the line is armed first and the
 * level read after, so a change in between is seen by one of the two. The lock
 * keeps the interrupt from waking a strand that is then told not to wait.
 */
TSFW_API bool hal_input_wait(uint32_t pin, uint32_t event, tsfw_strand_t strand)
{
    uint32_t mask = EXTI_MASK(pin);
    uint32_t level = tsfw_port_lock();
    if ((EXTI_REG(IMR) & mask) != 0) {
        tsfw_panic(HAL_PIN_TAKEN, NULL, 0);
    }
    exti_edges_set(mask, event != HAL_EDGE_FALLING && event != HAL_LEVEL_LOW,
                   event != HAL_EDGE_RISING && event != HAL_LEVEL_HIGH);
    EXTI_REG(PR) = mask; /* edges before this call do not count */
    bool there = (event == HAL_LEVEL_HIGH && hal_input_read(pin)) ||
                 (event == HAL_LEVEL_LOW && !hal_input_read(pin));
    if (!there) {
        *exti_strand_of(pin) = strand;
        EXTI_REG(IMR) |= mask;
    }
    tsfw_port_unlock(level);
    return there;
}

TSFW_API void hal_input_cancel(uint32_t pin)
{
    uint32_t level = tsfw_port_lock();
    EXTI_REG(IMR) &= ~EXTI_MASK(pin);
    tsfw_port_unlock(level);
}
#else
TSFW_API void exti_start(void)
{
}
#endif
