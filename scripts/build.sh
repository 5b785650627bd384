#!/usr/bin/env bash
# Compiles the node into $TOP_NODE. Its arguments are cargo's: scripts/build.sh --features top-node/metadata-hash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Builds the whole workspace: cargo unites the features of the selected crates, so a smaller selection would compile the
# SDK once more with fewer features.
cd "$TOP_ROOT"
exec cargo build --release --locked --workspace --bins "$@"
