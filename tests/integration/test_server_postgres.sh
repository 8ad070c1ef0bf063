#!/bin/bash
# The server keeps its tables in PostgreSQL: people and uploads outlast its end and the
# database's restart, which it survives without being started anew.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/postgres.sh"
trap 'end_server_now; end_postgres_now' EXIT

expect_failure 2 'database: expected postgresql://' --database mysql://x --check-config
expect_failure 2 'pg_dump' --database "$database_url" --backup "$TEST_DIR/b"
expect_failure 2 'pg_dump' --database "$database_url" --restore "$TEST_DIR/b"
expect_failure 1 'database: connection to server on socket' --data "$data" \
    --database "$database_url" --create-admin an

make_postgres
start_postgres
token=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --database "$database_url" --create-admin an)
expect_failure 1 'there is somebody with this name' --data "$data" \
    --database "$database_url" --create-admin an
[ ! -e "$data/tramtin.db" ]

api() { curl -s -H "Authorization: Bearer $token" "$@"; }
status() { api -o /dev/null -w '%{http_code}' "$@"; }
field() { # name
    python3 -c "import json,sys; v=json.load(sys.stdin); print(v.get('$1', ''))"
}

start_server --database "$database_url"
id=$(api -X POST -d '{"name": "Bản tin.webm", "bytes": 10}' "$url/api/v1/assets" | field id)
api -X PUT --data-binary 01234 "$url/api/v1/assets/$id/content?offset=0" | grep -q '"uploading"'
[ "$(status -X POST "$url/api/v1/backups")" = 501 ]
api -X POST "$url/api/v1/backups" | grep -q pg_dump
stop_server

start_server --database "$database_url"
[ "$(api "$url/api/v1/assets/$id" | field name)" = 'Bản tin.webm' ]
[ "$(api "$url/api/v1/assets/$id" | field offset)" = 5 ]
kill_server
start_server --database "$database_url"
[ "$(api "$url/api/v1/assets/$id" | field offset)" = 5 ]

# The database goes: the server says so. It comes back: the server goes on.
stop_postgres
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/healthz")" = 503 ]
[ "$(status "$url/api/v1/assets/$id")" = 503 ]
start_postgres
curl -sf "$url/healthz" | grep -q '"ok"'
[ "$(api "$url/api/v1/assets/$id" | field offset)" = 5 ]
stop_server

# What pg_dump wrote is whole.
"$postgres_bin/pg_dump" -h "$postgres_folder" -U tramtin postgres >"$TEST_DIR/dump.sql"
grep -q 'Bản tin.webm' "$TEST_DIR/dump.sql"
stop_postgres
