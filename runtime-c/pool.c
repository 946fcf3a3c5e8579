/*
 * Slots that become free. The objects an object was the last to refer to become
 * free after it, one after the other: the depth of a list costs no stack.
 */
#include "tsfw.h"
#include "tsfw_pool.h"

static const tsfw_pool_t *tsfw_pools_dying;
static bool tsfw_pools_are_emptied;

TSFW_API void *tsfw_pool_take(const tsfw_pool_t *pool)
{
    tsfw_pool_state_t *state = pool->state;
    uint32_t slot;
    if (state->free != 0u) {
        slot = state->free - 1u;
        state->free = pool->counts[slot];
    } else {
        slot = state->used;
        state->used += 1u;
    }
    pool->counts[slot] = 1u;
    char *room = pool->slots + (size_t)slot * pool->slot_bytes;
    TSFW_POOL_SHOW(room, pool->slot_bytes);
    return room;
}

static void tsfw_pool_put(const tsfw_pool_t *pool, uint32_t slot)
{
    TSFW_POOL_HIDE(pool->slots + (size_t)slot * pool->slot_bytes, pool->slot_bytes);
    pool->counts[slot] = pool->state->free;
    pool->state->free = slot + 1u;
}

static void tsfw_pools_empty(void)
{
    while (tsfw_pools_dying != NULL) {
        const tsfw_pool_t *pool = tsfw_pools_dying;
        uint32_t slot = pool->state->dying - 1u;
        pool->state->dying = pool->counts[slot];
        if (pool->state->dying == 0u) {
            tsfw_pools_dying = pool->state->next_dying;
        }
        pool->drop(pool->slots + (size_t)slot * pool->slot_bytes);
        tsfw_pool_put(pool, slot);
    }
}

TSFW_OUT_OF_LINE void tsfw_pool_free(const tsfw_pool_t *pool, uint32_t slot)
{
    if (pool->drop == NULL) {
        tsfw_pool_put(pool, slot);
        return;
    }
    if (pool->state->dying == 0u) {
        pool->state->next_dying = tsfw_pools_dying;
        tsfw_pools_dying = pool;
    }
    pool->counts[slot] = pool->state->dying;
    pool->state->dying = slot + 1u;
    /* Whoever gives up objects in a drop is called from the loop below. */
    if (!tsfw_pools_are_emptied) {
        tsfw_pools_are_emptied = true;
        tsfw_pools_empty();
        tsfw_pools_are_emptied = false;
    }
}
