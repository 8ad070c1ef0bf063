/* "ADDR:PORT" to a listening socket. */
#include "base/diag.h"
#include "base/text.h"
#include "content/http/internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* "[::1]:80" and "::1:80" both have their port after the last colon. */
static int split(const char *where, char *host, size_t size, const char **ret_port)
{
    const char *colon = strrchr(where, ':');
    int64_t port;
    if (!colon || text_to_int64(colon + 1, 0, 65535, &port) < 0)
        return -EINVAL;
    size_t length = (size_t)(colon - where);
    if (length >= 2 && where[0] == '[' && where[length - 1] == ']') {
        where++;
        length -= 2;
    }
    if (length >= size || length == 0)
        return -EINVAL;
    memcpy(host, where, length);
    host[length] = '\0';
    *ret_port = colon + 1;
    return 0;
}

static int bind_socket(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    int yes = 1, no = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (a->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
    if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, 4096) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

static void say_address(int fd, char *ret, size_t size)
{
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof(storage);
    char host[INET6_ADDRSTRLEN] = "?", port[8] = "?";
    if (getsockname(fd, (struct sockaddr *)&storage, &length) == 0)
        getnameinfo((struct sockaddr *)&storage, length, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(ret, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

int http_listen(const char *where, int *ret_fd, char *ret_address, size_t size,
                struct diag *diag)
{
    char host[128];
    const char *port;
    if (split(where, host, sizeof(host), &port) < 0)
        return diag_set(diag, -EINVAL, "cannot listen on '%s': expected ADDRESS:PORT",
                        where);
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                             .ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int r = getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, port, &hints, &found);
    if (r != 0)
        return diag_set(diag, -EINVAL, "cannot listen on '%s': %s", where,
                        gai_strerror(r));
    int fd = bind_socket(found);
    freeaddrinfo(found);
    if (fd < 0)
        return diag_set(diag, fd, "cannot listen on '%s': %s", where, strerror(-fd));
    say_address(fd, ret_address, size);
    *ret_fd = fd;
    return 0;
}
