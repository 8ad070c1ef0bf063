#pragma once
#include "base/attr.h"

/* The whole server, wired: objects, routes, HTTP. */

struct diag;
struct server_settings;
struct server;

/* Answers from here on. *ret is the caller's. */
MUST_CHECK int server_create(const struct server_settings *settings, struct server **ret,
                             struct diag *diag);
void server_destroy(struct server *s); /* accepts NULL; within about a second */
const char *server_address(const struct server *s);
