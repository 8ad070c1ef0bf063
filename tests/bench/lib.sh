# Shared by tests/bench/row_*.sh. Sourced with the source root as the present folder.
# RUNS: how often each figure is measured (the median counts).
RUNS=${RUNS:-5}
BIN=$PWD/build/bin
BENCH=$PWD/build/tests/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/tramtin-bench.XXXXXX")
display_pid=
trap 'bench_end' EXIT
trap 'exit 130' INT TERM

bench_end() {
    [ -z "$display_pid" ] || kill "$display_pid" 2>/dev/null || true
    rm -rf "$work"
}

# A display of its own, 1920x1080, no window manager.
bench_display() {
    Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp -noreset \
        3>"$work/display" 2>/dev/null &
    display_pid=$!
    while [ ! -s "$work/display" ]; do
        kill -0 "$display_pid" || return 1
        sleep 0.05
    done
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
}

# Four clips of 5 s at 30 fps whose pictures carry their number: prints their paths.
bench_clips() {
    for clip in 0 1 2 3; do
        file=$PWD/build/media/pattern-$clip.mp4
        [ -e "$file" ] || {
            "$BENCH/bench_pattern" 1920 1080 150 "$clip" |
                ffmpeg -v error -f rawvideo -pix_fmt yuv420p -s 1920x1080 -r 30 -i - \
                    -c:v libx264 -preset veryfast -crf 18 -bf 2 -refs 3 -g 60 \
                    -color_range tv -colorspace bt709 -movflags +faststart -f mp4 \
                    -y "$file.part" && mv "$file.part" "$file"
        } || return 1
        echo "$file"
    done
}

# Column $2 of file $1: its median.
median() {
    awk -v c="$2" '{ print $c }' "$1" | sort -g |
        awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# Column $2 of file $1: its largest.
largest() {
    awk -v c="$2" '{ print $c }' "$1" | sort -g | tail -n 1
}

# name, ours, peer (- for none), goal as text
row() {
    ratio=$(awk -v a="$2" -v b="$3" 'BEGIN { if (b + 0 > 0 && a + 0 > 0) printf "%.2f", a / b; else print "-" }')
    printf '%s | %s | %s | %s | %s\n' "$1" "$2" "$3" "$ratio" "$4"
}
