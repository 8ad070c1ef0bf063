/* tramtin-server: keeps what approvers signed, hands it to units, collects what played.
 */
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/log.h"
#include "base/options.h"
#include "base/text.h"
#include "base/version.h"
#include "content/routes/routes.h"
#include "content/server/backup.h"
#include "content/server/identity.h"
#include "content/server/server.h"
#include "content/server/settings.h"
#include "content/server/storage.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* A parked long poll costs a descriptor; shells give 1,024. */
static void raise_descriptors(const struct server_settings *settings)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)settings->connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < wanted)
        log_write(LOG_WARNING, "server",
                  "fewer open files are allowed than connections may need; raise "
                  "LimitNOFILE (ulimit -n) or lower --connections",
                  "allowed=%llu needed=%llu", (unsigned long long)limit.rlim_cur,
                  (unsigned long long)wanted);
}

static int serve(const struct server_settings *settings)
{
    struct diag diag = {""};
    struct server *server = NULL;
    sigset_t set;
    int number = 0;
    block_signals(&set);
    raise_descriptors(settings);
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

/* ---- instead of serving ---- */

static int fail(const struct diag *diag)
{
    fprintf(stderr, "tramtin-server: %s\n", diag_text(diag));
    return EXIT_FAILURE;
}

static int create_admin(const struct server_settings *settings)
{
    struct diag diag = {""};
    struct depot *depot = NULL;
    char token[ROUTES_TOKEN_SIZE];
    struct sha256 hash;
    int64_t now_ms = clock_wall_ms(clock_system());
    if (!text_is_identifier(settings->create_admin)) {
        diag_set(&diag, -EINVAL,
                 "create-admin: expected 1-64 characters of a-z 0-9 - _ .");
        return fail(&diag);
    }
    if (storage_open_depot(settings, &depot, &diag) < 0)
        return fail(&diag);
    json_t *roles = json_pack("[{s:s}]", "permission", "administrator");
    int r = depot_person_add(depot, settings->create_admin, roles, now_ms);
    json_decref(roles);
    if (r == 0)
        r = routes_token_create(token, &hash);
    if (r == 0)
        r = depot_person_token_add(depot, settings->create_admin, &hash, now_ms, 0);
    depot_close(depot);
    if (r < 0) {
        diag_set(&diag, r, "cannot add '%s': %s", settings->create_admin,
                 r == -EEXIST ? "there is somebody with this name" : strerror(-r));
        return fail(&diag);
    }
    puts(token);
    return EXIT_SUCCESS;
}

static int show_key(const struct server_settings *settings)
{
    struct diag diag = {""};
    struct secret_key secret;
    struct public_key key;
    char hex[KEY_HEX_SIZE];
    int r = file_make_folders(settings->data, 0750);
    if (r < 0)
        diag_set(&diag, r, "cannot make '%s': %s", settings->data, strerror(-r));
    else
        r = identity_open(settings->data, &secret, &diag);
    if (r < 0)
        return fail(&diag);
    key_public(&secret, &key);
    key_secret_wipe(&secret);
    key_to_hex(&key, hex);
    puts(hex);
    return EXIT_SUCCESS;
}

static int write_backup(const struct server_settings *settings)
{
    struct diag diag = {""};
    struct depot *depot = NULL;
    struct object_folder *objects = NULL;
    char path[PATH_MAX];
    int64_t bytes = 0;
    snprintf(path, sizeof(path), "%s/objects", settings->data);
    int r = storage_open_depot(settings, &depot, &diag);
    if (r == 0)
        r = object_folder_open(path, &objects, &diag);
    if (r == 0)
        r = backup_write(depot, objects, settings->data, settings->backup, &bytes, &diag);
    object_folder_close(objects);
    depot_close(depot);
    if (r < 0)
        return fail(&diag);
    printf("%s: %lld bytes\n", settings->backup, (long long)bytes);
    return EXIT_SUCCESS;
}

static int restore(const struct server_settings *settings)
{
    struct diag diag = {""};
    unsigned missing = 0;
    if (backup_restore(settings->restore, settings->data, &missing, &diag) < 0)
        return fail(&diag);
    if (missing > 0)
        printf("restored; %u media objects are still missing: copy the folder 'objects' "
               "of the "
               "old server into %s/\n",
               missing, settings->data);
    else
        printf("restored; nothing is missing\n");
    return EXIT_SUCCESS;
}

/* Where the sandbox will look for what media are converted with. */
static void check_config(void)
{
    static const char *const programs[] = {"/usr/bin/bwrap", "/usr/bin/ffmpeg",
                                           "/usr/bin/ffprobe"};
    puts("the configuration is right");
    for (size_t i = 0; i < ARRAY_LENGTH(programs); i++)
        printf("%s: %s\n", programs[i],
               access(programs[i], X_OK) == 0 ? "is there"
                                              : "is missing: uploads will wait for it");
}

static int act(const struct server_settings *settings, const struct options *o)
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
        check_config();
    else if (settings->create_admin)
        return create_admin(settings);
    else if (settings->show_key)
        return show_key(settings);
    else if (settings->backup)
        return write_backup(settings);
    else if (settings->restore)
        return restore(settings);
    else
        return serve(settings);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct server_settings settings;
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
    r = key_init() < 0 ? EXIT_FAILURE : act(&settings, options);
    options_destroy(options);
    return r;
}
