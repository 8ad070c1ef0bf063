/* A server for tests that answers whatever a test wants. */
#include "tests/support/hostile.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 4096
#define REQUEST_BYTES (4u << 20)

struct connection {
    struct hostile *h;
    int fd;
    pthread_t thread;
};

struct hostile {
    hostile_answer *answer;
    void *context;
    int listener;
    uint16_t port;
    char url[64];
    pthread_t thread;
    pthread_mutex_t lock;
    struct connection connections[CONNECTIONS]; /* guarded by lock */
    size_t count;                               /* guarded by lock */
};

static _Thread_local long bytes_left = -1;
static _Thread_local bool was_cut;

void hostile_cut_after(long bytes)
{
    bytes_left = bytes;
    was_cut = false;
}

bool hostile_was_cut(void)
{
    return was_cut;
}

int hostile_send(int fd, const void *data, size_t length)
{
    if (bytes_left >= 0 && (unsigned long)bytes_left < length) {
        length = (size_t)bytes_left;
        was_cut = true;
    }
    if (bytes_left >= 0)
        bytes_left -= (long)length;
    for (const char *at = data; length > 0;) {
        ssize_t n = send(fd, at, length, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        at += n;
        length -= (size_t)n;
    }
    return was_cut ? -1 : 0;
}

int hostile_printf(int fd, const char *format, ...)
{
    char text[8192];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    return hostile_send(fd, text, (size_t)n);
}

void hostile_stall(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0)
        ;
}

bool hostile_gone(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* One request at the front of `data`; 0 when it is complete. */
static int read_request(int fd, char *data, size_t *body_at, size_t *body_length)
{
    size_t have = 0;
    char *end;
    data[0] = '\0';
    while (!(end = strstr(data, "\r\n\r\n"))) {
        ssize_t n = recv(fd, data + have, REQUEST_BYTES - 1 - have, 0);
        if (n <= 0)
            return -1;
        have += (size_t)n;
        data[have] = '\0';
    }
    *body_at = (size_t)(end + 4 - data);
    const char *length = strcasestr(data, "\r\nContent-Length:");
    *body_length = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    if (*body_at + *body_length >= REQUEST_BYTES)
        return -1;
    while (have < *body_at + *body_length) {
        ssize_t n = recv(fd, data + have, REQUEST_BYTES - 1 - have, 0);
        if (n <= 0)
            return -1;
        have += (size_t)n;
    }
    data[have] = '\0';
    end[2] = '\0'; /* the head as a text of its own */
    return 0;
}

static void *serve(void *context)
{
    struct connection *c = context;
    char *data = malloc(REQUEST_BYTES);
    size_t body_at, body_length;
    while (data && read_request(c->fd, data, &body_at, &body_length) == 0)
        if (c->h->answer(c->h->context, c->fd, data, data + body_at, body_length) != 0)
            break;
    shutdown(c->fd, SHUT_RDWR);
    free(data);
    return NULL;
}

static void *accept_all(void *context)
{
    struct hostile *h = context;
    int fd;
    while ((fd = accept(h->listener, NULL, NULL)) >= 0) {
        pthread_mutex_lock(&h->lock);
        if (h->count < CONNECTIONS) {
            struct connection *c = &h->connections[h->count];
            *c = (struct connection){.h = h, .fd = fd};
            if (pthread_create(&c->thread, NULL, serve, c) == 0)
                h->count++;
        }
        pthread_mutex_unlock(&h->lock);
    }
    return NULL;
}

struct hostile *hostile_start(hostile_answer *answer, void *context)
{
    struct hostile *h = calloc(1, sizeof(*h));
    if (!h)
        abort();
    h->answer = answer;
    h->context = context;
    h->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    pthread_mutex_init(&h->lock, NULL);
    if (h->listener < 0 || bind(h->listener, (struct sockaddr *)&at, size) < 0 ||
        listen(h->listener, 64) < 0 ||
        getsockname(h->listener, (struct sockaddr *)&at, &size) < 0 ||
        pthread_create(&h->thread, NULL, accept_all, h) != 0)
        abort();
    h->port = ntohs(at.sin_port);
    snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%u", h->port);
    return h;
}

void hostile_stop(struct hostile *h)
{
    if (!h)
        return;
    shutdown(h->listener, SHUT_RDWR);
    pthread_join(h->thread, NULL);
    for (size_t i = 0; i < h->count; i++)
        shutdown(h->connections[i].fd, SHUT_RDWR);
    for (size_t i = 0; i < h->count; i++) {
        pthread_join(h->connections[i].thread, NULL);
        close(h->connections[i].fd);
    }
    close(h->listener);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

uint16_t hostile_port(const struct hostile *h)
{
    return h->port;
}

const char *hostile_url(const struct hostile *h)
{
    return h->url;
}
