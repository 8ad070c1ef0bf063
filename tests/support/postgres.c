/* A throwaway cluster. Owns the server process. */
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The newest of the versions that are there. */
static bool find_program(const char *name, char *ret, size_t size)
{
    char pattern[64];
    glob_t found;
    snprintf(pattern, sizeof(pattern), "/usr/lib/postgresql/*/bin/%s", name);
    bool any = glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0;
    if (any)
        snprintf(ret, size, "%s", found.gl_pathv[found.gl_pathc - 1]);
    globfree(&found);
    return any;
}

/* A folder that the user who runs the server owns and reaches. */
static bool make_folder(struct postgres *p)
{
    const char *parent = getenv("TMPDIR");
    if (!parent)
        parent = "/tmp";
    struct stat st;
    if (snprintf(p->folder, sizeof(p->folder), "%s/pg-XXXXXX", parent) >=
            (int)sizeof(p->folder) ||
        !mkdtemp(p->folder))
        return false;
    if (geteuid() != 0)
        return true;
    const struct passwd *user = getpwnam("postgres");
    return user && chown(p->folder, user->pw_uid, user->pw_gid) == 0 &&
           stat(parent, &st) == 0 &&
           ((st.st_mode & S_IXOTH) || chmod(parent, (st.st_mode & 07777) | S_IXOTH) == 0);
}

/* In the child. A change of user would undo the wish to end with the parent, so that is
 * uttered last. SIGQUIT: at once, and nothing stays in shared memory. */
static void become_server(const struct postgres *p, int output)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;
    if (user && (initgroups(user->pw_name, user->pw_gid) < 0 ||
                 setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0))
        _exit(126);
    if (prctl(PR_SET_PDEATHSIG, SIGQUIT) < 0 || chdir(p->folder) < 0)
        _exit(126);
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(output < 0 ? null : output, 2);
}

static bool make_cluster(const struct postgres *p)
{
    char program[128];
    int status = 0;
    if (!find_program("initdb", program, sizeof(program)))
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        become_server(p, -1);
        execl(program, "initdb", "-D", "data", "-U", "tramtin", "-A", "trust", "-E",
              "UTF8", "--locale=C", "--no-sync", (char *)NULL);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* The server says on its log when it is ready; what follows fits into the pipe. */
static bool wait_until_ready(struct postgres *p)
{
    char text[8192] = "";
    size_t length = 0;
    ssize_t n;
    while (length < sizeof(text) - 1 &&
           (n = read(p->log, text + length, sizeof(text) - 1 - length)) > 0) {
        length += (size_t)n;
        text[length] = '\0';
        if (strstr(text, "ready to accept connections"))
            return true;
    }
    fprintf(stderr, "postgres: %s\n", text);
    return false;
}

static bool run_server(struct postgres *p)
{
    char program[128];
    int log[2];
    if (!find_program("postgres", program, sizeof(program)) || pipe2(log, O_CLOEXEC) < 0)
        return false;
    p->log = log[0];
    p->pid = fork();
    if (p->pid == 0) {
        become_server(p, log[1]);
        execl(program, "postgres", "-D", "data", "-k", p->folder, "-c",
              "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=8MB", "-c",
              "log_min_messages=log", "-c", "log_checkpoints=off", (char *)NULL);
        _exit(127);
    }
    close(log[1]);
    return p->pid > 0 && wait_until_ready(p);
}

bool postgres_start(struct postgres *p)
{
    *p = (struct postgres){.log = -1};
    if (!make_folder(p) || !make_cluster(p) || !run_server(p)) {
        fprintf(stderr, "postgres: cannot start a cluster in '%s'\n", p->folder);
        postgres_stop(p);
        return false;
    }
    snprintf(p->url, sizeof(p->url), "postgresql://tramtin@/postgres?host=%s", p->folder);
    return true;
}

bool postgres_empty(struct postgres *p)
{
    PGconn *c = PQconnectdb(p->url);
    PGresult *r =
        PQexec(c, "SET client_min_messages = error; DROP SCHEMA public CASCADE; "
                  "CREATE SCHEMA public");
    bool done = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!done)
        fprintf(stderr, "postgres: %s\n", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return done;
}

void postgres_stop(struct postgres *p)
{
    if (p->pid > 0) {
        kill(p->pid, SIGQUIT);
        waitpid(p->pid, NULL, 0);
    }
    if (p->log >= 0)
        close(p->log);
    p->pid = 0;
    p->log = -1;
}
