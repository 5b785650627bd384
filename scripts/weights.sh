#!/usr/bin/env bash
# Measures the weights of this project's pallets on this machine, and writes them to weights/measured.rs of each.
#
#   scripts/weights.sh            all pallets
#   scripts/weights.sh PALLET…    some, by their crates' names: pallet_committee
#
# STEPS and REPEAT are optional. The script first compiles the node with the benchmarks, in a separate target folder (half
# an hour from nothing), because its features differ from those of every other build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

target=$TOP_TARGET_DIR/weights
[ $# -gt 0 ] || set -- pallet_committee pallet_comprehensive_stake pallet_computing_power pallet_offences pallet_rewards \
	pallet_shard_assignment
# A runtime of the SDK for a benchmark that is not used here.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
cargo build --release --locked -p top-node --features runtime-benchmarks --target-dir "$target"
for pallet; do
	name=$(sed 's/^pallet_//; s/_/-/g' <<<"$pallet")
	folder=$(echo pallets/*/"$name")
	[ -d "$folder" ] || fail "no pallet $pallet: no folder pallets/*/$name"
	mkdir -p "$folder/src/weights"
	"$target/release/top-node" benchmark pallet --chain dev --pallet "$pallet" --extrinsic '*' \
		--steps "${STEPS:-20}" --repeat "${REPEAT:-10}" --min-duration 0 --template scripts/weights.hbs \
		--output "$folder/src/weights/measured.rs"
done
cargo fmt --all
