//! Names in the sources that a graph of crates does not show.

use crate::files::{files, shown};
use std::{fs, io, path::Path};

/// Broken rules of consensus exist for the simulator, whose checks must notice them. The crate of the protocol offers
/// them, and no other crate may name them.
const MAY_WEAKEN: [&str; 3] = ["client/pbft/core/src", "client/pbft/sim", "testing/architecture"];

/// How sources name them.
const WEAKENING: [&str; 2] = ["Rules::weakened", "Replica::with_rules"];

/// The files below `root`, a checkout, that weaken the rules of consensus and may not.
pub fn weakened_consensus(root: &Path) -> io::Result<Vec<String>> {
	let mut found = Vec::new();
	for file in files(root, &["rs"])? {
		if MAY_WEAKEN.iter().any(|allowed| file.starts_with(allowed)) {
			continue;
		}
		let text = fs::read_to_string(root.join(&file))?;
		if let Some(name) = WEAKENING.iter().find(|name| text.contains(**name)) {
			found.push(format!("{} names {name}: only the simulator may weaken consensus", shown(&file)));
		}
	}
	Ok(found)
}
