#!/bin/bash
# The unit's disk damages a picture while it is not on the air, and cuts a film short while
# it is: the item is skipped and recorded, its file fetched again, and the screen not black.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
. "$TRAMTIN_SOURCE/tests/support/screen.sh"
object() { find "$TEST_DIR/unit/objects" -type f; }
right() { # FILE...: their bytes are those of their names
    local f
    for f; do
        [ "$(sha256sum <"$f" | cut -c3-64)" = "$(basename "$f")" ] || return 1
    done
}
all_right() { [ "$(object | wc -l)" -eq "$1" ] && right $(object); }

start_province
publish_picture red
start_screen
start_kiosk
enrol_kiosk
until_true 20 all_right 1
watch_screen
until_true 20 shows 255 0 0
not_red() { ! shows 255 0 0; }
until_true 5 not_red
picture=$(object)
chmod u+w "$picture"
python3 -c 'import os, sys
with open(sys.argv[1], "r+b") as f: f.seek(40); f.write(bytes(60)); os.fsync(f.fileno())' "$picture"
! right "$picture"
until_true 20 all_right 1
until_true 20 shows 255 0 0 # and it is on the air again
log_says 'was damaged on the disk and is fetched again'

# A film, cut short while it is on the air.
ffmpeg -loglevel error -f lavfi -i testsrc2=size=640x360:rate=25 -t 20 -c:v libx264 \
    -preset ultrafast -y "$TEST_DIR/film.mp4"
ctl asset upload "$TEST_DIR/film.mp4" --name film
cat >"$docs/phim.draft" <<'DRAFT'
{"kind": "timetable", "line": "hinh", "level": "routine", "area": "xa", "title": "Phim", "revision": 2,
 "body": {"slots": [{"id": "day", "name": "Cả ngày", "start": "2024-01-01T00:00", "rrule": "FREQ=DAILY",
  "duration_ms": 86400000, "items": [{"id": "film", "type": "video", "title": "Phim", "asset": "@film"}]}],
  "filler": [{"id": "f1", "type": "slide", "duration_ms": 1000, "slide": {"layout": "title", "title": "Nền"}}]}}
DRAFT
ctl release build "$docs/phim.draft" --out "$docs/phim"
ctl sign "$docs/phim" "$keys/cuc.key"
ctl release publish "$docs/phim"
film() { object | xargs ls -S | head -n 1; }
large() { [ "$(stat -c %s "$(film)")" -gt 200000 ] && right "$(film)"; }
until_true 30 large
before=$(wc -l <"$TEST_DIR/watched")
moves() { [ "$(wc -l <"$TEST_DIR/watched")" -gt $((before + 20)) ]; }
until_true 60 moves # what stood in for it while it was on its way ends first
film=$(film)
chmod u+w "$film"
truncate -s 150000 "$film"
film_right() { [ -e "$film" ] && right "$film"; }
until_true 40 film_right
kill -0 "$kiosk_pid"
never_black
told() { plays | grep -o '"note": *"[^"]*"' | sort | uniq -c | grep -v '""'; }
until_true 40 told
told
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
