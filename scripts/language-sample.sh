#!/usr/bin/env bash
# Prints passages of comments that a seed draws from a revision, to judge the language of a change by a sample that
# the author did not choose.
#
#   scripts/language-sample.sh SEED N [REVISION]    (default HEAD; `.` is the checkout)
#
# Every comment of at least eight words in a Rust or TypeScript source has the same chance. The same seed draws the same
# passages of the same revision on every machine.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

[ $# -ge 2 ] || fail "usage: scripts/language-sample.sh SEED N [REVISION]"
seed=$1 number=$2 revision=${3:-HEAD}
[[ $seed =~ ^[0-9]+$ && $number =~ ^[0-9]+$ ]] || fail "SEED and N are numbers"

cd "$TOP_ROOT"
if [ "$revision" = . ]; then
	name="the checkout"
	list() { git ls-files --cached --others --exclude-standard; }
else
	name=$(git rev-parse --short "$revision")
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	git archive "$revision" | tar -x -C "$scratch"
	cd "$scratch"
	list() { git -C "$TOP_ROOT" ls-tree -r --name-only "$revision"; }
fi

list | grep -E '\.(rs|ts)$' | LC_ALL=C sort | while read -r file; do [ ! -f "$file" ] || echo "$file"; done |
	tr '\n' '\0' | LC_ALL=C xargs -0 awk -f "$TOP_ROOT/scripts/prose.awk" |
	LC_ALL=C awk -F '\t' -v seed="$seed" -v number="$number" -v name="$name" '
	# The generator of Park and Miller, in whole numbers that a double holds exactly.
	function random() {
		state = (state * 16807) % 2147483647
		return state
	}
	$3 == "comment" && split($4, word, / +/) >= 8 { passages[++count] = $0 }
	END {
		printf "%d of %d comments of %s, seed %d\n", number < count ? number : count, count, name, seed
		state = seed % 2147483646 + 1
		for (i = 0; i < 10; i++) random()
		for (drawn = 1; drawn <= number && drawn <= count; drawn++) {
			# A step of a shuffle: no passage is drawn twice.
			at = drawn + random() % (count - drawn + 1)
			passage = passages[at]
			passages[at] = passages[drawn]
			split(passage, part, "\t")
			gsub(/\f */, "\n    ", part[4])
			printf "\n%d. %s:%d\n    %s\n", drawn, part[1], part[2], part[4]
		}
	}'
