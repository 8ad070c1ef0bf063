# Sourced by integration scripts: a real server on a port of the kernel's choice.
# Sets `url`, `data`; whatever happens, nothing is left running.
data=$TEST_DIR/data
server_pid=''
end_server_now() {
    [ -z "$server_pid" ] || kill -9 "$server_pid" 2>/dev/null || true
}
trap end_server_now EXIT
trap 'echo "line $LINENO failed"' ERR

start_server() { # options...
    : >"$TEST_DIR/server.out"
    "$TRAMTIN_BIN/tramtin-server" --data "$data" --listen 127.0.0.1:0 "$@" \
        >"$TEST_DIR/server.out" 2>>"$TEST_DIR/server.log" &
    server_pid=$!
    local i
    for i in $(seq 200); do
        grep -q '^listening on' "$TEST_DIR/server.out" && break
        kill -0 "$server_pid" || { cat "$TEST_DIR/server.log"; return 1; }
        sleep 0.05
    done
    # shellcheck disable=SC2034
    url=http://$(sed -n 's/^listening on //p' "$TEST_DIR/server.out")
}

# Ends it as the system would, and checks that this takes less than two seconds.
stop_server() {
    local begin end
    begin=$(date +%s%N)
    kill -TERM "$server_pid"
    wait "$server_pid"
    end=$(date +%s%N)
    server_pid=''
    [ $(((end - begin) / 1000000)) -lt 2000 ]
}

kill_server() {
    kill -9 "$server_pid"
    wait "$server_pid" 2>/dev/null || true
    server_pid=''
}

expect_failure() { # exit code, part of the sentence, options...
    local code=$1 part=$2 got=0
    shift 2
    "$TRAMTIN_BIN/tramtin-server" "$@" >"$TEST_DIR/out" 2>&1 || got=$?
    [ "$got" = "$code" ] || { echo "exit code $got, expected $code: $*"; return 1; }
    grep -qF -- "$part" "$TEST_DIR/out" || { echo "expected '$part' in:"; cat "$TEST_DIR/out"; return 1; }
}
