//! The sources of a checkout. Build results, installed packages and hidden folders are left out.

use std::{
	fs, io,
	path::{Component, Path, PathBuf},
};

/// Folders that hold no sources.
const NOT_SOURCES: [&str; 3] = ["target", "node_modules", "dist"];

/// All files below `root` with one of the extensions, relative to it, in the order of their paths.
pub fn files(root: &Path, extensions: &[&str]) -> io::Result<Vec<PathBuf>> {
	let mut found = Vec::new();
	let mut folders = vec![root.to_path_buf()];
	while let Some(folder) = folders.pop() {
		for entry in fs::read_dir(folder)? {
			let entry = entry?;
			let (path, name) = (entry.path(), entry.file_name());
			let name = name.to_string_lossy();
			if entry.file_type()?.is_dir() {
				if !name.starts_with('.') && !NOT_SOURCES.contains(&&*name) {
					folders.push(path);
				}
			} else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
				found.push(path.strip_prefix(root).unwrap_or(&path).to_path_buf());
			}
		}
	}
	found.sort();
	Ok(found)
}

/// A path as it is written in a repository, with `/` between folders.
pub fn shown(path: &Path) -> String {
	path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A path without `.` and `..`.
pub fn plain(path: &Path) -> PathBuf {
	let mut result = PathBuf::new();
	for part in path.components() {
		match part {
			Component::ParentDir => {
				result.pop();
			},
			Component::CurDir => {},
			part => result.push(part),
		}
	}
	result
}
