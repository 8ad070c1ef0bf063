#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A server that answers whatever a test wants, byte by byte: raw sockets, one thread per
 * connection, a port of the kernel's choice. */

struct hostile;

/* Answer the request whose head is `head` (NUL-terminated) and its body. Return 0 to keep
 * the connection, anything else to close it. Runs on a thread of the connection. */
typedef int hostile_answer(void *context, int fd, const char *head, const char *body,
                           size_t body_length);

struct hostile *hostile_start(hostile_answer *answer, void *context);
void hostile_stop(struct hostile *h); /* closes every connection first; accepts NULL */
uint16_t hostile_port(const struct hostile *h);
const char *hostile_url(const struct hostile *h); /* "http://127.0.0.1:PORT" */

/* 0, or -1 when the client has gone. */
int hostile_send(int fd, const void *data, size_t length);
int hostile_printf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What this connection is sent from now on ends after so many bytes: then hostile_send
 * fails, so that the answer closes the connection there. -1: no end. */
void hostile_cut_after(long bytes);
bool hostile_was_cut(void); /* since hostile_cut_after; by the connection's thread */
/* Say nothing until the client goes away or hostile_stop. */
void hostile_stall(int fd);
/* The client has closed, or the server is being stopped. */
bool hostile_gone(int fd);
