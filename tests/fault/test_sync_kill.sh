#!/bin/sh
# kill -9 of a unit at 120 random moments: nothing that was on the disk is lost, nothing is
# counted twice, whatever has a name has the right bytes, and it starts without repair.
set -eu
cd "$TRAMTIN_SOURCE"
make build/tests/unit/content/sync/test_sync_kill >/dev/null
cd "$TEST_DIR"
KILLS=120 "$TRAMTIN_SOURCE/build/tests/unit/content/sync/test_sync_kill"
