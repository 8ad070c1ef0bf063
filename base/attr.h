#pragma once

/* Compiler attributes, named once. Nothing else in the tree spells __attribute__. */

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define PURE_FUNCTION __attribute__((pure))

/* CLEANUP(fd_close) int fd = ...; calls fd_close(&fd) when the scope ends. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* Defines a cleanup function NAMEp for use with CLEANUP from a destructor that accepts
 * NULL: DEFINE_CLEANUP(struct rundown *, rundown_destroy) gives rundown_destroyp. */
#define DEFINE_CLEANUP(type, destroy)                                                    \
    static inline void destroy##p(type *p)                                               \
    {                                                                                    \
        destroy(*p);                                                                     \
    }                                                                                    \
    struct destroy##_cleanup_defined

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* For functions that are called only after asking the processor. */
#define TARGET_SSE4 __attribute__((target("sse4.1")))
#define TARGET_AVX2 __attribute__((target("avx2")))
