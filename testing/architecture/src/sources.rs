//! What no graph of dependencies shows: who names what in the sources.

use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Broken rules of consensus exist for the simulator, whose checks must notice them; the crate of the protocol offers
/// them, and nobody else may name them.
const MAY_WEAKEN: [&str; 3] = ["client/pbft/core/src", "client/pbft/sim", "testing/architecture"];

/// How sources name them.
const WEAKENING: [&str; 2] = ["Rules::weakened", "Replica::with_rules"];

/// Where the sources lie.
const SOURCES: [&str; 9] =
	["client", "node", "pallets", "primitives", "runtime", "sdk", "testing", "tools", "zombienet"];

/// The files below `root`, a checkout, that weaken the rules of consensus and may not.
pub fn weakened_consensus(root: &Path) -> io::Result<Vec<String>> {
	let mut found = Vec::new();
	for file in rust_files(root)? {
		let place = file.strip_prefix(root).unwrap_or(&file);
		if MAY_WEAKEN.iter().any(|allowed| place.starts_with(allowed)) {
			continue;
		}
		let text = fs::read_to_string(&file)?;
		if let Some(name) = WEAKENING.iter().find(|name| text.contains(**name)) {
			found.push(format!("{} names {name}: only the simulator may weaken consensus", place.display()));
		}
	}
	Ok(found)
}

fn rust_files(root: &Path) -> io::Result<Vec<PathBuf>> {
	let mut files = Vec::new();
	let mut folders: Vec<PathBuf> =
		SOURCES.iter().map(|folder| root.join(folder)).filter(|folder| folder.is_dir()).collect();
	while let Some(folder) = folders.pop() {
		for entry in fs::read_dir(folder)? {
			let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
			let built = ["target", "node_modules"].iter().any(|name| path.ends_with(name));
			if kind.is_dir() && !built {
				folders.push(path);
			} else if path.extension().is_some_and(|extension| extension == "rs") {
				files.push(path);
			}
		}
	}
	Ok(files)
}
