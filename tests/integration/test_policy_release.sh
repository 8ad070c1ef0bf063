#!/bin/bash
# A policy pack from its author to a unit: two people sign, the server refuses one that is
# wrong, and the very bytes reach a unit in the field.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid=''
trap '[ -z "$kiosk_pid" ] || kill -9 "$kiosk_pid" 2>/dev/null; end_server_now' EXIT
pack=$TRAMTIN_SOURCE/content/policy/packs/hue.json
start_province
make_key author Dung dung
make_key author Giang giang
ctl keyring new --previous "$docs/keyring" --out "$docs/keyring-2"
for who in dung giang; do
    ctl keyring add "$docs/keyring-2" "$keys/$who.key" --kinds policy_pack --areas hue --level routine
done
ctl sign "$docs/keyring-2" "$keys/registrar.key"
ctl put "$docs/keyring-2"
start_kiosk
enrol_kiosk

ctl policy draft "$pack" --line chinh-sach --area hue >"$docs/pack.draft"
ctl release build "$docs/pack.draft" --out "$docs/pack"
ctl sign "$docs/pack" "$keys/dung.key"
expect 1 'waits for signatures' ctl release publish "$docs/pack"
ctl sign "$docs/pack" "$keys/an.key" # not his kind
expect 1 'waits for signatures' ctl release publish "$docs/pack"
ctl sign "$docs/pack" "$keys/giang.key"
expect 0 'published' ctl release publish "$docs/pack"

# A pack with a mistake is refused, whoever brings it.
python3 - "$docs" <<'PYTHON'
import base64, json, sys
docs = sys.argv[1]
envelope = json.load(open(docs + "/pack"))
release = json.loads(base64.b64decode(envelope["payload"]))
release["body"]["pack"] = release["body"]["pack"].replace('"var":"ho.thu_nhap"', '"var":"ho.thu"')
envelope["payload"] = base64.b64encode(json.dumps(release).encode()).decode()
json.dump(envelope, open(docs + "/forged", "w"))
PYTHON
expect 1 "there is no fact 'ho.thu'" ctl release publish "$docs/forged"

# What the unit keeps is what was signed, and it can be read as it lies there.
pack_is_here() {
    local file
    for file in $(grep -rlF 'application/vnd.tramtin.release+json' "$TEST_DIR/unit"); do
        ctl policy check "$file" 2>/dev/null | grep -qF 'hue: 46 policies' && return 0
    done
    return 1
}
until_true 20 pack_is_here
kill "$kiosk_pid"
wait "$kiosk_pid" || true
kiosk_pid=''
stop_server
