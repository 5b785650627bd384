#!/usr/bin/env bash
# Runs a command while a network of four validators runs on this machine:
#
#   scripts/with-network.sh [--preset PRESET] [--shards COUNT] [--ui] COMMAND…
#
# The nodes serve unsafe methods, because an example lets a node make keys. The RPC of the first node is at $TOP_WS, or at
# $TOP_WS_SHARD if the preset is a shard's. With --shards each node runs a zone too, and the RPC is at $TOP_WS_NETWORK. With --ui it serves the explorer at $TOP_UI, which needs a node that contains it. The
# files of the network are removed if the command succeeds, and kept if it fails.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Seconds until the network must be up. The limit in the node is shorter.
PATIENCE=150
preset=local
if [ "${1:-}" = --preset ]; then
	preset=${2:?which preset?}
	shift 2
fi
shards=0
if [ "${1:-}" = --shards ]; then
	shards=${2:?how many shards?}
	shift 2
fi
with_ui=no
if [ "${1:-}" = --ui ]; then
	with_ui=yes
	shift
fi
[ $# -gt 0 ] || fail "usage: scripts/with-network.sh [--preset PRESET] [--shards COUNT] [--ui] COMMAND…"
[ -x "$TOP_NODE" ] || fail "there is no $TOP_NODE: make build"

folder=$(mktemp -d "${TMPDIR:-/tmp}/top-network-XXXXXX")
output=$folder/output.txt
: >"$output"
# Below the range of outgoing connections. local-network names a port that is in use.
ports=$((15000 + RANDOM % 1000 * 16))
# Ports of one kind: each of four nodes has one, and with shards one more for each shard and for the zone.
width=5
[ "$shards" -eq 0 ] || width=$((4 * (shards + 2)))
options=(--preset "$preset" --nodes 4 --base-path "$folder/nodes" --shards "$shards")
options+=(--rpc-port-base $ports --p2p-port-base $((ports + width)) --prometheus-port-base $((ports + 2 * width)))
if [ $with_ui = yes ]; then
	export TOP_UI=http://127.0.0.1:$((ports + 3 * width))
	options+=(--ui-port $((ports + 3 * width)))
fi
"$TOP_NODE" local-network "${options[@]}" -- --rpc-methods=unsafe >"$output" 2>&1 &
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
if [ "$shards" -gt 0 ]; then
	unset TOP_WS
	export TOP_WS_NETWORK=ws://127.0.0.1:$ports
fi
if "$@"; then
	trap - EXIT
	stop_network
	rm -rf "$folder"
else
	fail "$* failed; the network's files are in $folder"
fi
