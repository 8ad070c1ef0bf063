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
