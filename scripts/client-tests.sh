#!/usr/bin/env bash
# Runs the tests of all clients against the network at $TOP_WS (scripts/with-network.sh starts one).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
: "${TOP_WS:?the address of a node, such as ws://127.0.0.1:9944}"

echo "-- @polkadot/api and polkadot-api, at $TOP_WS"
npm --prefix "$TOP_ROOT/zombienet/client-tests" test
echo "-- subxt, at $TOP_WS"
cd "$TOP_ROOT/zombienet"
# One at a time: they share an account, and with it the nonces.
CARGO_TARGET_DIR=$TOP_ZOMBIENET_TARGET_DIR cargo test --locked --workspace --test transfer -- --ignored --test-threads=1
