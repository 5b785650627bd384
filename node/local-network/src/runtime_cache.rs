//! Compiled runtimes of nodes, copied from one node to the others.
//!
//! A node keeps the machine code of its runtime beside its database, in a cache of wasmtime. Compiling takes seconds on
//! all processors, and the nodes of a network run the same runtime: one compiles it, the others start with a copy.

use anyhow::Context;
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// The cache's folder below that of the chain, as `tc-chain` sets it. If it is another one, no copies are made and each
/// node compiles its runtime.
const CACHE_FOLDER: &str = "wasm";
/// The folder of compiled modules in a cache: `modules/<compiler>/<hash of code and settings>`.
const MODULES_FOLDER: &str = "modules";

/// The cache of one node.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeCache(PathBuf);

impl RuntimeCache {
	/// Returns the cache of a node with a base path.
	pub fn of_node(base_path: &Path, chain_id: &str) -> Self {
		Self(base_path.join("chains").join(chain_id).join(CACHE_FOLDER))
	}

	/// Returns the cache in a folder that no node uses.
	pub fn in_folder(folder: &Path) -> Self {
		Self(folder.to_owned())
	}

	/// Whether it holds as many compiled runtimes.
	///
	/// # Errors
	/// If it exists and cannot be read.
	pub fn has_runtimes(&self, count: usize) -> anyhow::Result<bool> {
		Ok(self.modules()?.len() >= count)
	}

	/// Copies the compiled runtimes of another node.
	///
	/// # Errors
	/// If one of the caches cannot be read or written.
	pub fn copy_from(&self, other: &Self) -> anyhow::Result<()> {
		for module in other.modules()? {
			let (from, to) = (other.0.join(&module), self.0.join(&module));
			copy(&from, &to).with_context(|| format!("cannot copy the compiled runtime to {}", to.display()))?;
		}
		Ok(())
	}

	/// Paths of finished modules below the cache. Wasmtime writes a module under another name, with an extension, and
	/// renames it; statistics have an extension too.
	fn modules(&self) -> anyhow::Result<Vec<PathBuf>> {
		let failed = || format!("cannot read the runtime cache {}", self.0.display());
		let mut modules = Vec::new();
		for compiler in entries(&self.0.join(MODULES_FOLDER)).with_context(failed)? {
			for file in entries(&compiler).with_context(failed)? {
				if file.extension().is_none() {
					modules.push(file.strip_prefix(&self.0).context("an entry is below its folder; qed")?.to_owned());
				}
			}
		}
		Ok(modules)
	}
}

/// The entries of a folder; none if it does not exist.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
	match fs::read_dir(folder) {
		Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
		Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
		Err(error) => Err(error),
	}
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
	if let Some(folder) = to.parent() {
		fs::create_dir_all(folder)?;
	}
	fs::copy(from, to).map(drop)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn finished_modules_are_copied() {
		let folder = tempfile::tempdir().unwrap();
		let [one, other] = ["one", "other"].map(|name| RuntimeCache::of_node(&folder.path().join(name), "top_local"));
		assert!(!one.has_runtimes(1).unwrap());
		let modules = one.0.join("modules/wasmtime-1");
		fs::create_dir_all(&modules).unwrap();
		fs::write(modules.join("hash.wip-atomic-write-mod"), "half").unwrap();
		fs::write(one.0.join("modules/file"), "no folder").unwrap();
		assert!(!one.has_runtimes(1).unwrap());
		fs::write(modules.join("hash"), "code").unwrap();
		fs::write(modules.join("hash.stats"), "usages = 1").unwrap();
		assert!(one.has_runtimes(1).unwrap());

		other.copy_from(&one).unwrap();
		assert_eq!(fs::read(other.0.join("modules/wasmtime-1/hash")).unwrap(), b"code");
		assert_eq!(other.modules().unwrap(), one.modules().unwrap());
		assert!(!other.0.join("modules/wasmtime-1/hash.stats").exists());
	}
}
