#!/bin/bash
# The policy commands on the pack of Huế and the golden households, as an officer would use
# them: check, evaluate, ask, compare two editions.
set -eu
trap 'echo "line $LINENO failed"; head -n 20 "$TEST_DIR/out"' ERR
pack=$TRAMTIN_SOURCE/content/policy/packs/hue.json
households=$TRAMTIN_SOURCE/tests/golden/households
cd "$TEST_DIR"

expect() { # exit code, part of the output, arguments...
    local code=$1 part=$2 got=0
    shift 2
    "$TRAMTIN_BIN/tramtinctl" "$@" >out 2>&1 || got=$?
    [ "$got" = "$code" ] || { echo "exit code $got, expected $code: $*"; return 1; }
    grep -qF -- "$part" out || { echo "expected '$part': $*"; return 1; }
}
# What one policy of a result is: outcome and, behind it, whatever path is asked for.
result() { # id path
    python3 -c "
import json, sys
r = {p['id']: p for p in json.load(open('out'))['policies']}[sys.argv[1]]
print(eval('r' + sys.argv[2]))" "$@"
}

expect 0 '46 policies' policy check "$pack"
expect 0 'language en: 0 texts are missing' policy check "$pack"
expect 0 ', 0 not as expected' policy check "$pack" --households "$households"
[ "$(ls "$households" | wc -l)" -ge 60 ]

# A mistake is found with its place; a wrong expectation too.
sed 's/"2027-01-01", "to": "2030-12-31", "value": 2200000/"2026-06-01", "to": "2030-12-31", "value": 2200000/' \
    "$pack" >bad.json
expect 1 'parameters[0].values[1].from: not after the value before it' policy check bad.json
sed 's/{"var": "ho.thu_nhap"}/{"var": "ho.thu_nhapp"}/' "$pack" >bad.json
expect 1 "policies[0].versions[0].clauses[1].if.if[2].<=[0].var: there is no fact 'ho.thu_nhapp'" \
    policy check bad.json
mkdir wrong
sed 's/"yt-01": "ineligible"/"yt-01": "eligible"/' "$households/01-chuan-nong-thon.json" \
    >wrong/one.json
expect 1 'yt-01: expected eligible, found ineligible' policy check "$pack" --households wrong

sed 's/"facts": \[/&{"id": "thua", "type": "boolean", "question": {"vi": "Thừa?"}},/' "$pack" >spare.json
expect 0 'no rule reads the fact thua' policy check spare.json
[ "$(grep -c 'no rule reads' out)" = 1 ]

# One household: what, why, with which papers; nothing from what was not said.
echo '{}' >nothing.json
expect 0 'undecided: 35' policy eval "$pack" nothing.json --as-of 2026-11-24
echo '{"ho.loai": "ngheo"}' >poor.json
expect 0 'Nhà là hộ nghèo' policy eval "$pack" poor.json --as-of 2026-11-24
expect 0 'The household is recognised as poor' policy eval "$pack" poor.json \
    --as-of 2026-11-24 --language en
expect 0 '"policies"' policy eval "$pack" poor.json --as-of 2026-11-24 --json
[ "$(result yt-01 "['outcome']")" = eligible ]
[ "$(result di-01 "['outcome']")" = eligible ]
[ "$(result td-01 "['outcome']")" = undecided ]
[ "$(result td-01 "['deciding']")" = ld.can ]
[ "$(result td-02 "['outcome']")" = ineligible ]
[ "$(result tt-01 "['outcome']")" = not_in_force ]
[ "$(result yt-01 "['reasons'][1]['source']['document']")" = 'Nghị định 188/2025/NĐ-CP' ]
# What was paid in one quarter of 2023 is no amount of today, and not of any other day.
[ "$(result di-01 "['benefits'][1]['amount_vnd']")" = None ]
expect 0 '"amount_vnd": 165000' policy eval "$pack" poor.json --as-of 2023-08-15 --json
# The amounts of social assistance: verified since 1/7/2024 for severe disability ...
echo '{"tv.khuyet_tat": "nang"}' >disabled.json
expect 0 'Khuyết tật nặng, mỗi tháng: [ask the officer]' policy eval "$pack" disabled.json --as-of 2024-06-30
expect 0 'Khuyết tật nặng, mỗi tháng: 750.000 đồng' policy eval "$pack" disabled.json --as-of 2024-07-01
# ... and the social pension's amount is not: the officer is asked.
echo '{"cao_tuoi": [{"ngay_sinh": "1940-01-01", "luong_huu": false}]}' >old.json
expect 0 'Mỗi tháng: [ask the officer]' policy eval "$pack" old.json --as-of 2026-11-24

# Questions.
expect 0 'ho.loai' policy next "$pack" nothing.json --as-of 2026-11-24
echo '{"ho.loai": "ngheo", "ho.khu_vuc": null}' >part.json
expect 0 'Trong nhà có ai' policy next "$pack" part.json --as-of 2026-11-24
python3 -c "
import json
json.dump({f['id']: None for f in json.load(open('$pack'))['facts']}, open('unknown.json', 'w'))"
expect 0 'nothing more to ask' policy next "$pack" unknown.json --as-of 2026-11-24
echo '{"ho.loai": "giau"}' >bad.json
expect 1 'facts.ho.loai: expected one of the choices' policy next "$pack" bad.json

# A new edition in which the line of 2027 comes a year early: whose result changes, and why.
sed -e 's/"to": "2026-12-31", "value": 1500000/"to": "2025-12-31", "value": 1500000/' \
    -e 's/"from": "2027-01-01", "to": "2030-12-31", "value": 2200000/"from": "2026-01-01", "to": "2030-12-31", "value": 2200000/' \
    "$pack" >new.json
expect 0 'st-01: ineligible -> eligible' policy diff "$pack" new.json --households "$households"
grep -qF 'old: Thu nhập ông/bà khai cao hơn chuẩn [Nghị định 07/2021/NĐ-CP]' out
grep -qF 'new: Nhà chưa được công nhận' out
expect 0 '0 of 72 households change' policy diff "$pack" "$pack" --households "$households"
# The same household is due the same, but more of it.
sed 's/"value": 500000, "source": "nd-76-2024"/"value": 600000, "source": "nd-76-2024"/' "$pack" >more.json
expect 0 'bt-01-cao-tuoi: gives something else' policy diff "$pack" more.json --households "$households"
grep -qF 'old: Mỗi tháng: 750.000 đồng' out
grep -qF 'new: Mỗi tháng: 900.000 đồng' out
expect 2 'which folder' policy diff "$pack" new.json

expect 0 'Reads the pack as a kiosk will' policy check --help
expect 0 'không biết' policy eval --help
expect 0 'null when' logic --help
expect 0 'null' logic '{"<=": [{"var": "income"}, 1500000]}' '{}'
expect 1 'a number beside a text' logic '{"==": [{"var": "n"}, "1"]}' '{"n": 1}'

# To the release: what is signed is what was checked.
expect 0 '"policy_pack"' policy draft "$pack" --line chinh-sach --area hue
cp out pack.draft
"$TRAMTIN_BIN/tramtinctl" release build pack.draft --out pack.release
expect 0 'signatures   0 of 2' release show pack.release
grep -qF 'hue: 46 policies' out
expect 0 ', 0 not as expected' policy check pack.release --households "$households"
expect 0 '0 of 72 households change' policy diff "$pack" pack.release --households "$households"
sed 's/ho.thu_nhap\\"}/ho.thu_nhapp\\"}/' pack.draft >bad.draft
expect 1 "there is no fact 'ho.thu_nhapp'" release build bad.draft --out bad.release
