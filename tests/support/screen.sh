# Sourced after province.sh: a display of its own that is watched. The kiosk draws there
# (start_kiosk as before); `kiosk_through` may name what it is started with.
screen_pid='' watch_pid='' kiosk_pid=''
end_screen() {
    local p
    for p in $kiosk_pid $watch_pid $screen_pid; do kill -9 "$p" 2>/dev/null || true; done
}
trap 'end_screen; end_server_now' EXIT

start_screen() { # [SIZE]
    mkdir -p "$TEST_DIR/fb"
    exec 7>"$TEST_DIR/display"
    Xvfb -displayfd 7 -screen 0 "${1:-640x360}x24" -fbdir "$TEST_DIR/fb" -nolisten tcp -noreset \
        >"$TEST_DIR/xvfb.log" 2>&1 &
    screen_pid=$!
    until_true 10 test -s "$TEST_DIR/display"
    exec 7>&-
    DISPLAY=:$(cat "$TEST_DIR/display")
    export DISPLAY
    kiosk_driver=surface
}

# From now on; the first lines may be from before the first picture.
watch_screen() {
    python3 "$TRAMTIN_SOURCE/tests/support/watch_screen.py" "$TEST_DIR/fb/Xvfb_screen0" \
        "$TEST_DIR/watched" &
    watch_pid=$!
    until_true 10 test -s "$TEST_DIR/watched"
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }
# shows RED GREEN BLUE: what is on the screen now, about.
shows() {
    tail -n 1 "$TEST_DIR/watched" | awk -v r="$1" -v g="$2" -v b="$3" '
        function near(x, y) { return x - y < 40 && y - x < 40 }
        { exit !(near($3, r) && near($4, g) && near($5, b)) }'
}
never_black() {
    kill -0 "$watch_pid"
    ! awk '$2 < 16' "$TEST_DIR/watched" | grep . || { echo "the screen was black"; return 1; }
}
# log_says 'sentence': once is enough.
log_says() { grep -qF -- "$1" "$TEST_DIR/kiosk.log" || { echo "not in the log: $1"; return 1; }; }
