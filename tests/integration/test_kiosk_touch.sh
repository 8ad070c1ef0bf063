#!/bin/bash
# A finger on a real window: home, the questions, a result, the way back, the language; then
# nobody there, and the programme is alone again.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
. "$TRAMTIN_SOURCE/tests/support/screen.sh"
start_province
publish_slides
make_key author Dung dung
make_key author Giang giang
ctl keyring new --previous "$docs/keyring" --out "$docs/keyring-2"
for who in dung giang; do
    ctl keyring add "$docs/keyring-2" "$keys/$who.key" --kinds policy_pack,notices --areas hue --level routine
done
ctl sign "$docs/keyring-2" "$keys/registrar.key"
ctl put "$docs/keyring-2"
ctl policy draft "$TRAMTIN_SOURCE/content/policy/packs/hue.json" --line chinh-sach --area hue >"$docs/pack.draft"
ctl release build "$docs/pack.draft" --out "$docs/pack"
ctl sign "$docs/pack" "$keys/dung.key"
ctl sign "$docs/pack" "$keys/giang.key"
ctl release publish "$docs/pack"
day() { date -d "$1 days" +%d/%m/%Y; }
ctl notices template job | head -n 1 >"$TEST_DIR/jobs.csv"
printf ',Thợ xây,12,Xây dựng,A Lưới,không,,Hợp tác xã,,,0234 1,%s,%s,\n' "$(day -1)" "$(day +9)" \
    >>"$TEST_DIR/jobs.csv"
ctl notices import job "$TEST_DIR/jobs.csv" --sample --line viec-lam --area hue --out "$docs/jobs.draft"
ctl release build "$docs/jobs.draft" --out "$docs/jobs"
ctl release show "$docs/jobs" | grep 'Thợ xây'
ctl sign "$docs/jobs" "$keys/dung.key"
ctl sign "$docs/jobs" "$keys/giang.key"
ctl release publish "$docs/jobs"
start_screen 1920x1080
touch "$TEST_DIR/paper"
start_kiosk --mode touch --size 1920x1080 --printer "$TEST_DIR/paper"
enrol_kiosk

# What is on the screen, as a picture and as one number; pages are still, the programme's
# corner is not looked at.
look() { import -window root -crop 1200x860+0+110 "$TEST_DIR/$1.png"; }
number() { look now && identify -format '%#' "$TEST_DIR/now.png"; }
changes() { [ "$(number)" != "$1" ]; }
# touch X Y NAME: and the page that follows.
touch_at() {
    local before
    before=$(number)
    xdotool mousemove "$1" "$2" click 1
    until_true 10 changes "$before"
    import -window root "$TEST_DIR/$3.png"
}
programme=$(number)
touch_at 960 540 home
home=$(number)
touch_at 600 300 question
touch_at 500 340 second
xdotool mousemove 960 1020 click 1 # the printer's button, of seven
printed() { [ "$(tail -c 7 "$TEST_DIR/paper" | od -An -tx1 | tr -d ' \n')" = 1b64041d564200 ]; }
until_true 10 printed
[ "$(head -c 6 "$TEST_DIR/paper" | od -An -tx1 | tr -d ' \n')" = 1b401d763000 ]
touch_at 120 60 question-again
touch_at 120 60 home-again
at_home() { [ "$(number)" = "$home" ]; }
until_true 5 at_home
touch_at 480 1020 lao
! at_home
touch_at 480 1020 english
touch_at 480 1020 vietnamese
until_true 5 at_home

# A bulletin that cuts in at its time is named on the page, which stays; then it is as before.
soon=$(($(date +%s) + 8))
printf '{"kind":"campaign","line":"ban-tin","level":"priority","area":"hue","title":"Bản tin","body":{"items":[{"id":"lu","type":"slide","duration_ms":4000,"slide":{"layout":"title","title":"Cảnh báo lũ"}}],"at":{"start":"%s","hard":true}}}' \
    "$(TZ=Asia/Ho_Chi_Minh date -d "@$soon" +%Y-%m-%dT%H:%M:%S)" >"$docs/ban-tin.draft"
ctl release build "$docs/ban-tin.draft" --out "$docs/ban-tin"
ctl sign "$docs/ban-tin" "$keys/an.key"
ctl sign "$docs/ban-tin" "$keys/binh.key"
ctl release publish "$docs/ban-tin"
banner() { [ "$(import -window root -crop 1x1+1800+136 -depth 8 txt:- | grep -o '#[0-9A-F]\{6\}' | head -n 1)" = '#82350A' ]; }
no_banner() { ! banner; }
until_true 20 banner
[ -z "${KEEP:-}" ] || import -window root "$TEST_DIR/banner.png"
[ "$(date +%s)" -ge "$soon" ]
until_true 20 no_banner
until_true 5 at_home

# Keys alone reach everything: on to the first tile, in, and back.
xdotool key Tab
until_true 5 changes "$home"
xdotool key Return
sleep 1
! at_home
xdotool key Escape
until_true 5 at_home
kill -0 "$kiosk_pid"
[ -z "${KEEP:-}" ] || cp "$TEST_DIR"/*.png "$KEEP"
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
