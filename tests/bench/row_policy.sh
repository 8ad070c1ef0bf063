#!/bin/sh
# The policy pack of Huế over the golden households, on one core: whole evaluations beside
# json-logic-js (which only evaluates the clauses), the next question, and how much is asked.
set -eu
. tests/bench/lib.sh
npm install --silent --prefix "$work/peer" json-logic-js@2.0.5 >/dev/null
i=0
while [ "$i" -lt "$RUNS" ]; do
    i=$((i + 1))
    "$BENCH/bench_policy" >>"$work/ours"
    node tests/bench/policy_peer.js "$work/peer/node_modules/json-logic-js" \
        content/policy/packs/hue.json tests/golden/households >>"$work/peers"
done
row "whole policy pack, households a second on one core (json-logic-js: clauses only)" \
    "$(median "$work/ours" 1)" "$(median "$work/peers" 1)" "50000"
row "next question, the longest search (ms)" "$(median "$work/ours" 2)" - "2 ms"
row "questions asked over the golden households, median (%)" "$(median "$work/ours" 3)" - "40 %"
