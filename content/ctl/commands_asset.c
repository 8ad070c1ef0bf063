/* Commands about media: upload with a progress bar, list. */
#include "content/ctl/ctl.h"

#include "base/file.h"
#include "base/text.h"
#include "base/version.h"
#include "content/net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t int_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* One line that is drawn over itself; nothing where nobody looks. */
static void bar(const char *what, double done)
{
    if (!isatty(STDERR_FILENO))
        return;
    int full = (int)(done * 40);
    fprintf(stderr, "\r%-12s [%.*s%.*s] %3.0f %%", what, full,
            "########################################", 40 - full,
            "                                        ", done * 100);
}

static void bar_end(void)
{
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
}

static void progress(void *context, uint64_t sent, uint64_t to_send, uint64_t received,
                     uint64_t to_receive)
{
    (void)context;
    (void)received;
    (void)to_receive;
    if (to_send)
        bar("uploading", (double)sent / (double)to_send);
}

static int send_content(struct ctl *c, const char *id, int fd, uint64_t bytes)
{
    char url[1024], agent[64];
    /* A broken connection goes on where the server has got to. */
    for (int tries = 0;; tries++) {
        CLEANUP(json_decrefp) json_t *state = NULL;
        char path[128];
        snprintf(path, sizeof(path), "/api/v1/assets/%s", id);
        int code = ctl_call(c, "GET", path, NULL, &state);
        if (code != 0)
            return code;
        uint64_t offset = (uint64_t)int_of(state, "offset");
        if (offset >= bytes)
            return 0;
        snprintf(url, sizeof(url), "%s/api/v1/assets/%s/content?offset=%llu", c->v.server,
                 id, (unsigned long long)offset);
        snprintf(agent, sizeof(agent), "tramtinctl/%s", version_text());
        struct net_request request = {.method = "PUT",
                                      .url = url,
                                      .bearer = c->v.token,
                                      .body_type = "application/octet-stream",
                                      .body_file = &fd,
                                      .body_file_offset = offset,
                                      .body_file_bytes = bytes - offset,
                                      .stall_bytes_per_s = 1,
                                      .stall_s = 60,
                                      .progress = progress};
        struct net_answer answer = {0};
        int r = net_fetch(&request, agent, &answer);
        bar_end();
        buf_release(&answer.body);
        if (r == 0)
            return 0;
        if (answer.status || tries == 5)
            return ctl_fail(answer.status ? CTL_REFUSED : CTL_UNREACHABLE, "%s",
                            diag_text(&answer.diag));
    }
}

/* Until the server has checked and converted it. */
static int wait_ready(struct ctl *c, const char *id, json_t **ret)
{
    char path[128];
    snprintf(path, sizeof(path), "/api/v1/assets/%s", id);
    for (;;) {
        CLEANUP(json_decrefp) json_t *state = NULL;
        int code = ctl_call(c, "GET", path, NULL, &state);
        if (code != 0)
            return code;
        const char *what = text_of(state, "state");
        if (strcmp(what, "refused") == 0) {
            bar_end();
            return ctl_fail(CTL_REFUSED, "%s", text_of(state, "sentence"));
        }
        if (strcmp(what, "ready") == 0) {
            bar_end();
            *ret = json_incref(state);
            return 0;
        }
        bar("converting", (double)int_of(state, "progress_bp") / 10000);
        const struct timespec pause = {0, 300000000};
        nanosleep(&pause, NULL);
    }
}

static int upload(struct ctl *c)
{
    const char *path = c->arguments[0], *name = strrchr(path, '/');
    name = c->v.name ? c->v.name : name ? name + 1 : path;
    CLEANUP(file_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return ctl_fail(CTL_REFUSED, "cannot open '%s': %s", path, strerror(errno));
    CLEANUP(json_decrefp) json_t *created = NULL;
    CLEANUP(json_decrefp) json_t *ready = NULL;
    CLEANUP(json_decrefp)
    json_t *body = json_pack("{s:s, s:I}", "name", name, "bytes", (json_int_t)st.st_size);
    int code = ctl_call(c, "POST", "/api/v1/assets", body, &created);
    if (code == 0)
        code = send_content(c, text_of(created, "id"), fd, (uint64_t)st.st_size);
    if (code == 0)
        code = wait_ready(c, text_of(created, "id"), &ready);
    if (code != 0)
        return code;
    if (c->v.json)
        return json_dumpf(ready, stdout, JSON_INDENT(1)) < 0 ? CTL_REFUSED : CTL_DONE;
    printf("%s is ready: use it in a draft as \"asset\": \"@%s\"\n", name, name);
    return CTL_DONE;
}

static int asset_list(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_call(c, "GET", "/api/v1/assets", NULL, &answer);
    if (code != 0)
        return code;
    if (c->v.json)
        return json_dumpf(answer, stdout, JSON_INDENT(1)) < 0 ? CTL_REFUSED : CTL_DONE;
    const json_t *list = json_object_get(answer, "assets");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *a = json_array_get(list, i);
        printf("%-32s %-10s %8.1f s  %s\n", text_of(a, "name"), text_of(a, "state"),
               (double)int_of(a, "duration_ms") / 1000, text_of(a, "sentence"));
    }
    return CTL_DONE;
}

static const struct option_key keys_upload[] = {
    {"name", OPTION_TEXT, CTL_AT(name), NULL, 0, 0, "NAME", "else the file's"},
    {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "print what became of it"}};
static const struct option_key keys_list[] = {
    {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "as JSON"}};

static const struct command commands[] = {
    {"asset upload", "FILE",
     "bring a video, sound or picture; the server checks and converts",
     "Goes on where a broken connection left off.", keys_upload,
     ARRAY_LENGTH(keys_upload), 1, 1, upload},
    {"asset list", "", "what was uploaded and what became of it", NULL, keys_list,
     ARRAY_LENGTH(keys_list), 0, 0, asset_list},
};
const struct command_group commands_asset = {commands, ARRAY_LENGTH(commands)};
