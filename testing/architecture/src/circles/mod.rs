//! Circles of files that import each other: such files are one file in several pieces, and none of them can be read,
//! tested or moved without the others.
//!
//! ```text
//! sources ──tokens──▶ modules, names, paths ──resolve──▶ graph of files ──▶ strongly connected components
//! ```
//!
//! An edge goes from the file that names an item to the file that **defines** it, through any number of re-exports. These
//! are no edges: `mod x;`, `pub use`, and what the FRAME macros of a pallet or runtime define, which every file of a
//! pallet names and which no file of it can hold alone.

mod rust;
mod typescript;

pub use rust::rust_files;
pub use typescript::typescript_files;

use std::collections::{BTreeMap, BTreeSet};

/// Which file imports what from which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileGraph {
	/// Importing file → imported file → the names.
	pub edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl FileGraph {
	/// Notes that `from` imports `name` of `to`. A file may import from itself.
	pub fn add(&mut self, from: &str, to: &str, name: &str) {
		if from != to {
			self.edges.entry(from.into()).or_default().entry(to.into()).or_default().insert(name.into());
		}
	}

	/// The groups of files that import each other, each described with one circle through it.
	pub fn circles(&self) -> Vec<Circle> {
		let reachable: BTreeMap<&str, BTreeSet<&str>> =
			self.edges.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
		let mut seen = BTreeSet::new();
		let mut circles = Vec::new();
		for (file, reached) in &reachable {
			if seen.contains(file) || !reached.contains(file) {
				continue;
			}
			let together = |other: &&str| reachable.get(other).is_some_and(|back| back.contains(file));
			let files: BTreeSet<&str> = reached.iter().copied().filter(together).collect();
			seen.extend(files.iter().copied());
			circles.push(Circle {
				files: files.iter().map(|file| file.to_string()).collect(),
				path: self.shortest_circle(&files),
			});
		}
		circles
	}

	fn imported<'a>(&'a self, file: &str) -> impl Iterator<Item = &'a str> {
		self.edges.get(file).into_iter().flat_map(|to| to.keys().map(String::as_str))
	}

	fn reachable<'a>(&'a self, from: &str) -> BTreeSet<&'a str> {
		let mut found = BTreeSet::new();
		let mut open: Vec<&str> = self.imported(from).collect();
		while let Some(file) = open.pop() {
			if found.insert(file) {
				open.extend(self.imported(file));
			}
		}
		found
	}

	/// A shortest circle among files that import each other.
	fn shortest_circle(&self, files: &BTreeSet<&str>) -> Vec<Step> {
		let mut best: Option<Vec<&str>> = None;
		for start in files {
			let mut paths = vec![vec![*start]];
			let mut seen = BTreeSet::new();
			'search: while !paths.is_empty() && best.as_ref().is_none_or(|best| paths[0].len() < best.len()) {
				let mut longer = Vec::new();
				for path in &paths {
					let last = path[path.len() - 1];
					for next in self.imported(last).filter(|next| files.contains(next)) {
						if next == *start {
							best = Some(path.clone());
							break 'search;
						}
						if seen.insert(next) {
							longer.push(path.iter().copied().chain([next]).collect());
						}
					}
				}
				paths = longer;
			}
		}
		let path = best.unwrap_or_default();
		let following = path.iter().skip(1).chain(path.first());
		path.iter()
			.zip(following)
			.map(|(from, to)| Step {
				from: from.to_string(),
				to: to.to_string(),
				names: self.edges[*from][*to].iter().cloned().collect(),
			})
			.collect()
	}
}

/// Files that import each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
	/// All of them.
	pub files: Vec<String>,
	/// One shortest circle.
	pub path: Vec<Step>,
}

/// One import of a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
	/// The importing file.
	pub from: String,
	/// The imported file.
	pub to: String,
	/// What is imported.
	pub names: Vec<String>,
}

impl std::fmt::Display for Circle {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "{} files import each other", self.files.len())?;
		for step in &self.path {
			write!(f, "\n  {} takes {} from {}", step.from, step.names.join(", "), step.to)?;
		}
		let rest: Vec<&str> = (self.files.iter().map(String::as_str))
			.filter(|file| !self.path.iter().any(|step| step.from == *file))
			.collect();
		if !rest.is_empty() {
			write!(f, "\n  and with them: {}", rest.join(", "))?;
		}
		Ok(())
	}
}
