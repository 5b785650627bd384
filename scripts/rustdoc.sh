#!/usr/bin/env bash
# Stands in for rustdoc where cargo runs a crate's examples (RUSTDOC=scripts/rustdoc.sh cargo test): checks the crate's
# documentation first, from the libraries that are compiled for the tests anyway. `cargo doc` would type-check all 800
# crates below it once more.
set -euo pipefail

check=no
arguments=()
skip=no
for argument; do
	if [ $skip = yes ]; then
		skip=no
		continue
	fi
	case $argument in
	--test) check=yes ;;
	# These belong to running examples.
	--test-run-directory | --test-args | --test-runtool | --test-runtool-arg) skip=yes ;;
	--test-run-directory=* | --test-args=* | --test-runtool=* | --nocapture) ;;
	*) arguments+=("$argument") ;;
	esac
done
if [ $check = yes ]; then
	pages=$(mktemp -d)
	trap 'rm -rf "$pages"' EXIT
	rustdoc "${arguments[@]}" -D warnings --output "$pages"
	rm -rf "$pages"
	trap - EXIT
fi
exec rustdoc "$@"
