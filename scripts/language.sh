#!/usr/bin/env bash
# Checks the prose of the repository against scripts/language-words.txt: comments, documents, help texts, log lines and
# error texts. scripts/language-allowed.txt lists the places where a word is right.
#
#   scripts/language.sh                the checkout
#   scripts/language.sh --revision REV a revision; without the allowed places
#   … --count                          prints the number of places by word, and of sentences above 25 words; succeeds
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

revision= count=0
while [ $# -gt 0 ]; do
	case $1 in
	--revision) revision=${2:?which revision?} && shift 2 ;;
	--count) count=1 && shift ;;
	*) fail "unknown argument $1: there are --revision and --count" ;;
	esac
done

allowed=$TOP_ROOT/scripts/language-allowed.txt
patterns=('*.rs' '*.md' '*.ts' '*.tsx' '*.mjs' '*.sh' '*.toml' Makefile '*/Makefile')
cd "$TOP_ROOT"
if [ -n "$revision" ]; then
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	git archive "$revision" | tar -x -C "$scratch"
	cd "$scratch"
	git -C "$TOP_ROOT" ls-tree -r --name-only "$revision" >"$scratch/.files"
	allowed=/dev/null
	list() { grep -E '\.(rs|md|ts|tsx|mjs|sh|toml)$|(^|/)Makefile$' "$scratch/.files" | tr '\n' '\0'; }
else
	list() { git ls-files -z --cached --others --exclude-standard -- "${patterns[@]}"; }
fi

existing() { while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done; }

list | existing | LC_ALL=C xargs -0 awk -f "$TOP_ROOT/scripts/prose.awk" |
	LC_ALL=C awk -F '\t' -v words="$TOP_ROOT/scripts/language-words.txt" -v allowed="$allowed" -v count=$count '
	function trim(text) {
		sub(/^ +/, "", text)
		sub(/ +$/, "", text)
		return text
	}
	BEGIN {
		while ((getline line <words) > 0) {
			if (line ~ /^#/ || line == "") continue
			at = match(line, / \| /)
			rule = substr(line, 1, at - 1)
			advice[++rules] = substr(line, at + 3)
			starts[rules] = sub(/^\^/, "", rule)
			pattern[rules] = rule
			# One expression finds the passages that need a closer look.
			if (starts[rules]) openings = openings (openings ? "|" : "") rule
			else anywhere = anywhere (anywhere ? "|" : "") rule
		}
		while ((getline line <allowed) > 0) {
			if (line ~ /^#/ || line == "") continue
			parts = split(line, part, / \| /)
			if (parts != 3) {
				print "scripts/language-allowed.txt: not PATH | WORDS | WHY: " line
				bad++
				continue
			}
			places++
			place_file[places] = part[1]
			place_words[places] = trim(part[2])
		}
		anywhere = "(^|[^a-z_])(" anywhere ")([^a-z_]|$)"
		openings = "(^|[.!?] )(" openings ")([^a-z_]|$)"
	}
	{
		text = tolower($4)
		plain = text
		gsub(/\f/, "", plain)
		# "is no more than" is a comparison.
		gsub(/no more than/, "no_more_than", plain)
		if (count && $3 == "comment") count_long_sentences()
		if (plain !~ anywhere && ($3 != "comment" || plain !~ openings)) next
		for (i = 1; i <= rules; i++) {
			if (starts[i] && $3 != "comment") continue
			expression = starts[i] ? "(^|[.!?] )(" pattern[i] ")([^a-z_]|$)" : "(^|[^a-z_])(" pattern[i] ")([^a-z_]|$)"
			rest = plain
			offset = 0
			while (match(rest, expression)) {
				found = substr(rest, RSTART, RLENGTH)
				hit = offset + RSTART
				report()
				offset += RSTART + RLENGTH - 2
				rest = substr(rest, RSTART + RLENGTH - 1)
			}
		}
	}
	# Tables, diagrams and formulas have no sentences.
	function count_long_sentences(    parts, sentence, k, word) {
		if ($4 ~ /\||─|│|▶|‖|```|^#/) return
		parts = split($4, sentence, /[.!?:;]( |\f|$)/)
		for (k = 1; k <= parts; k++) {
			sentences++
			if (split(trim(sentence[k]), word, /[ \f]+/) > 25) long++
		}
	}
	function report(    place, line, k, seen, excerpt, at) {
		for (place = 1; place <= places; place++) {
			if (place_file[place] == $1 && (at = index(plain, place_words[place])) > 0 && at <= hit + RLENGTH && at + length(place_words[place]) >= hit) {
				used[place] = 1
				return
			}
		}
		line = $2
		seen = 0
		for (k = 1; k <= length(text) && seen < hit; k++) {
			if (substr(text, k, 1) == "\f") line++
			else seen++
		}
		total++
		gsub(/^[^a-z]+|[^a-z]+$/, "", found)
		number[found]++
		if (!count) {
			excerpt = substr(plain, hit > 30 ? hit - 30 : 1, 90)
			printf "%s:%d: \"%s\": %s\n    … %s …\n", $1, line, found, trim(advice[i]), trim(excerpt)
		}
	}
	END {
		for (place = 1; place <= places; place++) {
			if (!used[place]) {
				print "scripts/language-allowed.txt: nothing matches: " place_file[place] " | " place_words[place]
				bad++
			}
		}
		if (count) for (word in number) printf "%6d %s\n", number[word], word | "sort -rn"
		close("sort -rn")
		if (count) printf "%d of %d sentences have more than 25 words\n", long, sentences
		printf "language: %d places to rewrite\n", total
		exit !count && (total + bad > 0)
	}'
