#!/bin/sh
# Three clips, one after another, as a viewer sees them: read back from a display without a
# window manager, no picture black or foreign between them, (nearly) every picture shown.
# Strict figures are for `make bench`; here the machine may be busy.
set -eu
cd "$TRAMTIN_SOURCE"
make --silent build/tests/bench/bench_pattern build/tests/bench/bench_watch
RUNS=1
. tests/bench/lib.sh
bench_display
for clip in 0 1 2; do
    "$BENCH/bench_pattern" 1920 1080 45 "$clip" |
        ffmpeg -v error -f rawvideo -pix_fmt yuv420p -s 1920x1080 -r 30 -i - -c:v libx264 \
            -preset ultrafast -crf 20 -movflags +faststart "$TEST_DIR/$clip.mp4"
done
export SDL_AUDIODRIVER=dummy
LOG=$TEST_DIR/log "$BENCH/bench_watch" 3 45 40 "$TRAMTIN_BIN/tramtin-kiosk" --play \
    "$TEST_DIR/0.mp4" "$TEST_DIR/1.mp4" "$TEST_DIR/2.mp4" --once --size 1920x1080 \
    --stats "$TEST_DIR/stats.json" >"$TEST_DIR/seen"
read -r first gap longest missed black boundaries <"$TEST_DIR/seen"
echo "first $first ms, gap $gap ms, longest $longest ms, missed $missed, black $black ms"
[ "$boundaries" -eq 2 ]
[ "$missed" -le 6 ]
awk -v black="$black" -v longest="$longest" 'BEGIN { exit !(black == 0 && longest < 200) }'
