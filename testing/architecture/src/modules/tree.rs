//! Modules and what their names mean.

use std::collections::{BTreeMap, BTreeSet};

/// Imports can be circular; no sensible chain of them is longer.
const MAX_CHAIN: usize = 24;

/// A crate as far as its sources say.
#[derive(Debug, Default)]
pub struct Crate {
	/// The root comes first.
	pub modules: Vec<Module>,
}

/// A module: a file, or a part of one.
#[derive(Debug, Default)]
pub struct Module {
	/// The file, relative to the checkout.
	pub file: String,
	/// The module around it.
	pub parent: Option<usize>,
	/// The modules inside.
	pub children: BTreeMap<String, usize>,
	/// What names stand for.
	pub names: BTreeMap<String, Name>,
	/// Imports by `*`.
	pub globs: Vec<Vec<String>>,
	/// Names that `pub use` exports.
	pub exported: BTreeSet<String>,
	/// The paths of private imports, and all other paths of at least two parts.
	pub paths: Vec<Vec<String>>,
	/// The words that stand alone.
	pub words: BTreeSet<String>,
	/// A macro of FRAME makes a pallet or a runtime of it.
	pub is_frame: bool,
}

/// What a name of a module stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
	/// It is defined here.
	Defined,
	/// It is imported.
	Imported(Vec<String>),
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
	/// A module.
	Module(usize),
	/// An item, defined in this module.
	Item(usize),
}

impl Crate {
	/// What a path means in a module, if it leads to something that this crate's sources define.
	pub fn resolve(&self, from: usize, path: &[String]) -> Option<Target> {
		self.resolve_within(from, path, MAX_CHAIN)
	}

	fn resolve_within(&self, from: usize, path: &[String], chain: usize) -> Option<Target> {
		let mut at = Target::Module(from);
		for part in path {
			// What follows the name of a type is associated with it.
			let Target::Module(module) = at else { return Some(at) };
			at = match part.as_str() {
				"crate" => Target::Module(0),
				"self" => Target::Module(module),
				"super" => Target::Module(self.modules[module].parent?),
				name => self.look_up(module, name, chain.checked_sub(1)?, &mut BTreeSet::new())?,
			};
		}
		Some(at)
	}

	/// What a name means in a module. Children see the private imports of their parents, so privacy is ignored.
	/// Modules can import each other by `*`, so `searched` has the modules that need no second look.
	fn look_up(&self, module: usize, name: &str, chain: usize, searched: &mut BTreeSet<usize>) -> Option<Target> {
		if !searched.insert(module) {
			return None;
		}
		let scope = &self.modules[module];
		if let Some(child) = scope.children.get(name) {
			return Some(Target::Module(*child));
		}
		match scope.names.get(name) {
			Some(Name::Defined) => return Some(Target::Item(module)),
			Some(Name::Imported(path)) => return self.resolve_within(module, path, chain),
			None => {},
		}
		// A glob of another crate has no file here. To look for its first part in other globs would take for ever.
		let is_local = |glob: &&Vec<String>| {
			glob.first().is_some_and(|first| {
				let is_keyword = ["crate", "self", "super"].contains(&first.as_str());
				is_keyword || scope.children.contains_key(first) || scope.names.contains_key(first)
			})
		};
		scope.globs.iter().filter(is_local).find_map(|glob| match self.resolve_within(module, glob, chain)? {
			Target::Module(other) => self.look_up(other, name, chain, searched),
			_ => None,
		})
	}
}
