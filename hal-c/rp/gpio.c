/*
 * RP2040 GPIO: outputs and inputs through SIO, waits for edges and levels through
 * IO_BANK0's interrupts. RP2040 datasheet 2.3.1.2, 2.19.
 */
#include "../cores/cortex_m.h"
#include "hal.h"

#define SIO_REG(name) TSFW_REG(SIO_BASE, SIO_##name##_OFFSET)
#define IO_CTRL(pin) TSFW_REG(IO_BANK0_BASE, IO_BANK0_GPIO_CTRL_OFFSET(pin))
#define PAD(pin) TSFW_REG(PADS_BANK0_BASE, PADS_BANK0_GPIO_OFFSET(pin))

/* The chip has no open-drain mode: such a pin drives low or nothing, so its level
 * is the inverse of its output enable. Without one in the program this is a
 * constant 0 to the compiler, and the other path is gone. */
static uint32_t gpio_open_drain;

HAL_INLINE void hal_output_write(uint32_t pin, bool high)
{
    uint32_t mask = 1u << pin;
    if ((gpio_open_drain & mask) != 0) {
        *(high ? &SIO_REG(GPIO_OE_CLR) : &SIO_REG(GPIO_OE_SET)) = mask;
    } else {
        *(high ? &SIO_REG(GPIO_OUT_SET) : &SIO_REG(GPIO_OUT_CLR)) = mask;
    }
}

HAL_INLINE void hal_output_toggle(uint32_t pin)
{
    uint32_t mask = 1u << pin;
    if ((gpio_open_drain & mask) != 0) {
        SIO_REG(GPIO_OE_XOR) = mask;
    } else {
        SIO_REG(GPIO_OUT_XOR) = mask;
    }
}

HAL_INLINE bool hal_output_read(uint32_t pin)
{
    uint32_t mask = 1u << pin;
    if ((gpio_open_drain & mask) != 0) {
        return (SIO_REG(GPIO_OE) & mask) == 0;
    }
    return (SIO_REG(GPIO_OUT) & mask) != 0;
}

/* Level and direction first, then the pin is connected to them. The pad's input
 * stays on, as an open-drain pin is often read by its user. */
HAL_INLINE void hal_output_init(uint32_t pin, bool high, uint32_t mode)
{
    uint32_t mask = 1u << pin;
    if (mode == HAL_OPEN_DRAIN) {
        gpio_open_drain |= mask;
        SIO_REG(GPIO_OUT_CLR) = mask;
        hal_output_write(pin, high);
    } else {
        hal_output_write(pin, high);
        SIO_REG(GPIO_OE_SET) = mask;
    }
    IO_CTRL(pin) = TSFW_GPIO_FUNC_SIO;
}

/* Drive strength 4 mA and Schmitt trigger as out of reset (2.19.6.3). */
HAL_INLINE void gpio_pad_input(uint32_t pin, uint32_t pull)
{
    PAD(pin) = PADS_BANK0_GPIO_IE | PADS_BANK0_GPIO_SCHMITT | 1u << PADS_BANK0_GPIO_DRIVE_SHIFT |
               (pull == HAL_PULL_UP ? PADS_BANK0_GPIO_PUE : 0u) |
               (pull == HAL_PULL_DOWN ? PADS_BANK0_GPIO_PDE : 0u);
}

HAL_INLINE void hal_input_init(uint32_t pin, uint32_t pull)
{
    SIO_REG(GPIO_OE_CLR) = 1u << pin;
    gpio_pad_input(pin, pull);
    IO_CTRL(pin) = TSFW_GPIO_FUNC_SIO;
}

HAL_INLINE bool hal_input_read(uint32_t pin)
{
    return (SIO_REG(GPIO_IN) & 1u << pin) != 0;
}

/* ---- waits ------------------------------------------------------------- */

#if TSFW_USES_INPUT_WAIT
/* Eight pins a register, four bits a pin: level low, level high, edge low, edge
 * high (2.19.3). Edges are latched in INTR; written ones clear them. */
#define IO_INTE(pin) IO_BANK0_PROC0_INTE_OFFSET((pin) / 8u)
#define IO_INTS(pin) TSFW_REG(IO_BANK0_BASE, IO_BANK0_PROC0_INTS_OFFSET((pin) / 8u))
#define IO_INTR(pin) TSFW_REG(IO_BANK0_BASE, IO_BANK0_INTR_OFFSET((pin) / 8u))
#define IO_BITS(pin, bits) ((uint32_t)(bits) << ((pin) % 8u * 4u))
enum { IO_LEVEL_LOW = 1, IO_LEVEL_HIGH = 2, IO_EDGE_LOW = 4, IO_EDGE_HIGH = 8, IO_ALL = 15 };

/* One strand number for each claimed pin, and no more RAM than that. */
#define IO_FIELD(pin) tsfw_strand_t pin_##pin;
static struct {
    TSFW_WAIT_PINS(IO_FIELD)
} io_strand;

#define IO_CASE(pin)                                                                        \
    case pin:                                                                               \
        return &io_strand.pin_##pin;
HAL_INLINE tsfw_strand_t *io_strand_of(uint32_t pin)
{
    switch (pin) {
        TSFW_WAIT_PINS(IO_CASE)
    default:
        __builtin_unreachable(); /* the compiler claims every pin it waits for */
    }
}

HAL_INLINE void io_wake(uint32_t pin, tsfw_strand_t strand)
{
    if ((IO_INTS(pin) & IO_BITS(pin, IO_ALL)) != 0) {
        TSFW_RP_CLR(IO_BANK0_BASE, IO_INTE(pin)) = IO_BITS(pin, IO_ALL);
        tsfw_ready(strand);
    }
}

static void IO_IRQ_BANK0_IRQHandler(void)
{
#define IO_SERVE(pin) io_wake(pin, io_strand.pin_##pin);
    TSFW_WAIT_PINS(IO_SERVE)
}

HAL_INLINE uint32_t io_event_bits(uint32_t event)
{
    switch (event) {
    case HAL_EDGE_RISING:
        return IO_EDGE_HIGH;
    case HAL_EDGE_FALLING:
        return IO_EDGE_LOW;
    case HAL_EDGE_ANY:
        return IO_EDGE_HIGH | IO_EDGE_LOW;
    case HAL_LEVEL_HIGH:
        return IO_LEVEL_HIGH;
    default:
        return IO_LEVEL_LOW;
    }
}

/* A level interrupt stays up while the level does and an edge is latched, so
 * either is seen by the interrupt whenever it comes after this. The lock keeps
 * the interrupt from waking a strand that is then told not to wait. */
TSFW_API bool hal_input_wait(uint32_t pin, uint32_t event, tsfw_strand_t strand)
{
    uint32_t level = tsfw_port_lock();
    if ((TSFW_REG(IO_BANK0_BASE, IO_INTE(pin)) & IO_BITS(pin, IO_ALL)) != 0) {
        tsfw_panic(HAL_PIN_TAKEN, NULL, 0);
    }
    bool there = (event == HAL_LEVEL_HIGH && hal_input_read(pin)) ||
                 (event == HAL_LEVEL_LOW && !hal_input_read(pin));
    if (!there) {
        *io_strand_of(pin) = strand;
        IO_INTR(pin) = IO_BITS(pin, IO_EDGE_HIGH | IO_EDGE_LOW); /* older edges do not count */
        TSFW_RP_SET(IO_BANK0_BASE, IO_INTE(pin)) = IO_BITS(pin, io_event_bits(event));
    }
    tsfw_port_unlock(level);
    return there;
}

TSFW_API void hal_input_cancel(uint32_t pin)
{
    TSFW_RP_CLR(IO_BANK0_BASE, IO_INTE(pin)) = IO_BITS(pin, IO_ALL);
}
#endif

/** The interrupt of the waits; the pins themselves are armed by hal_input_wait(). */
TSFW_API void gpio_start(void)
{
#if TSFW_USES_INPUT_WAIT
    TSFW_IRQ_ENABLE(TSFW_IRQ_IO_IRQ_BANK0);
#endif
}
