#!/bin/bash
# The process that starts decoders dies: the kiosk says so in one sentence, begins anew in
# the same process, and shows pictures again.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid=''
trap '[ -z "$kiosk_pid" ] || kill -9 "$kiosk_pid" 2>/dev/null || true; end_server_now' EXIT
start_province
publish_picture green
start_kiosk
enrol_kiosk
zygote() { pgrep -P "$kiosk_pid" tramtin-zygote; }
began=$(date +%s)
until_true 5 zygote
picture_plays() { plays | grep -o "$picture" | wc -l; }
shown() { [ "$(picture_plays)" -gt "$1" ]; }
until_true 60 shown 0

# One that has only just begun would leave it to whoever supervises it.
left=$((11 - ($(date +%s) - began)))
[ "$left" -le 0 ] || sleep "$left"
before=$(picture_plays)
kill -9 "$(zygote)"
until_true 5 grep -q 'the process that starts decoders is gone' "$TEST_DIR/kiosk.log"
twice() { [ "$(grep -c 'kiosk: started' "$TEST_DIR/kiosk.log")" -eq 2 ]; }
until_true 10 twice
kill -0 "$kiosk_pid"
until_true 5 zygote
until_true 60 shown "$before"

kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
