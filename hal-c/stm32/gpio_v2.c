/*
 * STM32 GPIO of the kind F2 and later have (stm32-data: gpio_v2): outputs,
 * inputs, alternate functions. Clocks are on already: tsfw_port_init() stores
 * TSFW_RCC_AHB1ENR_VALUE once. RM0090 8.4.
 */
#include "../cores/cortex_m.h"
#include "hal.h"

#define GPIO_REG(pin, name) TSFW_REG(TSFW_GPIO_BASE(pin), GPIO_##name##_OFFSET)
#define GPIO_MASK(pin) (1u << TSFW_GPIO_BIT(pin))

enum { GPIO_MODE_INPUT, GPIO_MODE_OUTPUT, GPIO_MODE_ALTERNATE, GPIO_MODE_ANALOG };

/* MODER and PUPDR hold two bits a pin. */
HAL_INLINE void gpio_mode_set(uint32_t pin, uint32_t mode)
{
    uint32_t shift = TSFW_GPIO_BIT(pin) * 2u;
    GPIO_REG(pin, MODER) = (GPIO_REG(pin, MODER) & ~(3u << shift)) | (mode << shift);
}

HAL_INLINE void gpio_pull_set(uint32_t pin, uint32_t pull)
{
    uint32_t shift = TSFW_GPIO_BIT(pin) * 2u; /* 0 none, 1 up, 2 down: as HAL_PULL_… */
    GPIO_REG(pin, PUPDR) = (GPIO_REG(pin, PUPDR) & ~(3u << shift)) | (pull << shift);
}

/* The function is chosen before the mode, so that the pin never shows another one. */
HAL_INLINE void gpio_alternate_set(uint32_t pin, uint32_t function)
{
    uint32_t index = TSFW_GPIO_BIT(pin) / 8u;
    uint32_t shift = (TSFW_GPIO_BIT(pin) % 8u) * 4u;
    volatile uint32_t *afr = &TSFW_REG(TSFW_GPIO_BASE(pin), GPIO_AFR_OFFSET(index));
    *afr = (*afr & ~(15u << shift)) | (function << shift);
    gpio_mode_set(pin, GPIO_MODE_ALTERNATE);
}

/* BSRR sets with its low half and clears with its high half in one store, so
 * neighbours of the port need no lock. */
HAL_INLINE void hal_output_write(uint32_t pin, bool high)
{
    GPIO_REG(pin, BSRR) = high ? GPIO_MASK(pin) : GPIO_MASK(pin) << 16;
}

HAL_INLINE void hal_output_toggle(uint32_t pin)
{
    uint32_t driven = GPIO_REG(pin, ODR);
    GPIO_REG(pin, BSRR) = ((driven & GPIO_MASK(pin)) << 16) | (~driven & GPIO_MASK(pin));
}

HAL_INLINE bool hal_output_read(uint32_t pin)
{
    return (GPIO_REG(pin, ODR) & GPIO_MASK(pin)) != 0;
}

/* Level and type before the mode: the pin goes from input straight to `high`.
 * ODR is 0 and the type push-pull out of reset. */
HAL_INLINE void hal_output_init(uint32_t pin, bool high, uint32_t mode)
{
    if (high) {
        hal_output_write(pin, true);
    }
    if (mode == HAL_OPEN_DRAIN) {
        GPIO_REG(pin, OTYPER) |= GPIO_MASK(pin);
    }
    gpio_mode_set(pin, GPIO_MODE_OUTPUT);
}

/* Pins are inputs out of reset, except the debug port's (RM0090 8.3.1), so the
 * mode is written all the same. */
HAL_INLINE void hal_input_init(uint32_t pin, uint32_t pull)
{
    gpio_mode_set(pin, GPIO_MODE_INPUT);
    gpio_pull_set(pin, pull);
}

HAL_INLINE bool hal_input_read(uint32_t pin)
{
    return (GPIO_REG(pin, IDR) & GPIO_MASK(pin)) != 0;
}
