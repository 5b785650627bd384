//! Places of the sources that repeat each other: runs of at least six lines that are equal, or that differ only in names
//! which are exchanged consistently.
//!
//! Left out is what every file must have and what the SDK prescribes: imports, attributes, lines without a word, the
//! list of pallets of a runtime, the implementations of some of its traits, and weights, which are generated.

use crate::{
	files::{files, shown},
	lexer::{tokens, Kind, Language, Token},
};
use std::{collections::BTreeMap, fmt, fs, io, path::Path};

/// Lines of a run.
const RUN: usize = 6;
/// Tokens of a run: shorter lines repeat by chance.
const LEAST_TOKENS: usize = 30;
/// Percentage of the names of two runs that must be equal: fewer is a likeness of grammar only.
const LEAST_EQUAL_NAMES: usize = 60;
/// The SDK prescribes how these are implemented or declared.
const PRESCRIBED: [&str; 4] = ["BuildGenesisConfig", "Hooks", "OnChargeTransaction", "SubstrateCli"];
/// Macros of the SDK whose arguments are lists.
const LISTS: [&str; 3] = ["construct_runtime", "define_benchmarks", "impl_runtime_apis"];
/// Modules whose contents the SDK prescribes.
const PRESCRIBED_MODULES: [&str; 3] = ["config_preludes", "runtime", "test_runtime"];
/// Words that are no names: two runs are not alike because both say `pub`.
const NO_NAMES: [&str; 57] = [
	"Box",
	"Err",
	"None",
	"Ok",
	"Option",
	"Result",
	"Self",
	"Some",
	"String",
	"Vec",
	"as",
	"async",
	"await",
	"bool",
	"break",
	"const",
	"continue",
	"crate",
	"dyn",
	"else",
	"enum",
	"export",
	"fn",
	"for",
	"function",
	"if",
	"impl",
	"import",
	"in",
	"interface",
	"let",
	"loop",
	"match",
	"mod",
	"move",
	"mut",
	"new",
	"number",
	"pub",
	"readonly",
	"ref",
	"return",
	"self",
	"static",
	"string",
	"struct",
	"super",
	"this",
	"trait",
	"type",
	"u128",
	"u16",
	"u32",
	"u64",
	"u8",
	"usize",
	"where",
];

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
		if name.ends_with("src/weights.rs") || name.contains("src/weights/") {
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
	without_overlaps(found)
}

/// A list of lines of one shape repeats itself at each offset, which is one repeat.
fn without_overlaps(mut found: Vec<Repeat>) -> Vec<Repeat> {
	found.sort_by_key(|repeat| std::cmp::Reverse(repeat.lines));
	let overlap = |one: &Place, other: &Place| one.file == other.file && one.from <= other.to && other.from <= one.to;
	let mut kept: Vec<Repeat> = Vec::new();
	for repeat in found {
		let is_part = |of: &Repeat| overlap(&of.first, &repeat.first) && overlap(&of.second, &repeat.second);
		if !kept.iter().any(is_part) {
			kept.push(repeat);
		}
	}
	kept.sort();
	kept
}

/// The run with each name replaced by the place of its first occurrence.
fn shape(run: &[Line]) -> Vec<String> {
	let mut names: BTreeMap<&str, usize> = BTreeMap::new();
	let mut shape = Vec::new();
	for line in run {
		for token in &line.tokens {
			shape.push(match token.kind {
				Kind::Word if is_no_name(&token.text) => token.text.clone(),
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

fn is_no_name(word: &str) -> bool {
	NO_NAMES.contains(&word)
}

fn is_alike(sources: &[Source], first: Run, second: Run) -> bool {
	let names = |run: Run| {
		let lines = &sources[run.0].lines[run.1..run.1 + RUN];
		let tokens = lines.iter().flat_map(|line| &line.tokens);
		tokens.filter(|token| token.kind != Kind::Mark && !(token.kind == Kind::Word && is_no_name(&token.text)))
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
	let block = |from: usize| {
		let open = tokens[from..].iter().position(|token| token.is_mark("{"))?;
		Some(from + open)
	};
	let is_one_of = |at: usize, words: &[&str]| words.iter().any(|one| word(at, one));
	if word(start, "mod") && is_one_of(start + 1, &PRESCRIBED_MODULES) && mark(start + 2, "{") {
		return Some(closing(tokens, start + 2, "{", "}"));
	}
	// `sp_api::impl_runtime_apis! { … }`
	if is_one_of(start, &LISTS) || mark(start + 1, "::") && is_one_of(start + 2, &LISTS) {
		let bang = start + tokens[start..].iter().position(|token| token.is_mark("!"))?;
		return match tokens.get(bang + 1)?.text.as_str() {
			"{" => Some(closing(tokens, bang + 1, "{", "}")),
			"(" => Some(closing(tokens, bang + 1, "(", ")")),
			"[" => Some(closing(tokens, bang + 1, "[", "]")),
			_ => None,
		};
	}
	let is_config = word(start, "trait") && word(start + 1, "Config");
	if word(start, "impl") || is_config {
		let open = block(start)?;
		let is_prescribed = (start..open).any(|at| is_one_of(at, &PRESCRIBED));
		if is_config || is_prescribed {
			return Some(closing(tokens, open, "{", "}"));
		}
	}
	word(start, "extern").then(|| start + 3)
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
