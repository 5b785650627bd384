//! The chain of a network: its specification, as a file in the network's folder.

use anyhow::{bail, Context};
use serde_json::Value;
use std::{
	fmt, fs,
	path::{Path, PathBuf},
};

/// A chain that a network can run.
pub struct Chain {
	/// Id of the chain.
	pub id: String,
	/// Builds the raw chain specification in JSON. Called for a new network only.
	pub raw_spec: Box<dyn FnOnce() -> anyhow::Result<String> + Send>,
	/// Returns the secret URI of the keys of the n-th registered node, counted from 1. `None` if the genesis registers
	/// no nodes.
	pub node_secret: Option<fn(u16) -> String>,
}

impl fmt::Debug for Chain {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		formatter.debug_struct("Chain").field("id", &self.id).finish_non_exhaustive()
	}
}

impl Chain {
	/// Takes the chain of a raw specification file, without keys of registered nodes.
	///
	/// # Errors
	/// If the file cannot be read, or is not a chain specification.
	pub fn from_file(path: &Path) -> anyhow::Result<Self> {
		let id = id_of(path)?;
		let path = path.to_owned();
		let read = move || fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
		Ok(Self { id, raw_spec: Box::new(read), node_secret: None })
	}
}

/// The chain specification of a network's folder.
#[derive(Debug)]
pub(crate) struct SpecFile {
	/// Its path.
	pub path: PathBuf,
	/// Whether the folder held it before.
	pub is_old: bool,
}

impl SpecFile {
	/// Writes the raw chain specification into the folder, or finds that of an earlier run there. Never overwrites one:
	/// the databases beside it belong to that chain.
	pub fn provide(
		base_path: &Path,
		id: &str,
		raw_spec: impl FnOnce() -> anyhow::Result<String>,
	) -> anyhow::Result<Self> {
		let path = base_path.join("spec.json");
		if path.exists() {
			let found = id_of(&path)?;
			if found != id {
				bail!(
					"{} holds a network of the chain {found:?}, not {id:?}; choose another --base-path",
					base_path.display()
				);
			}
			return Ok(Self { path, is_old: true });
		}
		// Under another name first, so that an interrupted start does not leave an incomplete file.
		let unfinished = base_path.join("spec.json.new");
		fs::write(&unfinished, raw_spec()?)
			.and_then(|()| fs::rename(&unfinished, &path))
			.with_context(|| format!("cannot write the chain spec {}", path.display()))?;
		Ok(Self { path, is_old: false })
	}
}

/// The chain id in a specification file.
fn id_of(path: &Path) -> anyhow::Result<String> {
	let shown = path.display();
	let json = fs::read(path).with_context(|| format!("cannot read the chain spec {shown}"))?;
	let spec: Value = serde_json::from_slice(&json).with_context(|| format!("{shown} is not a chain spec"))?;
	let id = spec["id"].as_str().with_context(|| format!("{shown} is not a chain spec: it has no id"))?;
	Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_folder_keeps_the_chain_it_began_with() {
		let folder = tempfile::tempdir().unwrap();
		let provide = |id: &str, text: &str| SpecFile::provide(folder.path(), id, || Ok(text.to_owned()));
		let first = provide("top_local", r#"{"id": "top_local"}"#).unwrap();
		assert!(!first.is_old);
		assert!(provide("top_local", "never written").unwrap().is_old);
		assert_eq!(fs::read_to_string(&first.path).unwrap(), r#"{"id": "top_local"}"#);
		let error = provide("top_dev", "never written").unwrap_err().to_string();
		assert!(error.contains("top_local") && error.contains("top_dev"), "{error}");
	}

	#[test]
	fn a_chain_is_named_by_its_file() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("any.json");
		fs::write(&path, r#"{"id": "top_bench"}"#).unwrap();
		let chain = Chain::from_file(&path).unwrap();
		assert_eq!((chain.id.as_str(), (chain.raw_spec)().unwrap().as_str()), ("top_bench", r#"{"id": "top_bench"}"#));
		fs::write(&path, "[]").unwrap();
		assert!(Chain::from_file(&path).is_err());
	}
}
