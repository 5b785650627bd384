# Splits sources into passages: a comment, a paragraph of Markdown, or a line of code with its texts. Reads the files
# that it is given, and prints a passage a line: PATH, first LINE, KIND (comment or code), TEXT, separated by tabs. Within a
# text a newline of the source is a single space, preceded by a form feed that lets a reader count lines.
#
# Works with mawk, gawk and the awk of BSD.

FNR == 1 {
	flush_passage()
	in_block = 0
	hash_comments = FILENAME ~ /\.(sh|toml)$/ || FILENAME ~ /Makefile$/
	markdown = FILENAME ~ /\.md$/
}

{
	gsub(/\t/, " ")
	sub(/^ +/, "")
	sub(/ +$/, "")
	if (markdown) {
		if ($0 == "") flush_passage()
		else add($0, "comment")
		next
	}
	if (in_block) {
		text = $0
		if (text ~ /\*\//) {
			sub(/\*\/.*/, "", text)
			in_block = 0
		}
		sub(/^\*+ ?/, "", text)
		add(text, "comment")
		next
	}
	if (hash_comments ? /^#/ : /^\/\//) {
		text = $0
		if (hash_comments) sub(/^#+!? ?/, "", text)
		else sub(/^\/\/[\/!]* ?/, "", text)
		# An empty comment line ends a paragraph.
		if (text == "") flush_passage()
		else add(text, "comment")
		next
	}
	if (!hash_comments && /^\/\*/) {
		flush_passage()
		text = $0
		sub(/^\/\*+!? ?/, "", text)
		if (text ~ /\*\//) sub(/\*\/.*/, "", text)
		else in_block = 1
		add(text, "comment")
		next
	}
	flush_passage()
	if ($0 != "") {
		add($0, "code")
		flush_passage()
	}
}

END { flush_passage() }

function add(text, kind) {
	if (passage == "") {
		passage_file = FILENAME
		passage_line = FNR
		passage_kind = kind
		passage = text
	} else {
		passage = passage "\f " text
	}
}

function flush_passage() {
	if (passage != "") print passage_file "\t" passage_line "\t" passage_kind "\t" passage
	passage = ""
}
