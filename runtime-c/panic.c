/*
 * The end of a program that cannot go on: says what and where, then stops.
 */
#include "include/port.h"

_Noreturn TSFW_OUT_OF_LINE void tsfw_panic(tsfw_str_t message, const char *file, uint32_t line)
{
#if TSFW_LOG || TSFW_HOST
    tsfw_log_begin(TSFW_LOG_ERROR);
    tsfw_log_str(TSFW_STR("panic: "));
    tsfw_log_str(message);
    if (file != NULL) {
        tsfw_log_str(TSFW_STR("\n    at "));
        tsfw_log_str((tsfw_str_t){ file, (uint32_t)__builtin_strlen(file) });
        tsfw_log_str(TSFW_STR(":"));
        tsfw_log_u32(line);
    }
    tsfw_log_end();
#else
    (void)message;
    (void)file;
    (void)line;
#endif
    tsfw_port_halt(134);
}

_Noreturn TSFW_API void tsfw_panic_at(tsfw_str_t message, tsfw_str_t location)
{
#if TSFW_LOG || TSFW_HOST
    tsfw_log_begin(TSFW_LOG_ERROR);
    tsfw_log_str(TSFW_STR("panic: "));
    tsfw_log_str(message);
    tsfw_log_str(TSFW_STR("\n    at "));
    tsfw_log_str(location);
    tsfw_log_end();
#else
    (void)message;
    (void)location;
#endif
    tsfw_port_halt(134);
}
