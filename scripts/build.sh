#!/usr/bin/env bash
# Compiles the node into $TOP_NODE. Its arguments are cargo's: scripts/build.sh --features top-node/metadata-hash
#
#   scripts/build.sh programs …         and the examples, simulators and benches beside it
#   scripts/build.sh production …       optimized across crates, into target/production: it compiles the SDK again
#   scripts/build.sh with-explorer …    with the explorer in it (--ui-port), if the page can be built
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Selects the whole workspace, except for programs that use no crate of the SDK that the node does not use: cargo unites the features of
# the selected crates, so a smaller selection would compile the SDK once more with fewer features.
cd "$TOP_ROOT"
profile=release
without=(--exclude tc-pbft-sim --exclude tc-routing-sim --exclude top-examples --exclude top-takeover)
if [ "${1:-}" = programs ]; then
	shift
	without=()
fi
if [ "${1:-}" = production ]; then
	shift
	profile=production
fi
if [ "${1:-}" = with-explorer ]; then
	shift
	# A node works without the page, and the page needs npm and its registry.
	if scripts/explorer.sh build; then
		set -- --features top-node/ui "$@"
	else
		echo "the explorer was not built, for the reason above: the node is built without it"
	fi
fi
exec cargo build --profile "$profile" --locked --workspace --bins "${without[@]}" "$@"
