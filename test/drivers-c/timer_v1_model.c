/*
 * Runs hal-c/stm32/timer_v1.c against a model of TIM2 and its NVIC line in which
 * time passes at every register access, by amounts that make every race happen.
 * Checks that the 64-bit time is exact and that no alarm is slept over.
 */
#include <stdio.h>
#include <stdlib.h>

#define TSFW_STRAND_COUNT 1
#define TSFW_TIMER_COUNT 1
#define TSFW_USES_TIME 1
#define TSFW_USES_INPUT_WAIT 0
#define TSFW_USES_UART 0
#define TSFW_HAS_DRIVER_IRQS 0
#define TSFW_TICK_HZ 1000000u
#include "tsfw.h"
#include "port.h"

/* In place of the core's header and the chip's. */
#define TSFW_REGS_CORTEX_M_H
#define HAL_CORTEX_M_H
#define HAL_INLINE TSFW_API inline
#define TSFW_TIMER_BASE 0u
#define TSFW_TIMER_PSC 83u
#define TSFW_TIMER_FALLBACK_PSC 15u
#define TSFW_CLOCK_IS_FULL() 1
#define TSFW_IRQ_TIMER 28u
#include "regs/stm32/timer_v1.h"

enum { MATCHES = 3, MODEL_WORDS = 64, MODEL_ISPR = 60, MODEL_ICPR, MODEL_ISER };

static uint64_t model_time;         /* the truth */
static uint32_t model_word[MODEL_WORDS];
static uint32_t model_flags;        /* SR: bit i + 1 for channel i */
static bool model_pending;
static uint32_t model_step_max;     /* ticks that may pass between two accesses */
static uint64_t model_random_state = 88172645463325252u;

static uint64_t model_random(void)
{
    model_random_state ^= model_random_state << 13;
    model_random_state ^= model_random_state >> 7;
    model_random_state ^= model_random_state << 17;
    return model_random_state;
}

static uint32_t model_enabled(void)
{
    return model_word[TIM_DIER_OFFSET / 4] & 0xEu;
}

/* Ticks from now to the next match of a channel: 1 to 2^32. */
static uint64_t model_match_in(uint32_t channel)
{
    uint32_t distance = model_word[TIM_CCR_OFFSET(channel) / 4] - (uint32_t)model_time;
    return distance == 0 ? (uint64_t)1 << 32 : distance;
}

static void model_advance(uint64_t ticks)
{
    for (uint32_t channel = 0; channel < MATCHES; channel++) {
        if (model_match_in(channel) <= ticks) {
            model_flags |= 2u << channel;
        }
    }
    model_time += ticks;
    model_pending = model_pending || (model_flags & model_enabled()) != 0;
}

/* Stores take effect here, at the access that follows. */
static void model_settle(void)
{
    if (model_word[TIM_SR_OFFSET / 4] == 0) {
        model_flags = 0; /* the driver only ever clears all */
    }
    if ((model_word[MODEL_ICPR] & 1u << TSFW_IRQ_TIMER) != 0) {
        model_pending = false;
    }
    if ((model_word[MODEL_ISPR] & 1u << TSFW_IRQ_TIMER) != 0) {
        model_pending = true;
    }
    model_word[MODEL_ICPR] = model_word[MODEL_ISPR] = 0;
    model_pending = model_pending || (model_flags & model_enabled()) != 0;
}

static uint32_t *model_access(uint32_t word)
{
    model_settle();
    if (model_step_max != 0) {
        model_advance(model_random() % model_step_max);
    }
    model_word[TIM_CNT_OFFSET / 4] = (uint32_t)model_time;
    model_word[TIM_SR_OFFSET / 4] = UINT32_MAX;
    return &model_word[word];
}

#define TSFW_REG(base, offset) (*(volatile uint32_t *)model_access(((base) + (offset)) / 4u))
#define TSFW_IRQ_PEND(irq) (*model_access(MODEL_ISPR) = 1u << (irq))
#define TSFW_IRQ_ENABLE(irq) (*model_access(MODEL_ISER) = 1u << (irq))
#define TSFW_IRQ_CLEAR(irq) (*model_access(MODEL_ICPR) = 1u << (irq))

TSFW_API uint32_t tsfw_port_lock(void)
{
    return 0;
}

TSFW_API void tsfw_port_unlock(uint32_t level)
{
    (void)level;
}

#include "hal-c/stm32/timer_v1.c"

static void check(bool good, const char *what, uint64_t deadline)
{
    if (!good) {
        printf("%s: time %llu, deadline %llu, step %u\n", what, (unsigned long long)model_time,
               (unsigned long long)deadline, model_step_max);
        exit(1);
    }
}

/* The clock read just now is the truth of the moment CNT was read. */
static uint64_t checked_now(void)
{
    uint64_t before = model_time;
    uint64_t now = tsfw_port_now();
    check(before <= now && now <= model_time, "the clock is wrong", now);
    return now;
}

/* WFI, and what tsfw_port_sleep() does behind it. Without a wake it would sleep
 * for ever; `interrupt` is when another interrupt ends it. */
static void model_sleep(uint64_t interrupt)
{
    model_settle();
    if (!model_pending) {
        uint64_t wake = interrupt;
        for (uint32_t channel = 0; channel < MATCHES; channel++) {
            if ((model_enabled() & 2u << channel) != 0 && model_match_in(channel) < wake) {
                wake = model_match_in(channel);
            }
        }
        model_advance(wake);
    }
    checked_now();
}

static void sleep_until(uint64_t deadline, bool interrupts)
{
    uint64_t slack = 16u * ((uint64_t)model_step_max + 1u);
    uint32_t rounds = 0;
    while (checked_now() < deadline) {
        check(++rounds < 100000, "the alarm does not come", deadline);
        tsfw_port_alarm(deadline);
        model_sleep(interrupts ? model_random() % 5000000000u + 1u : UINT64_MAX);
    }
    check(model_time <= deadline + slack, "the alarm was slept over", deadline);
}

/* Nothing sleeps for hours: the half turns' own wakes keep the clock right. */
static void sleep_without_alarm(uint64_t duration)
{
    uint64_t end = model_time + duration;
    while (model_time < end) {
        tsfw_port_alarm(TSFW_NEVER);
        check((model_enabled() & 2u) == 0, "the alarm stays armed", 0);
        model_sleep(UINT64_MAX);
    }
}

int main(void)
{
    static const uint32_t steps[] = { 0, 1, 2, 3, 7, 100 };
    time_start();
    model_word[TIM_EGR_OFFSET / 4] = 0;
    for (uint32_t i = 0; i < 60000; i++) {
        model_step_max = steps[model_random() % 6u];
        uint64_t distance = model_random() >> (27 + model_random() % 37u); /* up to 2^37: 38 hours */
        sleep_until(model_time + distance, model_random() % 4u == 0);
        if (model_random() % 16u == 0) {
            model_time = (model_time | 0x7fffffffu) - model_random() % 40u; /* close to a half turn */
            model_settle();
            model_flags = 0;
            time_half = (uint32_t)(model_time >> 31);
        }
        if (model_random() % 256u == 0) {
            sleep_without_alarm((uint64_t)1 << 36);
        }
    }
    printf("ok after %llu hours\n", (unsigned long long)(model_time / 3600000000u));
    return 0;
}
