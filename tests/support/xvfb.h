#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* A display without a window manager for one test program: starts Xvfb on a number that
 * is free, sets DISPLAY. False when there is no Xvfb. The server ends with the program.
 */
struct xvfb {
    pid_t pid;
};

bool xvfb_start(struct xvfb *x, const char *screen); /* "1920x1080x24" */
void xvfb_stop(struct xvfb *x);
