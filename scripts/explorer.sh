#!/usr/bin/env bash
# Builds the explorer and serves it on this machine until Ctrl-C:
#
#   scripts/explorer.sh [--port PORT] [--node [NAME=]ADDRESS]… [--anchor NAME=FILE]…
#   scripts/explorer.sh build    builds it, and serves nothing
#
# Without --node it shows the ledger of ws://127.0.0.1:9944. web/explorer/README.md says what --anchor is for.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

command -v npm >/dev/null || fail "needs node and npm: make setup"
"$TOP_ROOT/scripts/setup.sh" explorer
npm --prefix "$TOP_ROOT/sdk/typescript" run build --silent
npm --prefix "$TOP_ROOT/web/explorer" run build --silent
[ "${1:-}" != build ] || exit 0
exec node "$TOP_ROOT/web/explorer/serve.mjs" "$@"
