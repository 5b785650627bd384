//! Libraries and programs that cargo does not compile as test programs (`test = false`), which saves minutes for crates
//! without unit tests. A test in one of them would never run. A test program (`[[test]]`) with that setting runs when it
//! is named.

use crate::files::{files, shown};
use std::{fs, io, path::Path};

/// The files with tests below targets whose manifest says `test = false`.
pub fn tests_that_never_run(root: &Path) -> io::Result<Vec<String>> {
	let mut found = Vec::new();
	let sources = files(root, &["rs"])?;
	for manifest in files(root, &["toml"])?.iter().filter(|file| file.ends_with("Cargo.toml")) {
		let folder = manifest.parent().unwrap_or(Path::new(""));
		let text = fs::read_to_string(root.join(manifest))?;
		let untested =
			|section: &&str| !section.starts_with("[test]]") && section.lines().any(|line| line == "test = false");
		for target in text.split("\n[").filter(untested) {
			let path = target.lines().find_map(|line| line.strip_prefix("path = ")).map(|path| path.trim_matches('"'));
			let target = folder.join(path.unwrap_or("src"));
			for file in sources.iter().filter(|file| file.starts_with(&target)) {
				let source = fs::read_to_string(root.join(file))?;
				if source.contains("#[test]") || source.contains("cfg(test)") {
					found.push(shown(file));
				}
			}
		}
	}
	Ok(found)
}
