#!/bin/bash
# A power cut loses what was not synced, which no kill shows. So every program of the line
# runs under strace, from its first start to the first play that arrived, and the traces are
# judged: fsync before each name, the folder's after it, nothing left unsynced.
set -eu
if ! strace -o /dev/null true 2>/dev/null; then
    echo "tracing is not permitted here: not tested"
    exit 0
fi
real=$TRAMTIN_BIN
TRAMTIN_BIN=$TEST_DIR/bin
traces=$TEST_DIR/traces
mkdir -p "$TRAMTIN_BIN" "$traces"
for program in tramtin-server tramtin-kiosk tramtinctl; do
    # -D: the program keeps the number that the shell knows.
    cat >"$TRAMTIN_BIN/$program" <<WRAP
#!/bin/sh
exec strace -D -f --seccomp-bpf -y -qq -e signal=none -o "$traces/$program.\$\$" \
    -e trace=open,openat,creat,write,pwrite64,writev,pwritev,sendto,sendmsg,ftruncate,fallocate,copy_file_range,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,unlink,unlinkat,fsync,fdatasync \
    "$real/$program" "\$@"
WRAP
    chmod +x "$TRAMTIN_BIN/$program"
done
. "$TRAMTIN_SOURCE/tests/support/server.sh"
. "$TRAMTIN_SOURCE/tests/support/province.sh"
kiosk_pid=''
trap '[ -z "$kiosk_pid" ] || kill -9 "$kiosk_pid" 2>/dev/null; end_server_now' EXIT

cd "$TEST_DIR"
start_province
publish_picture red
publish_slides
start_kiosk
enrol_kiosk
object_came() { find "$TEST_DIR/unit/objects" -type f | grep -q .; }
until_true 20 object_came
play_came() { plays | grep -q '"start"'; }
until_true 40 play_came
kill -TERM "$kiosk_pid"
wait "$kiosk_pid"
kiosk_pid=''
mkdir "$TEST_DIR/backups"
"$TRAMTIN_BIN/tramtin-server" --data "$data" --backup "$TEST_DIR/backups/one"
stop_server
"$TRAMTIN_BIN/tramtin-server" --data "$TEST_DIR/restored" --restore "$TEST_DIR/backups/one"

sleep 1 # the tracers write their last lines
judge() { python3 "$TRAMTIN_SOURCE/tests/support/durable.py" "$@"; }
judge "$TEST_DIR/unit" "$traces"/tramtin-kiosk.*
judge "$data" "$traces"/tramtin-server.*
judge "$TEST_DIR/restored" "$traces"/tramtin-server.*
judge "$TEST_DIR/backups" "$traces"/tramtin-server.*
judge "$docs" "$traces"/tramtinctl.*
judge "$keys" "$traces"/tramtinctl.*
