//! A genesis that is built once: one node builds it, the others start with a copy of its database.
//!
//! The specification of a ledger with millions of accounts has gigabytes, and every node that loads it holds them in memory
//! as long as it runs. A node whose database has the genesis needs no more of the specification than its head.

use anyhow::Context;
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Folder of the blocks' and states' database below that of the chain. Beside it are the votes, of which each node has its
/// own, and the index of units.
const DATABASE: &str = "paritydb/full";
/// Folder of the account store, if the chain has one.
const ACCOUNTS: &str = "paritydb/accounts";

/// Replaces the specification of a network by one with the same head.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn replace_spec(path: &Path, text: &str) -> anyhow::Result<()> {
	let unfinished = path.with_extension("json.new");
	fs::write(&unfinished, text)
		.and_then(|()| fs::rename(&unfinished, path))
		.with_context(|| format!("cannot write the chain spec {}", path.display()))
}

/// Copies the database of one node to another. Neither may run.
///
/// # Errors
/// If there is none, or a file cannot be copied.
pub(crate) fn copy_database(from: &Path, to: &Path, chain_id: &str) -> anyhow::Result<()> {
	let folder = |node: &Path| node.join("chains").join(chain_id);
	let (from, to) = (folder(from), folder(to));
	for part in [DATABASE, ACCOUNTS] {
		let (from, to) = (from.join(part), to.join(part));
		if part == DATABASE || from.exists() {
			copy_folder(&from, &to)
				.with_context(|| format!("cannot copy the database {} to {}", from.display(), to.display()))?;
		}
	}
	Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
	let mut open: Vec<(PathBuf, PathBuf)> = vec![(from.to_owned(), to.to_owned())];
	while let Some((from, to)) = open.pop() {
		fs::create_dir_all(&to)?;
		for entry in fs::read_dir(&from)? {
			let entry = entry?;
			let target = to.join(entry.file_name());
			if entry.file_type()?.is_dir() {
				open.push((entry.path(), target));
			} else {
				fs::copy(entry.path(), target)?;
			}
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_database_is_copied_with_its_folders_and_nothing_else() {
		let folder = tempfile::tempdir().unwrap();
		let (one, two) = (folder.path().join("one"), folder.path().join("two"));
		let chain = one.join("chains/top");
		fs::create_dir_all(chain.join("paritydb/full")).unwrap();
		fs::create_dir_all(chain.join("paritydb/votes")).unwrap();
		fs::write(chain.join("paritydb/full/table"), "accounts").unwrap();
		fs::write(chain.join("paritydb/votes/log"), "of one").unwrap();
		fs::create_dir_all(chain.join("paritydb/accounts")).unwrap();
		fs::write(chain.join("paritydb/accounts/log"), "of all").unwrap();
		copy_database(&one, &two, "top").unwrap();
		assert_eq!(fs::read_to_string(two.join("chains/top/paritydb/full/table")).unwrap(), "accounts");
		assert_eq!(fs::read_to_string(two.join("chains/top/paritydb/accounts/log")).unwrap(), "of all");
		assert!(!two.join("chains/top/paritydb/votes").exists(), "a node does not vote with the log of another");
		assert!(copy_database(&two, &one, "other").unwrap_err().to_string().contains("cannot copy"));
	}

	#[test]
	fn a_specification_is_replaced_as_a_whole() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("spec.json");
		fs::write(&path, "long").unwrap();
		replace_spec(&path, "{}").unwrap();
		assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
	}
}
