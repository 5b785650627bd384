//! How long mocks and runtimes are. Both are copied by authors of pallets and chains, so they must fit on a page.

use crate::files::{files, shown};
use std::{
	collections::BTreeMap,
	fs, io,
	path::{Component, Path},
};

/// The lines of the mock of each crate, by its folder or file: `mock.rs` and all below `mock/`.
pub fn mocks(root: &Path) -> io::Result<BTreeMap<String, usize>> {
	let mut lines = BTreeMap::new();
	for file in files(root, &["rs"])? {
		let parts: Vec<_> = file.components().collect();
		let is_mock = |part: &Component<'_>| ["mock", "mock.rs"].iter().any(|name| part.as_os_str() == *name);
		if let Some(place) = parts.iter().position(is_mock) {
			let folder: std::path::PathBuf = parts[..place].iter().collect();
			*lines.entry(shown(&folder)).or_default() += count(&root.join(&file))?;
		}
	}
	Ok(lines)
}

/// The lines of each runtime, by its folder, without its tests: `runtime/*` but `runtime/common`, and
/// `templates/*/runtime`.
pub fn runtimes(root: &Path) -> io::Result<BTreeMap<String, usize>> {
	let mut lines = BTreeMap::new();
	for file in files(root, &["rs"])? {
		let place = shown(&file);
		let parts: Vec<&str> = place.split('/').collect();
		let (folder, inside) = match parts.as_slice() {
			["runtime", name, "src", inside @ ..] if *name != "common" => (format!("runtime/{name}"), inside),
			["templates", name, "runtime", "src", inside @ ..] => (format!("templates/{name}/runtime"), inside),
			_ => continue,
		};
		if !inside.iter().any(|part| part.starts_with("tests")) {
			*lines.entry(folder).or_default() += count(&root.join(&file))?;
		}
	}
	Ok(lines)
}

fn count(file: &Path) -> io::Result<usize> {
	Ok(fs::read_to_string(file)?.lines().count())
}
