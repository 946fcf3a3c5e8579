/*
 * Pools: static slots for objects whose references are counted. The compiler
 * writes the calls; a program without pools contains nothing of this.
 *
 * Context: tasks of one priority. Nothing here blocks; taking and giving up a slot
 * take constant time, except that a slot that becomes free gives up what it refers
 * to, in a loop over the objects that become free with it.
 */
#ifndef TSFW_POOL_H
#define TSFW_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsfw.h"

/* A slot that is used after it became free is found by the address sanitizer. */
#if defined(__SANITIZE_ADDRESS__)
void __asan_poison_memory_region(void const volatile *start, size_t bytes);
void __asan_unpoison_memory_region(void const volatile *start, size_t bytes);
#define TSFW_POOL_HIDE(start, bytes) __asan_poison_memory_region(start, bytes)
#define TSFW_POOL_SHOW(start, bytes) __asan_unpoison_memory_region(start, bytes)
#else
#define TSFW_POOL_HIDE(start, bytes) ((void)0)
#define TSFW_POOL_SHOW(start, bytes) ((void)0)
#endif

/* What changes of a pool. Lists of slots go by number, from 1; 0 ends them. */
typedef struct tsfw_pool_state {
    uint32_t used;  /* slots that have ever been taken */
    uint32_t free;  /* slots that are free again */
    uint32_t dying; /* slots that nothing refers to, but that still refer to others */
    const struct tsfw_pool *next_dying;
} tsfw_pool_state_t;

typedef struct tsfw_pool {
    char *slots;
    /* For each slot: how many refer to it; while it is in a list, the next of the list. */
    uint32_t *counts;
    tsfw_pool_state_t *state;
    uint32_t slot_bytes;
    uint32_t slot_count;
    /* Gives up what an object refers to, and leaves nothing there; NULL: it refers to nothing. */
    void (*drop)(void *slot);
} tsfw_pool_t;

/* The slot at this number becomes free. */
/* Out of line, so that counting down needs no stack. */
TSFW_OUT_OF_LINE void tsfw_pool_free(const tsfw_pool_t *pool, uint32_t slot);

static inline bool tsfw_pool_is_full(const tsfw_pool_t *pool)
{
    return pool->state->free == 0u && pool->state->used == pool->slot_count;
}

/* A free slot, which one reference counts; the pool is not full. What counts in it is nothing. */
TSFW_API void *tsfw_pool_take(const tsfw_pool_t *pool);

/* The reference may be to any part of a slot, or to anything else. */
static inline void tsfw_pool_retain(const tsfw_pool_t *pool, const void *reference)
{
    uintptr_t at = (uintptr_t)reference - (uintptr_t)pool->slots;
    if (at < (uintptr_t)pool->slot_bytes * pool->slot_count) {
        pool->counts[at / pool->slot_bytes] += 1u;
    }
}

static inline void tsfw_pool_release(const tsfw_pool_t *pool, const void *reference)
{
    uintptr_t at = (uintptr_t)reference - (uintptr_t)pool->slots;
    if (at < (uintptr_t)pool->slot_bytes * pool->slot_count) {
        uint32_t slot = (uint32_t)(at / pool->slot_bytes);
        pool->counts[slot] -= 1u;
        if (pool->counts[slot] == 0u) {
            tsfw_pool_free(pool, slot);
        }
    }
}

#endif
