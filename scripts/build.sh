#!/usr/bin/env bash
# Compiles the node into $TOP_NODE.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Of the whole workspace, though one program is wanted: cargo unites the features of what it is asked to build, and
# asking for less would compile the SDK anew with fewer of them.
cd "$TOP_ROOT"
exec cargo build --release --locked --workspace --bins
