#!/bin/bash
# Who wrote what is recorded; a line that is changed or taken out shows.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"

token=$("$TRAMTIN_BIN/tramtin-server" --data "$data" --create-admin an)
start_server
ctl() { "$TRAMTIN_BIN/tramtinctl" "$@" --server "$url" --token "$token"; }
sql() {
    python3 -c "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()" \
        "$data/tramtin.db" "$1"
}
ctl audit verify | grep -q '^0 lines, unbroken'
ctl user add lan --role viewer
ctl user token lan >/dev/null
ctl user add minh --role author --area hue
ctl audit show | grep -q 'an .*POST /api/v1/users/{name}/tokens lan'
ctl audit verify | grep -q '^3 lines, unbroken'

sql "UPDATE audit SET subject = 'minh' WHERE number = 2"
! ctl audit verify 2>"$TEST_DIR/said"
grep -q 'line 2, or one before it, was changed' "$TEST_DIR/said"
sql "UPDATE audit SET subject = 'lan' WHERE number = 2"
ctl audit verify >/dev/null
sql "DELETE FROM audit WHERE number = 2"
! ctl audit verify 2>"$TEST_DIR/said"
grep -q 'line 2 is missing' "$TEST_DIR/said"

# A token is listed without showing it, and ended.
id=$(ctl token list lan | cut -d' ' -f1)
ctl token revoke lan "$id"
[ -z "$(ctl token list lan)" ]
stop_server
