mod bounds;
mod circles;
mod consensus;
mod dependencies;
mod links;
mod repeats;

use std::{
	env, fs,
	path::{Path, PathBuf},
	process,
};

/// The workspace, from the package's folder, in which cargo runs tests. The folder at compile time can be another
/// checkout, if both share a target folder.
const WORKSPACE: &str = "../..";

/// A made-up checkout in a folder that is removed at the end.
struct Checkout(PathBuf);

impl Checkout {
	/// Files by their paths. The name keeps tests apart.
	fn new(name: &str, files: &[(&str, &str)]) -> Self {
		let checkout = Self(env::temp_dir().join(format!("top-architecture-{name}-{}", process::id())));
		for (path, text) in files {
			let file = checkout.path().join(path);
			fs::create_dir_all(file.parent().unwrap()).unwrap();
			fs::write(file, text).unwrap();
		}
		checkout
	}

	fn path(&self) -> &Path {
		&self.0
	}
}

impl Drop for Checkout {
	fn drop(&mut self) {
		fs::remove_dir_all(&self.0).unwrap();
	}
}
