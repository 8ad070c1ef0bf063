#pragma once
#include <stdbool.h>
#include <sys/types.h>

/* A PostgreSQL cluster of one test program: made in $TMPDIR, heard on a socket there
 * only. PostgreSQL refuses to run as root, so root hands the folder to the user
 * `postgres`. The server ends with the program, and its folder goes with $TMPDIR. */
struct postgres {
    pid_t pid;
    int log; /* the server's complaints */
    char folder[80];
    char url[256]; /* postgresql://... of a database that is empty at first */
};

bool postgres_start(struct postgres *p); /* false, with a sentence on standard error */
bool postgres_empty(struct postgres *p); /* forgets every table */
void postgres_stop(struct postgres *p);
