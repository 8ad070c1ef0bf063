#!/bin/bash
# A page read aloud, as it would be heard: the sound goes to a file and is measured. A
# synthesiser that fails costs the button's light and nothing else.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
. "$TRAMTIN_SOURCE/tests/support/screen.sh"
start_province
publish_slides # the programme is silent
start_screen 1920x1080
start_kiosk --mode touch --size 1920x1080 --sound file --sound-file "$TEST_DIR/sound.wav"
enrol_kiosk
xdotool mousemove 960 540 click 1 # somebody comes: home
sleep 1

# What was heard from FROM seconds on for LENGTH: its loudest, in dBFS.
loudest() {
    ffmpeg -hide_banner -nostats -ss "$1" -t "$2" -i "$TEST_DIR/sound.wav" -af volumedetect -f null - 2>&1 |
        sed -n 's/.*max_volume: \(-\{0,1\}[0-9.]*\) dB.*/\1/p'
}
seconds() { echo $(($(stat -c %s "$TEST_DIR/sound.wav") / (48000 * 4) )); } # 16 bits, stereo
louder() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 > b) }'; }
button_lit() { [ "$(import -window root -crop 320x90+640+980 -depth 8 txt:- | grep -c '#FFC96B')" -gt 50 ]; }
button_dark() { ! button_lit; }

before=$(seconds)
[ -z "$(loudest 0 "$before")" ] || ! louder "$(loudest 0 "$before")" -80
xdotool mousemove 800 1020 click 1 # "read aloud", the third of six
until_true 5 button_lit
sleep 4
during=$(seconds)
louder "$(loudest "$before" 4)" -20
# Touched again it stops at once.
xdotool mousemove 800 1020 click 1
until_true 5 button_dark
sleep 1.5
after=$(seconds)
sleep 2
! louder "$(loudest "$after" 1.5)" -60
[ "$during" -gt "$before" ]
# Another page stops it too, and so does its end: a short page is read to the end.
xdotool mousemove 800 1020 click 1
until_true 5 button_lit
xdotool mousemove 600 300 click 1
until_true 5 button_dark
xdotool key Escape
# Without a voice for the language there is no button: in Lao there are five.
xdotool mousemove 480 1020 click 1
sleep 1
! grep -i 'cannot read' "$TEST_DIR/kiosk.log"
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"

# A synthesiser that breaks.
printf '#!/bin/sh\nexit 3\n' >"$TEST_DIR/broken"
chmod +x "$TEST_DIR/broken"
start_kiosk --mode touch --size 1920x1080 --voice "$TEST_DIR/broken"
sleep 2
xdotool mousemove 960 540 click 1
sleep 1
xdotool mousemove 800 1020 click 1
sleep 1
button_dark
kill -0 "$kiosk_pid"
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
