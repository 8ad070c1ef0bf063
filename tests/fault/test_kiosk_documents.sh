#!/bin/sh
# Documents that nobody may sign so, from a server that hands them out: the real program
# says one sentence for each, in its log and to the server, and its programme goes on.
set -eu
cd "$TRAMTIN_SOURCE"
make build/tests/unit/content/sync/test_sync_documents >/dev/null
cd "$TEST_DIR"
TRAMTIN_KIOSK=$TRAMTIN_BIN/tramtin-kiosk \
    "$TRAMTIN_SOURCE/build/tests/unit/content/sync/test_sync_documents"
