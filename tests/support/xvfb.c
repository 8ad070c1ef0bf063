/* A display for tests. Owns the server process. */
#include "tests/support/xvfb.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void xvfb_exec(int number, const char *screen)
{
    char fd[16];
    snprintf(fd, sizeof(fd), "%d", number);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 2);
    execlp("Xvfb", "Xvfb", "-displayfd", fd, "-screen", "0", screen, "-nolisten", "tcp",
           "-noreset", (char *)NULL);
    _exit(127);
}

bool xvfb_start(struct xvfb *x, const char *screen)
{
    int number[2];
    if (pipe(number) < 0)
        return false;
    x->pid = fork();
    if (x->pid == 0) {
        close(number[0]);
        xvfb_exec(number[1], screen);
    }
    close(number[1]);
    char text[16] = ":";
    size_t length = 1;
    ssize_t n;
    while (length < sizeof(text) - 1 && !strchr(text, '\n') &&
           (n = read(number[0], text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)n;
    close(number[0]);
    char *end = strchr(text, '\n');
    if (x->pid < 0 || !end) {
        xvfb_stop(x);
        return false;
    }
    *end = '\0';
    return setenv("DISPLAY", text, 1) == 0;
}

void xvfb_stop(struct xvfb *x)
{
    if (x->pid <= 0)
        return;
    kill(x->pid, SIGTERM);
    waitpid(x->pid, NULL, 0);
    x->pid = 0;
}
