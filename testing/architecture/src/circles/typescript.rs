//! The graph of the files of a TypeScript package.

use super::FileGraph;
use crate::{
	files::{files, plain, shown},
	lexer::{tokens, Kind, Language, Token},
};
use std::{fs, io, path::Path};

/// Adds the relative imports of all TypeScript files below `root`, a checkout. `export … from` counts as well: a file that
/// collects others must not be imported by them.
pub fn typescript_files(root: &Path, graph: &mut FileGraph) -> io::Result<()> {
	for file in files(root, &["ts"])? {
		let source = fs::read_to_string(root.join(&file))?;
		for (name, module) in imports(&tokens(&source, Language::TypeScript)) {
			let target = file.parent().map(|folder| plain(&folder.join(module))).unwrap_or_default();
			let candidates = [target.with_extension("ts"), target.join("index.ts")];
			if let Some(target) = candidates.iter().find(|candidate| root.join(candidate).is_file()) {
				graph.add(&shown(&file), &shown(target), &name);
			}
		}
	}
	Ok(())
}

/// Names and relative module of each import.
fn imports(tokens: &[Token]) -> Vec<(String, String)> {
	let mut found = Vec::new();
	for (at, token) in tokens.iter().enumerate() {
		let is_relative = token.kind == Kind::Text && token.text.starts_with('.');
		let before = at.checked_sub(1).map(|before| &tokens[before]);
		let is_import = before.is_some_and(|before| before.is_word("from") || before.is_word("import"))
			|| before.is_some_and(|mark| mark.is_mark("(")) && at > 1 && tokens[at - 2].is_word("import");
		if !is_relative || !is_import {
			continue;
		}
		let begin = tokens[..at].iter().rposition(|token| token.is_word("import") || token.is_word("export"));
		let names: Vec<&str> = tokens[begin.unwrap_or(at)..at]
			.iter()
			.filter(|token| token.kind == Kind::Word)
			.map(|token| token.text.as_str())
			.filter(|word| !["import", "export", "from", "type", "as"].contains(word))
			.collect();
		let names = if names.is_empty() { "all".into() } else { names.join(", ") };
		found.push((names, token.text.clone()));
	}
	found
}
