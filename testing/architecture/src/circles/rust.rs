//! The graph of the files of Rust crates.

use super::FileGraph;
use crate::{
	files::{files, shown},
	modules::{parse, Crate, Target},
};
use std::{
	collections::BTreeSet,
	io,
	path::{Path, PathBuf},
};

/// Adds what the files of each crate below `root`, a checkout, take from each other.
pub fn rust_files(root: &Path, graph: &mut FileGraph) -> io::Result<()> {
	for crate_root in crate_roots(root)? {
		let parsed = parse(root, &crate_root)?;
		for (user, module) in parsed.modules.iter().enumerate() {
			for path in &module.paths {
				note(&parsed, user, path, graph);
			}
			// Names that came by a re-export or a glob, where the module uses them itself.
			for word in &module.words {
				let is_taken = module.exported.contains(word) || !module.names.contains_key(word);
				if is_taken && !module.children.contains_key(word) {
					note(&parsed, user, std::slice::from_ref(word), graph);
				}
			}
		}
	}
	Ok(())
}

fn note(parsed: &Crate, user: usize, path: &[String], graph: &mut FileGraph) {
	// The name of a module alone is no use of anything in it.
	let Some(Target::Item(definer)) = parsed.resolve(user, path) else { return };
	if !parsed.modules[definer].is_frame {
		let name = path.last().map(String::as_str).unwrap_or_default();
		graph.add(&parsed.modules[user].file, &parsed.modules[definer].file, name);
	}
}

/// The root file of each library, program, test, example and bench.
fn crate_roots(root: &Path) -> io::Result<BTreeSet<PathBuf>> {
	let manifests = files(root, &["toml"])?;
	let packages: Vec<&Path> = (manifests.iter())
		.filter(|file| file.file_name().is_some_and(|name| name == "Cargo.toml"))
		.filter_map(|file| file.parent())
		.collect();
	let mut roots = BTreeSet::new();
	for file in files(root, &["rs"])? {
		let Some(package) =
			packages.iter().filter(|package| file.starts_with(package)).max_by_key(|p| p.as_os_str().len())
		else {
			continue;
		};
		let inside = shown(file.strip_prefix(package).unwrap_or(&file));
		let parts: Vec<&str> = inside.split('/').collect();
		let is_root = matches!(
			parts.as_slice(),
			["build.rs"]
				| ["src", "lib.rs" | "main.rs"]
				| ["src", "bin", _]
				| ["src", "bin", _, "main.rs"]
				| ["tests" | "examples" | "benches", _]
				| ["tests" | "examples" | "benches", _, "main.rs"]
		);
		if is_root {
			roots.insert(file);
		}
	}
	Ok(roots)
}
