#!/bin/bash
# The unit's clock jumps both ways, while it shows its programme: the screen is never black,
# the programme goes on, and every play says how far the clock was to be believed.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
. "$TRAMTIN_SOURCE/tests/support/screen.sh"
gcc -shared -fPIC -O1 -D_GNU_SOURCE -o "$TEST_DIR/clock.so" \
    "$TRAMTIN_SOURCE/tests/support/preload/clock.c" -ldl
set_clock() { # seconds, synchronised
    python3 -c 'import struct, sys
with open(sys.argv[1], "r+b") as f: f.write(struct.pack("=qq", int(sys.argv[2]), int(sys.argv[3])))' \
        "$TEST_DIR/shift" "$1" "$2"
}
head -c 16 /dev/zero >"$TEST_DIR/shift"
set_clock 0 1
start_province
publish_picture red
start_screen
export CLOCK_SHIFT=$TEST_DIR/shift
LD_PRELOAD=$TEST_DIR/clock.so start_kiosk
enrol_kiosk
until_true 20 sh -c "find '$TEST_DIR/unit/objects' -type f | grep -q ."
watch_screen
until_true 10 shows 255 0 0

# changes COUNT: so many different things come on the screen.
watched() { wc -l <"$TEST_DIR/watched"; }
changes() {
    local target=$(($(watched) + $1))
    reached() { [ "$(watched)" -ge "$target" ]; }
    until_true 15 reached
}
day=86400
set_clock $((3 * day)) 1 && changes 4   # ahead
set_clock $((-400 * day)) 0 && changes 1 # before anything that was signed: the untimed filler
sleep 3
set_clock 0 0 && changes 4               # right, but by its battery only
set_clock $((30 * 365 * day)) 0 && sleep 3 # all has expired: the card
set_clock 0 1 && changes 4
set_clock $((-2 * 3600)) 1 && sleep 2    # before the newest signature: not believed, though synchronised
kill -0 "$kiosk_pid"
never_black
set_clock 0 1
changes 2
arrived() { plays >"$TEST_DIR/plays" && grep -o '"clock": *"[a-z]*"' "$TEST_DIR/plays" | sort | uniq -c >"$TEST_DIR/clocks" && grep -q none "$TEST_DIR/clocks"; }
until_true 40 arrived
cat "$TEST_DIR/clocks"
grep -q '"ntp"' "$TEST_DIR/clocks"
grep -q '"rtc"' "$TEST_DIR/clocks"
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
