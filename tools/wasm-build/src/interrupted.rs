//! Forgets what an interrupted build left of a runtime.
//!
//! The SDK's builder writes `NAME.wasm`, then `NAME.compact.wasm`, then `NAME.compact.compressed.wasm`. It compresses again only
//! if `NAME.wasm` changes. So a build that ends in between would leave the compressed runtime of the build before for good. A
//! build that ends well gives the first file and the final one the same time of change.

use crate::shared_target::projects;
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Removes the three files of a runtime, unless the last build of them ended well. The builder makes them again.
///
/// # Errors
/// If a file cannot be read or removed.
pub fn forget(out_dir: &Path, runtime: &str) -> io::Result<()> {
	let Some(projects) = projects(out_dir) else { return Ok(()) };
	let folder = projects.join(runtime);
	let name = runtime.replace('-', "_");
	let [first, compact, compressed] = ["wasm", "compact.wasm", "compact.compressed.wasm"]
		.map(|ending| folder.join(format!("{name}.{ending}")))
		.map(|file| file.is_file().then_some(file));
	// A runtime that is too large for compression stays compact.
	let last = compressed.as_ref().or(compact.as_ref());
	let is_whole = match (&first, last) {
		(Some(first), Some(last)) => fs::metadata(first)?.modified()? == fs::metadata(last)?.modified()?,
		_ => false,
	};
	let stale: Vec<PathBuf> =
		if is_whole { Vec::new() } else { [first, compact, compressed].into_iter().flatten().collect() };
	stale.into_iter().try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::{Duration, SystemTime};

	#[test]
	fn files_of_an_interrupted_build_go_and_others_stay() {
		let root = std::env::temp_dir().join(format!("top-interrupted-{}", std::process::id()));
		let out = root.join("release/build/runtime-1234/out");
		let folder = root.join("release/wbuild/a-runtime");
		fs::create_dir_all(&out).unwrap();
		fs::create_dir_all(&folder).unwrap();
		let begun = SystemTime::now() - Duration::from_secs(60);
		let write = |ending: &str, seconds| {
			let file = fs::File::create(folder.join(format!("a_runtime.{ending}"))).unwrap();
			file.set_modified(begun + Duration::from_secs(seconds)).unwrap();
		};
		let left = || {
			forget(&out, "a-runtime").unwrap();
			fs::read_dir(&folder).unwrap().count()
		};
		assert_eq!(left(), 0, "nothing was built yet");
		write("wasm", 1);
		assert_eq!(left(), 0, "it was not compressed");

		let all = [("wasm", 1), ("compact.wasm", 2), ("compact.compressed.wasm", 1)];
		all.into_iter().for_each(|(ending, at)| write(ending, at));
		assert_eq!(left(), 3, "a whole build stays");
		write("wasm", 9);
		assert_eq!(left(), 0, "it was compiled again, and not compressed again");

		["wasm", "compact.wasm"].into_iter().for_each(|ending| write(ending, 1));
		assert_eq!(left(), 2, "it was too large for compression");
		fs::remove_dir_all(&root).unwrap();
	}
}
