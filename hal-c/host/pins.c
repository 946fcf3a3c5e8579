/*
 * The host's 64 pins: outputs go to the trace, inputs follow the script.
 *
 * A pin that nobody drives has the level of its pull resistor, low without one.
 * Every pin starts low, so configuring an output low is no edge.
 */
#include "hal.h"

enum { HOST_PIN_COUNT = 64 };

typedef struct {
    bool output;
    bool open_drain;
    bool driving; /* the level an output drives */
    bool pull_up;
    bool scripted; /* the script has set a level from outside ... */
    bool outside;  /* ... this one */
    bool waiting;  /* a strand waits for `event` */
    uint8_t event; /* as in hal_input_wait() */
    tsfw_strand_t strand;
} host_pin_t;

static host_pin_t host_pins[HOST_PIN_COUNT];
static uint32_t host_pins_waiting;

static host_pin_t *host_pin(uint32_t pin)
{
    if (pin >= HOST_PIN_COUNT) {
        tsfw_panic(TSFW_STR("the host has pins 0 to 63 only"), NULL, 0);
    }
    return &host_pins[pin];
}

static bool host_pin_level(const host_pin_t *pin)
{
    if (pin->output && !(pin->open_drain && pin->driving)) {
        return pin->driving;
    }
    return pin->scripted ? pin->outside : pin->pull_up;
}

static bool host_pin_matches(uint32_t event, bool before, bool level)
{
    switch (event) {
    case HAL_EDGE_RISING:
        return !before && level;
    case HAL_EDGE_FALLING:
        return before && !level;
    case HAL_EDGE_ANY:
        return before != level;
    case HAL_LEVEL_HIGH:
        return level;
    default:
        return !level;
    }
}

/* After a change of any kind: wakes the strand that waits for it. */
static void host_pin_changed(host_pin_t *pin, bool before)
{
    if (pin->waiting && host_pin_matches(pin->event, before, host_pin_level(pin))) {
        pin->waiting = false;
        host_pins_waiting--;
        tsfw_ready(pin->strand);
    }
}

/* The script changes the level that a pin sees from outside. */
static void host_pin_event(uint32_t index, bool level)
{
    host_pin_t *pin = host_pin(index);
    bool before = host_pin_level(pin);
    pin->scripted = true;
    pin->outside = level;
    host_pin_changed(pin, before);
}

TSFW_API void hal_output_write(uint32_t pin, bool high)
{
    host_pin_t *self = host_pin(pin);
    bool before = host_pin_level(self);
    if (self->driving != high) {
        self->driving = high;
        host_trace_pin(pin, high);
    }
    host_pin_changed(self, before);
}

TSFW_API void hal_output_init(uint32_t pin, bool high, uint32_t mode)
{
    host_pin(pin)->output = true;
    host_pin(pin)->open_drain = mode == HAL_OPEN_DRAIN;
    hal_output_write(pin, high);
}

TSFW_API bool hal_output_read(uint32_t pin)
{
    return host_pin(pin)->driving;
}

TSFW_API void hal_output_toggle(uint32_t pin)
{
    hal_output_write(pin, !hal_output_read(pin));
}

TSFW_API void hal_input_init(uint32_t pin, uint32_t pull)
{
    host_pin(pin)->pull_up = pull == HAL_PULL_UP;
}

TSFW_API bool hal_input_read(uint32_t pin)
{
    return host_pin_level(host_pin(pin));
}

TSFW_API bool hal_input_wait(uint32_t pin, uint32_t event, tsfw_strand_t strand)
{
    host_pin_t *self = host_pin(pin);
    bool level = host_pin_level(self);
    if (host_pin_matches(event, level, level)) {
        return true;
    }
    if (self->waiting) {
        tsfw_panic(HAL_PIN_TAKEN, NULL, 0);
    }
    self->waiting = true;
    self->event = (uint8_t)event;
    self->strand = strand;
    host_pins_waiting++;
    return false;
}

TSFW_API void hal_input_cancel(uint32_t pin)
{
    host_pin_t *self = host_pin(pin);
    host_pins_waiting -= self->waiting;
    self->waiting = false;
}
