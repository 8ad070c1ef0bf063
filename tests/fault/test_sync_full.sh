#!/bin/sh
# A full disk: a tmpfs of 2 MB in a mount namespace of our own. The programme goes on, plays
# are kept, and when there is room again everything comes by itself.
set -eu
cd "$TRAMTIN_SOURCE"
make build/tests/unit/content/sync/test_sync_full >/dev/null
cd "$TEST_DIR"
mkdir small
if unshare --mount true 2>/dev/null; then
    set -- unshare --mount
elif unshare --user --map-root-user --mount true 2>/dev/null; then
    set -- unshare --user --map-root-user --mount
else
    echo "mount namespaces are not permitted here: not tested"
    exit 0
fi
exec "$@" sh -c '
    mount -t tmpfs -o size=2m tmpfs small &&
    SMALL_DISK=$PWD/small exec "$0"' "$TRAMTIN_SOURCE/build/tests/unit/content/sync/test_sync_full"
