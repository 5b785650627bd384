//! Places of the sources that repeat each other: runs of at least six lines that are equal, or that differ only in names
//! which are exchanged consistently.
//!
//! Left out is what every file must have and what the SDK's macros ask for: imports, attributes, lines without a word, the
//! list of pallets of a runtime, and generated weights.

use crate::{
	files::{files, shown},
	lexer::{tokens, Kind, Language, Token},
};
use std::{collections::BTreeMap, fmt, fs, io, path::Path};

/// Lines of a run.
const RUN: usize = 6;
/// Tokens of a run: shorter lines repeat by chance.
const LEAST_TOKENS: usize = 36;
/// Percentage of the names of two runs that must be equal: fewer is a likeness of grammar only.
const LEAST_EQUAL_NAMES: usize = 50;
/// Generated files.
const GENERATED: [&str; 1] = ["weights/measured.rs"];

/// Two places that repeat each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeat {
	/// The place that comes first.
	pub first: Place,
	/// The other one.
	pub second: Place,
	/// The significant lines of each.
	pub lines: usize,
}

/// Lines of a file, from 1, both included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
	/// The file.
	pub file: String,
	/// The first line.
	pub from: usize,
	/// The last line.
	pub to: usize,
}

impl fmt::Display for Repeat {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { first, second, lines } = self;
		write!(f, "{}:{}-{} = ", first.file, first.from, first.to)?;
		write!(f, "{}:{}-{} ({lines} lines)", second.file, second.from, second.to)
	}
}

/// All repeats in the Rust and TypeScript sources below `root`.
pub fn repeats(root: &Path) -> io::Result<Vec<Repeat>> {
	let mut sources = Vec::new();
	for file in files(root, &["rs", "ts"])? {
		let name = shown(&file);
		if GENERATED.iter().any(|generated| name.ends_with(generated)) {
			continue;
		}
		let language = if name.ends_with(".rs") { Language::Rust } else { Language::TypeScript };
		let source = fs::read_to_string(root.join(&file))?;
		sources.push(Source { file: name, lines: significant_lines(tokens(&source, language)) });
	}
	Ok(find(&sources))
}

struct Source {
	file: String,
	lines: Vec<Line>,
}

struct Line {
	number: usize,
	tokens: Vec<Token>,
}

/// A run by its source and its first significant line.
type Run = (usize, usize);

fn find(sources: &[Source]) -> Vec<Repeat> {
	let mut by_shape: BTreeMap<Vec<String>, Vec<Run>> = BTreeMap::new();
	for (number, source) in sources.iter().enumerate() {
		for (start, run) in source.lines.windows(RUN).enumerate() {
			if run.iter().map(|line| line.tokens.len()).sum::<usize>() >= LEAST_TOKENS {
				by_shape.entry(shape(run)).or_default().push((number, start));
			}
		}
	}
	// Runs that begin one line after another in both places are one.
	let mut starts: BTreeMap<(usize, usize, isize), Vec<usize>> = BTreeMap::new();
	for runs in by_shape.values() {
		for (place, first) in runs.iter().enumerate() {
			for second in &runs[place + 1..] {
				let overlap = first.0 == second.0 && second.1.abs_diff(first.1) < RUN;
				if !overlap && is_alike(sources, *first, *second) {
					let offset = second.1 as isize - first.1 as isize;
					starts.entry((first.0, second.0, offset)).or_default().push(first.1);
				}
			}
		}
	}
	let mut found = Vec::new();
	for ((first, second, offset), mut lines) in starts {
		lines.sort_unstable();
		let mut begin = 0;
		for end in 1..=lines.len() {
			if end < lines.len() && lines[end] - lines[end - 1] < RUN {
				continue;
			}
			let (from, to) = (lines[begin], lines[end - 1] + RUN - 1);
			let place = |source: usize, from: usize, to: usize| Place {
				file: sources[source].file.clone(),
				from: sources[source].lines[from].number,
				to: sources[source].lines[to].number,
			};
			let moved = |line: usize| line.checked_add_signed(offset).unwrap_or_default();
			found.push(Repeat {
				first: place(first, from, to),
				second: place(second, moved(from), moved(to)),
				lines: to - from + 1,
			});
			begin = end;
		}
	}
	found.sort();
	found
}

/// The run with each name replaced by the place of its first occurrence.
fn shape(run: &[Line]) -> Vec<String> {
	let mut names: BTreeMap<&str, usize> = BTreeMap::new();
	let mut shape = Vec::new();
	for line in run {
		for token in &line.tokens {
			shape.push(match token.kind {
				Kind::Word | Kind::Lifetime => {
					let next = names.len();
					format!("name {}", names.entry(&token.text).or_insert(next))
				},
				Kind::Number | Kind::Text => "literal".into(),
				Kind::Mark => token.text.clone(),
			});
		}
		shape.push("\n".into());
	}
	shape
}

fn is_alike(sources: &[Source], first: Run, second: Run) -> bool {
	let names = |run: Run| {
		let lines = &sources[run.0].lines[run.1..run.1 + RUN];
		lines.iter().flat_map(|line| &line.tokens).filter(|token| token.kind != Kind::Mark)
	};
	let all = names(first).count();
	let equal = names(first).zip(names(second)).filter(|(first, second)| first.text == second.text).count();
	equal * 100 >= all * LEAST_EQUAL_NAMES
}

/// The tokens by lines, without what must be repeated.
fn significant_lines(tokens: Vec<Token>) -> Vec<Line> {
	let mut lines: Vec<Line> = Vec::new();
	let mut at = 0;
	while at < tokens.len() {
		let begins_line = at == 0 || tokens[at - 1].line != tokens[at].line;
		let end = if begins_line { boilerplate(&tokens, at) } else { None };
		if let Some(end) = end {
			at = end;
			continue;
		}
		let token = &tokens[at];
		match lines.last_mut().filter(|line| line.number == token.line) {
			Some(line) => line.tokens.push(token.clone()),
			None => lines.push(Line { number: token.line, tokens: vec![token.clone()] }),
		}
		at += 1;
	}
	lines.retain(|line| line.tokens.iter().any(|token| token.kind != Kind::Mark));
	lines
}

/// Where boilerplate that begins at a token ends.
fn boilerplate(tokens: &[Token], at: usize) -> Option<usize> {
	let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is_word(word));
	let mark = |at: usize, mark: &str| tokens.get(at).is_some_and(|token| token.is_mark(mark));
	if mark(at, "#") {
		let open = if mark(at + 1, "!") { at + 2 } else { at + 1 };
		return mark(open, "[").then(|| closing(tokens, open, "[", "]"));
	}
	let mut start = at;
	if word(start, "pub") {
		start += 1;
		if mark(start, "(") {
			start = closing(tokens, start, "(", ")");
		}
	}
	let is_import = word(start, "use") || word(start, "import") || word(start, "mod") && mark(start + 2, ";");
	let is_export = word(start, "export") && (mark(start + 1, "{") || mark(start + 1, "*"));
	if is_import || is_export {
		return Some(
			tokens[start..].iter().position(|token| token.is_mark(";")).map_or(tokens.len(), |end| start + end + 1),
		);
	}
	// The list of a runtime's pallets.
	if word(start, "mod") && (word(start + 1, "runtime") || word(start + 1, "test_runtime")) && mark(start + 2, "{") {
		return Some(closing(tokens, start + 2, "{", "}"));
	}
	if word(start, "construct_runtime") {
		let open = tokens[start..].iter().position(|token| token.is_mark("{"))?;
		return Some(closing(tokens, start + open, "{", "}"));
	}
	None
}

/// Behind the mark that closes the one at `at`.
fn closing(tokens: &[Token], at: usize, open: &str, close: &str) -> usize {
	let mut depth = 0;
	for (place, token) in tokens.iter().enumerate().skip(at) {
		if token.is_mark(open) {
			depth += 1;
		} else if token.is_mark(close) {
			depth -= 1;
			if depth == 0 {
				return place + 1;
			}
		}
	}
	tokens.len()
}
