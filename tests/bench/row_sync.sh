#!/bin/sh
# 200 objects of 5 MB over loopback, verified and durable: the unit's sync beside
# curl -Z, then sha256sum, then sync. Both fetch from the same server.
set -eu
. tests/bench/lib.sh
COUNT=${COUNT:-200}

server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    bench_end
}
trap finish EXIT

mkdir "$work/www"
i=0
while [ "$i" -lt "$COUNT" ]; do
    i=$((i + 1))
    head -c 5000000 /dev/urandom >"$work/object"
    name=$(sha256sum "$work/object" | cut -d' ' -f1)
    mv "$work/object" "$work/www/$name"
    echo "$name 5000000" >>"$work/list"
done
"$BENCH/bench_sync" serve "$work/list" "$work/www" >"$work/server" &
server=$!
while [ ! -s "$work/server" ]; do sleep 0.05; done
read -r url root <"$work/server"
sed "s|^\([^ ]*\) .*|url = $url/objects/\1\noutput = \1|" "$work/list" >"$work/curl"
sed 's|^\([^ ]*\) .*|\1  \1|' "$work/list" >"$work/sums"

now() { date +%s.%N; }
ours() {
    rm -rf "$work/unit"
    sync
    start=$(now)
    "$BENCH/bench_sync" unit "$work/unit" "$url" "$root"
    echo "$start $(now)" | awk '{ print $2 - $1 }' >>"$work/ours"
}
peer() {
    rm -rf "$work/peer"
    mkdir "$work/peer"
    sync
    start=$(now)
    (cd "$work/peer" && curl -sZ -K "$work/curl" 2>/dev/null && sha256sum --quiet -c "$work/sums" && sync)
    echo "$start $(now)" | awk '{ print $2 - $1 }' >>"$work/peers"
}
# Each goes first in every other round: what one leaves for the disk is in nobody's favour.
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    if [ $((i % 2)) -eq 0 ]; then
        ours
        peer
    else
        peer
        ours
    fi
done
paste "$work/ours" "$work/peers" >"$work/all"
row "sync: $COUNT objects of 5 MB (s), curl -Z + sha256sum + sync" \
    "$(median "$work/all" 1)" "$(median "$work/all" 2)" "<= 1.11"
