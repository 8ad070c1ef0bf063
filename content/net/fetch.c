/* One request from start to end. */
#include "content/net/net.h"

#include <errno.h>

DEFINE_CLEANUP(struct net *, net_destroy);

struct fetch {
    const struct net_request *request;
    struct net_answer *ret;
    bool done;
};

static void fetch_restarted(void *context)
{
    const struct fetch *f = context;
    f->request->restarted(f->request->context);
}

static void fetch_received(void *context, const void *data, size_t length)
{
    const struct fetch *f = context;
    f->request->received(f->request->context, data, length);
}

static void fetch_progress(void *context, uint64_t sent, uint64_t to_send,
                           uint64_t received, uint64_t to_receive)
{
    const struct fetch *f = context;
    f->request->progress(f->request->context, sent, to_send, received, to_receive);
}

static void fetch_done(void *context, struct net_answer *answer)
{
    struct fetch *f = context;
    *f->ret = *answer;
    answer->body = (struct buf)BUF_INIT(0); /* moved */
    f->done = true;
}

int net_fetch(const struct net_request *request, const char *agent,
              struct net_answer *ret)
{
    *ret = (struct net_answer){.body = BUF_INIT(0)};
    CLEANUP(net_destroyp) struct net *n = NULL;
    ret->error = net_create(agent, &n);
    if (ret->error < 0)
        return diag_set(&ret->diag, ret->error, "out of memory");
    struct fetch f = {.request = request, .ret = ret};
    struct net_request q = *request;
    q.context = &f;
    q.done = fetch_done;
    q.restarted = request->restarted ? fetch_restarted : NULL;
    q.received = request->received ? fetch_received : NULL;
    q.progress = request->progress ? fetch_progress : NULL;
    ret->error = net_start(n, &q, NULL, &ret->diag);
    if (ret->error < 0)
        return ret->error;
    while (!f.done) {
        int r = net_run(n, 1000);
        if (r < 0)
            return ret->error = diag_set(&ret->diag, r, "cannot wait for the answer");
    }
    return ret->error;
}
