//! Watches the free space under the base path. The database grows its files lazily, so a full disk would cause a bus
//! error in the middle of a write; the node stops before that.

use anyhow::{bail, Context};
use nix::sys::statvfs::statvfs;
use std::{
	path::{Path, PathBuf},
	sync::{Arc, OnceLock},
	time::Duration,
};

/// Interval of lookups of the free space. At 100 MB/s, more than a node writes, the default limit of 512 MiB lasts
/// longer.
const LOOKUP_INTERVAL: Duration = Duration::from_secs(3);
/// Bytes of a mebibyte.
const MIB: u64 = 1024 * 1024;

/// Stops the node when the free space falls below a minimum.
#[derive(Clone, Debug)]
pub struct DiskGuard {
	path: PathBuf,
	min_free_mib: u64,
	shortage: Arc<OnceLock<String>>,
}

impl DiskGuard {
	/// Guards the file system of `path`, which may not exist yet.
	///
	/// # Errors
	/// If it has less than `min_free_mib` MiB free, or the free space cannot be read.
	pub fn new(path: &Path, min_free_mib: u64) -> anyhow::Result<Self> {
		let guard = Self { path: path.to_owned(), min_free_mib, shortage: Arc::default() };
		if let Some(shortage) = guard.lookup()? {
			bail!(shortage);
		}
		Ok(guard)
	}

	/// Returns when the free space falls below the limit, and stores the reason for [`Self::shortage`].
	pub async fn watch(self) {
		loop {
			tokio::time::sleep(LOOKUP_INTERVAL).await;
			let shortage = match self.lookup() {
				Ok(None) => continue,
				Ok(Some(shortage)) => shortage,
				Err(error) => format!("{error:#}"),
			};
			log::error!("{shortage}");
			self.shortage.get_or_init(|| shortage);
			return;
		}
	}

	/// Returns the reason why the watch ended, if it did.
	pub fn shortage(&self) -> Option<&str> {
		self.shortage.get().map(String::as_str)
	}

	fn lookup(&self) -> anyhow::Result<Option<String>> {
		let stat = statvfs(existing_ancestor(&self.path))
			.with_context(|| format!("cannot read the free disk space under {}", self.path.display()))?;
		let free_mib = stat.blocks_available().saturating_mul(stat.fragment_size()) / MIB;
		Ok((free_mib < self.min_free_mib).then(|| {
			format!(
				"the disk of {} is full: {free_mib} MiB are free, the node keeps {} MiB free; make room, choose \
				 another --base-path, or lower --min-free-space",
				self.path.display(),
				self.min_free_mib
			)
		}))
	}
}

fn existing_ancestor(path: &Path) -> &Path {
	path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
	use super::DiskGuard;
	use std::path::Path;

	#[test]
	fn a_limit_beyond_any_disk_is_a_shortage() {
		let error = DiskGuard::new(Path::new("/tmp/does/not/exist"), u64::MAX).unwrap_err();
		assert!(error.to_string().contains("is full"), "{error}");
	}

	#[test]
	fn no_limit_is_never_a_shortage() {
		assert!(DiskGuard::new(Path::new("/"), 0).unwrap().shortage().is_none());
	}
}
