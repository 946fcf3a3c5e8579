/*
 * The runtime as part of the program's one translation unit; what is unused vanishes.
 */
#include "format_int.c"
#include "format_f64.c"
#include "numbers.c"
#include "strings.c"
#include "string_methods.c"
#include "string_pieces.c"
#include "string_making.c"
#include "number_text.c"
#include "number_parse.c"
#include "json.c"
#include "log.c"
#include "panic.c"
#include "timer_queue.c"
#include "time.c"
#include "executor.c"
#include "pool.c"
