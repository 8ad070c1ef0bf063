#!/bin/bash
# One unit after the other in the same area: each is taken into service, and the ones before
# stay; a new machine under an old name takes its place.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid=''
trap '[ -z "$kiosk_pid" ] || kill -9 "$kiosk_pid" 2>/dev/null || true; end_server_now' EXIT
start_province
code() { ctl unit pending --root "$docs/root" | head -n 1 | cut -d' ' -f1; }
waits() { [ -n "$(code)" ]; }
enrol() { # number, id
    start_kiosk --state "$TEST_DIR/unit-$1"
    until_true 20 waits
    expect 0 "$2 is in service in xa" ctl unit enrol "$(code)" --id "$2" --area xa \
        --key "$keys/an.key" --root "$docs/root"
    listed() { ctl unit list | grep -q "$1"; }
    until_true 20 listed "$2"
    kill -TERM "$kiosk_pid"
    wait "$kiosk_pid"
    kiosk_pid=''
}
for i in 1 2 3 4; do enrol "$i" "kiosk-$i"; done
enrol 5 kiosk-2
ctl unit list >"$TEST_DIR/list"
for i in 1 2 3 4; do grep -q "kiosk-$i" "$TEST_DIR/list"; done
[ "$(grep -c 'kiosk-' "$TEST_DIR/list")" -eq 4 ]
stop_server
