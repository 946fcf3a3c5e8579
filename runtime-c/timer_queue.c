/*
 * The strands that sleep, ordered by deadline; equal deadlines in the order
 * they were armed. Arrays of fixed size: slot number = strand number.
 *
 * One timer is a single deadline, up to eight are a sorted list, more are a
 * tournament tree. Only tasks call in, so nothing is masked.
 *
 *   tsfw_timer_init    empties the queue; once, before any other call
 *   tsfw_timer_arm     adds a strand that is not in the queue
 *   tsfw_timer_first   the earliest deadline, TSFW_NEVER when empty
 *   tsfw_timer_take    removes the first strand; right after a tsfw_timer_first()
 *                      that was not TSFW_NEVER
 *   tsfw_timer_cancel  removes a strand if it is there
 */
#include "include/port.h"

#if TSFW_TIMER_COUNT == 1

static tsfw_ticks_t tsfw_timer_deadline;

static inline tsfw_ticks_t tsfw_timer_first(void)
{
    return tsfw_timer_deadline;
}

static inline void tsfw_timer_arm(tsfw_strand_t strand, tsfw_ticks_t deadline)
{
    (void)strand;
    tsfw_timer_deadline = deadline;
}

TSFW_API void tsfw_timer_cancel(tsfw_strand_t strand)
{
    tsfw_timer_arm(strand, TSFW_NEVER);
}

static inline void tsfw_timer_init(void)
{
    tsfw_timer_cancel(0);
}

static inline tsfw_strand_t tsfw_timer_take(void)
{
    tsfw_timer_cancel(0);
    return 0;
}

#elif TSFW_TIMER_COUNT > 1 && TSFW_TIMER_COUNT <= 8

static tsfw_ticks_t tsfw_timer_deadline[TSFW_TIMER_COUNT];
/* The sleeping strands, latest first, so that taking the earliest is a decrement. */
static uint8_t tsfw_timer_order[TSFW_TIMER_COUNT];
static uint8_t tsfw_timer_size;

static inline void tsfw_timer_init(void)
{
}

static inline tsfw_ticks_t tsfw_timer_first(void)
{
    uint32_t size = tsfw_timer_size;
    return size == 0 ? TSFW_NEVER : tsfw_timer_deadline[tsfw_timer_order[size - 1]];
}

TSFW_API void tsfw_timer_arm(tsfw_strand_t strand, tsfw_ticks_t deadline)
{
    uint32_t place = tsfw_timer_size++;
    /* Passing equal deadlines too keeps them in the order of arming. */
    for (; place > 0; place--) {
        uint8_t later = tsfw_timer_order[place - 1];
        if (tsfw_timer_deadline[later] > deadline) {
            break;
        }
        tsfw_timer_order[place] = later;
    }
    tsfw_timer_order[place] = (uint8_t)strand;
    tsfw_timer_deadline[strand] = deadline;
}

static inline tsfw_strand_t tsfw_timer_take(void)
{
    return tsfw_timer_order[--tsfw_timer_size];
}

TSFW_API void tsfw_timer_cancel(tsfw_strand_t strand)
{
    uint32_t kept = 0;
    for (uint32_t place = 0; place < tsfw_timer_size; place++) {
        uint8_t sleeper = tsfw_timer_order[place];
        if (sleeper != strand) {
            tsfw_timer_order[kept++] = sleeper;
        }
    }
    tsfw_timer_size = (uint8_t)kept;
}

#elif TSFW_TIMER_COUNT > 8

static tsfw_ticks_t tsfw_timer_deadline[TSFW_TIMER_COUNT];
/* Counts arms; decides between equal deadlines. Right while fewer than 2^31
 * arms lie between two sleepers of the same tick. */
static uint32_t tsfw_timer_age[TSFW_TIMER_COUNT];
static uint32_t tsfw_timer_age_next;
/* A tournament: node n holds the earlier winner of nodes 2n and 2n + 1, node
 * TSFW_TIMER_COUNT + s is strand s itself, node 1 is the earliest of all. A
 * strand's place never moves, so a change replays one match a level and neither
 * a heap order nor a map of places is kept. */
static tsfw_strand_t tsfw_timer_winner[TSFW_TIMER_COUNT];
/* The strand that was taken last plus 1, while it still stands in the tree with
 * its past deadline: most strands sleep again at once, which then replays once. */
static uint16_t tsfw_timer_taken;

static tsfw_strand_t tsfw_timer_winner_of(uint32_t node)
{
    return node >= TSFW_TIMER_COUNT ? (tsfw_strand_t)(node - TSFW_TIMER_COUNT) : tsfw_timer_winner[node];
}

/* Out of line, as equal deadlines are rare: gcc would load both ages in every match. */
__attribute__((noinline)) static bool tsfw_timer_older(tsfw_strand_t a, tsfw_strand_t b)
{
    return (int32_t)(tsfw_timer_age[a] - tsfw_timer_age[b]) < 0;
}

/* Gives a strand a deadline and replays its matches up to the root. */
static void tsfw_timer_set(tsfw_strand_t strand, tsfw_ticks_t deadline)
{
    tsfw_timer_deadline[strand] = deadline;
    tsfw_strand_t winner = strand;
    for (uint32_t node = TSFW_TIMER_COUNT + (uint32_t)strand; node > 1; node /= 2) {
        tsfw_strand_t rival = tsfw_timer_winner_of(node ^ 1);
        tsfw_ticks_t rival_deadline = tsfw_timer_deadline[rival];
        if (rival_deadline < deadline || (rival_deadline == deadline && tsfw_timer_older(rival, winner))) {
            deadline = rival_deadline;
            winner = rival;
        }
        tsfw_timer_winner[node / 2] = winner;
    }
}

static inline void tsfw_timer_init(void)
{
    for (uint32_t node = TSFW_TIMER_COUNT - 1; node > 0; node--) {
        tsfw_timer_winner[node] = tsfw_timer_winner_of(2 * node);
    }
    for (uint32_t strand = 0; strand < TSFW_TIMER_COUNT; strand++) {
        tsfw_timer_deadline[strand] = TSFW_NEVER;
    }
}

TSFW_API void tsfw_timer_cancel(tsfw_strand_t strand)
{
    tsfw_timer_set(strand, TSFW_NEVER);
}

TSFW_API void tsfw_timer_arm(tsfw_strand_t strand, tsfw_ticks_t deadline)
{
    if (tsfw_timer_taken == strand + 1) {
        tsfw_timer_taken = 0;
    }
    tsfw_timer_age[strand] = tsfw_timer_age_next++;
    tsfw_timer_set(strand, deadline);
}

TSFW_API tsfw_ticks_t tsfw_timer_first(void)
{
    if (tsfw_timer_taken != 0) {
        tsfw_timer_cancel((tsfw_strand_t)(tsfw_timer_taken - 1));
        tsfw_timer_taken = 0;
    }
    return tsfw_timer_deadline[tsfw_timer_winner[1]];
}

/* Right after tsfw_timer_first(), which has cleared what was taken before. */
TSFW_API tsfw_strand_t tsfw_timer_take(void)
{
    tsfw_strand_t first = tsfw_timer_winner[1];
    tsfw_timer_taken = (uint16_t)(first + 1);
    return first;
}

#endif
