#!/usr/bin/env bash
# Measures the weights of this project's pallets on this machine, and writes them to their weights/measured.rs.
#
#   scripts/weights.sh            all pallets
#   scripts/weights.sh PALLET…    some, by their crates' names: pallet_committee
#
# STEPS and REPEAT can be given. The node with the benchmarks is compiled first, in a target folder of its own (half an
# hour from nothing): its features are others than those of every other build.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

target=$TOP_TARGET_DIR/weights
[ $# -gt 0 ] || set -- pallet_committee pallet_comprehensive_stake pallet_computing_power pallet_offences pallet_rewards \
	pallet_shard_assignment
# A runtime of the SDK's own for a benchmark that is not used here.
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
