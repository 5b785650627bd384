#!/usr/bin/env bash
# Runs the checks one after the other. Stops at the first that fails.
#
#   scripts/test.sh          everything that CI checks: all steps except unit, release and soak
#   scripts/test.sh STEP…    some: format, language, unit, licences, tests, simulator, zombienet, clients, explorer,
#                            examples, template, release, book, soak
#
# Clippy checks the workspace's crates in the pass that compiles them for the tests, and rustdoc checks their
# documentation in the pass that runs their examples: neither needs a pass of its own over the crates below.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

# Runs of the simulator: in every check, and in a soak.
SEEDS=${SEEDS:-20000}
SOAK_SEEDS=${SOAK_SEEDS:-100000}
passed=0
started=$SECONDS

# For every build of these checks, the node's as well: cargo keeps what it compiled with a wrapper apart from what it
# compiled without. Clippy turns the optimizations of MIR off, so a node of these checks takes a tenth more processor
# time: measure speed with `make bench`, which compiles without it.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings
export RUSTDOC=$TOP_ROOT/scripts/rustdoc.sh

# check NAME COMMAND…: runs the command under a heading, and prints how long it took.
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

# in_zombienet COMMAND…: runs a command in the zombienet workspace, with its target folder. Cargo commands there take
# the whole workspace, as they do here: for a single crate cargo picks other features, and compiles everything again.
in_zombienet() {
	(cd "$TOP_ROOT/zombienet" && unset RUSTDOC && CARGO_TARGET_DIR=$TOP_ZOMBIENET_TARGET_DIR "$@")
}

# Compiles the zombienet workspace on what the networks of processes leave of the processors: most of their tests wait. On a machine that
# has compiled it before there is nothing to do. The step that needs it compiles again, and shows what fails.
zombienet_build=
begin_zombienet_build() {
	case $steps in
	*" zombienet "* | *" clients "*) ;;
	*) return ;;
	esac
	local idle=(nice -n 19)
	# The kernel runs it when nothing else would run.
	if chrt --idle 0 true 2>/dev/null; then
		idle=(chrt --idle 0)
	fi
	# With job control it has its own process group, and not its own session: the kernel shares processors out among sessions first.
	set -m
	in_zombienet "${idle[@]}" cargo build --locked --workspace --all-targets >/dev/null 2>&1 &
	set +m
	zombienet_build=$!
	trap 'kill -- "-$zombienet_build" 2>/dev/null || true' EXIT
}

end_zombienet_build() {
	[ -n "$zombienet_build" ] || return 0
	check "the rest of the zombienet workspace" wait_for_zombienet_build
}
wait_for_zombienet_build() {
	wait "$zombienet_build" || true
	trap - EXIT
}

format() {
	check "formatting" cargo fmt --all --check
	check "formatting of zombienet" in_zombienet cargo fmt --all --check
}

language() {
	check "language" scripts/language.sh
}

book() {
	check "the book" scripts/book.sh
}

# Without the tests that start processes, which are node/tests/processes, and without the documentation.
unit() {
	check "clippy and unit tests" cargo test --release --locked --workspace --tests
}

licences() {
	check "licences, bans and sources of crates" \
		cargo deny --locked -L error check --hide-inclusion-graph bans licenses sources
}

tests() {
	check "clippy, documentation and tests of all crates" tests_and_documentation
	typescript_sdk # Its callers pay in the networks below.
	begin_zombienet_build
	check "networks of processes" cargo test --release --locked --workspace --test processes
	end_zombienet_build
}

# Rustdoc takes one core, as many of the tests do: both run beside each other, and what rustdoc prints follows.
tests_and_documentation() {
	local log documentation failed=0
	cargo test --release --locked --workspace --no-run || return 1
	log=$(mktemp)
	cargo test --release --locked --workspace --doc >"$log" 2>&1 &
	documentation=$!
	cargo test --release --locked --workspace --tests || failed=1
	wait "$documentation" || failed=1
	cat "$log"
	rm "$log"
	return $failed
}

simulator() {
	check "programs" scripts/build.sh programs
	check "simulator, $SEEDS seeds" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds "$SEEDS"
	check "simulator, 60 seeds of 64 members" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds 60 --size 64
	check "simulator, 3 seeds of 128 members" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds 3 --size 128
	check "simulator, 2000 second processes" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds 2000 --second-process
	# Some 10 s of one core.
	check "simulator of messages, 100 seeds" "$TOP_TARGET_DIR/release/tc-routing-sim" --seeds 100
}

zombienet() {
	check "the node" scripts/build.sh
	check "clippy of zombienet" in_zombienet cargo build --locked --workspace --all-targets
	check "networks under zombienet" in_zombienet cargo test --locked --workspace --test restart
}

# Compiles the SDK, which clients and examples need, and runs its own tests: once for all steps.
typescript_sdk_passed=no
typescript_sdk() {
	if [ $typescript_sdk_passed = no ]; then
		check "the TypeScript SDK" build_and_test_typescript_sdk
		typescript_sdk_passed=yes
	fi
}
build_and_test_typescript_sdk() {
	npm --prefix sdk/typescript run build --silent && npm --prefix sdk/typescript test --silent
}

clients() {
	check "the node" scripts/build.sh
	check "compiling the Rust client's tests" in_zombienet cargo test --locked --workspace --no-run
	typescript_sdk
	check "clients on a network of four" scripts/with-network.sh scripts/client-tests.sh
	check "referenda on a network of four" scripts/with-network.sh --preset governed scripts/governance-client-tests.sh
	check "clients on a shard of four" scripts/with-network.sh --preset shard-local scripts/shard-client-tests.sh
	check "clients across two shards" scripts/with-network.sh --shards 2 scripts/network-client-tests.sh
}

# The page's own tests, by workers that stand for ledgers, then all views and the wallet at a node with a zone and two shards. The
# soak has the rest: ledgers that run alone, nodes that lie, Firefox, an hour.
explorer() {
	check "packages and a browser for the explorer" install_explorer
	check "the node" scripts/build.sh
	typescript_sdk
	check "the explorer" build_and_test_explorer
	check "the explorer across two shards" scripts/with-network.sh --shards 2 \
		npm --prefix "$TOP_ROOT/web/explorer" run test:network --silent
}
# in_browser PRESET SCRIPT: runs tests of the explorer against a network.
in_browser() {
	scripts/with-network.sh --preset "$1" npm --prefix "$TOP_ROOT/web/explorer" run "$2" --silent
}
install_explorer() {
	scripts/setup.sh explorer && scripts/setup.sh browser
}
build_and_test_explorer() {
	npm --prefix web/explorer run build --silent && npm --prefix web/explorer test --silent &&
		npm --prefix web/explorer run test:zone --silent
}

examples() {
	check "the node and the Rust examples" scripts/build.sh programs
	typescript_sdk
	check "the TypeScript SDK as a package" scripts/package-test.sh
	check "the TypeScript examples" npm --prefix examples/typescript run build --silent
	check "examples on running networks" scripts/examples.sh
}

template() {
	check "a chain made from the template, by its README" scripts/template-test.sh
}

# A node as it is released, with a wallet that checks the metadata, and a browser that opens the explorer in it. It replaces the
# node of the other steps.
release() {
	check "packages and a browser for the explorer" install_explorer
	check "the node for release" scripts/build.sh with-explorer --features top-node/metadata-hash
	check "a wallet that checks the metadata" scripts/with-network.sh \
		npm --prefix "$TOP_ROOT/zombienet/client-tests" run test:release
	check "the explorer that the node serves" scripts/with-network.sh --ui \
		npm --prefix "$TOP_ROOT/web/explorer" run test:served --silent
}

# What takes too long for every change: the same tests at full size.
soak() {
	check "programs" scripts/build.sh programs
	check "simulator, $SOAK_SEEDS seeds" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds "$SOAK_SEEDS"
	check "simulator, 250 seeds of 64 members" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds 250 --size 64
	check "simulator, 250 seeds of 128 members" "$TOP_TARGET_DIR/release/tc-pbft-sim" --seeds 250 --size 128
	check "simulator of messages, 2000 seeds" "$TOP_TARGET_DIR/release/tc-routing-sim" --seeds 2000
	check "histories of the unit pool, and batches of bytes by chance" \
		cargo test --release --locked --workspace --tests -- --ignored --nocapture \
		the_invariants_hold_in_many_histories every_batch_that_decodes_applies_many_times
	typescript_sdk
	check "packages and a browser for the explorer" install_explorer
	check "the explorer" build_and_test_explorer
	check "the first view of four ledgers" scripts/with-network.sh --shards 2 \
		npm --prefix "$TOP_ROOT/web/explorer" run test:first-view --silent
	check "the first view of a ledger that runs alone" in_browser local test:first-view
	check "the explorer under 5,000 transfers a second" npm --prefix "$TOP_ROOT/web/explorer" run test:load --silent
	check "the explorer on a network of four, and a node that lies" in_browser local test:browser
	check "the explorer on a shard of four, and a node that lies" env TOP_LONG_CHAIN=10000 \
		"$TOP_ROOT/scripts/with-network.sh" --preset shard-local npm --prefix "$TOP_ROOT/web/explorer" run test:browser --silent
	check "the explorer for an hour" npm --prefix "$TOP_ROOT/web/explorer" run test:heap --silent
	check "Firefox" scripts/setup.sh firefox
	check "the explorer in Firefox" scripts/with-network.sh --shards 2 \
		npm --prefix "$TOP_ROOT/web/explorer" run test:firefox --silent
	check "drawn committees over thirty epochs" env TOP_ROTATION_FULL=1 \
		cargo test --release --locked --workspace --test processes rotation:: -- --nocapture
	check "a zone and two shards with drawn committees" \
		cargo test --release --locked --workspace --test processes drawn:: -- --include-ignored --nocapture
	check "two shards with 50,000 payments in every direction, under kills" env TOP_SHARDS_FULL=1 \
		cargo test --release --locked --workspace --test processes shards_under_kills:: -- --nocapture
	check "a shard of 10,000 blocks, which a new node begins late" env TOP_WARP_FULL=1 \
		cargo test --release --locked --workspace --test processes warp_sync:: -- --include-ignored --nocapture
	# They make network namespaces and drop packets: run the soak as root, or these tests alone.
	check "a shard that stands still for ten minutes, and a zone that does" env TOP_SHARDS_FULL=1 \
		cargo test --release --locked --workspace --test processes stopped_shard:: -- --include-ignored --nocapture
	check "a link of six that is cut for good" \
		cargo test --release --locked --workspace --test processes links:: -- --include-ignored --nocapture
	check "a shard under load, kills, double spends, floods and quotas" env TOP_UNITS_FULL=1 \
		cargo test --release --locked --workspace --test processes units:: -- --include-ignored --nocapture
	check "the benchmarks of the pallets, each measured once" env -u RUSTC_WORKSPACE_WRAPPER scripts/weights.sh --check
	release
}

if [ $# = 0 ]; then
	set -- format language licences tests simulator zombienet clients explorer examples template book
fi
steps=" $* "
for step in "$@"; do
	case $step in
	format | language | unit | licences | tests | simulator | zombienet | clients | explorer | examples | template | release | book | soak) "$step" ;;
	*) fail "no step $step: see the head of scripts/test.sh" ;;
	esac
done
printf '\n==> all done in %s s\n' $((SECONDS - started))
printf '%s passed, 0 failed\n' $passed
