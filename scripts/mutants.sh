#!/usr/bin/env bash
# Changes one place of the pure crates at a time, and runs the crate's tests: a mutant that survives is a rule that no test
# checks. Hours on two cores. Installs cargo-mutants into the tools folder first, unless it is there.
#
#   scripts/mutants.sh                                all pure crates
#   scripts/mutants.sh --package tp-quota             one of them
#   scripts/mutants.sh --shard 0/16                   a sixteenth of them
#   scripts/mutants.sh --list                         names the mutants, and tests none
#
# Fails if a mutant survives that scripts/mutants-allowed.txt does not list, or more than one in twenty does. Results are in
# target/mutants/mutants.out.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

MUTANTS_VERSION=27.0.0
# The crates whose tests need no node, no network and no clock.
PURE=(tc-lattice-pool tc-pbft-core tc-routing-core tp-beacon tp-core tp-lattice tp-mailbox tp-pbft tp-power tp-quota
	tp-sortition tp-stake)
# One mutant in this many may survive.
SURVIVORS=20

if [ "$(cargo mutants --version 2>/dev/null || true)" != "cargo-mutants $MUTANTS_VERSION" ]; then
	echo "compiling cargo-mutants $MUTANTS_VERSION into $TOP_TOOLS_DIR (a few minutes, once)" >&2
	env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
		cargo install --quiet --locked --version $MUTANTS_VERSION --root "$TOP_TOOLS_DIR" cargo-mutants
fi

packages=()
[[ " $* " == *" --package "* ]] || for crate in "${PURE[@]}"; do packages+=(--package "$crate"); done
output=$TOP_TARGET_DIR/mutants
mkdir -p "$output"
# Each mutant compiles one crate: fast to compile matters more than fast code. Mutants are built in a copy of the sources.
export CARGO_INCREMENTAL=1 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
env -u CARGO_TARGET_DIR -u RUSTC_WORKSPACE_WRAPPER \
	cargo mutants --profile release --jobs 1 --output "$output" --no-shuffle --colors never --cargo-arg=--locked \
	"${packages[@]}" "$@" || code=$?
# 2 and 3: mutants survived or took too long. This script judges below. Others are errors of the call or of the sources.
[[ ${code:-0} =~ ^[023]$ ]] || fail "cargo-mutants ended with $code"
[[ " $* " != *" --list "* ]] || exit 0

results=$output/mutants.out
count() { wc -l <"$results/$1.txt"; }
# Without the place, which changes with every edit above it.
unlisted=$(sed 's/:[0-9]*:[0-9]*:/:/' "$results/missed.txt" | grep -vxFf <(sed '/^#/d; /^$/d; s/  #.*//' scripts/mutants-allowed.txt) || true)
viable=$(($(count caught) + $(count missed) + $(count timeout)))
echo "$viable viable mutants: $(count caught) caught, $(count timeout) endless, $(count missed) survived"
[ -z "$unlisted" ] || fail "these survive, and scripts/mutants-allowed.txt does not list them:
$unlisted"
[ $(($(count missed) * SURVIVORS)) -le $viable ] || fail "more than one in $SURVIVORS survives"
