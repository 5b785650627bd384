#!/usr/bin/env bash
# Measures the weights of this project's pallets on this machine, and writes them to their weights/measured.rs.
#
#   scripts/weights.sh            all pallets
#   scripts/weights.sh PALLET…    some, by their crates' names: pallet_committee
#
# The main chain's runtime is measured, except for pallet_lattice, which only shards have. pallet_quota is measured twice:
# with quotas in a map on the main chain, and in accounts on a shard (weights/measured_in_accounts.rs).
#
# STEPS and REPEAT are optional. The script first compiles the node with the benchmarks: only the wasm of the runtimes has
# them, so that the SDK is compiled natively once for this and every other build. `--check` compiles, measures each benchmark
# once, and writes nothing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

check=
if [ "${1:-}" = --check ]; then
	check=yes
	shift
fi
[ $# -gt 0 ] || set -- pallet_committee pallet_comprehensive_stake pallet_computing_power pallet_lattice pallet_offences \
	pallet_quota pallet_rewards pallet_shard_assignment
# The SDK builds a runtime for a benchmark that is not used here.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
# The whole workspace, as every other build: a smaller selection unites other features.
cargo build --release --locked --workspace --bins --features top-node/runtime-benchmarks
# The next build puts an ordinary node in its place.
node=$(mktemp)
trap 'rm -f "$node"' EXIT
cp "$TOP_TARGET_DIR/release/top-node" "$node"

# measure CHAIN PALLET FILE: measures a pallet in the runtime of a chain, and writes FILE of its weights.
measure() {
	name=$(sed 's/^pallet_//; s/_/-/g' <<<"$2")
	folder=$(echo pallets/*/"$name")
	[ -d "$folder" ] || fail "no pallet $2: no folder pallets/*/$name"
	local written=$folder/src/weights/$3.rs steps=${STEPS:-20} repeat=${REPEAT:-10}
	if [ -n "$check" ]; then
		written=/dev/null steps=2 repeat=1
	fi
	mkdir -p "$folder/src/weights"
	"$node" benchmark pallet --chain "$1" --pallet "$2" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
		--min-duration 0 --template scripts/weights.hbs --output "$written"
}

for pallet; do
	case $pallet in
	pallet_lattice) measure shard-dev "$pallet" measured ;;
	pallet_quota)
		measure dev "$pallet" measured
		measure shard-dev "$pallet" measured_in_accounts
		;;
	*) measure dev "$pallet" measured ;;
	esac
done
[ -n "$check" ] || cargo fmt --all
