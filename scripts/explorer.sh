#!/usr/bin/env bash
# Builds the explorer and serves it on this machine until Ctrl-C:
#
#   scripts/explorer.sh [--port PORT] [--node [NAME=]ADDRESS]… [--anchor NAME=FILE]…
#   scripts/explorer.sh build    builds it if its sources changed, and serves nothing
#
# Without --node it shows the ledger of ws://127.0.0.1:9944. web/explorer/README.md says what --anchor is for.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# is_current: whether the built page is newer than its sources. A node that contains it is compiled again after each build.
is_current() {
	local page=$TOP_ROOT/web/explorer/dist/page/index.html
	[ -e "$page" ] || return 1
	[ -z "$(find "$TOP_ROOT"/{sdk/typescript,web/explorer}/{src,package.json,package-lock.json,tsconfig.json} \
		"$TOP_ROOT/web/explorer/build.mjs" -newer "$page" -print -quit)" ]
}

[ "${1:-}" != build ] || ! is_current || exit 0
"$TOP_ROOT/scripts/setup.sh" explorer
npm --prefix "$TOP_ROOT/sdk/typescript" run build --silent
npm --prefix "$TOP_ROOT/web/explorer" run build --silent
[ "${1:-}" != build ] || exit 0
exec node "$TOP_ROOT/web/explorer/serve.mjs" "$@"
