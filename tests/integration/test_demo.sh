#!/bin/bash
# The whole line as a newcomer starts it: make demo's script, without a display. Pictures come,
# what was played is reported, and nothing is left running.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
unset DISPLAY
export TRAMTIN_DEMO_DIR=$TEST_DIR/demo TRAMTIN_DEMO_KIOSK="--sound file --sound-file $TEST_DIR/sound.wav"

"$TRAMTIN_SOURCE/deploy/demo.sh" >"$TEST_DIR/demo.out" 2>&1 || { cat "$TEST_DIR/demo.out"; exit 1; }
grep -q 'kiosk-hong-thuong is in service' "$TEST_DIR/demo.out"
grep -q 'Trong khung' "$TEST_DIR/demo.out"

# Every picture shows something: neither black nor one colour.
pictures=("$TRAMTIN_DEMO_DIR"/screenshots/*.png)
[ "${#pictures[@]}" -ge 5 ]
ls "$TRAMTIN_DEMO_DIR"/screenshots/*-phim.png # the film is one of them
for picture in "${pictures[@]}"; do
    read -r mean colours < <(identify -format '%[fx:int(mean*1000)] %k\n' "$picture")
    [ "$mean" -gt 20 ] && [ "$colours" -gt 50 ] || { echo "$picture: mean $mean, $colours colours"; exit 1; }
done

# Nothing of it runs any more.
! pgrep -f "$TRAMTIN_DEMO_DIR" >/dev/null

# The plays have reached the server, each once, from the commune's slot and the campaign.
data=$TRAMTIN_DEMO_DIR/server
token=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --create-admin reader | tail -n 1)
start_server
plays=$(curl -sf -H "Authorization: Bearer $token" "$url/api/v1/units/kiosk-hong-thuong/plays")
echo "$plays" | grep -q '"line": *"khung-hong-thuong"'
echo "$plays" | grep -q '"completed": *true'
[ "$(echo "$plays" | grep -o '"start": *"[^"]*"' | sort | uniq -d | wc -l)" -eq 0 ]
stop_server
