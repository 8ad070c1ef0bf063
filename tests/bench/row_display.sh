#!/bin/sh
# Software drawing of one 1080p picture beside libswscale.
set -eu
. tests/bench/lib.sh

i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    "$BENCH/bench_display" >>"$work/all"
done
tab=$(printf '\t')
goal() {
    case $1 in
    convert\ 1080p) echo "0.5-1.5 ms" ;;
    scale*) echo "1.1-2.2 ms" ;;
    rotate\ ?0 | rotate\ 180) echo "2.1 ms" ;;
    *) echo "-" ;;
    esac
}
cut -f 1 "$work/all" | awk '!seen[$0]++' | while IFS= read -r name; do
    grep -F "$name$tab" "$work/all" | cut -f 2,3 >"$work/one"
    row "draw: $name (ms), libswscale" "$(median "$work/one" 1)" \
        "$(median "$work/one" 2)" "$(goal "$name")"
done
