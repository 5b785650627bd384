//! Reads the files of a crate.

use super::{Crate, Module, Name};
use crate::{
	files::{plain, shown},
	lexer::{tokens, Kind, Language, Token},
};
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Macros whose body is items, as they would stand without the macro.
const DEFINING_MACROS: [&str; 3] = ["decl_runtime_apis", "parameter_types", "thread_local"];

/// Reads the file `main` of the checkout `root`, and all files that it declares.
pub fn parse(root: &Path, main: &Path) -> io::Result<Crate> {
	let mut parsed = Crate::default();
	parsed.modules.push(Module { file: shown(main), ..Default::default() });
	let folder = main.parent().unwrap_or(Path::new("")).to_path_buf();
	let mut open = vec![(0, main.to_path_buf(), folder)];
	while let Some((module, file, folder)) = open.pop() {
		let source = fs::read_to_string(root.join(&file))?;
		let reader = Reader {
			root,
			tokens: tokens(&source, Language::Rust),
			parsed: &mut parsed,
			file: &file,
			folder: &folder,
			scopes: vec![Scope::Module(module)],
			found: Vec::new(),
		};
		open.extend(reader.read());
	}
	Ok(parsed)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
	Module(usize),
	Block,
}

/// A module that a file declares, with its file and the folder of its children.
type Declared = (usize, PathBuf, PathBuf);

struct Reader<'a> {
	root: &'a Path,
	tokens: Vec<Token>,
	parsed: &'a mut Crate,
	file: &'a Path,
	/// Where the files of child modules lie.
	folder: &'a Path,
	scopes: Vec<Scope>,
	found: Vec<Declared>,
}

impl Reader<'_> {
	fn read(mut self) -> Vec<Declared> {
		let mut at = 0;
		while at < self.tokens.len() {
			at = self.step(at);
		}
		self.found
	}

	fn module(&self) -> usize {
		let module = |scope: &Scope| match scope {
			Scope::Module(module) => Some(*module),
			Scope::Block => None,
		};
		self.scopes.iter().rev().find_map(module).unwrap_or(0)
	}

	fn current(&mut self) -> &mut Module {
		let module = self.module();
		&mut self.parsed.modules[module]
	}

	fn word(&self, at: usize) -> Option<&str> {
		self.tokens.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str())
	}

	fn is_mark(&self, at: usize, mark: &str) -> bool {
		self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
	}

	/// Handles what begins at a token, and returns where the next thing begins.
	fn step(&mut self, at: usize) -> usize {
		if self.is_mark(at, "{") {
			self.scopes.push(Scope::Block);
		} else if self.is_mark(at, "}") && self.scopes.len() > 1 {
			self.scopes.pop();
		}
		let Some(word) = self.word(at).map(str::to_string) else { return at + 1 };
		let among_items = matches!(self.scopes.last(), Some(Scope::Module(_)));
		match word.as_str() {
			"mod" if self.word(at + 1).is_some() => return self.declare(at),
			"use" => return self.import(at),
			"struct" | "enum" | "trait" | "type" | "fn" | "const" | "static" | "union" if among_items => {
				let name_at = if self.word(at + 1) == Some("mut") { at + 2 } else { at + 1 };
				match self.word(name_at).map(str::to_string) {
					// `const fn`, `unsafe`, …
					Some(name) if !matches!(name.as_str(), "fn" | "unsafe" | "extern" | "_") => {
						self.current().names.entry(name).or_insert(Name::Defined);
						return name_at + 1;
					},
					_ => return at + 1,
				}
			},
			"macro_rules" if among_items && self.is_mark(at + 1, "!") => {
				if let Some(name) = self.word(at + 2).map(str::to_string) {
					self.current().names.entry(name).or_insert(Name::Defined);
				}
				return at + 3;
			},
			// The harness of benchmarks names the mock, and the mock the benchmarks' helper. Only tests see the first.
			"impl_benchmark_test_suite" => return self.skip_arguments(at),
			macro_name
				if among_items
					&& DEFINING_MACROS.contains(&macro_name)
					&& self.is_mark(at + 1, "!")
					&& self.is_mark(at + 2, "{") =>
			{
				let module = self.module();
				self.scopes.push(Scope::Module(module));
				return at + 3;
			},
			_ => {},
		}
		self.name(at, word)
	}

	/// Where the arguments of a macro end that is named at `at`.
	fn skip_arguments(&self, at: usize) -> usize {
		let mut depth = 0;
		for place in at + 1..self.tokens.len() {
			if ["(", "{", "["].iter().any(|open| self.is_mark(place, open)) {
				depth += 1;
			} else if [")", "}", "]"].iter().any(|close| self.is_mark(place, close)) {
				depth -= 1;
				if depth <= 0 {
					return place + 1;
				}
			}
		}
		self.tokens.len()
	}

	/// A path, or a word that stands alone.
	fn name(&mut self, at: usize, word: String) -> usize {
		let follows_something = at > 0 && (self.is_mark(at - 1, "::") || self.is_mark(at - 1, "."));
		let mut path = vec![word];
		let mut end = at + 1;
		while self.is_mark(end, "::") {
			let Some(next) = self.word(end + 1) else { break };
			path.push(next.to_string());
			end += 2;
		}
		if follows_something {
			return end;
		}
		// What is declared here, and the names of fields and parameters, are no uses.
		let is_declared = at > 0 && matches!(self.word(at - 1), Some("fn" | "let" | "mut" | "ref"));
		if path.len() > 1 {
			self.current().paths.push(path);
		} else if !is_declared && !self.is_mark(end, ":") {
			self.current().words.extend(path);
		}
		end
	}

	/// `mod name;` or `mod name { … }`.
	fn declare(&mut self, at: usize) -> usize {
		let name = self.word(at + 1).unwrap_or_default().to_string();
		let attributes = self.attributes_before(at);
		let parent = self.module();
		let has_body = self.is_mark(at + 2, "{");
		if !has_body && !self.is_mark(at + 2, ";") {
			return at + 1;
		}
		let child = self.parsed.modules.len();
		let mut module = Module { file: shown(self.file), parent: Some(parent), ..Default::default() };
		if has_body {
			let names: Vec<&str> = attributes.iter().map(|token| token.text.as_str()).collect();
			module.is_frame =
				names.contains(&"pallet") || names.contains(&"runtime") || self.parsed.modules[parent].is_frame;
			self.scopes.push(Scope::Module(child));
		} else {
			let given = attributes.windows(3).find_map(|part| {
				(part[0].is_word("path") && part[1].is_mark("=") && part[2].kind == Kind::Text)
					.then(|| part[2].text.clone())
			});
			let Some((file, folder)) = self.file_of(&name, given) else { return at + 3 };
			module.file = shown(&file);
			self.found.push((child, file, folder));
		}
		self.parsed.modules.push(module);
		self.parsed.modules[parent].children.insert(name, child);
		at + 3
	}

	/// The file of a module, and where the files of its children lie.
	fn file_of(&self, name: &str, given: Option<String>) -> Option<(PathBuf, PathBuf)> {
		if let Some(given) = given {
			let beside = self.file.parent().unwrap_or(Path::new(""));
			let file = plain(&beside.join(given));
			let folder = file.parent()?.to_path_buf();
			return self.root.join(&file).is_file().then_some((file, folder));
		}
		// Inline modules around a declaration are folders.
		let mut folder = self.folder.to_path_buf();
		let base = self.scopes.iter().find_map(|scope| match scope {
			Scope::Module(module) => Some(*module),
			Scope::Block => None,
		});
		let mut inline = Vec::new();
		let mut module = self.module();
		while Some(module) != base {
			let parent = self.parsed.modules[module].parent?;
			let child = self.parsed.modules[parent].children.iter().find(|(_, child)| **child == module)?;
			inline.push(child.0.clone());
			module = parent;
		}
		folder.extend(inline.iter().rev());
		let candidates = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
		let file = candidates.into_iter().find(|file| self.root.join(file).is_file())?;
		Some((file, folder.join(name)))
	}

	/// The tokens of the attributes of an item, whose keyword is at `at`.
	fn attributes_before(&self, at: usize) -> Vec<Token> {
		let mut begin = at;
		// `pub`, `pub(crate)`.
		if begin > 0 && self.is_mark(begin - 1, ")") {
			begin -= 1;
			while begin > 0 && !self.is_mark(begin, "(") {
				begin -= 1;
			}
		}
		if begin > 0 && self.word(begin - 1) == Some("pub") {
			begin -= 1;
		}
		let end = begin;
		while begin > 0 && self.is_mark(begin - 1, "]") {
			let mut depth = 0;
			while begin > 0 {
				begin -= 1;
				if self.is_mark(begin, "]") {
					depth += 1;
				} else if self.is_mark(begin, "[") {
					depth -= 1;
					if depth == 0 {
						break;
					}
				}
			}
			while begin > 0 && (self.is_mark(begin - 1, "#") || self.is_mark(begin - 1, "!")) {
				begin -= 1;
			}
		}
		self.tokens[begin..end].to_vec()
	}

	/// `use …;`
	fn import(&mut self, at: usize) -> usize {
		let is_public = at > 0
			&& (self.word(at - 1) == Some("pub")
				|| self.is_mark(at - 1, ")") && {
					let open = self.tokens[..at].iter().rposition(|token| token.is_mark("("));
					open.is_some_and(|open| open > 0 && self.word(open - 1) == Some("pub"))
				});
		let mut end = at + 1;
		while end < self.tokens.len() && !self.is_mark(end, ";") {
			end += 1;
		}
		let mut imports = Vec::new();
		use_tree(&self.tokens[at + 1..end], &mut 0, &[], &mut imports);
		let module = self.current();
		for (path, name) in imports {
			match name {
				None => module.globs.push(path),
				Some(name) => {
					if is_public {
						module.exported.insert(name.clone());
					} else {
						module.paths.push(path.clone());
					}
					module.names.entry(name).or_insert(Name::Imported(path));
				},
			}
		}
		end + 1
	}
}

/// Paths and names of what a `use` imports; without a name, all of a module.
fn use_tree(tokens: &[Token], at: &mut usize, before: &[String], found: &mut Vec<(Vec<String>, Option<String>)>) {
	let mut path = before.to_vec();
	while let Some(token) = tokens.get(*at) {
		if token.is_mark("{") {
			*at += 1;
			while tokens.get(*at).is_some_and(|token| !token.is_mark("}")) {
				use_tree(tokens, at, &path, found);
				if tokens.get(*at).is_some_and(|token| token.is_mark(",")) {
					*at += 1;
				}
			}
			*at += 1;
			return;
		}
		if token.is_mark("*") {
			*at += 1;
			found.push((path, None));
			return;
		}
		if token.is_mark(",") || token.is_mark("}") {
			break;
		}
		if token.is_word("as") {
			let name = tokens.get(*at + 1).map(|token| token.text.clone());
			*at += 2;
			found.push((path, name.or(Some("_".into()))));
			return;
		}
		// `a::{self}` is `a`.
		if token.kind == Kind::Word && (token.text != "self" || path.is_empty()) {
			path.push(token.text.clone());
		}
		*at += 1;
	}
	if !path.is_empty() {
		let name = path.last().cloned();
		found.push((path, name));
	}
}
