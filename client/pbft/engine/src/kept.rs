//! View changes of heights that ended, on disk as long as evidence of their epochs counts.
//!
//! A fork across views shows when its two sides meet again, and then the certificate of one side and the view changes of the other
//! prove who hid a Commit. So what a replica saw of view changes outlasts the height, the process and the epoch. Most heights
//! have no view change, and leave nothing.
//!
//! ```text
//! <epoch>-<height>.views    SCALE of the committee and of compact messages
//! ```
//!
//! It is evidence and no vote: it is not synced, and a file that cannot be read is as good as none.

use crate::{log_targets::LOG_TARGET, network::Compact};
use codec::{Decode, DecodeAll, Encode};
use std::{
	collections::BTreeMap,
	fs, io,
	path::{Path, PathBuf},
};
use tc_pbft_core::{KeptViewChanges, Message, Signed};
use tp_pbft::{Committee, Epoch, Height};

/// Epochs for which evidence counts at most after its own, and one more: the council can set three days of 6-hour epochs.
pub const KEPT_EPOCHS: Epoch = 13;
/// Bytes on disk. A view change of 128 members takes some 20 KB, so members that lose every second view for an hour to push
/// out what proves them guilty do not succeed.
pub const KEPT_BYTES: u64 = 256 * 1024 * 1024;
/// View changes in one compact message. What it expands to is bounded as on the wire.
const PER_MESSAGE: usize = 128;

/// A file.
#[derive(Encode, Decode)]
struct Content {
	committee: Committee,
	view_changes: Vec<Compact>,
}

/// A height of which view changes are kept.
struct Kept {
	epoch: Epoch,
	bytes: u64,
}

/// The heights of which view changes are kept.
pub struct KeptHeights {
	folder: PathBuf,
	heights: BTreeMap<Height, Kept>,
	bytes: u64,
	max_bytes: u64,
}

impl KeptHeights {
	/// Opens what earlier processes kept in a folder, or begins with nothing.
	pub fn open(folder: PathBuf, max_bytes: u64) -> Self {
		let mut kept = Self { folder, heights: BTreeMap::new(), bytes: 0, max_bytes };
		if let Err(error) = kept.list() {
			log::warn!(target: LOG_TARGET, "View changes of earlier heights cannot be read: {error}");
		}
		kept
	}

	fn list(&mut self) -> io::Result<()> {
		fs::create_dir_all(&self.folder)?;
		for file in fs::read_dir(&self.folder)? {
			let file = file?;
			if let Some((epoch, height)) = file.file_name().to_str().and_then(parse_name) {
				let bytes = file.metadata()?.len();
				self.bytes = self.bytes.saturating_add(bytes);
				self.heights.insert(height, Kept { epoch, bytes });
			}
		}
		Ok(())
	}

	/// Keeps the view changes of a height that ended, besides what was kept of it before.
	pub fn keep(&mut self, committee: &Committee, height: Height, view_changes: &KeptViewChanges) {
		if view_changes.is_empty() {
			return;
		}
		let known = self.read(height).filter(|(known, _)| known.epoch == committee.epoch);
		let known = known.map(|(_, known)| known).unwrap_or_default();
		let all: KeptViewChanges = known.iter().chain(view_changes.iter()).cloned().collect();
		if all == known {
			return;
		}
		self.forget(height);
		let bytes = encode(committee, &all);
		let path = self.path(committee.epoch, height);
		if let Err(error) = fs::write(&path, &bytes) {
			log::warn!(target: LOG_TARGET, "The view changes of height {height} are not kept: {}: {error}", path.display());
			return;
		}
		let bytes = bytes.len() as u64;
		self.bytes = self.bytes.saturating_add(bytes);
		self.heights.insert(height, Kept { epoch: committee.epoch, bytes });
		self.bound(committee.epoch);
	}

	/// Deletes the lowest heights: those whose evidence does not count any more, and those beyond the bound.
	pub fn bound(&mut self, epoch: Epoch) {
		while let Some((height, kept)) = self.heights.first_key_value() {
			if kept.epoch.saturating_add(KEPT_EPOCHS) >= epoch && self.bytes <= self.max_bytes {
				return;
			}
			self.forget(*height);
		}
	}

	fn forget(&mut self, height: Height) {
		let Some(Kept { epoch, bytes }) = self.heights.remove(&height) else { return };
		self.bytes = self.bytes.saturating_sub(bytes);
		let path = self.path(epoch, height);
		if let Err(error) = fs::remove_file(&path) {
			log::debug!(target: LOG_TARGET, "{} cannot be deleted: {error}", path.display());
		}
	}

	/// Returns the committee and the view changes of a height, if any are kept.
	pub fn read(&self, height: Height) -> Option<(Committee, KeptViewChanges)> {
		let kept = self.heights.get(&height)?;
		let bytes = fs::read(self.path(kept.epoch, height)).ok()?;
		let content = Content::decode_all(&mut &bytes[..]).ok()?;
		let messages = content.view_changes.into_iter().map(Compact::expand).collect::<Option<Vec<_>>>()?;
		let view_changes = messages.into_iter().flatten().filter_map(|signed| {
			let Signed { epoch, height, sender, message, signature } = signed;
			match message {
				Message::ViewChange(message) => Some(Signed { epoch, height, sender, message, signature }),
				_ => None,
			}
		});
		Some((content.committee, view_changes.collect()))
	}

	/// Whether view changes of a height are kept.
	pub fn contains(&self, height: Height) -> bool {
		self.heights.contains_key(&height)
	}

	/// Returns the newest heights of which view changes are kept, with their epochs.
	pub fn newest(&self, count: usize) -> Vec<(Height, Epoch)> {
		self.heights.iter().rev().take(count).map(|(height, kept)| (*height, kept.epoch)).collect()
	}

	fn path(&self, epoch: Epoch, height: Height) -> PathBuf {
		self.folder.join(format!("{epoch}-{height}.views"))
	}
}

/// Returns the folder beside the segments of a vote log.
pub fn folder_in(vote_log: &Path) -> PathBuf {
	vote_log.join("view-changes")
}

fn parse_name(name: &str) -> Option<(Epoch, Height)> {
	let (epoch, height) = name.strip_suffix(".views")?.split_once('-')?;
	Some((epoch.parse().ok()?, height.parse().ok()?))
}

fn encode(committee: &Committee, view_changes: &KeptViewChanges) -> Vec<u8> {
	let messages: Vec<Signed<Message>> = view_changes
		.iter()
		.map(|signed| {
			let Signed { epoch, height, sender, message, signature } = signed.clone();
			Signed { epoch, height, sender, message: Message::ViewChange(message), signature }
		})
		.collect();
	let view_changes = messages.chunks(PER_MESSAGE).map(|chunk| Compact::new(chunk.to_vec())).collect();
	Content { committee: committee.clone(), view_changes }.encode()
}

#[cfg(test)]
mod tests;
