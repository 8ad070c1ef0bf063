#!/bin/bash
# The server goes, answers rubbish, stalls; the unit plays on, also after a restart of its own,
# and when the server is back each play arrives once. A damaged file costs its item only.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid='' other_pid=''
trap 'for p in $kiosk_pid $other_pid; do kill -9 "$p" 2>/dev/null; done; end_server_now' EXIT
start_province
publish_slides
start_kiosk
enrol_kiosk
port=${url##*:}

# Gone: the programme goes on, also from a cold start.
kill_server
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
: >"$TEST_DIR/kiosk.log"
start_kiosk --screenshot "$TEST_DIR/alone.png" --after 3
until_true 10 grep -q 'new programme' "$TEST_DIR/kiosk.log"
until_true 20 test -s "$TEST_DIR/alone.png"
[ "$(identify -format '%[fx:int(mean*1000)]' "$TEST_DIR/alone.png")" -gt 20 ]

# Rubbish on its port, then silence.
cat >"$TEST_DIR/other.py" <<'OTHER'
import socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
until = time.time() + 3
listener.settimeout(0.2)
held = []
while True:
    try:
        peer = listener.accept()[0]
    except socket.timeout:
        continue
    held.append(peer)
    if time.time() < until:
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"broken"')
        peer.close()
OTHER
python3 "$TEST_DIR/other.py" "$port" &
other_pid=$!
sleep 7
kill -0 "$kiosk_pid"
kill "$other_pid"
wait "$other_pid" 2>/dev/null || true
other_pid=''

# Back on the same port: what was played meanwhile arrives, each play once.
"$TRAMTIN_BIN/tramtin-server" --data "$data" --listen "127.0.0.1:$port" \
    >"$TEST_DIR/server.out" 2>>"$TEST_DIR/server.log" &
server_pid=$!
until_true 10 grep -q '^listening on' "$TEST_DIR/server.out"
arrived() { [ "$(plays | grep -o '"start"' | wc -l)" -gt 8 ]; }
until_true 90 arrived
[ "$(plays | grep -o '"start": *"[^"]*"' | sort | uniq -d | wc -l)" -eq 0 ]
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
stop_server
