//! View changes of heights that ended, on disk as long as evidence of their epochs counts.
//!
//! A fork across views shows when its two sides meet again, and then the certificate of one side and the view changes of the other
//! prove who hid a Commit. So what a replica saw of view changes outlasts the height, the process and the epoch. Most heights
//! have no view change, and leave nothing.
//!
//! ```text
//! <epoch>-<height>.views         SCALE of the committee and of compact messages
//! <epoch>-<height>.few           the same, of f members at most
//! <epoch>-<height>.unfinished    a file before it is whole
//! ```
//!
//! f faulty members can send view changes at each height, and no view begins by them. Heights with view changes of f members at most
//! have their own bound, so that they push out no other heights. A fork across views needs view changes of a quorum.
//!
//! It is evidence and no vote: it is not synced, and a file that cannot be read is as good as none. A new file is whole before the
//! old one of its height goes.

use crate::{log_targets::LOG_TARGET, network::Compact};
use codec::{Decode, DecodeAll, Encode};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs, io,
	path::{Path, PathBuf},
};
use tc_pbft_core::{KeptViewChanges, Message, Signed};
use tp_pbft::{Committee, Epoch, Height};

/// Epochs for which evidence counts at most after its own, and one more: the council can set three days of 6-hour epochs.
pub const KEPT_EPOCHS: Epoch = 13;
/// Bytes on disk, without the heights of few members. A view change of 128 members takes some 20 KB, so members that lose every second view for an hour to push
/// out what proves them guilty do not succeed.
pub const KEPT_BYTES: u64 = 256 * 1024 * 1024;
/// Heights of which f members at most sent view changes. No view above 0 began there, so each member shows one certificate at most: of 128
/// members some 240 KB a height, and mostly less than 10.
pub const KEPT_FEW: usize = 1_024;
/// View changes in one compact message. What it expands to is bounded as on the wire.
const PER_MESSAGE: usize = 128;

/// Extensions of files.
const VIEWS: &str = "views";
const FEW: &str = "few";
const UNFINISHED: &str = "unfinished";

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
	/// Whether they are of f members at most.
	is_few: bool,
}

/// The heights of which view changes are kept.
pub struct KeptHeights {
	folder: PathBuf,
	heights: BTreeMap<Height, Kept>,
	/// Those of few members.
	few: BTreeSet<Height>,
	/// The bytes of all others.
	bytes: u64,
	max_bytes: u64,
}

impl KeptHeights {
	/// Opens what earlier processes kept in a folder, or begins with nothing.
	pub fn open(folder: PathBuf, max_bytes: u64) -> Self {
		let mut kept = Self { folder, heights: BTreeMap::new(), few: BTreeSet::new(), bytes: 0, max_bytes };
		if let Err(error) = kept.list() {
			log::warn!(target: LOG_TARGET, "View changes of earlier heights cannot be read: {error}");
		}
		kept
	}

	fn list(&mut self) -> io::Result<()> {
		fs::create_dir_all(&self.folder)?;
		for file in fs::read_dir(&self.folder)? {
			let file = file?;
			let name = file.file_name();
			let Some((epoch, height, extension)) = name.to_str().and_then(parse_name) else { continue };
			let is_few = match extension {
				VIEWS => false,
				FEW => true,
				UNFINISHED => {
					delete(&file.path());
					continue;
				},
				_ => continue,
			};
			let found = Kept { epoch, bytes: file.metadata()?.len(), is_few };
			// A process that was killed between two files of a height leaves both. The newer one has what the other has.
			let age = |kept: &Kept| (kept.epoch, !kept.is_few);
			if self.heights.get(&height).is_some_and(|known| age(known) > age(&found)) {
				delete(&file.path());
				continue;
			}
			self.forget(height);
			self.insert(height, found);
		}
		Ok(())
	}

	/// Keeps the view changes of a height that ended, besides what was kept of it before. Returns both.
	pub fn keep(&mut self, committee: &Committee, height: Height, view_changes: &KeptViewChanges) -> KeptViewChanges {
		let known = self.read(height).filter(|(known, _)| known.epoch == committee.epoch);
		let known = known.map(|(_, known)| known).unwrap_or_default();
		let all: KeptViewChanges = known.iter().chain(view_changes.iter()).cloned().collect();
		if all != known {
			self.write(committee, height, &all);
		}
		all
	}

	/// Writes the view changes of a height in place of its file before.
	fn write(&mut self, committee: &Committee, height: Height, view_changes: &KeptViewChanges) {
		let bytes = encode(committee, view_changes);
		let is_few = view_changes.members() <= committee.max_faulty();
		let kept = Kept { epoch: committee.epoch, bytes: bytes.len() as u64, is_few };
		let (path, unfinished) = (self.path(height, &kept), self.path_of(height, kept.epoch, UNFINISHED));
		if let Err(error) = fs::write(&unfinished, &bytes).and_then(|()| fs::rename(&unfinished, &path)) {
			log::warn!(target: LOG_TARGET, "The view changes of height {height} are not kept: {}: {error}", path.display());
			return;
		}
		let before = self.remove(height).map(|before| self.path(height, &before));
		// A file of the same name has been replaced.
		if let Some(before) = before.filter(|before| *before != path) {
			delete(&before);
		}
		self.insert(height, kept);
		self.bound(committee.epoch);
	}

	/// Deletes the lowest heights: those whose evidence does not count any more, and those beyond the bounds.
	pub fn bound(&mut self, epoch: Epoch) {
		while let Some((height, kept)) = self.heights.first_key_value() {
			if kept.epoch.saturating_add(KEPT_EPOCHS) >= epoch {
				break;
			}
			self.forget(*height);
		}
		while self.few.len() > KEPT_FEW {
			let Some(height) = self.few.first().copied() else { break };
			self.forget(height);
		}
		while self.bytes > self.max_bytes {
			let lowest = self.heights.iter().find(|(_, kept)| !kept.is_few).map(|(height, _)| *height);
			let Some(height) = lowest else { break };
			self.forget(height);
		}
	}

	fn insert(&mut self, height: Height, kept: Kept) {
		if kept.is_few {
			self.few.insert(height);
		} else {
			self.bytes = self.bytes.saturating_add(kept.bytes);
		}
		self.heights.insert(height, kept);
	}

	fn remove(&mut self, height: Height) -> Option<Kept> {
		let kept = self.heights.remove(&height)?;
		if !self.few.remove(&height) {
			self.bytes = self.bytes.saturating_sub(kept.bytes);
		}
		Some(kept)
	}

	fn forget(&mut self, height: Height) {
		if let Some(kept) = self.remove(height) {
			delete(&self.path(height, &kept));
		}
	}

	/// Returns the committee and the view changes of a height, if any are kept.
	pub fn read(&self, height: Height) -> Option<(Committee, KeptViewChanges)> {
		let kept = self.heights.get(&height)?;
		let bytes = fs::read(self.path(height, kept)).ok()?;
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

	fn path(&self, height: Height, kept: &Kept) -> PathBuf {
		self.path_of(height, kept.epoch, if kept.is_few { FEW } else { VIEWS })
	}

	fn path_of(&self, height: Height, epoch: Epoch, extension: &str) -> PathBuf {
		self.folder.join(format!("{epoch}-{height}.{extension}"))
	}
}

fn delete(path: &Path) {
	if let Err(error) = fs::remove_file(path) {
		log::debug!(target: LOG_TARGET, "{} cannot be deleted: {error}", path.display());
	}
}

/// Returns the folder beside the segments of a vote log.
pub fn folder_in(vote_log: &Path) -> PathBuf {
	vote_log.join("view-changes")
}

/// Returns the epoch, the height and the extension in a file's name.
fn parse_name(name: &str) -> Option<(Epoch, Height, &str)> {
	let (place, extension) = name.split_once('.')?;
	let (epoch, height) = place.split_once('-')?;
	Some((epoch.parse().ok()?, height.parse().ok()?, extension))
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
