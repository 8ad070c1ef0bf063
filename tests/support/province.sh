# Sourced after server.sh: a server with a root, a keyring of three people, areas.
# Sets `keys`, `docs`; An and Bình act for the province, Cúc for one commune only.
keys=$TEST_DIR/keys docs=$TEST_DIR/docs
mkdir -p "$keys" "$docs"
echo 'a long passphrase' >"$TEST_DIR/passphrase"
export TRAMTIN_PASSPHRASE_FILE=$TEST_DIR/passphrase
ctl() { "$TRAMTIN_BIN/tramtinctl" "$@"; }
make_key() { ctl key new --role "$1" --name "$2" --out "$keys/$3.key" >/dev/null; }

start_province() {
    start_server
    TRAMTIN_SERVER=$url
    TRAMTIN_TOKEN=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --create-admin test | tail -n 1)
    export TRAMTIN_SERVER TRAMTIN_TOKEN
    make_key root one root-1
    make_key root two root-2
    make_key registrar registrar registrar
    make_key author An an
    make_key author Bình binh
    make_key author Cúc cuc
    ctl root new --threshold 2 --registrars "$keys/registrar.key" --out "$docs/root" \
        --server-key "$("$TRAMTIN_BIN/tramtin-server" --data "$data" --show-key | tail -n 1)" \
        "$keys/root-1.key" "$keys/root-2.key"
    ctl sign "$docs/root" "$keys/root-1.key"
    ctl sign "$docs/root" "$keys/root-2.key"
    ctl keyring new --out "$docs/keyring"
    local kinds=campaign,timetable,settings,withdrawal,areas,placement
    ctl keyring add "$docs/keyring" "$keys/an.key" --kinds $kinds --areas hue --level priority
    ctl keyring add "$docs/keyring" "$keys/binh.key" --kinds $kinds --areas hue --level priority
    ctl keyring add "$docs/keyring" "$keys/cuc.key" --kinds timetable --areas xa --level routine
    ctl sign "$docs/keyring" "$keys/registrar.key"
    cat >"$docs/areas.draft" <<'AREAS'
{"zone": {"name": "Asia/Ho_Chi_Minh", "offset_s": 25200, "transitions": []},
 "areas": [{"id": "hue", "name": "Huế"}, {"id": "xa", "name": "Xã", "parent": "hue"},
           {"id": "khac", "name": "Xã khác", "parent": "hue"}]}
AREAS
    ctl areas new "$docs/areas.draft" --out "$docs/areas"
    ctl sign "$docs/areas" "$keys/an.key"
    ctl put "$docs/root" "$docs/keyring" "$docs/areas"
}

# expect CODE 'part of the sentence' command...
expect() {
    local code=$1 part=$2 got=0
    shift 2
    "$@" >"$TEST_DIR/out" 2>&1 || got=$?
    [ "$got" = "$code" ] || { echo "exit code $got, expected $code: $*"; cat "$TEST_DIR/out"; return 1; }
    grep -qF -- "$part" "$TEST_DIR/out" || { echo "expected '$part' in:"; cat "$TEST_DIR/out"; return 1; }
}

# A commune's timetable of short slides and a filler, published.
publish_slides() {
    local slot='{"id": "day", "name": "Cả ngày", "start": "2024-01-01T00:00", "rrule": "FREQ=DAILY", "duration_ms": 86400000, "items": ['
    local i
    for i in 1 2 3; do
        slot="$slot{\"id\": \"s$i\", \"type\": \"slide\", \"duration_ms\": 1000, \"slide\": {\"layout\": \"title\", \"title\": \"Trang $i\"}},"
    done
    printf '{"kind":"timetable","line":"ngay","level":"routine","area":"xa","title":"Ngày","body":{"slots":[%s]}],"filler":[]}}' \
        "${slot%,}" >"$docs/ngay.draft"
    ctl release build "$docs/ngay.draft" --out "$docs/ngay"
    ctl sign "$docs/ngay" "$keys/cuc.key"
    ctl release publish "$docs/ngay"
}

# publish_picture COLOUR [MS]: a picture of one colour, uploaded, shown for so long (a
# second) in turn with a slide; the commune's timetable "hinh". Sets `picture`, its SHA-256.
publish_picture() {
    ffmpeg -loglevel error -f lavfi -i "color=$1:size=640x360" -frames:v 1 -y "$TEST_DIR/$1.png"
    ctl asset upload "$TEST_DIR/$1.png" --name "$1"
    printf '{"kind":"timetable","line":"hinh","level":"routine","area":"xa","title":"Hình","body":{"slots":[%s]}],"filler":[{"id": "f1", "type": "slide", "duration_ms": 1000, "slide": {"layout": "title", "title": "Nền"}}]}}' \
        '{"id": "day", "name": "Cả ngày", "start": "2024-01-01T00:00", "rrule": "FREQ=DAILY", "duration_ms": 86400000, "items": [{"id": "p1", "type": "image", "title": "Hình", "duration_ms": '"${2:-1000}"', "asset": "@'"$1"'"}, {"id": "s1", "type": "slide", "duration_ms": 1000, "slide": {"layout": "title", "title": "Trang"}}' \
        >"$docs/hinh.draft"
    ctl release build "$docs/hinh.draft" --out "$docs/hinh"
    ctl sign "$docs/hinh" "$keys/cuc.key"
    ctl release publish "$docs/hinh"
    picture=$(sed 's/.*"payload": *"\([^"]*\)".*/\1/' "$docs/hinh" | tr -d '\n' | base64 -d 2>/dev/null |
        grep -o '"sha256": *"[0-9a-f]*"' | grep -o '[0-9a-f]\{64\}' | head -n 1)
}

# Without a window (unless screen.sh gave it one) and without a sound device.
kiosk_driver=memory
start_kiosk() { # options...
    "$TRAMTIN_BIN/tramtin-kiosk" --state "$TEST_DIR/unit" --server "$url" --driver $kiosk_driver \
        --size 640x360 --sound null --root "$(ctl root fingerprint "$docs/root")" "$@" \
        2>>"$TEST_DIR/kiosk.log" &
    kiosk_pid=$!
}

# until SECONDS command...
until_true() {
    local left=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || { echo "waited in vain for: $*"; return 1; }
        sleep 0.05
    done
}

enrol_kiosk() {
    unit_waits() { ctl unit pending --root "$docs/root" | grep -q .; }
    until_true 20 unit_waits
    ctl unit enrol "$(ctl unit pending --root "$docs/root" | head -n 1 | cut -d' ' -f1)" \
        --id kiosk-1 --area xa --key "$keys/an.key" --root "$docs/root"
    until_true 20 grep -q 'new programme' "$TEST_DIR/kiosk.log"
}

plays() { curl -sf -H "Authorization: Bearer $TRAMTIN_TOKEN" "$url/api/v1/units/kiosk-1/plays"; }
