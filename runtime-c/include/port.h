/*
 * What the runtime needs from a chip family; hal-c/<family> implements all of
 * it. The runtime reaches hardware through these functions only.
 *
 * One translation unit, so all are TSFW_API and the compiler folds them in.
 */
#ifndef TSFW_PORT_H
#define TSFW_PORT_H

#include "tsfw.h"

/** Brings up clocks, the time base and the log port. Called once, before app_init(). */
TSFW_API void tsfw_port_init(void);

/**
 * Masks every interrupt; returns what tsfw_port_unlock() needs. Nests.
 * May be empty when no interrupt of the program ever calls tsfw_ready();
 * otherwise both are barriers for the compiler, as the queue is not volatile.
 */
TSFW_API uint32_t tsfw_port_lock(void);
TSFW_API void tsfw_port_unlock(uint32_t level);

/**
 * Ticks since reset, never running backwards. Context: task or interrupt.
 * A counter of fewer than 64 bits is extended here and in tsfw_port_sleep();
 * the port sees to it that no overflow passes unseen while the program sleeps.
 */
TSFW_API tsfw_ticks_t tsfw_port_now(void);

/**
 * Sets the one alarm: the next tsfw_port_sleep() returns no later than when
 * tsfw_port_now() reaches `deadline`, at once when it has been reached.
 *
 * Early returns are fine (a 32-bit compare register may match once a wrap);
 * the executor compares the clock and arms again. TSFW_NEVER means no alarm,
 * and early returns are fine there too. Each call replaces the one before and
 * takes back a wake that an older alarm has left pending.
 *
 * Context: task, locked, right before tsfw_port_sleep(). Only called when
 * TSFW_TIMER_COUNT > 0.
 */
TSFW_API void tsfw_port_alarm(tsfw_ticks_t deadline);

/**
 * Sleeps until an interrupt is pending or the alarm is reached.
 *
 * Context: task, locked. An interrupt that became pending after the lock must
 * end the sleep (WFI with PRIMASK set does exactly that); its handler runs in
 * tsfw_port_unlock(). On the host this is where virtual time moves.
 */
TSFW_API void tsfw_port_sleep(void);

/** Names the level (TSFW_LOG_…) of the bytes that follow; empty where there is one sink. */
TSFW_API void tsfw_port_log_level(uint8_t level);
/** Writes log or panic text, waiting until the sink has taken it. Context: task or panic. */
TSFW_API void tsfw_port_write(const char *data, uint32_t size);

/** Stops for ever after a panic (code 134): exits on the host and in emulators, halts a chip. */
_Noreturn TSFW_API void tsfw_port_halt(uint32_t code);

#endif
