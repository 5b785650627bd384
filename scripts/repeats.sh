#!/usr/bin/env bash
# Prints what scripts of this repository measure about its sources, of one or several revisions: places that repeat each
# other in six lines or more, lengths of mocks and runtimes, and circles of files.
#
#   scripts/repeats.sh                the checkout
#   scripts/repeats.sh REVISION…      revisions, for example `scripts/repeats.sh ebc94c8 HEAD`
#   … --all                           prints every place, not only the counts
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$TOP_ROOT"

revisions=() all=0
for argument; do
	case $argument in
	--all) all=1 ;;
	*) revisions+=("$argument") ;;
	esac
done

cargo build --quiet --release --locked -p top-architecture
program=$TOP_TARGET_DIR/release/top-architecture

# measure FOLDER
measure() {
	local check
	for check in repeats circles sizes; do
		if [ $all = 1 ] || [ $check = sizes ]; then
			"$program" $check "$1"
		else
			"$program" $check "$1" | tail -1
		fi
	done
}

if [ ${#revisions[@]} = 0 ]; then
	measure .
	exit
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for revision in "${revisions[@]}"; do
	mkdir -p "$scratch/$revision"
	git archive "$revision" | tar -x -C "$scratch/$revision"
	echo "== $revision"
	measure "$scratch/$revision"
done
