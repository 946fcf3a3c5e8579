/*
 * The scripted world: what happens to pins and UARTs, and when.
 *
 * Reads TSFW_SCRIPT, lines `<timeNs> pin <id> <0|1>` and `<timeNs> uart <index> <hex>`
 * sorted by time. Applying an event is the business of pins.c and uart.c.
 */

typedef enum { HOST_EVENT_PIN, HOST_EVENT_UART } host_event_kind_t;

typedef struct {
    uint64_t time_ns;
    host_event_kind_t kind;
    uint32_t index; /* pin or UART number */
    uint32_t size;  /* bytes of a UART event */
    char *bytes;    /* a pin event has its level in bytes[0]; owned by the script, never freed */
} host_event_t;

static host_event_t *host_script;
static size_t host_script_size;
static size_t host_script_next;

_Noreturn static void host_script_fail(size_t line, const char *text)
{
    fprintf(stderr, "tsfw host: script line %zu is not `<timeNs> pin <id> <0|1>` or `<timeNs> uart <index> <hex>`: %s\n",
            line, text);
    _exit(2);
}

static int host_hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes hex in place; false when it is not hex. */
static bool host_hex_decode(char *hex, uint32_t *size)
{
    *size = 0;
    for (; hex[2 * *size] != '\0'; ++*size) {
        int high = host_hex_digit(hex[2 * *size]);
        int low = high < 0 ? -1 : host_hex_digit(hex[2 * *size + 1]);
        if (low < 0) {
            return false;
        }
        hex[*size] = (char)(high << 4 | low);
    }
    return true;
}

/* Reads one line into *event; its text stays in `line`. */
static bool host_script_parse(char *line, host_event_t *event)
{
    char kind[5];
    int text = -1;
    unsigned long long time_ns;
    unsigned index;
    if (sscanf(line, "%llu %4s %u %n", &time_ns, kind, &index, &text) != 3 || text < 0) {
        return false;
    }
    /* Up to the next tick, so that the program never sees an event before its time. */
    time_ns += (1000 - time_ns % 1000) % 1000;
    *event = (host_event_t){ .time_ns = time_ns, .index = index, .bytes = line + text };
    event->bytes[strcspn(event->bytes, "\r\n")] = '\0';
    if (strcmp(kind, "pin") == 0 && (strcmp(event->bytes, "0") == 0 || strcmp(event->bytes, "1") == 0)) {
        event->kind = HOST_EVENT_PIN;
        event->bytes[0] = (char)(event->bytes[0] - '0');
        return true;
    }
    event->kind = HOST_EVENT_UART;
    return strcmp(kind, "uart") == 0 && host_hex_decode(event->bytes, &event->size);
}

static void host_script_add(host_event_t event)
{
    if ((host_script_size & (host_script_size - 1)) == 0) {
        size_t capacity = host_script_size == 0 ? 1 : 2 * host_script_size;
        host_script = realloc(host_script, capacity * sizeof event);
        if (host_script == NULL) {
            host_fail("cannot hold", "the script");
        }
    }
    host_script[host_script_size++] = event;
}

static void host_script_init(void)
{
    const char *path = getenv("TSFW_SCRIPT");
    if (path == NULL || *path == '\0') {
        return;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        host_fail("cannot read the script", path);
    }
    char *line = NULL;
    size_t room = 0;
    for (size_t number = 1; getline(&line, &room, file) >= 0; number++) {
        if (line[strspn(line, " \t\r\n")] != '\0') {
            host_event_t event;
            char *text = strdup(line);
            if (text == NULL || !host_script_parse(text, &event)) {
                host_script_fail(number, line);
            }
            if (host_script_size > 0 && host_script[host_script_size - 1].time_ns > event.time_ns) {
                host_script_fail(number, "earlier than the line before");
            }
            host_script_add(event);
        }
    }
    free(line);
    fclose(file);
}

/* Time of the next event, UINT64_MAX when there is none. */
static uint64_t host_script_time(void)
{
    return host_script_next < host_script_size ? host_script[host_script_next].time_ns : UINT64_MAX;
}
