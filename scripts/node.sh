#!/usr/bin/env bash
# Runs the node of the latest build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[ -x "$TOP_NODE" ] || fail "there is no $TOP_NODE: make build"
exec "$TOP_NODE" "$@"
