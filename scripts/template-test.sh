#!/usr/bin/env bash
# Executes the README of the template of a service chain in a new copy: builds it, runs its node, sends a unit and
# verifies the receipt. Prints how long that took.
#
#   scripts/template-test.sh
#
# A block marked `bash` runs to its end, one marked `bash background` runs until the test ends. The copy is removed if
# the test succeeds and kept if it fails. Compiled crates go to this checkout's target folder, so that the SDK is not
# compiled again.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# Limit of a block, in seconds: a build from nothing compiles the SDK.
LIMIT=5400
# Limit for a node to answer, in seconds.
NODE_LIMIT=120
RPC_PORT=9944

folder=$(mktemp -d "${TMPDIR:-/tmp}/top-template-XXXXXX")
chain=$folder/chain
background=()
export CARGO_TARGET_DIR=$TOP_TARGET_DIR
# The checks of this checkout set them. Authors of chains compile without.
unset RUSTDOC RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS
started=$SECONDS

stop_background() {
	local group
	for group in "${background[@]}"; do
		kill -TERM -- "-$group" 2>/dev/null || true
		wait "$group" 2>/dev/null || true
	done
	background=()
}
trap stop_background EXIT

# fail_test MESSAGE: says where the files are, and ends.
fail_test() {
	local log
	for log in "$folder"/background-*.log; do
		[ -e "$log" ] && tail -n 30 "$log" >&2
	done
	fail "$* (files: $folder)"
}

answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$RPC_PORT") 2>/dev/null
}

# Writes each block of the README to a file: block-01-run for `bash`, block-02-background for `bash background`.
extract_blocks() {
	awk -v folder="$folder" '
		/^```bash( background)?$/ { file = sprintf("%s/block-%02d-%s", folder, ++number, $2 == "" ? "run" : $2); next }
		/^```/ { file = ""; next }
		file { print > file }
	' "$chain/README.md"
}

# run_block FILE: runs it in the chain's folder.
run_block() {
	local from=$SECONDS
	printf '\n-- %s\n' "$(cat "$1")"
	(cd "$chain" && timeout "$LIMIT" bash -euo pipefail "$1") 2>&1 | tee "$1.log" || fail_test "a block of the README failed"
	printf -- '-- ok, %s s\n' $((SECONDS - from))
}

# start_block FILE: runs it in a new process group and waits until the RPC answers.
start_block() {
	local log=$folder/background-${#background[@]}.log second
	printf '\n-- %s &\n' "$(cat "$1")"
	(cd "$chain" && exec setsid bash -euo pipefail "$1") >"$log" 2>&1 &
	background+=($!)
	for ((second = 0; second < NODE_LIMIT; second++)); do
		if answers; then
			printf -- '-- running after %s s in all\n' $((SECONDS - started))
			return
		fi
		kill -0 "${background[-1]}" 2>/dev/null || fail_test "a background block of the README ended"
		sleep 1
	done
	fail_test "no answer at port $RPC_PORT after $NODE_LIMIT s"
}

! answers || fail "port $RPC_PORT is in use: the README runs a node there"
"$TOP_ROOT/scripts/new-chain.sh" acme-chain "$chain"
extract_blocks
node_after= receipt_after=
for block in "$folder"/block-*; do
	case $block in
	*-background)
		start_block "$block"
		node_after=$((SECONDS - started))
		;;
	*-run)
		run_block "$block"
		if grep -q '^receipt verified: ' "$block.log"; then
			receipt_after=$((SECONDS - started))
		fi
		;;
	esac
done
[ -n "$node_after" ] || fail_test "the README runs no node"
[ -n "$receipt_after" ] || fail_test "no block of the README verified a receipt"
stop_background
rm -rf "$folder"
printf '\nfrom nothing to a running node: %s s, to a verified receipt: %s s\n' "$node_after" "$receipt_after"
