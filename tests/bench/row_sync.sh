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
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    rm -rf "$work/unit" "$work/peer"
    mkdir "$work/peer"
    sync
    start=$(now)
    "$BENCH/bench_sync" unit "$work/unit" "$url" "$root"
    middle=$(now)
    sync
    before=$(now)
    (cd "$work/peer" && curl -sZ -K "$work/curl" 2>/dev/null && sha256sum --quiet -c "$work/sums" && sync)
    echo "$start $middle $before $(now)" | awk '{ print $2 - $1, $4 - $3 }' >>"$work/all"
done
row "sync: $COUNT objects of 5 MB (s), curl -Z + sha256sum + sync" \
    "$(median "$work/all" 1)" "$(median "$work/all" 2)" "<= 1.11"
