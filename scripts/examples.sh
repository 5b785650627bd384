#!/usr/bin/env bash
# Runs all examples against running networks and prints their output. Fails at the first example that fails.
#
#   scripts/with-network.sh --preset shard-local scripts/examples.sh    the examples for a shard, at $TOP_WS_SHARD
#   scripts/with-network.sh scripts/examples.sh                         the examples for the main chain, at $TOP_WS
#   scripts/with-network.sh --shards 2 scripts/examples.sh              the examples across shards, at $TOP_WS_NETWORK
#   scripts/examples.sh                                                 all, each on a network that it starts
#
# The programs must be compiled: scripts/build.sh programs, and `npm run build` in sdk/typescript and examples/typescript.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Limit of one example, in seconds. Each takes a few.
LIMIT=60
BOB=5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty
rust=$TOP_TARGET_DIR/release
typescript=$TOP_ROOT/examples/typescript/dist

# example NAME COMMAND…: runs an example under a heading.
example() {
	local name=$1
	shift
	printf '\n-- example %s\n' "$name"
	timeout "$LIMIT" "$@" || fail "the example $name failed: $*"
}

shard() {
	local url=$1 folder watching=()
	folder=$(mktemp -d "${TMPDIR:-/tmp}/top-examples-XXXXXX")

	example "pay (Rust)" "$rust/example-pay" "$url" "$folder"
	example "verify a receipt offline (Rust)" "$rust/example-verify-receipt" "$folder"
	# Each language verifies the files that the other one stored.
	example "verify a receipt offline (TypeScript)" node "$typescript/verify-receipt.js" "$folder"
	example "pay (TypeScript)" node "$typescript/pay.js" "$url" "$folder"
	example "verify a receipt offline (Rust)" "$rust/example-verify-receipt" "$folder"

	# A changed receipt must not verify.
	node -e '
		const { readFileSync, writeFileSync } = require("node:fs");
		const bytes = readFileSync(process.argv[1]);
		bytes[40] ^= 1;
		writeFileSync(process.argv[1], bytes);
	' "$folder/receipt.scale"
	if "$rust/example-verify-receipt" "$folder" 2>/dev/null; then
		fail "the example verify a receipt offline (Rust) accepts a changed receipt"
	fi
	if node "$typescript/verify-receipt.js" "$folder" 2>/dev/null; then
		fail "the example verify a receipt offline (TypeScript) accepts a changed receipt"
	fi

	# The watchers run while Alice pays Bob: they print the state before and after the payment.
	timeout "$LIMIT" "$rust/example-watch-account" "$url" $BOB 2 >"$folder/watch-rust.txt" 2>&1 &
	watching+=($!)
	timeout "$LIMIT" node "$typescript/watch-account.js" "$url" $BOB 2 >"$folder/watch-typescript.txt" 2>&1 &
	watching+=($!)
	wait_for_line "$folder/watch-rust.txt"
	wait_for_line "$folder/watch-typescript.txt"
	"$rust/example-pay" "$url" >/dev/null
	local failed=no
	for job in "${watching[@]}"; do wait "$job" || failed=yes; done
	printf '\n-- example watch an account (Rust)\n'
	cat "$folder/watch-rust.txt"
	printf '\n-- example watch an account (TypeScript)\n'
	cat "$folder/watch-typescript.txt"
	[ $failed = no ] || fail "an example watch an account failed"
	rm -rf "$folder"
}

# wait_for_line FILE: waits until a file has a line.
wait_for_line() {
	local second
	for ((second = 0; second < LIMIT; second++)); do
		[ -s "$1" ] && return
		sleep 1
	done
	fail "no output in $1 after $LIMIT s"
}

main_chain() {
	example "stake and vote (TypeScript)" node "$typescript/stake-and-vote.js" "$1"
}

# Alice and Bob live in different shards, if there are two.
across_shards() {
	example "pay across shards (Rust)" "$rust/example-pay-across-shards" "$1"
	example "pay across shards (TypeScript)" node "$typescript/pay-across-shards.js" "$1"
}

[ -x "$rust/example-pay" ] || fail "there is no $rust/example-pay: make build"
[ -e "$typescript/pay.js" ] || fail "there is no $typescript/pay.js: npm --prefix examples/typescript run build"
if [ -n "${TOP_WS_SHARD:-}" ]; then
	shard "$TOP_WS_SHARD"
elif [ -n "${TOP_WS_NETWORK:-}" ]; then
	across_shards "$TOP_WS_NETWORK"
elif [ -n "${TOP_WS:-}" ]; then
	main_chain "$TOP_WS"
else
	"$TOP_ROOT/scripts/with-network.sh" --preset shard-local "$TOP_ROOT/scripts/examples.sh"
	"$TOP_ROOT/scripts/with-network.sh" "$TOP_ROOT/scripts/examples.sh"
	"$TOP_ROOT/scripts/with-network.sh" --shards 2 "$TOP_ROOT/scripts/examples.sh"
	echo "all examples passed"
fi
