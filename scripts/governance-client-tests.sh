#!/usr/bin/env bash
# Runs the tests of governance by referenda against the network at $TOP_WS, which must be of the preset `governed`:
#
#   scripts/with-network.sh --preset governed scripts/governance-client-tests.sh
#
# With TOP_UPGRADE_WASM, a file with a later runtime, the upgrade is also applied.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
: "${TOP_WS:?the address of a node, such as ws://127.0.0.1:9944}"

echo "-- referenda by @polkadot/api, at $TOP_WS"
npm --prefix "$TOP_ROOT/zombienet/client-tests" run test:governance
