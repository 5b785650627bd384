//! A buffer for messages of the next height, kept unverified until that height begins.
//!
//! A replica that commits a moment later than the others receives their first messages of the next height while it
//! still runs the current one. Without a buffer each of them would cost a resend.
//!
//! Invariant: every bound is on the **link** that brought a message (its origin), never on the sender that it names.
//! Nothing here can be verified, because the committee and the seed of the next height follow from a block that is not
//! committed yet. So a peer that forges senders fills only its own share, and cannot evict the messages of others.
//! Fragile: an origin must stand for one connection; a caller that uses the sender as origin gives up the bound.
//!
//! A message comes out with its origin. Its verification is the work of the peer that brought it, and is charged to it.

use crate::message::{Message, Payload, Signed};
use codec::Encode;
use std::collections::BTreeMap;
use tp_pbft::{Height, MemberIndex, MessageKind, View, MAX_MEMBERS};

/// Views of the next height that are kept, from 0. A sender in a higher view has waited for all timeouts below it and
/// resends; by then this replica has committed, or block sync brings the block.
pub const INBOX_VIEWS: View = 4;
/// Messages kept per origin: a member sends at most five kinds in each view.
pub const INBOX_MESSAGES_PER_ORIGIN: usize = 5 * INBOX_VIEWS as usize;
/// Origins per member of the committee: its current connection, and the replacement.
pub const INBOX_ORIGINS_PER_MEMBER: usize = 2;
/// Bytes kept per origin in a small committee: the largest block with its new view.
pub const INBOX_BYTES_PER_ORIGIN: usize = 8 * 1024 * 1024;
/// Bytes kept from all origins. Each origin has an equal share, so that a large committee needs no more memory.
pub const INBOX_BYTES: usize = 128 * 1024 * 1024;

/// The result of offering a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
	/// For the current height: verify it and feed it to the replica.
	Current(Signed<Message>),
	/// For the next height, and kept.
	Kept,
	/// For the next height; this origin has sent a message for the same view, kind and sender before.
	Duplicate,
	/// For a lower height: its sender may lag.
	Behind(Signed<Message>),
	/// For a height above the next: this replica may lag.
	Ahead,
	/// Beyond the share of its origin.
	Refused,
}

/// The messages of one origin for the next height.
#[derive(Default)]
struct Share {
	messages: BTreeMap<(View, MessageKind, MemberIndex), Signed<Message>>,
	bytes: usize,
}

/// The messages of the next height, bounded per origin.
pub struct Inbox<O> {
	/// The height of the messages.
	height: Height,
	origins: BTreeMap<O, Share>,
}

impl<O> Default for Inbox<O> {
	fn default() -> Self {
		Self { height: 0, origins: BTreeMap::new() }
	}
}

impl<O: Copy + Ord> Inbox<O> {
	/// Returns an empty inbox.
	pub fn new() -> Self {
		Self::default()
	}

	/// Sorts a message by its height, and keeps it if it is for the next one. `origin` names the link as long as
	/// the link lasts; `current` is the height that runs, with a committee of `committee_size`. Drops
	/// messages that were kept for any other height.
	pub fn offer(&mut self, origin: O, current: Height, committee_size: usize, message: Signed<Message>) -> Offer {
		if message.height == current {
			return Offer::Current(message);
		}
		if message.height < current {
			return Offer::Behind(message);
		}
		if message.height - current > 1 {
			return Offer::Ahead;
		}
		// Only one height is kept at a time: the messages of an earlier "next" height are stale.
		if self.height != message.height {
			self.origins.clear();
			self.height = message.height;
		}
		let view = message.message.view();
		// The sender is checked against the largest possible committee, because the next one may be larger than the
		// current.
		if view >= INBOX_VIEWS || u32::from(message.sender) >= MAX_MEMBERS {
			return Offer::Refused;
		}
		let max_origins = committee_size.max(1) * INBOX_ORIGINS_PER_MEMBER;
		if !self.origins.contains_key(&origin) && self.origins.len() >= max_origins {
			return Offer::Refused;
		}
		let share = self.origins.entry(origin).or_default();
		let key = (view, message.message.kind(), message.sender);
		// The first message of a key stays. If a link sends a forged one first, it loses its own slot only: the real
		// sender has another link, and both messages come out for verification.
		if share.messages.contains_key(&key) {
			return Offer::Duplicate;
		}
		let bytes = share.bytes + message.encoded_size();
		// The bounds are checked before the message is kept, so one large message cannot exceed them.
		let max_bytes = INBOX_BYTES_PER_ORIGIN.min(INBOX_BYTES / max_origins);
		if bytes > max_bytes || share.messages.len() >= INBOX_MESSAGES_PER_ORIGIN {
			return Offer::Refused;
		}
		share.bytes = bytes;
		share.messages.insert(key, message);
		Offer::Kept
	}

	/// Removes and returns the messages for a height that begins, ordered by view, each with its origin. Drops messages of
	/// any other height.
	pub fn take(&mut self, height: Height) -> Vec<(O, Signed<Message>)> {
		let origins = std::mem::take(&mut self.origins);
		if self.height != height {
			return Vec::new();
		}
		let of_origin =
			|(origin, share): (O, Share)| share.messages.into_iter().map(move |(key, message)| (key, origin, message));
		let mut taken: Vec<_> = origins.into_iter().flat_map(of_origin).collect();
		// By view and kind, so that a proposal is fed before the votes for it. The origin does not matter: several
		// origins may have a message of the same key, and verification sorts them out.
		taken.sort_by_key(|(key, ..)| *key);
		taken.into_iter().map(|(_, origin, message)| (origin, message)).collect()
	}

	/// Drops a link's messages, and frees its share.
	pub fn forget(&mut self, origin: &O) {
		self.origins.remove(origin);
	}

	/// Returns the number of kept messages.
	pub fn len(&self) -> usize {
		self.origins.values().map(|share| share.messages.len()).sum()
	}

	/// Whether no message is kept.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

#[cfg(test)]
mod tests;
