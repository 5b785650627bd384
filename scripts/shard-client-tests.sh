#!/usr/bin/env bash
# Runs the tests of clients that send units against the network at $TOP_WS_SHARD (scripts/with-network.sh --preset
# shard-local starts one). They need the compiled TypeScript SDK: npm --prefix sdk/typescript run build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
: "${TOP_WS_SHARD:?the address of a node of a shard, such as ws://127.0.0.1:9944}"

echo "-- the TypeScript SDK and wallets, at $TOP_WS_SHARD"
npm --prefix "$TOP_ROOT/zombienet/client-tests" run test:shard
