/*
 * Warnings that say something about the author's program and nothing about our
 * C: a program may compare what is always equal and keep what it never reads.
 * Included by the generated app.c before its code.
 */
#ifndef TSFW_APP_WARNINGS_H
#define TSFW_APP_WARNINGS_H

#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-value"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-parameter"
#if defined(__clang__) || __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wlogical-op"
/* What a function leaves unwritten because it threw is not read: a flag says so. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#endif
