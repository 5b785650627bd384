//! One target folder for the wasm builds of all runtimes, so that they compile the pallets of the SDK once together.
//!
//! The SDK's builder makes a project for each runtime, `wbuild/<runtime>`, and compiles it into the `target` of that
//! folder. Here `target` becomes a link to `wbuild/target`.

use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// The folder in which the builder makes its projects.
const PROJECTS: &str = "wbuild";

/// Links the target folder of a runtime's wasm project to the shared one. Leaves a folder that is there already.
///
/// # Errors
/// If a folder or the link cannot be made.
pub fn link(out_dir: &Path, runtime: &str) -> io::Result<()> {
	let Some(projects) = projects(out_dir) else { return Ok(()) };
	let shared = projects.join("target");
	let own = projects.join(runtime).join("target");
	if own.symlink_metadata().is_ok() {
		return Ok(());
	}
	fs::create_dir_all(&shared)?;
	fs::create_dir_all(projects.join(runtime))?;
	make_link(&own)
}

/// The folder of the projects, beside the `build` folder in which all build scripts write.
pub(crate) fn projects(out_dir: &Path) -> Option<PathBuf> {
	out_dir.ancestors().find(|folder| folder.ends_with("build"))?.parent().map(|profile| profile.join(PROJECTS))
}

#[cfg(unix)]
fn make_link(own: &Path) -> io::Result<()> {
	// Relative, so that the target folder as a whole can be moved.
	std::os::unix::fs::symlink("../target", own)
}

#[cfg(not(unix))]
fn make_link(_: &Path) -> io::Result<()> {
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn runtimes_share_one_folder_and_a_folder_of_before_stays() {
		let root = std::env::temp_dir().join(format!("top-shared-target-{}", std::process::id()));
		let out = root.join("release/build/runtime-1234/out");
		fs::create_dir_all(&out).unwrap();
		fs::create_dir_all(root.join("release/wbuild/old/target")).unwrap();
		for runtime in ["one", "other", "old", "one"] {
			link(&out, runtime).unwrap();
		}
		let shared = root.join("release/wbuild/target").canonicalize().unwrap();
		for runtime in ["one", "other"] {
			let target = root.join("release/wbuild").join(runtime).join("target");
			assert_eq!(target.canonicalize().unwrap(), shared);
		}
		assert_ne!(root.join("release/wbuild/old/target").canonicalize().unwrap(), shared);
		fs::remove_dir_all(&root).unwrap();
	}
}
