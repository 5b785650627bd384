#!/usr/bin/env bash
# Makes the chains from which the tests of migrations upgrade, with a node of an earlier build:
#
#   scripts/migration-fixture.sh NODE [FOLDER]
#
# NODE is the binary of commit ebc94c8. FOLDER is testing/migration/fixtures. It needs Node.js, `npm ci` in
# zombienet/client-tests, the TypeScript SDK (`npm run build` there), python3 and zstd. It takes two minutes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
node=$(realpath "${1:?the binary of an earlier build}")
target=${2:-$TOP_ROOT/testing/migration/fixtures}

# What `sp-maybe-compressed-blob` expects before zstd.
PREFIX='\x52\xbc\x53\x76\x46\xdb\x8e\x05'
# Seconds until the RPC answers, and until a chain is made.
PATIENCE=60
LIMIT=420
work=$(mktemp -d "${TMPDIR:-/tmp}/top-fixture-XXXXXX")
process=

stop_node() {
	[ -z "$process" ] || kill -TERM "$process" 2>/dev/null || true
	[ -z "$process" ] || wait "$process" 2>/dev/null || true
	process=
}
trap 'stop_node; rm -rf "$work"' EXIT

# The network of drawn committees with one seat, for a node with Alice's keys. The others are registered and absent.
main_spec() {
	"$node" build-spec --chain rotation 2>/dev/null >"$work/rotation.json"
	"$node" build-spec --chain dev 2>/dev/null >"$work/dev.json"
	python3 - "$work" <<'PYTHON'
import json, sys
folder = sys.argv[1]
spec, dev = (json.load(open(f"{folder}/{name}.json")) for name in ("rotation", "dev"))
genesis = spec["genesis"]["runtimeGenesis"]["patch"]
alice = dev["genesis"]["runtimeGenesis"]["patch"]["committee"]["members"][0]
genesis["committee"]["members"] = [alice]
nodes = genesis["comprehensiveStake"]["nodes"]
nodes[0]["keys"] = {"pbft": alice["key"], "vrf": alice["vrf"]}
genesis["shardAssignment"]["committee"] = [[nodes[0]["controller"], alice]]
genesis["shardAssignment"]["ledgers"][0][1]["seats"] = 1
spec.update(name="TOP fixture", id="top_fixture")
json.dump(spec, open(f"{folder}/plain.json", "w"))
PYTHON
}

# compress SOURCE FILE: writes the compressed file.
compress() {
	printf "$PREFIX" >"$2"
	zstd -19 --ultra -q -c "$1" >>"$2"
}

# make NAME SPEC: runs a chain, and keeps its specification, its blocks, its state and its metadata.
make() {
	local name=$1 port=$((15000 + RANDOM % 1000 * 16)) base=$work/$1 second
	mkdir -p "$base" "$target"
	"$node" build-spec --chain "$2" --raw 2>/dev/null >"$base/spec"
	"$node" --chain "$base/spec" --base-path "$base/node" --alice --validator --force-authoring --no-telemetry \
		--no-prometheus --no-mdns --listen-addr "/ip4/127.0.0.1/tcp/$((port + 1))" --rpc-port "$port" --rpc-methods=unsafe \
		--state-pruning archive --unsafe-force-node-key-generation >"$base/log" 2>&1 &
	process=$!
	for ((second = 0; second < PATIENCE; second++)); do
		(: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
		kill -0 "$process" 2>/dev/null || break
		sleep 1
	done
	(cd "$TOP_ROOT/zombienet/client-tests" && timeout "$LIMIT" node "migration/$name.js" "ws://127.0.0.1:$port" "$base") || {
		tail -40 "$base/log" >&2
		fail "the chain $name was not made"
	}
	stop_node
	"$node" export-blocks --chain "$base/spec" --base-path "$base/node" --binary --from 1 --to "$(cat "$base/height")" \
		"$base/blocks" 2>/dev/null
	for part in spec blocks state metadata; do compress "$base/$part" "$target/$name-$part.zst"; done
}

main_spec
make main "$work/plain.json"
make shard shard-dev
ls -l "$target"
