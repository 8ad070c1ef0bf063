#!/bin/bash
# The process that starts decoders dies: the kiosk says so, begins anew in the same
# process, and plays again; what was on the air is not black meanwhile for longer than the
# start takes.
set -eu
. "$TRAMTIN_SOURCE/tests/support/server.sh"
