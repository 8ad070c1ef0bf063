/* tramtin-server: keeps what approvers signed, hands it to units, collects what played.
 */
#include "base/diag.h"
#include "base/log.h"
#include "base/options.h"
#include "base/version.h"
#include "content/routes/routes.h"
#include "content/server/server.h"
#include "content/server/settings.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

static void print_help(const struct options *o)
{
    puts("usage: tramtin-server [OPTION...]\n"
         "Keeps what approvers signed, hands it to the units, collects what played.\n\n"
         "  tramtin-server --data /var/lib/tramtin --create-admin an.nguyen\n"
         "  tramtin-server --data /var/lib/tramtin --listen 127.0.0.1:8080\n");
    options_print_help(o, stdout);
}

static void print_routes(void)
{
    size_t count;
    const struct http_route_group *const *groups = routes_all(&count);
    for (size_t g = 0; g < count; g++)
        for (size_t i = 0; i < groups[g]->count; i++) {
            const struct http_route *r = &groups[g]->routes[i];
            printf("%-6s %-44s %-13s %s\n", http_method_name(r->method), r->path,
                   permission_name((enum permission)r->permission), r->doc);
        }
}

/* Blocked before any thread starts, so that every thread inherits it and only the main
 * one hears the signal. */
static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int serve(const struct settings *settings)
{
    struct diag diag = {""};
    struct server *server = NULL;
    sigset_t set;
    int number = 0;
    block_signals(&set);
    if (server_create(settings, &server, &diag) < 0) {
        log_write(LOG_ERROR, "server", diag_text(&diag), NULL);
        return EXIT_FAILURE;
    }
    printf("listening on %s\n", server_address(server));
    fflush(stdout);
    while (sigwait(&set, &number) != 0)
        ;
    log_write(LOG_INFO, "server", "ending", NULL);
    server_destroy(server);
    return EXIT_SUCCESS;
}

static int act(const struct settings *settings, const struct options *o)
{
    if (settings->help)
        print_help(o);
    else if (settings->version)
        printf("tramtin-server %s\n", version_text());
    else if (settings->print_config)
        options_print_sample(o, stdout);
    else if (settings->print_routes)
        print_routes();
    else if (settings->check_config)
        puts("the configuration is right");
    else
        return serve(settings);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct options *options = NULL;
    struct diag diag = {""};
    int r = settings_read(argc, argv, &settings, &options, &diag);
    if (r == 0 && !settings.help && !settings.version && !settings.print_config)
        r = settings_check(&settings, &diag);
    if (r < 0) {
        fprintf(stderr, "tramtin-server: %s\n", diag_text(&diag));
        options_destroy(options);
        return EXIT_USAGE;
    }
    r = act(&settings, options);
    options_destroy(options);
    return r;
}
