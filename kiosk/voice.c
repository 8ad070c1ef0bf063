/* The synthesiser reads memory and writes memory (memfd): a page takes it a fifth of a
 * second. It is waited for on a thread of its own; then the sound is a clip. */
#include "kiosk/voice.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "content/speech/normalize.h"
#include "kiosk/background.h"
#include "player/clip.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENGINE_WAIT_MS = 20000 };

extern char **environ;

/* What each language is said with; NULL: by nobody. */
static const char *const voices[LANGUAGE_COUNT] = {
    [LANGUAGE_VI] = "vi-vn-x-central", [LANGUAGE_LO] = NULL, [LANGUAGE_EN] = "en-gb"};

struct voice {
    char engine[256]; /* path */
    struct zygote *zygote;
    struct mixer *mixer;
    struct background *background;
    uint64_t wanted; /* which order counts; 0: none */
    uint64_t orders;
    struct clip *clip; /* NULL: not yet */
    bool started;
};

/* ---- the synthesiser, on its thread ---- */

struct voice_job {
    struct job job; /* first */
    const char *engine;
    enum language language;
    char *text;
    uint64_t order;
    int sound_fd; /* the result; negative: the error */
};

static void wipe(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    text_free(text);
    *text = NULL;
}

/* Waits for the child; kills it when it takes too long. */
static int engine_wait(pid_t pid)
{
    CLEANUP(file_closep) int fd = pidfd_open(pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int status;
    if (fd < 0 || poll(&p, 1, ENGINE_WAIT_MS) <= 0)
        (void)kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static int engine_run(const struct voice_job *j, int text_fd, int sound_fd)
{
    char *const arguments[] = {(char *)(uintptr_t)j->engine,
                               (char *)(uintptr_t) "-v",
                               (char *)(uintptr_t)voices[j->language],
                               (char *)(uintptr_t) "-s",
                               (char *)(uintptr_t) "145", /* words a minute; usual: 175 */
                               (char *)(uintptr_t) "--stdin",
                               (char *)(uintptr_t) "--stdout",
                               NULL};
    posix_spawn_file_actions_t files;
    pid_t pid = 0;
    int r = -posix_spawn_file_actions_init(&files);
    if (r < 0)
        return r;
    r = -posix_spawn_file_actions_adddup2(&files, text_fd, STDIN_FILENO);
    if (r == 0)
        r = -posix_spawn_file_actions_adddup2(&files, sound_fd, STDOUT_FILENO);
    if (r == 0)
        r = -posix_spawn(&pid, j->engine, &files, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    return r < 0 ? r : engine_wait(pid);
}

/* What the text sounds like, from its beginning: a descriptor that is the caller's. */
static int say_in_memory(const struct voice_job *j, const char *text)
{
    CLEANUP(file_closep) int text_fd = memfd_create("text", MFD_CLOEXEC);
    int sound_fd = memfd_create("sound", MFD_CLOEXEC);
    int r = text_fd < 0 || sound_fd < 0 ? -errno : 0;
    if (r == 0)
        r = file_write_all(text_fd, text, strlen(text));
    if (r == 0 && lseek(text_fd, 0, SEEK_SET) < 0)
        r = -errno;
    if (r == 0)
        r = engine_run(j, text_fd, sound_fd);
    if (r == 0 && lseek(sound_fd, 0, SEEK_SET) < 0)
        r = -errno;
    if (r == 0)
        return sound_fd;
    if (sound_fd >= 0)
        close(sound_fd);
    return r;
}

static void voice_job_run(struct job *job)
{
    struct voice_job *j = (struct voice_job *)job;
    char *spoken = NULL;
    int r = j->language == LANGUAGE_VI ? speech_normalize(j->text, &spoken) : 0;
    j->sound_fd = r < 0 ? r : say_in_memory(j, spoken ? spoken : j->text);
    wipe(&spoken);
    wipe(&j->text);
}

static void voice_job_destroy(struct job *job)
{
    struct voice_job *j = (struct voice_job *)job;
    wipe(&j->text);
    if (j->sound_fd >= 0)
        close(j->sound_fd);
    free(j);
}

/* ---- the main thread ---- */

/* The program's path, from PATH where it is a bare name. */
static bool engine_find(const char *engine, char *ret, size_t size)
{
    if (strchr(engine, '/'))
        return text_copy(ret, size, engine) && access(engine, X_OK) == 0;
    const char *at = getenv("PATH");
    for (at = at ? at : "/usr/bin:/bin"; *at && *engine; at += *at == ':') {
        size_t n = strcspn(at, ":");
        if ((size_t)snprintf(ret, size, "%.*s/%s", (int)n, at, engine) < size &&
            access(ret, X_OK) == 0)
            return true;
        at += n;
    }
    return false;
}

int voice_create(const char *engine, struct zygote *zygote, struct mixer *mixer,
                 struct voice **ret)
{
    struct voice *v = calloc(1, sizeof(*v));
    if (!v)
        return -ENOMEM;
    v->zygote = zygote;
    v->mixer = mixer;
    int r = engine_find(engine, v->engine, sizeof(v->engine)) ? 0 : -ENOENT;
    if (r == 0)
        r = background_create(&v->background);
    if (r < 0) {
        free(v);
        return r;
    }
    *ret = v;
    return 0;
}

void voice_destroy(struct voice *v)
{
    if (!v)
        return;
    voice_stop(v);
    background_destroy(v->background);
    free(v);
}

bool voice_speaks(enum language language)
{
    return voices[language] != NULL;
}

int voice_say(struct voice *v, enum language language, char **take)
{
    voice_stop(v);
    struct voice_job *j = calloc(1, sizeof(*j));
    if (!j)
        return -ENOMEM;
    j->job = (struct job){voice_job_run, voice_job_destroy};
    j->engine = v->engine;
    j->language = language;
    j->sound_fd = -1;
    j->text = *take;
    *take = NULL;
    j->order = ++v->orders;
    struct job *job = &j->job;
    int r = voice_speaks(language) ? background_send(v->background, &job) : -ENOENT;
    if (r < 0) {
        voice_job_destroy(&j->job);
        return r;
    }
    v->wanted = j->order;
    return 0;
}

void voice_stop(struct voice *v)
{
    if (!v)
        return;
    clip_destroy(v->clip);
    v->clip = NULL;
    v->started = false;
    v->wanted = 0;
}

/* The sound is there: a clip begins, unless something else is wanted by now. */
static void sound_take(struct voice *v, struct voice_job *j)
{
    struct diag diag = {""};
    if (j->order != v->wanted)
        return;
    struct clip_spec spec = {
        .kind = CLIP_AUDIO, .fd = j->sound_fd, .name = "speech", .voice = true};
    int r = j->sound_fd;
    if (r >= 0) {
        j->sound_fd = -1; /* the clip's */
        r = clip_open(v->zygote, v->mixer, &spec, &v->clip, &diag);
    }
    if (r < 0)
        voice_stop(v);
}

bool voice_update(struct voice *v, int64_t now_us)
{
    struct job *job;
    while ((job = background_receive(v->background))) {
        sound_take(v, (struct voice_job *)job);
        job->destroy(job);
    }
    if (!v->clip)
        return v->wanted != 0;
    enum clip_state state = clip_poll(v->clip);
    if (state == CLIP_READY && !v->started) {
        clip_start(v->clip, now_us);
        v->started = true;
    }
    if (state == CLIP_ENDED || state == CLIP_FAILED)
        voice_stop(v);
    return v->wanted != 0;
}
