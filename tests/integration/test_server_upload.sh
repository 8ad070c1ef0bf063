#!/bin/bash
# A video is uploaded in two pieces with a break, converted, measured; what is no media is
# refused with a sentence; a server that is killed amid a job takes it up again.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"

token=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --create-admin an)
expect_failure 1 'there is somebody with this name' --data "$data" --create-admin an
start_server
api() { curl -s -H "Authorization: Bearer $token" "$@"; }
field() { # name
    python3 -c "import json,sys; v=json.load(sys.stdin); print(v.get('$1', ''))"
}
create() { # name bytes
    api -X POST -d "{\"name\": \"$1\", \"bytes\": $2}" "$url/api/v1/assets" | field id
}
await() { # id, state wanted
    local i state=''
    for i in $(seq 600); do
        state=$(api "$url/api/v1/assets/$1" | field state)
        [ "$state" != "$2" ] || return 0
        sleep 0.1
    done
    echo "upload $1 is $state, expected $2"
    api "$url/api/v1/assets/$1"
    return 1
}

ffmpeg -loglevel error -f lavfi -i testsrc2=size=640x360:rate=25 \
    -f lavfi -i sine=frequency=440 -t 3 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 \
    -c:a libopus -y "$TEST_DIR/clip.webm"
bytes=$(stat -c %s "$TEST_DIR/clip.webm")
half=$((bytes / 2))
id=$(create 'Bản tin.webm' "$bytes")
head -c $half "$TEST_DIR/clip.webm" >"$TEST_DIR/first"
api -X PUT --data-binary "@$TEST_DIR/first" "$url/api/v1/assets/$id/content?offset=0" |
    grep -q '"uploading"'
# From the wrong place: told where it goes on.
[ "$(api -X PUT --data-binary x "$url/api/v1/assets/$id/content?offset=0" | field offset)" = $half ]
kill_server # the half survives
start_server
[ "$(api "$url/api/v1/assets/$id" | field offset)" = $half ]
tail -c +$((half + 1)) "$TEST_DIR/clip.webm" >"$TEST_DIR/second"
[ "$(api -X PUT --data-binary "@$TEST_DIR/second" -o /dev/null -w '%{http_code}' \
    "$url/api/v1/assets/$id/content?offset=$half")" = 200 ]
await "$id" ready
api "$url/api/v1/assets/$id" >"$TEST_DIR/asset"
python3 - "$TEST_DIR/asset" <<'END'
import json, sys
a = json.load(open(sys.argv[1]))
assert a["type"] == "video" and a["object"]["media"] == "video/mp4", a
assert (a["width"], a["height"]) == (640, 360), a
assert 2900 <= a["duration_ms"] <= 3200, a
assert -40 <= a["gain_db"] <= 20 and -70 < a["loudness_lufs"] < 0, a
assert len(a["stills"]) == 3, a
print(a["object"]["sha256"])
END
sha=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["object"]["sha256"])' "$TEST_DIR/asset")
curl -sf "$url/objects/$sha" -o "$TEST_DIR/out.mp4"
[ "$(sha256sum "$TEST_DIR/out.mp4" | cut -d' ' -f1)" = "$sha" ]
ffprobe -v error -show_entries stream=codec_name,refs,pix_fmt,sample_rate -of csv "$TEST_DIR/out.mp4" >"$TEST_DIR/probe"
grep -q 'h264,yuv420p' "$TEST_DIR/probe"
grep -q 'aac,48000' "$TEST_DIR/probe"

# No media, and media with a lie in the announcement.
head -c 5000 /dev/urandom >"$TEST_DIR/noise"
id=$(create noise 5000)
api -X PUT --data-binary "@$TEST_DIR/noise" "$url/api/v1/assets/$id/content" >/dev/null
await "$id" refused
api "$url/api/v1/assets/$id" | field sentence | grep -q 'no picture, video or sound'
ffmpeg -loglevel error -f lavfi -i color=red:size=5000x300 -frames:v 1 -y "$TEST_DIR/wide.png"
id=$(create wide.png "$(stat -c %s "$TEST_DIR/wide.png")")
api -X PUT --data-binary "@$TEST_DIR/wide.png" "$url/api/v1/assets/$id/content" >/dev/null
await "$id" ready
[ "$(api "$url/api/v1/assets/$id" | field width)" = 4096 ]
[ "$(api -X POST -d '{"name": "x", "bytes": 0}' -o /dev/null -w '%{http_code}' "$url/api/v1/assets")" = 400 ]

# Already as the house has it: not encoded again, its index put in front, measured all the
# same. Turned by a tag: turned for good.
ffmpeg -loglevel error -f lavfi -i testsrc2=size=320x180:rate=25 -f lavfi -i sine=frequency=440 \
    -t 3 -c:v libx264 -preset ultrafast -refs 1 -pix_fmt yuv420p -c:a aac -ar 48000 -y "$TEST_DIR/house.mp4"
send() { # file
    id=$(create "$(basename "$1")" "$(stat -c %s "$1")")
    api -X PUT --data-binary "@$1" "$url/api/v1/assets/$id/content" >/dev/null
    await "$id" ready
    api "$url/api/v1/assets/$id" >"$TEST_DIR/asset"
    sha=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["object"]["sha256"])' "$TEST_DIR/asset")
    curl -sf "$url/objects/$sha" -o "$TEST_DIR/out.mp4"
}
frames() { ffmpeg -loglevel error -i "$1" -map 0:v -c copy -f framemd5 - | grep -v '^#' | cut -d, -f6; }
send "$TEST_DIR/house.mp4"
[ "$(frames "$TEST_DIR/house.mp4")" = "$(frames "$TEST_DIR/out.mp4")" ]
[ "$(head -c 4096 "$TEST_DIR/out.mp4" | grep -ac moov)" = 1 ]
field gain_db <"$TEST_DIR/asset" | grep -q .
ffmpeg -loglevel error -display_rotation 90 -i "$TEST_DIR/house.mp4" -c copy -y "$TEST_DIR/turned.mp4" 2>/dev/null ||
    ffmpeg -loglevel error -i "$TEST_DIR/house.mp4" -c copy -metadata:s:v rotate=90 -y "$TEST_DIR/turned.mp4"
send "$TEST_DIR/turned.mp4"
[ "$(field width <"$TEST_DIR/asset")x$(field height <"$TEST_DIR/asset")" = 180x320 ]

# Without bubblewrap nothing is the file's fault: it is kept, the sentence says so, and it
# is tried again by itself.
stop_server
mkdir "$TEST_DIR/programs"
for program in grep sed seq sleep; do
    ln -s "$(command -v $program)" "$TEST_DIR/programs/$program"
done
PATH=$TEST_DIR/programs start_server
id=$(create again.mp4 "$(stat -c %s "$TEST_DIR/house.mp4")")
api -X PUT --data-binary "@$TEST_DIR/house.mp4" "$url/api/v1/assets/$id/content" >/dev/null
for i in $(seq 100); do
    sentence=$(api "$url/api/v1/assets/$id" | field sentence)
    [ -z "$sentence" ] || break
    sleep 0.1
done
grep -q 'kept and tried again in 5 s: cannot run ffprobe' <<<"$sentence"
[ "$(api "$url/api/v1/assets/$id" | field state)" = queued ]
ln -s "$(command -v bwrap)" "$TEST_DIR/programs/bwrap"
await "$id" ready

# Killed amid a job: begun again. Ended amid a job: within two seconds.
bytes=$(stat -c %s "$TEST_DIR/clip.webm")
id=$(create again "$bytes")
api -X PUT --data-binary "@$TEST_DIR/clip.webm" "$url/api/v1/assets/$id/content" >/dev/null
stop_server
start_server
await "$id" ready
stop_server
