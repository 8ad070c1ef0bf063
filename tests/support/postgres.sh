# shellcheck shell=bash
# Sourced by integration scripts: a PostgreSQL cluster in $TEST_DIR, heard on a socket there
# only. Sets `database_url`. PostgreSQL refuses to run as root, so root hands the folder to
# the user `postgres`; the server ends with the script.
postgres_folder=$TEST_DIR/pg
postgres_pid=''
postgres_bin=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
# shellcheck disable=SC2034
database_url="postgresql://tramtin@/postgres?host=$postgres_folder"

as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid postgres --regid postgres --init-groups --pdeathsig QUIT "$@"
    fi
    exec setpriv --pdeathsig QUIT "$@"
}

make_postgres() {
    mkdir "$postgres_folder"
    if [ "$(id -u)" = 0 ]; then
        chmod o+x "$TEST_DIR"
        chown postgres: "$postgres_folder"
    fi
    (cd "$postgres_folder" && as_postgres "$postgres_bin/initdb" -D data -U tramtin \
        -A trust -E UTF8 --locale=C --no-sync >/dev/null)
}

start_postgres() {
    (cd "$postgres_folder" && as_postgres "$postgres_bin/postgres" -D data \
        -k "$postgres_folder" -c listen_addresses= -c fsync=off \
        >>"$TEST_DIR/postgres.log" 2>&1) &
    postgres_pid=$!
    local _
    for _ in $(seq 200); do
        ! "$postgres_bin/pg_isready" -q -h "$postgres_folder" || return 0
        sleep 0.05
    done
    cat "$TEST_DIR/postgres.log"
    return 1
}

stop_postgres() {
    [ -n "$postgres_pid" ] || return 0
    kill -INT "$postgres_pid"
    wait "$postgres_pid" || true
    postgres_pid=''
}

end_postgres_now() {
    [ -z "$postgres_pid" ] || kill -QUIT "$postgres_pid" 2>/dev/null || true
}
