#!/bin/bash
# The server starts on a port of the kernel's choice, says what is wrong with its
# configuration, serves ranges, and ends within two seconds.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"

# Options and file are checked, with line and column.
"$TRAMTIN_BIN/tramtin-server" --help | grep -q -- '--data DIR'
"$TRAMTIN_BIN/tramtin-server" --version | grep -q '^tramtin-server '
"$TRAMTIN_BIN/tramtin-server" --print-config >"$TEST_DIR/conf"
"$TRAMTIN_BIN/tramtin-server" --config "$TEST_DIR/conf" --check-config
printf 'workers = 4\nworkres = 5\n' >"$TEST_DIR/conf"
expect_failure 2 'conf:2:1: unknown key' --config "$TEST_DIR/conf" --check-config
printf 'workers = many\n' >"$TEST_DIR/conf"
expect_failure 2 'conf:1:10: workers: expected an integer' --config "$TEST_DIR/conf" --check-config
expect_failure 2 'cannot read' --config "$TEST_DIR/none" --check-config
expect_failure 2 "unknown option '--wrokers'" --wrokers 3
expect_failure 2 'unknown argument' here
expect_failure 2 'exclude each other' --restore a --backup b
expect_failure 1 'cannot listen' --data "$TEST_DIR/data" --listen 203.0.113.1:80

start_server
curl -sf "$url/healthz" | grep -q '"ok"'
name=$(printf 0123456789 | sha256sum | cut -d' ' -f1)
mkdir -p "$data/objects/${name:0:2}"
printf 0123456789 >"$data/objects/${name:0:2}/${name:2}"
[ "$(curl -sf "$url/objects/$name")" = 0123456789 ]
[ "$(curl -sf -r 3-5 "$url/objects/$name")" = 345 ]
[ "$(curl -s -o /dev/null -w '%{http_code}' -r 10- "$url/objects/$name")" = 416 ]
curl -sfI "$url/objects/$name" | grep -qi 'cache-control: public, max-age=31536000, immutable'
printf 0123 >"$TEST_DIR/part" # resumed
curl -sf -C - -o "$TEST_DIR/part" "$url/objects/$name"
[ "$(cat "$TEST_DIR/part")" = 0123456789 ]
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/objects/00")" = 404 ]
curl -sf "$url/metrics" | grep -q 'tramtin_requests_total{method="GET",route="/objects/{sha256}",status="206"} 2'
stop_server
