#!/bin/sh
# A day's rundown for one unit with ten campaigns: no peer does this, the goal is absolute.
set -eu
. tests/bench/lib.sh
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    "$BENCH/bench_rundown" >>"$work/all"
done
median "$work/all" 1 | awk '{ printf "a day'"'"'s rundown, ten campaigns (ms) | %.3f | - | - | 0.3 ms\n", $1 / 1000 }'
