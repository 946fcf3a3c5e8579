/*
 * Strings as the application passes them. The one header of the runtime that C beside TypeScript may include.
 */
#ifndef TSFW_STR_H
#define TSFW_STR_H

#include <stdint.h>

/**
 * A string: `size` bytes of UTF-8 without a NUL. A lone surrogate is kept in its
 * three-byte form (generalised UTF-8); two halves that meet are always joined.
 * Borrowed: whoever made it owns the bytes and keeps them while it is read.
 */
typedef struct {
    const char *data;
    uint32_t size;
} tsfw_str_t;

/** A tsfw_str_t of a C string literal. */
#define TSFW_STR(literal) ((tsfw_str_t){ (literal), (uint32_t)(sizeof(literal) - 1) })

#endif
