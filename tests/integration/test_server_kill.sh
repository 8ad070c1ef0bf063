#!/bin/bash
# The server is killed twenty times at random moments amid writes; what it had answered
# for is there afterwards, and nothing needs to be repaired.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"

token=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --create-admin an)
put_sites() { # appends the ids that were answered for
    local i
    for i in $(seq 1000); do
        curl -sf -X PUT -H "Authorization: Bearer $token" -o /dev/null \
            -d '{"name": "UBND", "area": "hue"}' "$url/api/v1/sites/s-$1-$i" || return 0
        echo "s-$1-$i" >>"$TEST_DIR/kept"
    done
}
for round in $(seq 20); do
    start_server
    put_sites "$round" &
    writer=$!
    sleep "0.$((RANDOM % 300 + 100))" # long enough to write also on a busy machine
    kill_server
    wait "$writer" || true
done
start_server
curl -sf -H "Authorization: Bearer $token" "$url/api/v1/sites" |
    python3 -c 'import json, sys; print("\n".join(s["id"] for s in json.load(sys.stdin)["sites"]))' |
    sort >"$TEST_DIR/found"
sort "$TEST_DIR/kept" >"$TEST_DIR/expected"
[ "$(wc -l <"$TEST_DIR/expected")" -gt 20 ]
lost=$(comm -23 "$TEST_DIR/expected" "$TEST_DIR/found")
[ -z "$lost" ] || { echo "lost: $lost"; exit 1; }
stop_server

# A copy made while the server runs, restored elsewhere, answers the same.
start_server
"$TRAMTIN_BIN/tramtin-server" --data "$data" --backup "$TEST_DIR/backup"
[ "$(stat -c %a "$TEST_DIR/backup")" = 600 ]
expect_failure 1 'is there already' --data "$data" --backup "$TEST_DIR/backup"
expect_failure 1 'is not empty' --data "$data" --restore "$TEST_DIR/backup"
expect_failure 1 'is no backup' --data "$TEST_DIR/none" --restore "$TRAMTIN_BIN/tramtin-server"
key=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --show-key)
stop_server
data=$TEST_DIR/restored
"$TRAMTIN_BIN/tramtin-server" --data "$data" --restore "$TEST_DIR/backup"
[ "$("$TRAMTIN_BIN/tramtin-server" --data "$data" --show-key)" = "$key" ]
start_server
curl -sf -H "Authorization: Bearer $token" "$url/api/v1/sites" | grep -q '"s-1-1"'
stop_server
