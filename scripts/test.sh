#!/usr/bin/env bash
# Runs the checks, one after the other, and stops at the first that fails.
#
#   scripts/test.sh          all
#   scripts/test.sh STEP…    lint, unit, simulator, zombienet, clients
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

# Runs of the simulator.
SEEDS=${SEEDS:-20000}
passed=0
started=$SECONDS

# check NAME COMMAND…: runs it under a heading, and says how long it took.
check() {
	local name=$1 from=$SECONDS
	shift
	printf '\n==> %s\n' "$name"
	if ! "$@"; then
		printf '\n==> %s: FAILED after %s s: %s\n' "$name" $((SECONDS - from)) "$*"
		printf '%s passed, 1 failed\n' $passed
		exit 1
	fi
	passed=$((passed + 1))
	printf '==> %s: ok, %s s\n' "$name" $((SECONDS - from))
}

# in_zombienet COMMAND…: in the zombienet workspace, with its target folder. Cargo commands there take the whole
# workspace, as they do here: for a single crate cargo would pick other features, and compile everything anew.
in_zombienet() {
	(cd "$TOP_ROOT/zombienet" && CARGO_TARGET_DIR=$TOP_ZOMBIENET_TARGET_DIR "$@")
}

# `cargo clippy` with a build in place of a check: the tests need the build, and a check would go through the 750 crates
# below these two a second time.
clippy_while_building() {
	RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS='-D__CLIPPY_HACKERY__warnings' \
		cargo build --locked --workspace --all-targets
}

lint() {
	check "formatting" cargo fmt --all --check
	check "formatting of zombienet" in_zombienet cargo fmt --all --check
	check "clippy" cargo clippy --release --locked --workspace --all-targets -- -D warnings
	check "licences, bans and sources of crates" \
		cargo deny --locked -L error check --hide-inclusion-graph bans licenses sources
	check "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --workspace --no-deps
}

unit() {
	check "tests of all crates" cargo test --release --locked --workspace
}

simulator() {
	check "programs" scripts/build.sh
	check "simulator, $SEEDS seeds" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds "$SEEDS"
}

zombienet() {
	check "the node" scripts/build.sh
	check "clippy of zombienet" in_zombienet clippy_while_building
	check "networks under zombienet" in_zombienet cargo test --locked --workspace --test restart
}

# Compiles it, which the client tests need, and runs its own tests.
typescript_sdk() {
	npm --prefix sdk/typescript run build --silent && npm --prefix sdk/typescript test --silent
}

clients() {
	check "the node" scripts/build.sh
	check "compiling the Rust client's tests" in_zombienet cargo test --locked --workspace --no-run
	check "the TypeScript SDK" typescript_sdk
	check "clients on a network of four" scripts/with-network.sh scripts/client-tests.sh
	check "clients on a shard of four" scripts/with-network.sh --preset shard-local scripts/shard-client-tests.sh
}

if [ $# = 0 ]; then
	set -- lint unit simulator zombienet clients
fi
for step in "$@"; do
	case $step in
	lint | unit | simulator | zombienet | clients) "$step" ;;
	*) fail "no step $step: there are lint, unit, simulator, zombienet and clients" ;;
	esac
done
printf '\n==> all done in %s s\n' $((SECONDS - started))
printf '%s passed, 0 failed\n' $passed
