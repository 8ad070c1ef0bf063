#!/bin/bash
# The unit's program is killed at random moments, again and again: it comes back on air by
# itself each time, and at the server no play is lost once reported or counted twice.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid=''
trap '[ -z "$kiosk_pid" ] || kill -9 "$kiosk_pid" 2>/dev/null; end_server_now' EXIT
start_province
publish_slides
start_kiosk
enrol_kiosk
kill -9 "$kiosk_pid"
wait "$kiosk_pid" 2>/dev/null || true

RANDOM=20261124 # repeatable
for i in $(seq 30); do
    : >"$TEST_DIR/kiosk.log"
    start_kiosk
    until_true 10 grep -q 'new programme' "$TEST_DIR/kiosk.log" # from its own disk, at once
    sleep "$((RANDOM % 2)).$((RANDOM % 900 + 100))"
    kill -9 "$kiosk_pid"
    wait "$kiosk_pid" 2>/dev/null || true
    ! grep -q 'error ' "$TEST_DIR/kiosk.log" || { cat "$TEST_DIR/kiosk.log"; exit 1; }
done

# Undisturbed: pictures, and plays that arrive.
before=$(plays | grep -o '"start"' | wc -l)
start_kiosk --screenshot "$TEST_DIR/picture.png" --after 3
more_plays() { [ "$(plays | grep -o '"start"' | wc -l)" -gt $((before + 5)) ]; }
until_true 60 more_plays
[ "$(identify -format '%[fx:int(mean*1000)]' "$TEST_DIR/picture.png")" -gt 20 ]
start=$(date +%s%N)
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
[ $((($(date +%s%N) - start) / 1000000)) -lt 2000 ]
kiosk_pid=''
[ "$(plays | grep -o '"start": *"[^"]*"' | sort | uniq -d | wc -l)" -eq 0 ]
stop_server
