/* The connections that are open, and what each client still owes. The library ends a
 * connection that is silent; a client that drips a byte now and then is ended here, by
 * shutting its socket down, which the event thread then sees as its end. */
#include "content/http/internal.h"

#include <sys/socket.h>

void http_connection_notify(void *context, struct MHD_Connection *connection,
                            void **socket_context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = context;
    struct http_connection *c = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        c = calloc(1, sizeof(*c));
        if (!c || !info) {
            free(c);
            return;
        }
        c->fd = info->connect_fd;
        c->deadline_us = http_now_us() + (int64_t)s->options.request_ms * 1000;
        pthread_mutex_lock(&s->connections_lock);
        c->next = s->connections;
        if (c->next)
            c->next->previous = c;
        s->connections = c;
        s->connection_count++;
        pthread_mutex_unlock(&s->connections_lock);
        *socket_context = c;
        return;
    }
    if (!c)
        return;
    pthread_mutex_lock(&s->connections_lock);
    if (c->previous)
        c->previous->next = c->next;
    else
        s->connections = c->next;
    if (c->next)
        c->next->previous = c->previous;
    s->connection_count--;
    pthread_mutex_unlock(&s->connections_lock);
    *socket_context = NULL;
    free(c);
}

void http_connection_owes(struct MHD_Connection *connection, struct http_server *s,
                          int64_t budget_us)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_connection *c = info ? info->socket_context : NULL;
    if (!c)
        return;
    pthread_mutex_lock(&s->connections_lock);
    c->deadline_us = budget_us ? http_now_us() + budget_us : 0;
    pthread_mutex_unlock(&s->connections_lock);
}

int64_t http_connections_expire(struct http_server *s, int64_t now_us)
{
    int64_t soonest = INT64_MAX;
    pthread_mutex_lock(&s->connections_lock);
    for (struct http_connection *c = s->connections; c; c = c->next) {
        if (c->deadline_us == 0)
            continue;
        if (c->deadline_us <= now_us) {
            shutdown(c->fd, SHUT_RDWR); /* open until the notification, so it is ours */
            c->deadline_us = 0;
        } else if (c->deadline_us < soonest) {
            soonest = c->deadline_us;
        }
    }
    pthread_mutex_unlock(&s->connections_lock);
    return soonest;
}
