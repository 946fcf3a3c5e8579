/*
 * A naive model of the executor's queue and timers: a list, and a search through
 * all strands for the first deadline.
 *
 * A change is announced before the call that makes it and happens when that call
 * holds the lock, as an interrupt may come first. The executor's own changes are
 * known by what it asks the port for: the clock, then the lock.
 */
enum { STRANDS = TSFW_STRAND_COUNT, TIMERS = TSFW_TIMER_COUNT, NOBODY = STRANDS };

typedef struct {
    bool sleeping;
    bool queued;
    uint64_t deadline;
    uint64_t armed;   /* how many arms came before: decides between equal deadlines */
    uint64_t waiting; /* runs of other strands since it was queued or became due */
} model_t;

/* What a task or the executor is about to do, until it holds the lock. */
typedef enum { NOTHING, WAKE, YIELD, CANCEL } change_t;

static model_t model[STRANDS];
static uint32_t queue[STRANDS];
static uint32_t queue_size, queue_woken; /* the first queue_woken are the woken ones */
static change_t change;
static uint32_t change_of = NOBODY;
static uint32_t due = NOBODY;   /* has left the timers, is not queued yet */
static uint32_t taken = NOBODY; /* has left the queue, does not run yet */
static uint32_t wakes_left = STRANDS;
static unsigned long hastened;
static bool hasten, in_handler, in_run, arming;
static bool none_due; /* the executor has asked for due timers until there were none */
__attribute__((unused)) static uint64_t model_arms;
static uint64_t model_now = 0xFFFFF000u; /* soon past 32 bits */

static void check(bool holds, const char *what)
{
    if (!holds) {
        printf("FAILED: %s\n", what);
        exit(1);
    }
}

static void model_insert(uint32_t strand, uint32_t place)
{
    memmove(&queue[place + 1], &queue[place], (queue_size - place) * sizeof queue[0]);
    queue[place] = strand;
    queue_size++;
    model[strand].queued = true;
    model[strand].waiting = 0;
}

static void model_remove(uint32_t strand)
{
    uint32_t place = 0;
    while (queue[place] != strand) {
        place++;
    }
    queue_size--;
    queue_woken -= place < queue_woken;
    memmove(&queue[place], &queue[place + 1], (queue_size - place) * sizeof queue[0]);
    model[strand].queued = false;
}

static void model_change(change_t what, uint32_t strand)
{
    bool queued = model[strand].queued;
    if (what == WAKE && !queued) {
        model_insert(strand, queue_woken++);
    } else if (what == YIELD && !queued) {
        model_insert(strand, queue_size);
    } else if (what == CANCEL && queued) {
        model_remove(strand);
    }
}

/* Announces a change that the following call makes when it holds the lock. */
static void change_begin(change_t what, uint32_t strand)
{
    if (STRANDS == 1) {
        model_change(what, strand); /* a flag: needs no lock */
    } else {
        change = what;
        change_of = strand;
        none_due = TIMERS == 0;
    }
}

static void change_end(void)
{
    bool nothing_to_cancel = change == CANCEL && !model[change_of].queued;
    check(change == NOTHING || nothing_to_cancel, "a change is made under the lock");
    change = NOTHING;
}

/* The lock is held: what was announced happens now. */
static void model_commit(void)
{
    if (due != NOBODY) {
        model[due].sleeping = false;
        model_change(YIELD, due);
        due = NOBODY;
    } else if (in_run) {
        check(change != YIELD || none_due, "a strand yields to those that are due");
        model_change(change, change_of);
        change = NOTHING;
    } else if (hasten) {
        check(none_due, "those that are due are hastened too");
        queue_woken = queue_size;
        hasten = false;
    }
}

static bool due_before(const model_t *a, const model_t *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->armed < b->armed;
}

static uint32_t model_first_sleeper(void)
{
    uint32_t first = NOBODY;
    for (uint32_t s = 0; s < STRANDS; s++) {
        if (model[s].sleeping && (first == NOBODY || due_before(&model[s], &model[first]))) {
            first = s;
        }
    }
    return first;
}

/* After as many woken strands in a row as there are, the others get their turn. */
static void count_wakes(void)
{
    if (queue_woken == 0) {
        wakes_left = STRANDS;
    } else if (--wakes_left == 0) {
        wakes_left = STRANDS;
        hasten = true;
        hastened++;
        none_due = TIMERS == 0;
    }
}
