#!/usr/bin/env bash
# Runs a command while a network of four validators runs on this machine:
#
#   scripts/with-network.sh [--preset PRESET] COMMAND…
#
# The nodes serve unsafe methods, because an example lets a node make keys. The RPC of the first node is at $TOP_WS, or at $TOP_WS_SHARD if the preset is a shard's. The files of the network are
# removed if the command succeeds, and kept if it fails.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Seconds until the network must be up. The limit in the node is shorter.
PATIENCE=150
preset=local
if [ "${1:-}" = --preset ]; then
	preset=${2:?which preset?}
	shift 2
fi
[ $# -gt 0 ] || fail "usage: scripts/with-network.sh [--preset PRESET] COMMAND…"
[ -x "$TOP_NODE" ] || fail "there is no $TOP_NODE: make build"

folder=$(mktemp -d "${TMPDIR:-/tmp}/top-network-XXXXXX")
output=$folder/output.txt
: >"$output"
# Below the range of outgoing connections. local-network names a port that is in use.
ports=$((15000 + RANDOM % 1000 * 16))
"$TOP_NODE" local-network --preset "$preset" --nodes 4 --base-path "$folder/nodes" --rpc-port-base $ports \
	--p2p-port-base $((ports + 5)) --prometheus-port-base $((ports + 10)) -- --rpc-methods=unsafe >"$output" 2>&1 &
network=$!

stop_network() {
	# It stops its nodes itself. SIGINT does not reach a background job of a script.
	kill -TERM $network 2>/dev/null || true
	wait $network 2>/dev/null || true
}
trap stop_network EXIT

for ((second = 0; ; second++)); do
	grep -q '^Up: ' "$output" && break
	if ! kill -0 $network 2>/dev/null || [ $second -ge $PATIENCE ]; then
		cat "$output" >&2
		fail "the network did not come up; its files are in $folder"
	fi
	sleep 1
done

case $preset in
shard-*) export TOP_WS_SHARD=ws://127.0.0.1:$ports ;;
*) export TOP_WS=ws://127.0.0.1:$ports ;;
esac
if "$@"; then
	trap - EXIT
	stop_network
	rm -rf "$folder"
else
	fail "$* failed; the network's files are in $folder"
fi
