#!/bin/bash
# tramtinctl logic beside json-logic-js: the same on fully known facts; unknown or the same
# when some are missing.
set -eu
npm install --silent --prefix "$TEST_DIR/peer" json-logic-js@2.0.5 >/dev/null
node "$TRAMTIN_SOURCE/tests/integration/logic_random.js" "$TRAMTIN_BIN/tramtinctl" \
    "$TEST_DIR/peer/node_modules/json-logic-js" "${SEED:-20261124}" 400
