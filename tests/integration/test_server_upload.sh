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

# Killed amid a job: begun again. Ended amid a job: within two seconds.
bytes=$(stat -c %s "$TEST_DIR/clip.webm")
id=$(create again "$bytes")
api -X PUT --data-binary "@$TEST_DIR/clip.webm" "$url/api/v1/assets/$id/content" >/dev/null
stop_server
start_server
await "$id" ready
stop_server
