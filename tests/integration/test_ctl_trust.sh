#!/bin/bash
# Who may put what on the air, through tramtinctl and a real server: each refusal is one
# sentence with an exit code, and what stands stays.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
start_province

slide='{"id": "a", "type": "slide", "duration_ms": 8000, "slide": {"layout": "title", "title": "Xin chào"}}'
campaign() { # line area
    printf '{"kind":"campaign","line":"%s","level":"routine","area":"%s","title":"T","body":{"share_bp":2000,"items":[%s]}}' \
        "$1" "$2" "$slide"
}
timetable() { # line area
    printf '{"kind":"timetable","line":"%s","level":"routine","area":"%s","title":"T","body":{"slots":[],"filler":[%s]}}' \
        "$1" "$2" "$slide"
}

# A campaign needs two people; one person twice is one.
campaign c1 hue >"$docs/c1.draft"
ctl release build "$docs/c1.draft" --out "$docs/c1"
expect 1 'waits for signatures' ctl release publish "$docs/c1"
ctl sign "$docs/c1" "$keys/an.key"
ctl sign "$docs/c1" "$keys/an.key"
expect 1 'waits for signatures' ctl release publish "$docs/c1"
ctl sign "$docs/c1" "$keys/binh.key"
expect 0 'published' ctl release publish "$docs/c1"
expect 0 'c1' ctl release list

# A commune's key is for its commune and its kinds only.
timetable t1 xa >"$docs/t1.draft"
ctl release build "$docs/t1.draft" --out "$docs/t1"
ctl sign "$docs/t1" "$keys/cuc.key"
expect 0 'published' ctl release publish "$docs/t1"
timetable t2 khac >"$docs/t2.draft"
ctl release build "$docs/t2.draft" --out "$docs/t2"
ctl sign "$docs/t2" "$keys/cuc.key"
expect 1 'the key is not for this area' ctl release publish "$docs/t2"
campaign c2 xa >"$docs/c2.draft"
ctl release build "$docs/c2.draft" --out "$docs/c2"
ctl sign "$docs/c2" "$keys/cuc.key"
expect 1 'the key is not for this kind' ctl release publish "$docs/c2"

# Drafts say where they are wrong.
echo '{"kind":"campaign","line":"x","level":"routine","area":"hue","title":"T","body":{"share_bp":0,"items":[]}}' >"$docs/bad"
expect 1 'release.body.items: empty' ctl release build "$docs/bad" --out "$docs/x"
timetable t3 xa | sed 's/"slots":\[\]/"slots":[],"colour":1/' >"$docs/bad"
expect 1 'release.body.colour: unknown key' ctl release build "$docs/bad" --out "$docs/x"

# Offline: the same judgement without a server; a changed byte is seen.
expect 0 'release, valid' ctl verify "$docs/root" "$docs/keyring" "$docs/areas" "$docs/c1"
expect 1 'no root to judge it by' ctl verify "$docs/c1"
sed 's/"payload":"\(.\{40\}\)./"payload":"\1A/' "$docs/c1" >"$docs/forged"
expect 1 'refused' ctl verify "$docs/root" "$docs/keyring" "$docs/areas" "$docs/forged"
expect 1 'refused' ctl verify "$docs/root" "$docs/keyring" "$docs/areas" "$docs/t2"

# A stolen key: what it signed goes; the registrar says so, nobody else can.
cuc=$(ctl key show "$keys/cuc.key" | sed -n 's/^key \+//p')
ctl keyring new --previous "$docs/keyring" --out "$docs/keyring-2"
ctl keyring revoke "$docs/keyring-2" "$cuc"
ctl sign "$docs/keyring-2" "$keys/an.key"
expect 1 'no registrar' ctl put "$docs/keyring-2"
ctl sign "$docs/keyring-2" "$keys/registrar.key"
expect 0 'taken over' ctl put "$docs/keyring-2"
ctl keyring new --out "$docs/keyring-old"
ctl sign "$docs/keyring-old" "$keys/registrar.key"
expect 1 'not newer' ctl put "$docs/keyring-old"

# Taking back.
ctl release withdraw c1 --area hue --cut --out "$docs/w1"
ctl sign "$docs/w1" "$keys/an.key"
expect 0 'published' ctl release publish "$docs/w1"

# Wrong use and a server that is not there have exit codes of their own.
expect 2 'there is no command' ctl paint
expect 2 'usage: tramtinctl sign' ctl sign "$docs/c1"
stop_server
expect 3 'connection refused' ctl release list
