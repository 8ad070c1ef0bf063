#!/bin/bash
# A withdrawal that cuts: what is on the air leaves the screen at once, for something else
# and not for black; it does not come back, also not after a restart without the server.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
. "$TRAMTIN_SOURCE/tests/support/screen.sh"
start_province
publish_picture red 600000
start_kiosk
enrol_kiosk
until_true 20 sh -c "find '$TEST_DIR/unit/objects' -type f | grep -q ."
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
start_screen
start_kiosk # with all it needs: the picture from the first
sleep 2
watch_screen
until_true 10 shows 255 0 0
sleep 2
shows 255 0 0
ctl release withdraw hinh --area xa --cut --out "$docs/cut"
ctl sign "$docs/cut" "$keys/an.key"
ctl release publish "$docs/cut"
published=$(now_ms)
gone() { ! shows 255 0 0; }
until_true 5 gone
echo "gone $(($(tail -n 1 "$TEST_DIR/watched" | cut -d' ' -f1) - published)) ms after it was published"
[ $(($(now_ms) - published)) -lt 3000 ]
sleep 2
gone
never_black
recorded() { plays | grep -q '"item": *"p1"'; }
until_true 40 recorded

kill_server
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
: >"$TEST_DIR/kiosk.log"
start_kiosk
until_true 10 grep -q 'new programme' "$TEST_DIR/kiosk.log"
sleep 3
gone
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
