#pragma once

/* Puts the bytes of a file of the build into the program, as the constant array NAME and
 * its end NAME_end. `path` is seen from the root of the tree; the makefile must list it
 * before the object that embeds it. C17 has no word of its own for this. */
#define EMBED(name, path)                                                                \
    extern const unsigned char name[], name##_end[];                                     \
    __asm__(".pushsection .rodata\n"                                                     \
            ".balign 16\n"                                                               \
            ".globl " #name "\n" #name ":\n"                                             \
            ".incbin \"" path "\"\n"                                                     \
            ".globl " #name "_end\n" #name "_end:\n"                                     \
            ".byte 0\n"                                                                  \
            ".popsection\n")
