#!/usr/bin/env bash
# Runs the tests of clients that pay across shards against the network at $TOP_WS_NETWORK (scripts/with-network.sh --shards 2
# starts one). They need the compiled TypeScript SDK: npm --prefix sdk/typescript run build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
: "${TOP_WS_NETWORK:?the address of a node with shards, such as ws://127.0.0.1:9944}"

echo "-- the TypeScript SDK across shards, at $TOP_WS_NETWORK"
npm --prefix "$TOP_ROOT/zombienet/client-tests" run test:network
