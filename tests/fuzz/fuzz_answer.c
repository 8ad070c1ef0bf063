/* Any bytes as a server's answer to a unit that resumes a file, and to one that asks for
 * a document: what is accepted is whole, and nothing is written where it must not be. */
#include "base/diag.h"
#include "content/net/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HAVE 100
#define WHOLE 1000
#define ANSWER_MAX 65536

struct server {
    int listener;
    char url[64];
    pthread_mutex_t lock;
    uint8_t data[ANSWER_MAX]; /* guarded by lock; of this input */
    size_t size;              /* guarded by lock */
};

static void *serve(void *context)
{
    struct server *s = context;
    static uint8_t data[ANSWER_MAX];
    const struct linger at_once = {.l_onoff = 1};
    char head[4096];
    for (;;) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            abort();
        pthread_mutex_lock(&s->lock);
        size_t size = s->size;
        memcpy(data, s->data, size);
        pthread_mutex_unlock(&s->lock);
        if (recv(fd, head, sizeof(head), 0) > 0)
            send(fd, data, size, MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        while (recv(fd, head, sizeof(head), 0) > 0)
            ;
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    return NULL;
}

static struct server *server(void)
{
    static struct server s = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);
    pthread_t thread;
    if (s.url[0])
        return &s;
    s.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s.listener < 0 || bind(s.listener, (struct sockaddr *)&at, length) < 0 ||
        listen(s.listener, 8) < 0 ||
        getsockname(s.listener, (struct sockaddr *)&at, &length) < 0)
        abort();
    snprintf(s.url, sizeof(s.url), "http://127.0.0.1:%u/", ntohs(at.sin_port));
    if (pthread_create(&thread, NULL, serve, &s) != 0)
        abort();
    return &s;
}

struct received {
    uint64_t at;
    unsigned done;
    int error;
};

static void restarted(void *context)
{
    ((struct received *)context)->at = 0;
}

static void received(void *context, const void *data, size_t length)
{
    (void)data;
    ((struct received *)context)->at += length;
}

static void done(void *context, struct net_answer *a)
{
    struct received *r = context;
    r->done++;
    r->error = a->error;
    if (a->error < 0 && a->error != -ECANCELED && !a->diag.text[0])
        abort(); /* refused without a sentence */
    if (a->error == 0 && (a->status < 200 || a->status > 299))
        abort();
    if (strlen(a->etag) >= sizeof(a->etag) || a->body.length > 4096)
        abort();
}

static void ask(struct net *n, const struct net_request *q, struct received *r)
{
    struct diag diag;
    if (net_start(n, q, NULL, &diag) < 0)
        abort();
    while (!r->done)
        if (net_run(n, 100) < 0)
            abort();
    if (r->done != 1)
        abort();
}

static void resume(struct net *n, const char *url)
{
    static const char old[HAVE] = {'o', 'l', 'd'};
    char now[HAVE] = {0};
    struct stat st;
    int fd = memfd_create("part", MFD_CLOEXEC);
    if (fd < 0 || write(fd, old, HAVE) != HAVE)
        abort();
    struct received r = {.at = HAVE};
    const struct net_request q = {.url = url,
                                  .file = &fd,
                                  .file_max = WHOLE,
                                  .offset = HAVE,
                                  .if_etag = "\"x\"",
                                  .max_bytes = 4096,
                                  .total_ms = 2000,
                                  .context = &r,
                                  .restarted = restarted,
                                  .received = received,
                                  .done = done};
    ask(n, &q, &r);
    if (fstat(fd, &st) < 0 || st.st_size > WHOLE || pread(fd, now, HAVE, 0) < 0)
        abort();
    if (r.at >= HAVE && (uint64_t)st.st_size != r.at && (uint64_t)st.st_size != HAVE)
        abort(); /* what was reported is not what is there */
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server *s = server();
    struct net *n = NULL;
    if (size > ANSWER_MAX)
        return -1;
    pthread_mutex_lock(&s->lock);
    memcpy(s->data, data, size);
    s->size = size;
    pthread_mutex_unlock(&s->lock);
    if (net_create("fuzz", &n) < 0)
        abort();
    resume(n, s->url);
    struct received r = {0};
    const struct net_request q = {
        .url = s->url, .max_bytes = 4096, .total_ms = 2000, .context = &r, .done = done};
    ask(n, &q, &r);
    net_destroy(n);
    return 0;
}
